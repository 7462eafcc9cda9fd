//! Files that people hand to each other.

use serde::{Deserialize, Serialize};

use crate::{CellResult, Merged, Study, StudyError, merge};

/// What a study with its results must begin with to be taken for one.
const FORMAT: &str = "losscope-study-1";

/// A study with its results, in one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// `losscope-study-1`.
    pub format: String,
    /// The study.
    pub study: Study,
    /// Results of its cells.
    pub results: Vec<CellResult>,
}

/// A file of whichever kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Shared {
    /// A study.
    Study(Box<Study>),
    /// What came of a cell.
    Result(Box<CellResult>),
    /// A study with its results.
    Bundle(Box<Bundle>),
}

/// Files that come together: a folder of `study run`, or what someone was handed.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// What they are called together.
    pub name: String,
    /// Name and content of each.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What was read from files and put together.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The whole.
    pub merged: Merged,
    /// Files that could not be used, each with what is wrong, in a sentence.
    pub unusable: Vec<String>,
}

impl Bundle {
    /// A study with its results.
    pub fn new(study: Study, results: Vec<CellResult>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            study,
            results,
        }
    }

    /// The file.
    ///
    /// # Errors
    /// Never, in fact: JSON takes whatever a study holds.
    pub fn to_json(&self) -> Result<Vec<u8>, StudyError> {
        serde_json::to_vec(self).map_err(StudyError::Document)
    }
}

impl Shared {
    /// Reads a file, which says itself what it is.
    ///
    /// # Errors
    /// When it is nothing of Losscope's, or of another version.
    pub fn from_json(text: &[u8]) -> Result<Self, StudyError> {
        /// What tells the kinds apart: a study's document has no format.
        #[derive(Deserialize)]
        struct Kind {
            format: Option<String>,
        }
        let kind: Kind = serde_json::from_slice(text).map_err(StudyError::Document)?;
        match kind.format.as_deref() {
            None => {
                let text = String::from_utf8_lossy(text);
                Ok(Self::Study(Box::new(Study::from_json(&text)?)))
            }
            Some(FORMAT) => {
                let bundle: Bundle = serde_json::from_slice(text).map_err(StudyError::Document)?;
                for result in &bundle.results {
                    result.check()?;
                }
                Ok(Self::Bundle(Box::new(bundle)))
            }
            Some(_) => Ok(Self::Result(Box::new(CellResult::from_json(text)?))),
        }
    }
}

/// Reads and merges files: those of each folder belong to its study, or, where it has none, to the first folder's.
/// A file that cannot be used is told and left out.
///
/// # Errors
/// When there is no study, or the studies differ in more than their names and grids.
pub fn gather(folders: Vec<Files>) -> Result<Gathered, StudyError> {
    let mut unusable = Vec::new();
    let mut read: Vec<(String, Option<Study>, Vec<CellResult>)> = Vec::new();
    let mut wrong = None;
    for Files { name, files } in folders {
        let (mut study, mut results) = (None, Vec::new());
        for (file, text) in files {
            match Shared::from_json(&text) {
                Ok(Shared::Study(found)) => study = study.or(Some(*found)),
                Ok(Shared::Result(found)) => results.push(*found),
                Ok(Shared::Bundle(found)) => {
                    study = study.or(Some(found.study));
                    results.extend(found.results);
                }
                Err(error) => {
                    unusable.push(format!("{file} is left out: {error}"));
                    wrong = wrong.or(Some(error));
                }
            }
        }
        read.push((name, study, results));
    }
    let first = read.iter().find_map(|(_, study, _)| study.clone());
    let Some(first) = first else {
        return Err(wrong.unwrap_or(StudyError::NoDocument));
    };
    let folders = read
        .into_iter()
        .map(|(name, study, results)| (name, study.unwrap_or_else(|| first.clone()), results));
    Ok(Gathered {
        merged: merge(folders.collect())?,
        unusable,
    })
}
