//! `cargo xtask bench losses`: what value and gradient of the losses cost, written into the tables of
//! `docs/losses-speed.md`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::workspace::Workspace;
use crate::{browser, npm, process, wasm};

/// What to measure.
#[derive(Args)]
// Its name for clap, which else is that of the options within it, too.
#[group(id = "losses")]
pub(crate) struct Options {
    /// Table to make; may be repeated. All if none.
    #[arg(long = "table", value_parser = TABLES.map(|(name, _)| name))]
    tables: Vec<String>,
    /// Print the tables, and leave the document as it is.
    #[arg(long)]
    print: bool,
    /// Steps of each loss in the browser.
    #[arg(long, default_value_t = 5)]
    steps: u32,
    /// Height and width of the images in the browser.
    #[arg(long, default_value_t = 32)]
    side: u32,
    /// Take the engine in www/pkg as it is instead of building it.
    #[arg(long)]
    prebuilt: bool,
}

type Make = fn(&Workspace, &Options) -> Result<Command>;

/// The tables by the names that their places have in the document, and what prints them.
const TABLES: [(&str, Make); 3] = [("cpu", cpu), ("webgpu", webgpu), ("composed", composed)];

fn bench(workspace: &Workspace, package: &str, name: &str) -> Command {
    let mut cargo = process::cargo(workspace);
    // With the trainer, features are those of the whole workspace.
    cargo.args(["bench", "--package", "losscope-trainer"]);
    if package != "losscope-trainer" {
        cargo.args(["--package", package]);
    }
    cargo.args(["--bench", name]);
    cargo
}

fn cpu(workspace: &Workspace, _: &Options) -> Result<Command> {
    Ok(bench(workspace, "losscope-trainer", "losses"))
}

fn composed(workspace: &Workspace, _: &Options) -> Result<Command> {
    Ok(bench(workspace, "losscope-losses", "speed"))
}

fn webgpu(workspace: &Workspace, options: &Options) -> Result<Command> {
    npm::ensure_node()?;
    npm::ensure_packages(workspace)?;
    if !options.prebuilt {
        wasm::build(workspace)?;
    }
    let chromium = browser::ensure(workspace)?;
    let mut node = process::command(workspace, process::find("node")?);
    node.arg(workspace.browser_tests().join("loss-kernels.mjs"))
        .args([options.steps.to_string(), options.side.to_string()])
        .env("CHROMIUM", chromium);
    Ok(node)
}

/// Measures, and puts each table in its place.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let path = workspace.root.join("docs/losses-speed.md");
    for (name, make) in TABLES {
        if !options.tables.is_empty() && !options.tables.iter().any(|table| table == name) {
            continue;
        }
        let mut table = String::new();
        process::run_reading(&mut make(workspace, options)?, |line| {
            // What else is printed is for the person who waits.
            if line.starts_with('|') {
                table.push_str(line.trim_end());
                table.push('\n');
            }
        })?;
        ensure!(!table.is_empty(), "no table came of `{name}`");
        if !options.print {
            let document = fs::read_to_string(&path)
                .with_context(|| format!("could not read {}", path.display()))?;
            fs::write(&path, with_table(&document, name, &table)?)
                .with_context(|| format!("could not write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The document with another table between the comments of its name.
fn with_table(document: &str, name: &str, table: &str) -> Result<String> {
    let (open, close) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->"),
    );
    let place = document
        .split_once(&open)
        .and_then(|(before, rest)| Some((before, rest.split_once(&close)?.1)));
    let (before, after) =
        place.with_context(|| format!("docs/losses-speed.md has no place for `{name}`"))?;
    Ok([before, &open, table, &close, after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_another() {
        let document = "A\n<!-- cpu -->\n| old |\n<!-- end of cpu -->\nB\n";
        let made = with_table(document, "cpu", "| new |\n").unwrap();
        assert_eq!(made, "A\n<!-- cpu -->\n| new |\n<!-- end of cpu -->\nB\n");
        assert!(with_table(document, "webgpu", "").is_err());
    }

    #[test]
    fn the_document_has_a_place_for_every_table() {
        let workspace = Workspace::find();
        let document = fs::read_to_string(workspace.root.join("docs/losses-speed.md")).unwrap();
        for (name, _) in TABLES {
            with_table(&document, name, "").unwrap();
        }
    }
}
