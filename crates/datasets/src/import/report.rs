//! What an import tells about itself.

use serde::{Deserialize, Serialize};

use super::layout::Layout;
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
    /// The published set that the files come from, where it is one that is known.
    pub layout: Option<Layout>,
    /// Number of sources: patients, cases or sequences as far as they are known, else images.
    pub sources: usize,
    /// The classes, with their share of the pixels.
    pub classes: Vec<ClassShare>,
    /// The values in the masks as they came, and the class of each.
    pub values: Vec<MaskValue>,
    /// What should be known about the set, in whole sentences.
    pub notes: Vec<String>,
}

/// A class of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ClassShare {
    /// Name of the class.
    pub name: String,
    /// Share of the pixels of all samples, 0..=1.
    pub fraction: f64,
}

/// A value that occurs in masks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MaskValue {
    /// A number ("4"), a colour ("#ff0000"), or "foreground" or "background" where a rule and no
    /// single value tells.
    pub value: String,
    /// Position of its class in the list of classes.
    pub class: usize,
    /// Pixels of this value in all masks, as they came.
    // Below 2⁵³, so that a page can hold it in a number.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub pixels: u64,
    /// Masks with such pixels.
    pub masks: usize,
}

/// Which class each value in masks stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ClassMapping {
    /// Names of the classes, 2 to 16, background first.
    pub classes: Vec<String>,
    /// The class of each value; a value not named is background.
    pub values: Vec<ValueClass>,
}

/// The class of one value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ValueClass {
    /// As in [`MaskValue::value`].
    pub value: String,
    /// Position in the list of classes.
    pub class: usize,
}

/// Whether a file is an image or a mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Role {
    /// To be segmented.
    Image,
    /// Says where the foreground is.
    Mask,
}

/// Which files are going to be pairs, before any is decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Pairing {
    /// The published set that the files come from, where it is one that is known.
    pub layout: Option<Layout>,
    /// The pairs to be decoded.
    pub pairs: Vec<PlannedPair>,
    /// Images without a mask, and masks without an image.
    pub unpaired: Vec<Unpaired>,
    /// Files of the published set that are neither images nor masks.
    pub ignored: Vec<Rejection>,
}

/// A pair to be decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PlannedPair {
    /// Path of the image; several where each holds a channel.
    pub images: Vec<String>,
    /// Paths of its masks, to be merged; mostly one.
    pub masks: Vec<String>,
    /// What the image was taken from, as far as its name tells.
    pub source: String,
    /// Whether it was made by hand.
    pub by_hand: bool,
}

/// A file in no pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Unpaired {
    /// What it seems to be.
    pub role: Role,
    /// Path of the file.
    pub path: String,
    /// Why it is in no pair, and what to do, in whole sentences.
    pub reason: String,
}

/// One image with its mask, to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PairPreview {
    /// Name to show.
    pub name: String,
    /// Path of the image; several, joined by " + ", where each holds a channel.
    pub image: String,
    /// Path of the mask; several, joined by " + ", where they were merged.
    pub mask: String,
    /// Width of the image in pixels, as it came.
    pub width: usize,
    /// Height of the image in pixels, as it came.
    pub height: usize,
    /// Slices of the image, as it came; 1 unless it is a volume.
    pub depth: usize,
    /// What the image was taken from: its patient, case or sequence where known, else itself.
    pub source: String,
    /// The values that became black and white, of the first channel, where the scale was changed.
    pub range: Option<[f64; 2]>,
    /// Share of foreground pixels in its samples, 0..=1.
    pub foreground_fraction: f64,
    /// A small picture of the image with the outline of the mask.
    pub thumbnail: Thumbnail,
    /// Number of samples made of it: 1, or the number of tiles, slices or patches.
    pub tiles: usize,
}

/// A small picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportProgress {
    /// Pairs looked at so far.
    pub done: usize,
    /// Pairs found.
    pub total: usize,
    /// Name of the pair just looked at.
    pub name: String,
    /// Of a volume that is not done yet, the share that is, 0..1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub part: Option<f64>,
}

/// Why nothing could be imported.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImportError {
    /// The working size is out of range.
    #[error(
        "imported images can be worked on at 16 to 512 pixels a side, not {0}; choose a size in that range, for example 64"
    )]
    Size(usize),
    /// The working depth is out of range.
    #[error(
        "samples with depth have 2 to 128 slices, not {0}; choose a number in that range, for example 16"
    )]
    Depth(usize),
    /// No slice of a volume would be kept.
    #[error(
        "of each volume, at least one slice must be kept; choose a number above 0, for example 32"
    )]
    Most,
    /// The window has no width.
    #[error(
        "a window needs a centre and a width above 0, not centre {centre} and width {width}; for soft tissue in CT, \
         use 40 and 400"
    )]
    Window {
        /// The centre as given.
        centre: f32,
        /// The width as given.
        width: f32,
    },
    /// A pair was to be made of a file that is not there.
    #[error(
        "there is no file {0} that has not been decoded yet; add it first, or choose one of those listed"
    )]
    NoSuchFile(String),
    /// A pair was to be made without a mask.
    #[error("{0} needs a mask that is another file than the image; choose one")]
    NoMask(String),
    /// A file cannot be drawn on.
    #[error("{path} cannot be drawn on. {reason}")]
    Undrawable {
        /// The file.
        path: String,
        /// Why, and what to do, in whole sentences.
        reason: String,
    },
    /// A file cannot be used.
    #[error("{path}: {reason}")]
    Unusable {
        /// The file.
        path: String,
        /// Why, and what to do, in whole sentences.
        reason: String,
    },
    /// Too few or too many classes.
    #[error("a set has 2 to 16 classes, background among them, not {0}; change their number")]
    Classes(usize),
    /// A value stands for a class that is not there.
    #[error(
        "the value {value} stands for class number {class}, but there are {classes} classes, counted from 0; choose one \
         of them"
    )]
    Class {
        /// The value in the masks.
        value: String,
        /// The class given.
        class: usize,
        /// How many there are.
        classes: usize,
    },
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
