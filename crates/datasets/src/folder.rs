//! Importing a folder, where there is a file system.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::import::{ClassMapping, Import, ImportError, ImportOptions, Importer, Limits, Source};

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 16;

/// Imports the images and masks in a folder and the folders in it, as [`Importer`] does; `classes`
/// says which class each value in masks stands for, instead of the rules.
///
/// Links to folders are not followed. Files are read one pair at a time, in the order of their paths,
/// so that the result does not depend on the file system, and the folder may be larger than memory.
///
/// # Errors
/// Where the options or classes are out of range, the folder cannot be read, or fewer than three
/// pairs of image and mask in it can be used.
pub fn import_folder(
    path: &Path,
    options: ImportOptions,
    classes: Option<ClassMapping>,
) -> Result<Import, ImportError> {
    let limits = Limits::default();
    let mut importer = Importer::with_limits(options, limits)?;
    if let Some(classes) = classes {
        importer.set_classes(classes)?;
    }
    let mut files = Vec::new();
    list(path, "", 0, limits.files, &mut files).map_err(|error| ImportError::Folder {
        path: path.display().to_string(),
        reason: error.to_string(),
    })?;
    files.sort();
    for file in files {
        let full = path.join(&file);
        match fs::metadata(&full) {
            Ok(about) => importer.offer(
                &file,
                Box::new(OnDisk {
                    path: full,
                    size: about.len(),
                }),
            ),
            Err(error) => importer.reject(
                &file,
                format!("The file cannot be read ({error}). Check that you may open it."),
            ),
        }
    }
    importer.pair();
    let mut import = importer.finish()?;
    if let Some(name) = path.file_name() {
        import.dataset.name = name.to_string_lossy().into_owned();
    }
    Ok(import)
}

/// A file that is opened only while it is read: there may be more than a process may have open.
#[derive(Debug)]
struct OnDisk {
    path: PathBuf,
    size: u64,
}

impl Source for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut file = fs::File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        file.read(into)
    }
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
