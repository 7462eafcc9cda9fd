//! The TypeScript types of the page: written by tests of the Rust crates, checked here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The generated files as they are at one time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<OsString, Vec<u8>>);

impl Snapshot {
    /// Reads the folder that `TS_RS_EXPORT_DIR` names in `.cargo/config.toml`.
    pub(crate) fn take(workspace: &Workspace) -> Result<Self> {
        let folder: PathBuf = workspace.www().join("src/engine/types");
        let reading = || format!("could not read {}", folder.display());
        let mut files = BTreeMap::new();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self(files)),
            Err(error) => return Err(error).with_context(reading),
        };
        for entry in entries {
            let entry = entry.with_context(reading)?;
            if entry.path().is_file() {
                let text = fs::read(entry.path()).with_context(reading)?;
                files.insert(entry.file_name(), text);
            }
        }
        Ok(Self(files))
    }

    /// Fails unless the files are the same now, after the tests have written them anew.
    pub(crate) fn check(&self, workspace: &Workspace) -> Result<()> {
        let changed = self.changed(&Self::take(workspace)?);
        if changed.is_empty() {
            return Ok(());
        }
        bail!(
            "the TypeScript types were not those of the Rust types; they have been written anew, \
             commit them: {}",
            changed.join(", ")
        )
    }

    /// Names of the files that `now` has new or different; the tests never remove one.
    fn changed(&self, now: &Self) -> Vec<String> {
        now.0
            .iter()
            .filter(|(name, text)| self.0.get(*name) != Some(*text))
            .map(|(name, _)| name.to_string_lossy().into_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        let file = |&(name, text): &(&str, &str)| (name.into(), text.as_bytes().to_vec());
        Snapshot(files.iter().map(file).collect())
    }

    #[test]
    fn new_and_different_files_are_named() {
        let before = snapshot(&[("Loss.ts", "a"), ("Norm.ts", "b")]);
        let after = snapshot(&[("Family.ts", "c"), ("Loss.ts", "a"), ("Norm.ts", "b2")]);
        assert_eq!(before.changed(&after), ["Family.ts", "Norm.ts"]);
        assert!(before.changed(&before).is_empty());
    }
}
