//! `losscope study list` and `losscope study preset`.

use std::path::Path;

use losscope_study::{Cell, PRESETS, Preset};
use serde::Serialize;

use super::wrong;
use crate::text::columns;
use crate::{CliError, document};

/// A cell, with the number by which `study run --cell` knows it.
#[derive(Serialize)]
struct Numbered<'a> {
    number: usize,
    #[serde(flatten)]
    cell: &'a Cell,
}

/// The cells of a study, for a person or as JSON.
///
/// # Errors
/// When the document cannot be read or is no study.
pub fn list(path: &Path, json: bool) -> Result<String, CliError> {
    let (study, _) = document::study(path)?;
    let cells = study.cells().map_err(wrong(path))?;
    let numbered = cells.iter().enumerate();
    if json {
        let cells: Vec<Numbered> = numbered
            .map(|(index, cell)| Numbered {
                number: index + 1,
                cell,
            })
            .collect();
        return match serde_json::to_string_pretty(&cells) {
            Ok(text) => Ok(text + "\n"),
            Err(error) => Err(CliError::Encode {
                file: "the JSON".to_owned(),
                reason: error.to_string(),
            }),
        };
    }
    let head = [
        "cell",
        "dataset",
        "foreground",
        "learning rate",
        "seed",
        "loss",
        "key",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(numbered.map(|(index, cell)| {
        vec![
            (index + 1).to_string(),
            cell.dataset.clone(),
            cell.foreground
                .map_or_else(|| "–".to_owned(), |share| share.to_string()),
            cell.learning_rate.to_string(),
            cell.seed.to_string(),
            cell.loss.clone(),
            cell.key.clone(),
        ]
    }));
    Ok(columns(&rows, head.len()))
}

/// The document of a preset, on a full or `small` budget; or what presets there are.
///
/// # Errors
/// When there is none of this name.
pub fn preset(name: Option<&str>, small: bool) -> Result<String, CliError> {
    let Some(name) = name else {
        let rows: Vec<Vec<String>> = PRESETS
            .iter()
            .map(|preset| vec![preset.name.to_owned(), preset.summary.to_owned()])
            .collect();
        return Ok(columns(&rows, 2));
    };
    let budget = if small { Preset::small } else { Preset::study };
    let study = Preset::find(name).and_then(budget);
    let text = study.and_then(|study| study.to_json());
    text.map_err(wrong(Path::new("study preset")))
}
