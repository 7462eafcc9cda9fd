//! `losscope study`: grids of experiments, from files and into files.

mod held;
mod list;
mod merge;
mod report;
mod run;
mod store;

pub use list::{list, preset};
pub use merge::merge;
pub use report::report;
pub use run::run;

use std::path::Path;

use losscope_study::StudyError;

use crate::CliError;

/// An error of a study, with the document or folder it is about.
fn wrong(name: &Path) -> impl Fn(StudyError) -> CliError {
    let name = name.display().to_string();
    move |source| CliError::Study {
        name: name.clone(),
        source,
    }
}
