//! `cargo xtask`: the only build scripts of Losscope.
//!
//! Two commands do everything on a fresh machine that has Rust (rustup) and Node.js: `cargo xtask
//! demo` builds the page and serves it, `cargo xtask test` runs every test. Each installs what it
//! lacks, from package registries only, into the repository's `target` folder where it can.

mod bench;
mod browser;
mod counts;
mod demo;
mod npm;
mod process;
mod sections;
mod size;
mod stages;
mod test;
mod tools;
mod types;
mod wasm;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Build, serve, test and measure Losscope.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and serve it on this machine.
    Demo(demo::Options),
    /// Run every check and test, the cheap ones first, up to the first stage that fails.
    Test(test::Options),
    /// Build the page as a static folder, www/dist, and as an npm package, www/package.
    Build,
    /// Print how large the engines are that the page loads, and which crates make them so.
    Size,
    /// Measure a training step beside that of other libraries.
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let workspace = Workspace::find();
    let done = match arguments.command {
        Task::Demo(options) => demo::run(&workspace, &options),
        // Its last line is the count of tests, so it says by itself what went wrong.
        Task::Test(options) => return test::run(&workspace, &options),
        Task::Build => build_page(&workspace).and_then(|()| {
            npm::run_script(&workspace, "build:package")?;
            println!("The page is in {}.", workspace.dist().display());
            Ok(())
        }),
        Task::Size => size::report(&workspace),
        Task::Bench(bench) => bench::run(&workspace, &bench),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the wasm package, then the page around it, into `www/dist`.
fn build_page(workspace: &Workspace) -> anyhow::Result<()> {
    // Asked first, because the wasm build takes minutes when nothing is compiled yet.
    npm::ensure_node()?;
    wasm::build(workspace)?;
    npm::ensure_packages(workspace)?;
    npm::run_script(workspace, "build")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
