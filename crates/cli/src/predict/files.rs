//! The images to apply networks to, and their masks.

use std::fs;
use std::path::{Path, PathBuf};

use crate::CliError;

/// What may follow an image's name in that of its mask.
const ENDINGS: [&str; 7] = [
    "",
    "_mask",
    "-mask",
    "_segmentation",
    "_seg",
    "_label",
    "_gt",
];

/// The name without folder and ending.
pub(super) fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(unreadable(path))
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> CliError {
    let name = path.display().to_string();
    move |source| CliError::Read {
        name: name.clone(),
        source,
    }
}

/// The file, or the files of the folder, by name; hidden ones left out.
pub(super) fn images(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let files = list(path)?;
    match files.is_empty() {
        true => Err(CliError::Predict {
            file: path.to_owned(),
            reason: "there are no images in this folder".into(),
        }),
        false => Ok(files),
    }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let file = entry.map_err(unreadable(folder))?.path();
        if file.is_file() && !stem(&file).starts_with('.') {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// The mask of each image, where the folder has one: a file of the image's name, or of that with `_mask` or the
/// like behind it.
pub(super) fn masks(folder: &Path, images: &[PathBuf]) -> Result<Vec<Option<PathBuf>>, CliError> {
    let files = list(folder)?;
    let of = |image: &PathBuf| {
        let name = stem(image);
        let found = ENDINGS.iter().find_map(|ending| {
            let wanted = format!("{name}{ending}");
            files.iter().find(|file| stem(file) == wanted)
        });
        found.cloned()
    };
    let found: Vec<Option<PathBuf>> = images.iter().map(of).collect();
    match found.iter().any(Option::is_some) {
        true => Ok(found),
        false => Err(CliError::Predict {
            file: folder.to_owned(),
            reason: "no mask in this folder has the name of an image: name it as the image, or with _mask behind that"
                .into(),
        }),
    }
}
