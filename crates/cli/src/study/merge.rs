//! `losscope study merge`: the results of several folders in one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use losscope_study::{Bundle, Shared, StudyError};

use super::store::{Found, Store};
use super::wrong;
use crate::{CliError, folder};

/// A file with a study and its results.
fn bundle(file: &Path) -> Result<Bundle, CliError> {
    let text = std::fs::read(file).map_err(|source| CliError::Read {
        name: file.display().to_string(),
        source,
    })?;
    match Shared::from_json(&text).map_err(wrong(file))? {
        Shared::Bundle(bundle) => Ok(*bundle),
        Shared::Study(_) | Shared::Result(_) => Err(wrong(file)(StudyError::NoBundle)),
    }
}

/// Writes the results of all folders and files into one folder that has none, with `provenance.json`, and says what
/// came together.
///
/// # Errors
/// When a folder has no results, the studies do not belong together, or a file cannot be written.
pub fn merge(folders: &[PathBuf], out: &Path) -> Result<String, CliError> {
    let store = Store::new(out);
    if store.is_taken() {
        return Err(CliError::MergeOccupied {
            folder: out.to_owned(),
        });
    }
    let mut read = Vec::new();
    let mut files: BTreeMap<(String, String), PathBuf> = BTreeMap::new();
    let mut said = String::new();
    for folder in folders {
        if folder.is_file() {
            let Bundle { study, results, .. } = bundle(folder)?;
            read.push((folder.display().to_string(), study, results));
            continue;
        }
        let from = Store::new(folder);
        let Found {
            results,
            files: found,
            unusable,
        } = from.results()?;
        for message in unusable {
            said += &format!("- {message}\n");
        }
        let name = folder.display().to_string();
        for (result, file) in results.iter().zip(found) {
            let place = (name.clone(), result.cell.key.clone());
            files.entry(place).or_insert(file);
        }
        read.push((name, from.study()?, results));
    }
    let merged = losscope_study::merge(read).map_err(wrong(out))?;
    merged.study.cells().map_err(wrong(out))?;
    let provenance =
        serde_json::to_vec_pretty(&merged.provenance).map_err(|error| CliError::Encode {
            file: "provenance.json".to_owned(),
            reason: error.to_string(),
        })?;
    for origin in &merged.provenance {
        let place = (origin.taken_from.clone(), origin.key.clone());
        match (files.get(&place), merged.results.get(&origin.key)) {
            (Some(file), _) => store.copy(file, &origin.key)?,
            (None, Some(result)) => store.keep(result)?,
            (None, None) => {}
        }
    }
    folder::write(&out.join("provenance.json"), &provenance)?;
    store.keep_study(&merged.study.to_json().map_err(wrong(out))?)?;
    said += &format!(
        "{} cells from {} folders and files are in {}.\n",
        merged.results.len(),
        folders.len(),
        out.display()
    );
    let twice = merged
        .provenance
        .iter()
        .filter(|o| !o.also_in.is_empty())
        .count();
    if twice > 0 {
        said += &format!("- {twice} cells are in several folders, with the same values.\n");
    }
    for origin in merged
        .provenance
        .iter()
        .filter(|o| !o.differs_in.is_empty())
    {
        said += &format!(
            "- {} was taken from {}, but has other values in {}.\n",
            origin.key,
            origin.taken_from,
            origin.differs_in.join(", ")
        );
    }
    let mut versions: Vec<String> = merged
        .results
        .values()
        .map(|result| format!("{} on {}", result.machine.version, result.machine.adapter))
        .collect();
    versions.sort_unstable();
    versions.dedup();
    if versions.len() > 1 {
        said += &format!(
            "- The cells were not all trained with the same: {}. Their numbers may differ by more than rounding.\n",
            versions.join(", ")
        );
    }
    Ok(said)
}
