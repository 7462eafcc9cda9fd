//! Importing a folder, where there is a file system.

use std::fs;
use std::path::Path;

use crate::import::{Import, ImportError, ImportOptions, Importer, Limits};

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 16;

/// Imports the images and masks in a folder and the folders in it, as [`Importer`] does.
///
/// Links to folders are not followed. Files are read in the order of their paths, so that the
/// result does not depend on the file system.
///
/// # Errors
/// Where the options are out of range, the folder cannot be read, or fewer than three pairs of
/// image and mask in it can be used.
pub fn import_folder(path: &Path, options: ImportOptions) -> Result<Import, ImportError> {
    let limits = Limits::default();
    let mut importer = Importer::with_limits(options, limits)?;
    let mut files = Vec::new();
    list(path, "", 0, limits.files, &mut files).map_err(|error| ImportError::Folder {
        path: path.display().to_string(),
        reason: error.to_string(),
    })?;
    files.sort();
    for file in files {
        let full = path.join(&file);
        // By its size first, so that a huge file is not read only to be refused.
        match fs::metadata(&full) {
            Ok(about) if about.len() > limits.file_bytes as u64 => importer.reject(
                &file,
                format!(
                    "The file has {} MB, more than can be read here. Divide it.",
                    about.len() >> 20
                ),
            ),
            Ok(_) => match fs::read(&full) {
                Ok(bytes) => importer.add(&file, bytes),
                Err(error) => importer.reject(&file, unreadable(&error)),
            },
            Err(error) => importer.reject(&file, unreadable(&error)),
        }
    }
    importer.pair();
    let mut import = importer.finish()?;
    if let Some(name) = path.file_name() {
        import.dataset.name = name.to_string_lossy().into_owned();
    }
    Ok(import)
}

fn unreadable(error: &std::io::Error) -> String {
    format!("The file cannot be read ({error}). Check that you may open it.")
}

/// Lists the files below `folder` as paths relative to the root, at most one more than `most`: the
/// importer then says that there are too many.
fn list(
    folder: &Path,
    prefix: &str,
    depth: usize,
    most: usize,
    files: &mut Vec<String>,
) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if files.len() > most {
            break;
        }
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if depth < DEEPEST && !path.starts_with('.') {
                list(&entry.path(), &format!("{path}/"), depth + 1, most, files)?;
            }
        } else if kind.is_file() || fs::metadata(entry.path()).is_ok_and(|about| about.is_file()) {
            files.push(path);
        }
    }
    Ok(())
}
