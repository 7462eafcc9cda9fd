//! `cargo xtask bench web`: the bench page, in a headless Chromium or for a person's own browser.

use anyhow::{Result, ensure};
use clap::Args;

use super::case::Case;
use crate::workspace::Workspace;
use crate::{browser, demo, npm, process, wasm};

/// What to run in the browser.
#[derive(Args)]
// Its name for clap, which else is that of the options within it, too.
#[group(id = "web")]
pub(crate) struct Options {
    /// Serve the page instead of running it: for a browser with a real GPU.
    #[arg(long)]
    serve: bool,
    #[command(flatten)]
    server: demo::Options,
    /// Side of the images and size of a batch, e.g. 64x4; may be repeated. All of the page's if none.
    #[arg(long = "case")]
    cases: Vec<Case>,
    /// Contestant to run, e.g. jax-js-webgpu; may be repeated. All if none.
    #[arg(long = "contestant")]
    contestants: Vec<String>,
    /// Seconds for each contestant in each case.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Take the engines in www/pkg as they are instead of building them.
    #[arg(long)]
    prebuilt: bool,
}

/// Builds the bench page, and runs or serves it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    build(workspace, options.prebuilt)?;
    if options.serve {
        let folder = workspace.bench_page();
        return demo::serve(workspace, &folder, "The bench", &options.server);
    }
    let chromium = browser::ensure(workspace)?;
    let output = workspace.bench_results().join("web.json");
    let mut node = process::command(workspace, process::find("node")?);
    node.arg(workspace.browser_tests().join("bench.mjs"))
        .args(options.cases.iter().map(|case| format!("case={case}")))
        .args(
            options
                .contestants
                .iter()
                .map(|id| format!("contestant={id}")),
        )
        .arg(format!("seconds={}", options.seconds))
        .env("CHROMIUM", chromium)
        .env("BENCH_OUTPUT", &output);
    process::run(&mut node)?;
    println!("\nAll times and losses are in {}.", output.display());
    Ok(())
}

/// The competitors' packages are installed for this bench alone, so its sources that need them are
/// checked here and not by `cargo xtask test`.
fn build(workspace: &Workspace, prebuilt: bool) -> Result<()> {
    npm::ensure_node()?;
    if prebuilt {
        for package in &wasm::PACKAGES {
            let engine = package.file(workspace);
            ensure!(engine.is_file(), "there is no {}", engine.display());
        }
    } else {
        wasm::build(workspace)?;
    }
    npm::ensure_packages(workspace)?;
    let folder = workspace.bench_page();
    npm::ensure_packages_in(workspace, &folder)?;
    for script in ["check", "build"] {
        npm::run_script_in(workspace, &folder, script)?;
    }
    Ok(())
}
