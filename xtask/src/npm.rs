//! Node.js, its packages, and the scripts of the front end.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The oldest Node.js that the front end's tools accept.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Makes sure that Node.js is there and young enough.
pub(crate) fn ensure_node() -> Result<()> {
    let (major, minor) = OLDEST_NODE;
    let advice =
        format!("Losscope needs Node.js {major}.{minor} or later, from https://nodejs.org");
    let node = process::find("node").with_context(|| advice.clone())?;
    let printed = process::output(Command::new(node).arg("--version"))?;
    if parse_version(&printed).is_some_and(|version| version >= OLDEST_NODE) {
        return Ok(());
    }
    bail!("the Node.js on the PATH is {printed}: {advice}")
}

/// Major and minor of what `node --version` prints (`v20.19.4`).
fn parse_version(printed: &str) -> Option<(u32, u32)> {
    let mut numbers = printed.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Installs the front end's locked npm packages, unless they are there.
pub(crate) fn ensure_packages(workspace: &Workspace) -> Result<()> {
    ensure_packages_in(workspace, &workspace.www())
}

/// Installs a folder's locked npm packages, unless they are there and the lock file is the same as
/// then.
pub(crate) fn ensure_packages_in(workspace: &Workspace, folder: &Path) -> Result<()> {
    let lock_file = folder.join("package-lock.json");
    let lock =
        fs::read(&lock_file).with_context(|| format!("could not read {}", lock_file.display()))?;
    let stamp = folder.join("node_modules").join(".losscope-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::run(npm_in(workspace, folder)?.args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).with_context(|| format!("could not write {}", stamp.display()))
}

/// Runs a script of `www/package.json`; the packages must be there.
pub(crate) fn run_script(workspace: &Workspace, script: &str) -> Result<()> {
    run_script_in(workspace, &workspace.www(), script)
}

/// Runs a script of a folder's `package.json`; the packages must be there.
pub(crate) fn run_script_in(workspace: &Workspace, folder: &Path, script: &str) -> Result<()> {
    process::run(npm_in(workspace, folder)?.args(["run", "--silent", script]))
}

/// npm in a folder that has a `package.json`.
pub(crate) fn npm_in(workspace: &Workspace, folder: &Path) -> Result<Command> {
    let mut npm = process::command(workspace, process::find("npm")?);
    npm.current_dir(folder);
    Ok(npm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(parse_version("v20.19.4"), Some((20, 19)));
        assert!(parse_version("v22.2.0") > Some(OLDEST_NODE));
        assert!(parse_version("v20.9.0") < Some(OLDEST_NODE));
        assert!(parse_version("v8.17.0") < Some(OLDEST_NODE));
        assert_eq!(parse_version("node"), None);
    }
}
