//! The stages of `cargo xtask test`, the cheap ones first.
//!
//! Each kind of build happens once: clippy and rustdoc share the checked dependencies, the tests
//! use the development profile, wasm is only ever built for release.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::builder::PossibleValuesParser;

use crate::counts::Counts;
use crate::process;
use crate::tools;
use crate::types::Snapshot;
use crate::workspace::Workspace;
use crate::{browser, npm, size, wasm};

/// One thing to check.
pub(crate) struct Stage {
    /// Short name for the command line.
    pub(crate) name: &'static str,
    /// What it does, for people.
    pub(crate) title: &'static str,
    /// Whether its failure is that of a test.
    pub(crate) runs_tests: bool,
    /// Runs it and adds up its tests.
    pub(crate) run: fn(&Workspace, &mut Counts) -> Result<()>,
}

/// All stages, in their order.
pub(crate) const STAGES: [Stage; 9] = [
    check("fmt", "formatting (rustfmt)", format),
    check("clippy", "lints (clippy)", clippy),
    check("doc", "documentation (rustdoc)", doc),
    check(
        "package",
        "crate of the losses as it would be published (cargo package)",
        package,
    ),
    tests("rust", "tests of the crates (cargo test)", rust),
    check("clippy-wasm", "lints for wasm (clippy)", clippy_wasm),
    check(
        "wasm",
        "engines and import for the page (wasm-pack), and their size",
        engine,
    ),
    check(
        "www",
        "page (eslint, svelte-check, vite build), and the npm package",
        page,
    ),
    tests(
        "browser",
        "page in a browser (node --test, Chromium)",
        in_browser,
    ),
];

/// The feature that derives the page's types. It touches only our own crates, so Burn is the same
/// with and without it.
const TYPES: [&str; 2] = ["--features", "losscope-trainer/ts"];

/// Our lints, as errors.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

const fn check(
    name: &'static str,
    title: &'static str,
    run: fn(&Workspace, &mut Counts) -> Result<()>,
) -> Stage {
    Stage {
        name,
        title,
        runs_tests: false,
        run,
    }
}

const fn tests(
    name: &'static str,
    title: &'static str,
    run: fn(&Workspace, &mut Counts) -> Result<()>,
) -> Stage {
    Stage {
        name,
        title,
        runs_tests: true,
        run,
    }
}

/// The stages' names, for the command line.
pub(crate) fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(STAGES.iter().map(|stage| stage.name))
}

fn format(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    tools::ensure_component(workspace, "fmt")?;
    process::run(process::cargo(workspace).args(["fmt", "--all", "--check"]))
        .context("`cargo fmt --all` puts it right")
}

fn clippy(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    tools::ensure_component(workspace, "clippy")?;
    let mut cargo = process::cargo(workspace);
    cargo.args(["clippy", "--workspace", "--all-targets"]);
    process::run(cargo.args(TYPES).args(DENY_WARNINGS))
}

fn doc(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    let mut cargo = process::cargo(workspace);
    cargo.env("RUSTDOCFLAGS", "-D warnings");
    process::run(cargo.args(["doc", "--workspace", "--no-deps"]).args(TYPES))
}

/// What is packed is not built once more: it would be without the rest of the workspace, with other features
/// of Burn, whose compilation takes many minutes. The stage `rust` tests the same files.
fn package(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let read = |path: PathBuf| {
            fs::read(&path).with_context(|| format!("could not read {}", path.display()))
        };
        let folder = workspace.root.join("crates/losses");
        ensure!(
            read(workspace.root.join(licence))? == read(folder.join(licence))?,
            "crates/losses/{licence} is not that of the repository: copy it there"
        );
    }
    let mut cargo = process::cargo(workspace);
    cargo.args(["package", "--package", "losscope-losses"]);
    process::run(cargo.args(["--no-verify", "--allow-dirty"]))
}

fn rust(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    // Some of these tests write the page's TypeScript types.
    let types = Snapshot::take(workspace)?;
    let mut cargo = process::cargo(workspace);
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    process::run_reading(cargo.args(TYPES), |line| counts.read(line))?;
    types.check(workspace)
}

fn clippy_wasm(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    tools::ensure_wasm_target(workspace)?;
    // One after the other: together they would be compiled with each other's features, and Burn with
    // those of the import. Our crates that they depend on are linted with them.
    for package in ["losscope-web", "losscope-web-import"] {
        let mut cargo = process::cargo(workspace);
        // This configuration bans what panics in a browser.
        cargo
            .args(["clippy", "--package", package, "--lib", "--all-features"])
            .args(["--target", tools::WASM_TARGET])
            .env("CLIPPY_CONF_DIR", workspace.root.join(".cargo/clippy-wasm"));
        process::run(cargo.args(DENY_WARNINGS))?;
    }
    Ok(())
}

fn engine(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    wasm::build(workspace)?;
    wasm::check_constructors(workspace)?;
    size::check(workspace)
}

fn page(workspace: &Workspace, _: &mut Counts) -> Result<()> {
    npm::ensure_node()?;
    npm::ensure_packages(workspace)?;
    for script in ["lint", "check", "build", "build:package"] {
        npm::run_script(workspace, script)?;
    }
    Ok(())
}

fn in_browser(workspace: &Workspace, counts: &mut Counts) -> Result<()> {
    npm::ensure_node()?;
    npm::ensure_packages(workspace)?;
    let chromium = browser::ensure(workspace)?;
    let mut node = process::command(workspace, process::find("node")?);
    // One file at a time: each has a browser that computes on all cores.
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(browser_test_files(workspace)?)
        .env("CHROMIUM", chromium)
        // Colour codes would hide the summary from us.
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR");
    process::run_reading(&mut node, |line| counts.read(line))
}

/// `tests/browser/*.test.mjs`, in order.
fn browser_test_files(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.browser_tests();
    let reading = || format!("could not read {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    ensure!(!files.is_empty(), "{} has no tests", folder.display());
    files.sort();
    Ok(files)
}
