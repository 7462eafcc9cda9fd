//! The data of an experiment: drawn, or from a folder.

use std::path::Path;

use losscope_datasets::import::{ImportOptions, Rejection};
use losscope_datasets::{Dataset, import_folder};
use losscope_trainer::{DataConfig, Experiment, TrainerError};

use crate::CliError;

/// Data, and the files of the folder that were not used.
#[derive(Debug)]
pub struct Data {
    /// The data.
    pub dataset: Dataset,
    /// What was not used, and why; empty for data that are drawn.
    pub rejected: Vec<Rejection>,
}

/// Draws the data of an experiment or reads them from its folder, a path from the current directory.
///
/// # Errors
/// When they cannot be drawn, the folder cannot be read or has fewer than three pairs, or the data are
/// ones that only a page has.
pub fn load(experiment: &Experiment) -> Result<Data, CliError> {
    let dataset = match &experiment.data {
        DataConfig::Folder {
            path, size, fit, ..
        } => {
            let options = ImportOptions::new(*size, *fit);
            let import = import_folder(Path::new(path), options)?;
            return Ok(Data {
                dataset: import.dataset,
                rejected: import.report.rejected,
            });
        }
        DataConfig::Imported { .. } => None,
        DataConfig::Synthetic { .. } => experiment
            .data
            .generate(experiment.data_seed())
            .map_err(unusable)?,
    };
    let dataset = dataset.ok_or(CliError::Imported)?;
    Ok(Data {
        dataset,
        rejected: Vec::new(),
    })
}

/// An error in the experiment that shows only when its data are made, or lanes are built on them.
pub(crate) fn unusable(source: TrainerError) -> CliError {
    CliError::Experiment {
        name: "the experiment".to_owned(),
        source,
    }
}
