//! What an import tells about itself.

use serde::{Deserialize, Serialize};

use crate::Dataset;

/// A set made from files, and what became of each file.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The samples.
    pub dataset: Dataset,
    /// What was used, and what was not and why.
    pub report: ImportReport,
}

/// What an import used, and what it did not and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportReport {
    /// The pairs of image and mask that became samples.
    pub pairs: Vec<PairPreview>,
    /// The files that were not used.
    pub rejected: Vec<Rejection>,
    /// Share of foreground pixels over all samples, 0..=1.
    pub foreground_fraction: f64,
    /// Number of samples; more than there are pairs where images were cut into tiles.
    pub samples: usize,
}

/// One image with its mask, to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PairPreview {
    /// Name to show.
    pub name: String,
    /// Path of the image.
    pub image: String,
    /// Path of the mask; several, joined by " + ", where they were merged.
    pub mask: String,
    /// Width of the image in pixels, as it came.
    pub width: usize,
    /// Height of the image in pixels, as it came.
    pub height: usize,
    /// Share of foreground pixels in its samples, 0..=1.
    pub foreground_fraction: f64,
    /// A small picture of the image with the outline of the mask.
    pub thumbnail: Thumbnail,
    /// Number of samples made of it: 1, or the number of tiles.
    pub tiles: usize,
}

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Thumbnail {
    /// Width in pixels, at most 96.
    pub width: usize,
    /// Height in pixels, at most 96.
    pub height: usize,
    /// Four bytes a pixel (red, green, blue, opacity), row by row.
    // As bytes, because thousands of pictures as lists of numbers would be slow to hand over.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "ts", ts(type = "Uint8Array"))]
    pub rgba: Vec<u8>,
}

/// A file that was not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Rejection {
    /// Path of the file.
    pub path: String,
    /// What is wrong, why, and what to do, in whole sentences.
    pub reason: String,
}

/// How far an import has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportProgress {
    /// Pairs looked at so far.
    pub done: usize,
    /// Pairs found.
    pub total: usize,
    /// Name of the pair just looked at.
    pub name: String,
}

/// Why nothing could be imported.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// The working size is out of range.
    #[error(
        "imported images can be worked on at 16 to 512 pixels a side, not {0}; choose a size in that range, for example 64"
    )]
    Size(usize),
    /// Too little is left to split into training, validation and test.
    #[error("{}", too_few(*found, rejected))]
    TooFewPairs {
        /// Usable pairs.
        found: usize,
        /// The files that were not used, and why.
        rejected: Vec<Rejection>,
    },
    /// A folder cannot be read.
    #[error(
        "the folder {path} cannot be read ({reason}); check that it exists and that you may open it"
    )]
    Folder {
        /// The folder.
        path: String,
        /// What the operating system says.
        reason: String,
    },
}

/// How many rejections the message of an error quotes.
const QUOTED: usize = 5;

fn too_few(found: usize, rejected: &[Rejection]) -> String {
    let pairs = match found {
        0 => "no usable pair of image and mask was found".to_owned(),
        1 => "only 1 usable pair of image and mask was found".to_owned(),
        _ => format!("only {found} usable pairs of image and mask were found"),
    };
    let mut message = format!(
        "{pairs}, but at least 3 are needed, to train, validate and test on; bring images with masks of \
         the same names in two folders (images/a.png, masks/a.png) or side by side (a.png, a_mask.png)"
    );
    for Rejection { path, reason } in rejected.iter().take(QUOTED) {
        message.push_str(&format!("\n• {path}: {reason}"));
    }
    if rejected.len() > QUOTED {
        message.push_str(&format!("\n• and {} more", rejected.len() - QUOTED));
    }
    message
}
