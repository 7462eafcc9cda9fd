//! The built program, from outside: what it writes, prints and returns.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

mod errors;
mod interruption;
mod loss;
mod outputs;
mod predict;
mod study;
mod study_data;
mod train;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An empty folder of this test's own.
fn scratch(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("losscope-command")
        .join(test);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn command<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscope"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn losscope<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Output {
    command(arguments).output().unwrap()
}

/// Runs the program with something on its standard input.
fn losscope_reading(input: &str, arguments: &[&str]) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Fails with what the program said where it did not succeed.
fn succeeded(output: &Output) {
    assert!(
        output.status.success(),
        "{:?}: {}",
        output.status,
        stderr(output)
    );
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Names of the files in a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Writes an experiment into a folder and gives its path.
fn experiment(folder: &Path, text: &str) -> String {
    let file = folder.join("experiment.json");
    std::fs::write(&file, text).unwrap();
    path(&file).to_owned()
}

/// 12 images of 16 pixels a side, two lanes, 6 steps: seconds.
const TINY: &str = r#"{
    "seed": 3,
    "data": { "source": "synthetic", "size": 16, "count": 12, "foreground": 0.1 },
    "network": { "base_channels": 4, "depth": 1 },
    "training": { "batch_size": 2, "steps": 6, "evaluate_every": 4 },
    "losses": [ { "kind": "dice" }, { "kind": "asym_unified_focal", "gamma": 0.2 } ]
}"#;
