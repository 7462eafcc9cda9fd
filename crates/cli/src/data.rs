//! The data of an experiment: drawn, or from a folder.

use std::path::Path;

use losscope_datasets::import::{ImportOptions, ImportReport, Rejection};
use losscope_datasets::{Dataset, import_folder};
use losscope_trainer::{DataConfig, Experiment, TrainerError};

use crate::CliError;

/// Data, and what is to be said about them.
#[derive(Debug)]
pub struct Data {
    /// The data.
    pub dataset: Dataset,
    /// What should be known about a folder's images, and which of its files were not used and why.
    pub remarks: Vec<String>,
}

/// Draws the data of an experiment or reads them from its folder, a path from the current directory.
///
/// # Errors
/// When they cannot be drawn, the folder cannot be read or has fewer than three pairs, or the data are
/// ones that only a page has.
pub fn load(experiment: &Experiment) -> Result<Data, CliError> {
    let dataset = match &experiment.data {
        DataConfig::Folder {
            path,
            size,
            fit,
            volumes,
            depth,
            keep,
            most,
            intensity,
            modality,
            classes,
            split: _,
        } => {
            let options = ImportOptions {
                size: *size,
                fit: *fit,
                volumes: *volumes,
                depth: *depth,
                keep: *keep,
                most: *most,
                intensity: *intensity,
                modality: *modality,
            };
            let import = import_folder(Path::new(path), options, classes.clone())?;
            let ImportReport {
                notes, rejected, ..
            } = import.report;
            let not_used = rejected
                .into_iter()
                .map(|Rejection { path, reason }| format!("not used: {path}: {reason}"));
            return Ok(Data {
                dataset: import.dataset,
                remarks: notes.into_iter().chain(not_used).collect(),
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
        remarks: Vec::new(),
    })
}

/// An error in the experiment that shows only when its data are made, or lanes are built on them.
pub(crate) fn unusable(source: TrainerError) -> CliError {
    CliError::Experiment {
        name: "the experiment".to_owned(),
        source,
    }
}
