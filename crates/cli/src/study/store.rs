//! The folder of a study: `study.json`, and `cells/KEY.json` for each cell that has a result.

use std::fs;
use std::path::{Path, PathBuf};

use losscope_study::{Cell, CellResult, Study};

use super::wrong;
use crate::{CliError, document, folder};

/// A study's folder.
pub(super) struct Store {
    root: PathBuf,
}

/// The results of a folder.
pub(super) struct Found {
    /// In the order of their files' names.
    pub(super) results: Vec<CellResult>,
    /// The file of each.
    pub(super) files: Vec<PathBuf>,
    /// Files that are no results, each with what is wrong, in a sentence.
    pub(super) unusable: Vec<String>,
}

impl Store {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    fn document(&self) -> PathBuf {
        self.root.join("study.json")
    }

    fn file(&self, key: &str) -> PathBuf {
        self.root.join("cells").join(format!("{key}.json"))
    }

    /// Whether there is a study.
    pub(super) fn is_taken(&self) -> bool {
        self.document().exists() || self.root.join("cells").exists()
    }

    /// The study.
    pub(super) fn study(&self) -> Result<Study, CliError> {
        if !self.document().exists() {
            return Err(CliError::NoStudy {
                folder: self.root.clone(),
            });
        }
        Ok(document::study(&self.document())?.0)
    }

    /// Keeps the study's document as it was given, where it is not the one that is there: read again it is the same to
    /// the last bit, and so are the hashes of its cells.
    pub(super) fn keep_study(&self, text: &str) -> Result<(), CliError> {
        let known = fs::read(self.document());
        if known.is_ok_and(|known| known == text.as_bytes()) {
            return Ok(());
        }
        folder::write(&self.document(), text.as_bytes())
    }

    /// The fingerprint of the data of a cell's result, where that is whole and its own; whether they are still the
    /// data is for the caller to see.
    pub(super) fn fingerprint(&self, cell: &Cell) -> Option<String> {
        let text = fs::read(self.file(&cell.key)).ok()?;
        let result = CellResult::from_json(&text).ok()?;
        (result.cell.hash == cell.hash).then_some(result.data.fingerprint)
    }

    /// Where results go that are not of the data there are.
    pub(super) fn other_data(&self) -> PathBuf {
        self.root.join("other-data")
    }

    /// Puts a cell's result where no report looks for it: it is of data that are no longer there.
    pub(super) fn set_aside(&self, cell: &Cell, fingerprint: &str) -> Result<(), CliError> {
        let to = self.other_data();
        let file = to.join(format!("{}-{fingerprint}.json", cell.key));
        let moved = fs::create_dir_all(&to).and_then(|()| fs::rename(self.file(&cell.key), &file));
        moved.map_err(|source| CliError::Write {
            path: file.clone(),
            source,
        })
    }

    pub(super) fn keep(&self, result: &CellResult) -> Result<(), CliError> {
        let file = self.file(&result.cell.key);
        let text = result.to_json().map_err(wrong(&file))?;
        folder::write(&file, &text)
    }

    /// Copies a result's file as it is.
    pub(super) fn copy(&self, file: &Path, key: &str) -> Result<(), CliError> {
        let text = fs::read(file).map_err(|source| CliError::Read {
            name: file.display().to_string(),
            source,
        })?;
        folder::write(&self.file(key), &text)
    }

    /// Every result.
    pub(super) fn results(&self) -> Result<Found, CliError> {
        let entries = fs::read_dir(self.root.join("cells")).map_err(|_| CliError::NoStudy {
            folder: self.root.clone(),
        })?;
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        });
        files.sort();
        let mut found = Found {
            results: Vec::new(),
            files: Vec::new(),
            unusable: Vec::new(),
        };
        for file in files {
            let read = fs::read(&file).map_err(|error| error.to_string());
            let result = read
                .and_then(|text| CellResult::from_json(&text).map_err(|error| error.to_string()));
            match result {
                Ok(result) => {
                    found.results.push(result);
                    found.files.push(file);
                }
                Err(reason) => found
                    .unusable
                    .push(format!("{} is left out: {reason}", file.display())),
            }
        }
        Ok(found)
    }
}
