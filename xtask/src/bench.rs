//! `cargo xtask bench`: how long a training step takes in the page.

use anyhow::Result;

use crate::workspace::Workspace;
use crate::{browser, process};

/// Builds the page and runs `tests/browser/bench.mjs`, which prints one line for each backend.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    crate::build_page(workspace)?;
    let chromium = browser::ensure(workspace)?;
    let mut node = process::command(workspace, process::find("node")?);
    node.arg(workspace.browser_tests().join("bench.mjs"))
        .env("CHROMIUM", chromium);
    process::run(&mut node)
}
