//! One pair of image and mask, decoded and made into samples.

use std::borrow::Cow;
use std::collections::HashSet;

use image::DynamicImage;

use super::decode::decode;
use super::files::stem;
use super::fit::{image_values, mask_labels, thumbnail, windows};
use super::mask::{Mask, is_colour};
use super::report::{PairPreview, Rejection};
use super::{ImportOptions, Limits};
use crate::Sample;

/// The paths of an image and its masks.
#[derive(Debug, Clone)]
pub(super) struct PairFiles {
    pub(super) image: String,
    pub(super) masks: Vec<String>,
}

/// Names already given to samples, so that each is unique.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The file's name without its ending, or the whole path where that is taken.
    fn give(&mut self, path: &str) -> String {
        let short = stem(path).to_owned();
        let name = if self.0.contains(&short) {
            path.to_owned()
        } else {
            short
        };
        self.0.insert(name.clone());
        name
    }
}

/// Decodes a pair and makes at most `room` samples of it.
///
/// # Errors
/// The image or the masks, with the reason.
pub(super) fn samples(
    pair: &PairFiles,
    image: &[u8],
    masks: &[Vec<u8>],
    options: ImportOptions,
    limits: &Limits,
    room: usize,
    names: &mut Names,
) -> Result<(Vec<Sample>, PairPreview), Vec<Rejection>> {
    let reject = |path: &str, reason: String| {
        vec![Rejection {
            path: path.to_owned(),
            reason,
        }]
    };
    if room == 0 {
        return Err(reject(
            &pair.image,
            format!(
                "The set is full: at {size}×{size} pixels it may hold {} samples. Bring fewer images, or choose a smaller size.",
                limits
                    .samples
                    .min(limits.sample_pixels / (options.size * options.size)),
                size = options.size,
            ),
        ));
    }
    let pixels = decode(image, limits)
        .map_err(|reason| reject(&pair.image, reason))?
        .pixels;
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let windows = windows(width, height, options.size, options.fit);
    if windows.len() > room {
        return Err(reject(
            &pair.image,
            format!(
                "The image would make {} tiles, but the set has room for {room} more samples. Choose larger tiles, resize \
             the images instead, or bring fewer.",
                windows.len()
            ),
        ));
    }
    let mask = read_masks(pair, masks, (width, height), limits)?;
    let colour = is_colour(&pixels);
    let thumbnail = thumbnail(&displayable(&pixels), &mask);

    let name = names.give(&pair.image);
    let range = range(&pixels);
    let columns = width / options.size;
    let samples: Vec<Sample> = windows
        .iter()
        .enumerate()
        .map(|(tile, &window)| {
            let mut values = image_values(&pixels, window, options.size, colour);
            for value in &mut values {
                *value = stretched(*value, range);
            }
            let name = if windows.len() == 1 {
                name.clone()
            } else {
                format!(
                    "{name} (row {}, column {})",
                    tile / columns + 1,
                    tile % columns + 1
                )
            };
            let labels = mask_labels(&mask, window, options.size);
            Sample {
                name,
                source: pair.image.clone(),
                pixels: values,
                labels,
            }
        })
        .collect();
    let foreground: f64 = samples.iter().map(Sample::foreground_fraction).sum();
    let preview = PairPreview {
        name,
        image: pair.image.clone(),
        mask: pair.masks.join(" + "),
        width,
        height,
        foreground_fraction: foreground / samples.len() as f64,
        thumbnail,
        tiles: samples.len(),
    };
    Ok((samples, preview))
}

/// Decodes the masks of an image and merges them.
fn read_masks(
    pair: &PairFiles,
    masks: &[Vec<u8>],
    (width, height): (usize, usize),
    limits: &Limits,
) -> Result<Mask, Vec<Rejection>> {
    let mut merged: Option<Mask> = None;
    for (path, bytes) in pair.masks.iter().zip(masks) {
        let read = decode(bytes, limits).and_then(|decoded| Mask::read(&decoded)).and_then(|mask| {
            if (mask.width, mask.height) == (width, height) {
                Ok(mask)
            } else {
                Err(format!(
                    "The mask is {}×{} pixels, but its image {} is {width}×{height}. Export both at the same size.",
                    mask.width, mask.height, pair.image
                ))
            }
        });
        let mask = read.map_err(|reason| {
            let image = format!("Its mask {path} cannot be used, so the image was left out. See there for the reason.");
            vec![
                Rejection { path: path.clone(), reason },
                Rejection { path: pair.image.clone(), reason: image },
            ]
        })?;
        match &mut merged {
            Some(merged) => merged.merge(&mask),
            None => merged = Some(mask),
        }
    }
    Ok(merged.unwrap_or(Mask {
        width,
        height,
        labels: vec![0; width * height],
    }))
}

/// The values that become 0 and 1: those of the format in 8 bits, else the darkest and the
/// brightest of the image, because images of 12 bits in 16 would be black otherwise.
fn range(pixels: &DynamicImage) -> (f32, f32) {
    let ends = |values: &mut dyn Iterator<Item = f32>| {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if low < high { (low, high) } else { (0.0, 1.0) }
    };
    let wide = |value: &u16| f32::from(*value) / 65535.0;
    match pixels {
        DynamicImage::ImageLuma16(buffer) => ends(&mut buffer.iter().map(wide)),
        DynamicImage::ImageRgb16(buffer) => ends(&mut buffer.iter().map(wide)),
        DynamicImage::ImageRgb32F(buffer) => ends(&mut buffer.iter().copied()),
        _ => (0.0, 1.0),
    }
}

/// A value in a range as 0..=1. Not a number, in a TIFF of floats, becomes the darkest.
fn stretched(value: f32, (low, high): (f32, f32)) -> f32 {
    let share = (value - low) / (high - low);
    if share.is_nan() {
        0.0
    } else {
        share.clamp(0.0, 1.0)
    }
}

/// The image as it is shown, stretched as its samples are.
fn displayable(pixels: &DynamicImage) -> Cow<'_, DynamicImage> {
    let range = range(pixels);
    if range == (0.0, 1.0) {
        return Cow::Borrowed(pixels);
    }
    let mut values = pixels.thumbnail(256, 256).to_rgb32f();
    for value in values.iter_mut() {
        *value = stretched(*value, range);
    }
    Cow::Owned(DynamicImage::ImageRgb32F(values))
}
