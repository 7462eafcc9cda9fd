//! `cargo xtask bench`: a training step of Losscope beside the same step of other libraries, and what using
//! the page is like.

mod case;
mod losses;
mod native;
mod page;
mod table;
mod web;

use anyhow::Result;
use clap::Subcommand;

use crate::workspace::Workspace;

/// Which bench to run.
#[derive(Subcommand)]
pub(crate) enum Bench {
    /// In the browser, beside jax-js and TensorFlow.js.
    Web(web::Options),
    /// On this machine's CPU, beside `PyTorch`.
    Native(native::Options),
    /// What value and gradient of each loss cost, composed and as kernels.
    Losses(losses::Options),
    /// How soon the page learns, how smooth it stays, what it holds and what faults cost.
    Page(page::Options),
}

/// Runs it, and leaves its results as JSON in `target/bench`; those of the losses in their document.
pub(crate) fn run(workspace: &Workspace, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Web(options) => web::run(workspace, options),
        Bench::Native(options) => native::run(workspace, options),
        Bench::Losses(options) => losses::run(workspace, options),
        Bench::Page(options) => page::run(workspace, options),
    }
}
