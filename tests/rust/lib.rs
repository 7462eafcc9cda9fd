//! What the tests that cross crates share.

pub mod burn_unet;
pub mod document;

use std::io::Write;
use std::path::PathBuf;

use burn::tensor::Device;
use losscope_trainer::{Experiment, Session};

/// The repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Says how much a test of the losses has tried, and holds docs/conformance.md to it: to numbers that are the same
/// on every machine.
///
/// # Panics
/// When the document says something else.
#[track_caller]
pub fn record(what: &str) {
    say(what);
    let file = std::panic::Location::caller().file().replace('\\', "/");
    let file = file.rsplit_once("rust/").map_or(&*file, |(_, file)| file);
    let row = format!("| `{file}` | {what} |");
    let words = document::without_numbers(&row);
    document::row(document::Table::Properties, &row, |old| {
        document::without_numbers(old) == words
    });
}

/// Says something whether or not the test fails: what it prints otherwise is kept back.
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
    say(&format!(
        "skipped: there is no folder {default} beside the repository, and {variable} names none"
    ));
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
