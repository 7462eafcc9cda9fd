//! What the tests that cross crates share.

pub mod burn_unet;

use std::io::Write;
use std::path::PathBuf;

use burn::tensor::Device;
use losscope_trainer::{Experiment, Session};

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Says how much a test has tried, whether or not it fails: what it prints otherwise is kept back.
pub fn say(what: &str) {
    // Nobody may be listening.
    let _ = writeln!(std::io::stderr(), "  {what}");
}

/// The folder named by an environment variable, by default `default` beside the repository; `None`, with
/// a line that says so, where there is none.
pub fn external_folder(variable: &str, default: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os(variable).map_or_else(|| root().join("..").join(default), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no folder {} (set {variable})", folder.display());
    None
}

/// A session of an experiment on synthetic data, on the CPU.
///
/// # Panics
/// When the experiment cannot be run.
pub fn session(experiment: &Experiment) -> Session {
    let dataset = experiment
        .data
        .generate(experiment.data_seed())
        .expect("sound settings")
        .expect("synthetic data");
    Session::new(experiment.clone(), dataset.into(), &Device::flex()).expect("a sound experiment")
}
