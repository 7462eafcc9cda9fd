//! The data of an experiment: drawn, or from a folder.

use std::path::Path;

use losscope_datasets::import::{Import, ImportOptions, ImportReport, Rejection};
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
    if let Some(Import { dataset, report }) = import(&experiment.data)? {
        let ImportReport {
            notes, rejected, ..
        } = report;
        let not_used = rejected.iter().map(not_used);
        return Ok(Data {
            dataset,
            remarks: notes.into_iter().chain(not_used).collect(),
        });
    }
    let drawn = experiment.data.generate(experiment.data_seed());
    Ok(Data {
        dataset: drawn.map_err(unusable)?.ok_or(CliError::Imported)?,
        remarks: Vec::new(),
    })
}

/// Imports the folder that data are in; nothing where they are in none.
///
/// # Errors
/// When the folder cannot be read, or has fewer than three pairs.
pub(crate) fn import(data: &DataConfig) -> Result<Option<Import>, CliError> {
    let DataConfig::Folder {
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
    } = data
    else {
        return Ok(None);
    };
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
    Ok(Some(import_folder(
        Path::new(path),
        options,
        classes.clone(),
    )?))
}

/// What is said of a file that was not used.
pub(crate) fn not_used(Rejection { path, reason }: &Rejection) -> String {
    format!("not used: {path}: {reason}")
}

/// An error in the experiment that shows only when its data are made, or lanes are built on them.
pub(crate) fn unusable(source: TrainerError) -> CliError {
    CliError::Experiment {
        name: "the experiment".to_owned(),
        source,
    }
}
