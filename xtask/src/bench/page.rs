//! `cargo xtask bench page`: what using the page is like, in numbers.

use anyhow::{Result, ensure};
use clap::Args;

use crate::workspace::Workspace;
use crate::{browser, npm, process, wasm};

/// What to measure.
#[derive(Args)]
// Its name for clap, which else is that of the options within it, too.
#[group(id = "page")]
pub(crate) struct Options {
    /// Part to measure; may be repeated. All if none.
    #[arg(long = "part", value_parser = ["start", "smooth", "threads", "steady", "faults"])]
    parts: Vec<String>,
    /// Steps over which memory is watched.
    #[arg(long, default_value_t = 10_000)]
    steps: u32,
    /// How often each fault happens.
    #[arg(long, default_value_t = 20)]
    faults: u32,
    /// Fault to cause, by its name in the table; may be repeated. All if none.
    #[arg(long = "fault")]
    fault_names: Vec<String>,
    /// Take the page in www/dist as it is instead of building it.
    #[arg(long)]
    prebuilt: bool,
}

/// Builds the page, and measures it in a headless Chromium.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    npm::ensure_node()?;
    if options.prebuilt {
        let page = workspace.dist();
        ensure!(page.is_dir(), "there is no {}", page.display());
    } else {
        wasm::build(workspace)?;
        npm::ensure_packages(workspace)?;
        npm::run_script(workspace, "build")?;
    }
    let chromium = browser::ensure(workspace)?;
    let output = workspace.bench_results().join("page.json");
    let mut node = process::command(workspace, process::find("node")?);
    node.arg(workspace.browser_tests().join("page-bench.mjs"))
        .env("CHROMIUM", chromium)
        .env("BENCH_OUTPUT", &output)
        .env("BENCH_PARTS", options.parts.join(","))
        .env("BENCH_STEPS", options.steps.to_string())
        .env("BENCH_FAULTS", options.faults.to_string())
        .env("BENCH_FAULT_NAMES", options.fault_names.join("|"));
    process::run(&mut node)?;
    println!("\nAll numbers are in {}.", output.display());
    Ok(())
}
