//! The files of an import that are still to be used.

use std::collections::BTreeMap;
use std::io;

use super::limits::Limits;
use super::source::{Source, head};
use super::zip::Archive;

/// Where the bytes of a file are.
#[derive(Debug)]
enum Held {
    Source(Box<dyn Source>),
    /// In one of the archives, at this position.
    Entry(usize, usize),
}

/// Files by their paths. Sorted, so that the order of their coming does not matter.
#[derive(Debug, Default)]
pub(super) struct Store {
    files: BTreeMap<String, Held>,
    archives: Vec<Archive>,
}

impl Store {
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(super) fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn put(&mut self, path: String, source: Box<dyn Source>) {
        self.files.insert(path, Held::Source(source));
    }

    /// Takes in an archive; returns its position, for its entries.
    pub(super) fn open(&mut self, archive: Archive) -> usize {
        self.archives.push(archive);
        self.archives.len() - 1
    }

    pub(super) fn put_entry(&mut self, path: String, archive: usize, index: usize) {
        self.files.insert(path, Held::Entry(archive, index));
    }

    /// Reads a file, which stays; nothing where there is none.
    ///
    /// # Errors
    /// A sentence for the report, where it cannot be read.
    pub(super) fn read(&mut self, path: &str, limits: &Limits) -> Result<Vec<u8>, String> {
        match self.files.get(path) {
            Some(Held::Source(source)) => {
                head(&**source, limits.file_bytes).map_err(|error| unreadable(&error))
            }
            Some(&Held::Entry(archive, index)) => self.archives[archive].unpack(index, limits),
            None => Ok(Vec::new()),
        }
    }

    /// Reads a file that is not needed any more.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(super) fn take(&mut self, path: &str, limits: &Limits) -> Result<Vec<u8>, String> {
        let bytes = self.read(path, limits);
        self.files.remove(path);
        bytes
    }
}

pub(super) fn unreadable(error: &io::Error) -> String {
    format!("The file cannot be read ({error}). Check that it is still there and may be opened.")
}
