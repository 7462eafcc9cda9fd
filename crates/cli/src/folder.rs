//! The folder of a run's results. Each file is written aside and then renamed: at any moment, whatever
//! interrupts a run, it is whole or not there.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::CliError;

/// Names in the folder, with the extension of the files where it is a folder of them.
const RESULTS: [(&str, Option<&str>); 4] = [
    ("report.json", None),
    ("metrics.csv", None),
    ("weights", Some("safetensors")),
    ("pictures", Some("png")),
];

/// A folder for results.
#[derive(Debug)]
pub struct ResultsFolder {
    root: PathBuf,
}

impl ResultsFolder {
    /// Takes a folder, which need not exist yet.
    ///
    /// # Errors
    /// When it holds results already and they are not to be replaced.
    pub fn new(root: &Path, overwrite: bool) -> Result<Self, CliError> {
        let found = RESULTS.iter().find(|(name, _)| root.join(name).exists());
        match found {
            Some(&(found, _)) if !overwrite => Err(CliError::Occupied {
                folder: root.to_owned(),
                found,
            }),
            _ => Ok(Self {
                root: root.to_owned(),
            }),
        }
    }

    /// Makes the folder, and removes the results of an earlier run, so that they are not taken for ones
    /// of this: other files stay.
    ///
    /// # Errors
    /// When something cannot be made or removed.
    pub fn prepare(&self) -> Result<(), CliError> {
        make(&self.root)?;
        for (name, extension) in RESULTS {
            let path = self.root.join(name);
            match extension {
                None => remove(&path)?,
                Some(extension) => remove_all(&path, extension)?,
            }
        }
        Ok(())
    }

    /// Writes a file whole, with the folder it is in; `name` is its path from the root.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CliError> {
        write(&self.root.join(name), bytes)
    }
}

/// Writes a file whole, with the folder it is in.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    if let Some(parent) = path.parent() {
        make(parent)?;
    }
    let mut aside = path.as_os_str().to_owned();
    // Of this process alone: two may write the same file.
    aside.push(format!(".{}.part", std::process::id()));
    let outcome = fs::File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)
    });
    outcome.map_err(|source| CliError::Write {
        path: path.to_owned(),
        source,
    })
}

fn make(folder: &Path) -> Result<(), CliError> {
    fs::create_dir_all(folder).map_err(|source| CliError::Write {
        path: folder.to_owned(),
        source,
    })
}

fn remove(path: &Path) -> Result<(), CliError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(CliError::Write {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Removes the files of a folder that have an extension, where there is such a folder.
fn remove_all(folder: &Path, extension: &str) -> Result<(), CliError> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .try_for_each(|path| remove(&path))
}
