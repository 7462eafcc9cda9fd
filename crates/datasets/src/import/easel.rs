//! An image and its masks as they came, to draw on.

use image::DynamicImage;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

use super::decode::{Decoded, decode};
use super::report::{ImportError, PlannedPair, Rejection};
use super::sample::{displayable, range, read_masks};
use super::{Importer, plan};
use crate::Size;
use crate::dataset::binary_classes;

/// An image, and the class of each of its pixels so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Easel {
    /// Width of the image in pixels, as it came.
    pub full_width: usize,
    /// Height of the image in pixels, as it came.
    pub full_height: usize,
    /// Width in pixels, made smaller where the image is larger than was asked for.
    pub width: usize,
    /// Height in pixels, made smaller likewise.
    pub height: usize,
    /// Four bytes a pixel (red, green, blue, opacity), row by row.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "ts", ts(type = "Uint8Array"))]
    pub rgba: Vec<u8>,
    /// For each pixel the position of its class.
    #[serde(with = "serde_bytes")]
    #[cfg_attr(feature = "ts", ts(type = "Uint8Array"))]
    pub labels: Vec<u8>,
    /// Names of the classes, background first.
    pub classes: Vec<String>,
}

impl Importer {
    /// Decodes an image and any number of masks that go with it, of at most so many pixels.
    ///
    /// # Errors
    /// Where a file is not there, cannot be decoded, or is a volume or an array of numbers.
    pub fn easel(
        &mut self,
        image: &str,
        masks: &[String],
        pixels: usize,
    ) -> Result<Easel, ImportError> {
        let missing = |path: &str| ImportError::NoSuchFile(path.to_owned());
        if !masks.is_empty() {
            plan::check(image, masks, |path| self.files.contains(path))?;
        }
        if !self.files.contains(image) {
            return Err(missing(image));
        }
        let limits = self.context.limits;
        let unusable = |path: &str, reason: String| ImportError::Undrawable {
            path: path.to_owned(),
            reason,
        };
        let picture = match self
            .files
            .read(image, &limits)
            .and_then(|bytes| decode(bytes, &limits))
            .map_err(|reason| unusable(image, reason))?
        {
            Decoded::Picture { pixels, .. } => pixels,
            Decoded::Grid(_) => return Err(unusable(image, VOLUME.to_owned())),
        };
        let size = Size::image(picture.height() as usize, picture.width() as usize);
        let pair = PlannedPair {
            images: vec![image.to_owned()],
            masks: masks.to_vec(),
            source: image.to_owned(),
            by_hand: true,
        };
        let mut files = Vec::new();
        for path in masks {
            let bytes = self.files.read(path, &limits);
            files.push(bytes.map_err(|reason| unusable(path, reason))?);
        }
        let mask =
            read_masks(&pair, files, size, None, &mut self.context).map_err(|rejections| {
                match rejections.into_iter().next() {
                    Some(Rejection { path, reason }) => unusable(&path, reason),
                    None => missing(image),
                }
            })?;
        let mapping = self.context.mapping.as_ref();
        let table = self.context.values.classes(mapping);
        let classes = mapping.map_or_else(binary_classes, |mapping| mapping.classes.clone());
        let highest = (classes.len() - 1) as u8;

        let scale = (pixels as f64 / size.pixels() as f64).sqrt().min(1.0);
        let shrunk = |side: usize| ((side as f64 * scale) as usize).max(1);
        let (width, height) = (shrunk(size.width), shrunk(size.height));
        let labels = (0..width * height).map(|at| {
            let row = at / width * size.height / height;
            let column = at % width * size.width / width;
            table[usize::from(mask.labels[row * size.width + column])].min(highest)
        });
        Ok(Easel {
            full_width: size.width,
            full_height: size.height,
            width,
            height,
            labels: labels.collect(),
            classes,
            rgba: shown(&picture, (width, height), self.context.options.intensity),
        })
    }
}

/// Why a file cannot be drawn on.
const VOLUME: &str = "It is a volume or an array of numbers, and masks can be drawn on single images only. Save a slice of it \
                      as PNG.";

fn shown(
    picture: &DynamicImage,
    (width, height): (usize, usize),
    intensity: super::Intensity,
) -> Vec<u8> {
    let stretched = displayable(picture, range(picture, intensity), u32::MAX);
    if (stretched.width() as usize, stretched.height() as usize) == (width, height) {
        return stretched.to_rgba8().into_raw();
    }
    let small = stretched.resize_exact(width as u32, height as u32, FilterType::Triangle);
    small.to_rgba8().into_raw()
}
