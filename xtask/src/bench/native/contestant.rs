//! Who takes part, and how each is run: as a program that prints one line of JSON.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::bench::case::Case;
use crate::process;
use crate::workspace::Workspace;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Contestant {
    /// `losscope bench`.
    Losscope,
    /// `tests/bench/torch_unet.py`.
    Pytorch,
}

/// A contestant whose program has been found or built.
pub(crate) struct Ready {
    pub(crate) contestant: Contestant,
    program: PathBuf,
}

/// What one run of a program prints.
#[derive(Debug, Deserialize)]
pub(crate) struct Turn {
    /// Milliseconds of each step after the warm-up.
    pub(crate) step_ms: Vec<f64>,
    /// Loss of each step, the warm-up's too, from the same initial weights in every run.
    pub(crate) losses: Vec<f64>,
    /// 10⁹ floating-point operations a second of a large matrix product on as many threads.
    pub(crate) matmul_gflops: f64,
}

impl Contestant {
    pub(crate) const ALL: [Self; 2] = [Self::Losscope, Self::Pytorch];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Losscope => "Losscope",
            Self::Pytorch => "PyTorch",
        }
    }

    /// Builds or finds its program.
    pub(crate) fn prepare(self, workspace: &Workspace) -> Result<Ready> {
        let program = match self {
            Self::Losscope => build_losscope(workspace)?,
            Self::Pytorch => find_python(workspace)?,
        };
        Ok(Ready {
            contestant: self,
            program,
        })
    }
}

impl Ready {
    /// Trains from the start for some steps.
    pub(crate) fn run(&self, workspace: &Workspace, case: Case, threads: u32) -> Result<Turn> {
        let mut command = process::command(workspace, &self.program);
        match self.contestant {
            Contestant::Losscope => losscope_arguments(&mut command),
            Contestant::Pytorch => {
                command.arg(workspace.root.join("tests/bench/torch_unet.py"));
            }
        }
        command
            .args(["--threads", &threads.to_string()])
            .args(["--size", &case.size.to_string()])
            .args(["--batch", &case.batch.to_string()]);
        let printed = process::output(&mut command)?;
        serde_json::from_str(&printed)
            .with_context(|| format!("{} printed no results: {printed}", self.contestant.name()))
    }
}

/// Losscope's side of the native bench: `losscope bench --json --fused --threads N --size S --batch B` prints
/// a [`Turn`]. Here alone its name and its arguments are known.
fn losscope_arguments(command: &mut Command) {
    command.args(["bench", "--json", "--fused"]);
}

/// Builds the command line for release and makes sure that it has a bench.
fn build_losscope(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = process::cargo(workspace);
    process::run(cargo.args(["build", "--release", "--package", "losscope-cli"]))?;
    let file = format!("losscope{}", env::consts::EXE_SUFFIX);
    let program = workspace.target.join("release").join(file);
    let mut help = process::command(workspace, &program);
    process::output(help.args(["bench", "--help"]))
        .context("this build has no `losscope bench`")?;
    Ok(program)
}

/// The Python that `LOSSCOPE_PYTHON` names, else the PATH's, if it has `PyTorch`.
fn find_python(workspace: &Workspace) -> Result<PathBuf> {
    let python = match env::var_os("LOSSCOPE_PYTHON") {
        Some(path) => PathBuf::from(path),
        None => process::find("python3").or_else(|_| process::find("python"))?,
    };
    let mut import = process::command(workspace, &python);
    process::output(import.args(["-c", "import numpy, torch"])).with_context(|| {
        format!(
            "{} has no PyTorch (`pip install torch numpy`); LOSSCOPE_PYTHON may name another Python",
            python.display()
        )
    })?;
    Ok(python)
}
