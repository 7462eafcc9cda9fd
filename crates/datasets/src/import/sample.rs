//! One pair of image and mask, decoded and made into samples.

use std::borrow::Cow;
use std::collections::HashSet;

use image::DynamicImage;

use super::decode::{Decoded, decode};
use super::files::stem;
use super::fit::{Window, image_values, mask_labels, thumbnail, windows};
use super::grid::{Axes, Grid};
use super::layout::Layout;
use super::mask::{Mask, is_colour};
use super::options::{Intensity, VolumeUse};
use super::report::{PairPreview, PlannedPair, Rejection};
use super::values::Values;
use super::volume::Volume;
use super::{ImportOptions, Limits};
use crate::{Sample, Size};

/// Names already given to samples, so that each is unique.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// The file's name without its ending, or the whole path where that is taken.
    pub(super) fn give(&mut self, path: &str) -> String {
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

/// What all pairs of a set share.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) options: ImportOptions,
    pub(super) limits: Limits,
    pub(super) layout: Option<Layout>,
    pub(super) names: Names,
    pub(super) values: Values,
}

impl Context {
    /// The most samples that a set may hold.
    pub(super) fn most_samples(&self) -> usize {
        let pixels = self.options.size * self.options.size * self.options.sample_depth();
        self.limits.samples.min(self.limits.sample_pixels / pixels)
    }

    pub(super) fn full(&self, path: &str) -> Vec<Rejection> {
        reject(
            path,
            format!(
                "The set is full: at {size}×{size} pixels it may hold {} samples. Bring fewer images, or choose a \
                 smaller size.",
                self.most_samples(),
                size = self.options.size,
            ),
        )
    }
}

pub(super) fn reject(path: &str, reason: String) -> Vec<Rejection> {
    vec![Rejection {
        path: path.to_owned(),
        reason,
    }]
}

/// What a pair came to.
#[derive(Debug)]
pub(super) enum Made {
    /// Samples of an image.
    Samples(Vec<Sample>, Box<PairPreview>),
    /// A volume, whose samples are still to be made.
    Volume(Box<Volume>),
}

/// Decodes a pair and makes at most `room` samples of it.
///
/// # Errors
/// The image or the masks, with the reason.
pub(super) fn open(
    pair: &PlannedPair,
    images: Vec<Vec<u8>>,
    masks: Vec<Vec<u8>>,
    room: usize,
    context: &mut Context,
) -> Result<Made, Vec<Rejection>> {
    let first = &pair.images[0];
    if room == 0 {
        return Err(context.full(first));
    }
    let mut grids: Vec<Grid> = Vec::new();
    for (path, bytes) in pair.images.iter().zip(images) {
        match decode(bytes, &context.limits).map_err(|reason| reject(path, reason))? {
            Decoded::Grid(grid) => grids.push(grid),
            Decoded::Picture { pixels, .. } if pair.images.len() == 1 => {
                return picture(pair, &pixels, masks, room, context);
            }
            Decoded::Picture { .. } => {
                return Err(reject(
                    path,
                    "This file should be one channel of a volume, but it is an image. Bring the volume.".to_owned(),
                ));
            }
        }
    }
    Volume::open(pair, grids, masks, room, context)
}

/// Makes samples of a usual image.
fn picture(
    pair: &PlannedPair,
    pixels: &DynamicImage,
    masks: Vec<Vec<u8>>,
    room: usize,
    context: &mut Context,
) -> Result<Made, Vec<Rejection>> {
    let path = &pair.images[0];
    let options = context.options;
    if options.volumes != VolumeUse::Slices {
        return Err(reject(path, FLAT.to_owned()));
    }
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let windows = windows(width, height, options.size, options.fit);
    if windows.len() > room {
        return Err(reject(path, no_room(windows.len(), room)));
    }
    let mask = read_masks(pair, masks, Size::image(height, width), None, context)?;
    let foreground = context.values.foreground();
    let colour = is_colour(pixels);
    let range = range(pixels, options.intensity);
    let shown = displayable(pixels, range, SHOWN);
    let thumbnail = thumbnail(&shown, &mask.labels, (width, height), &foreground);

    let name = context.names.give(path);
    let samples: Vec<Sample> = windows
        .iter()
        .enumerate()
        .map(|(tile, &window)| {
            let mut values = image_values(pixels, window, [options.size; 2], colour);
            for value in &mut values {
                *value = stretched(*value, range);
            }
            Sample {
                name: tile_name(&name, tile, windows.len(), width / options.size),
                source: pair.source.clone(),
                pixels: values,
                labels: mask_labels(&mask.labels, width, window, options.size, &foreground),
            }
        })
        .collect();
    let scale = match pixels {
        DynamicImage::ImageRgb32F(_) | DynamicImage::ImageRgba32F(_) => 1.0,
        _ => 65535.0,
    };
    let (low, high) = range;
    let preview = PairPreview {
        name,
        image: path.clone(),
        mask: pair.masks.join(" + "),
        width,
        height,
        depth: 1,
        source: pair.source.clone(),
        range: (range != (0.0, 1.0)).then(|| [low, high].map(|end| f64::from(end) * scale)),
        // Known when the classes are.
        foreground_fraction: 0.0,
        thumbnail,
        tiles: samples.len(),
    };
    Ok(Made::Samples(samples, Box::new(preview)))
}

/// Why an image makes no samples with depth.
pub(super) const FLAT: &str = "This is a single image, but samples with depth need a volume. Import slices instead, or leave \
                               it out.";

/// Why an image makes too many samples.
pub(super) fn no_room(tiles: usize, room: usize) -> String {
    format!(
        "The image would make {tiles} tiles, but the set has room for {room} more samples. Choose larger tiles, resize \
         the images instead, or bring fewer."
    )
}

/// The name of a part of an image.
pub(super) fn tile_name(name: &str, tile: usize, tiles: usize, columns: usize) -> String {
    if tiles == 1 {
        name.to_owned()
    } else {
        format!(
            "{name} (row {}, column {})",
            tile / columns + 1,
            tile % columns + 1
        )
    }
}

/// Decodes the masks of an image and merges them.
pub(super) fn read_masks(
    pair: &PlannedPair,
    masks: Vec<Vec<u8>>,
    size: Size,
    align: Option<Axes>,
    context: &mut Context,
) -> Result<Mask, Vec<Rejection>> {
    let image = pair.images.join(" + ");
    let mut merged: Option<Mask> = None;
    for (path, bytes) in pair.masks.iter().zip(masks) {
        let read = decode(bytes, &context.limits).and_then(|mut decoded| {
            if let (Decoded::Grid(grid), Some(axes)) = (&mut decoded, align) {
                grid.align_with(axes);
            }
            let found = match &decoded {
                Decoded::Picture { pixels, .. } => Size::image(pixels.height() as usize, pixels.width() as usize),
                Decoded::Grid(grid) => grid.size(),
            };
            if found != size {
                return Err(format!(
                    "The mask is {} pixels, but its image {image} is {}. Export both at the same size.",
                    sides(found),
                    sides(size),
                ));
            }
            Mask::read(&decoded, context.layout, &mut context.values)
        });
        let mask = read.map_err(|reason| {
            let of_image =
                format!("Its mask {path} cannot be used, so the image was left out. See there for the reason.");
            let mut rejected = reject(path, reason);
            for image in &pair.images {
                rejected.extend(reject(image, of_image.clone()));
            }
            rejected
        })?;
        match &mut merged {
            Some(merged) => merged.merge(&mask, &context.values.foreground()),
            None => merged = Some(mask),
        }
    }
    let mask = merged.unwrap_or_else(|| Mask {
        size,
        labels: vec![super::values::BACKGROUND; size.pixels()],
    });
    context.values.count(&mask.labels);
    Ok(mask)
}

/// "640×480", or "512×512×40" of a volume.
pub(super) fn sides(size: Size) -> String {
    if size.depth == 1 {
        format!("{}×{}", size.width, size.height)
    } else {
        format!("{}×{}×{}", size.width, size.height, size.depth)
    }
}

/// The values that become 0 and 1: those of the format in 8 bits, else as chosen; as a rule the
/// darkest and the brightest of the image, because images of 12 bits in 16 would be black otherwise.
pub(super) fn range(pixels: &DynamicImage, intensity: Intensity) -> (f32, f32) {
    let wide = |value: &u16| f32::from(*value) / 65535.0;
    match pixels {
        DynamicImage::ImageLuma16(buffer) => chosen(intensity, 65535.0, || buffer.iter().map(wide)),
        DynamicImage::ImageRgb16(buffer) => chosen(intensity, 65535.0, || buffer.iter().map(wide)),
        DynamicImage::ImageRgb32F(buffer) => chosen(intensity, 1.0, || buffer.iter().copied()),
        _ => (0.0, 1.0),
    }
}

fn chosen<I: Iterator<Item = f32>>(
    intensity: Intensity,
    scale: f32,
    values: impl Fn() -> I,
) -> (f32, f32) {
    let finite = || values().filter(|value| value.is_finite());
    let (low, high) = match intensity {
        Intensity::Auto | Intensity::Full => finite()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            }),
        Intensity::Window { centre, width } => (
            (centre - width / 2.0) / scale,
            (centre + width / 2.0) / scale,
        ),
        Intensity::ZScore => {
            let count = finite().count().max(1) as f64;
            let mean = finite().map(f64::from).sum::<f64>() / count;
            let square = finite()
                .map(|value| (f64::from(value) - mean).powi(2))
                .sum::<f64>();
            let reach = 3.0 * (square / count).sqrt();
            ((mean - reach) as f32, (mean + reach) as f32)
        }
    };
    if low < high { (low, high) } else { (0.0, 1.0) }
}

/// A value in a range as 0..=1. Not a number, in a TIFF of floats, becomes the darkest.
pub(super) fn stretched(value: f32, (low, high): (f32, f32)) -> f32 {
    let share = (value - low) / (high - low);
    if share.is_nan() {
        0.0
    } else {
        share.clamp(0.0, 1.0)
    }
}

/// Enough for a thumbnail.
const SHOWN: u32 = 256;

/// The image as it is shown, stretched as its samples are, and then at most so large a side.
pub(super) fn displayable(
    pixels: &DynamicImage,
    range: (f32, f32),
    side: u32,
) -> Cow<'_, DynamicImage> {
    if range == (0.0, 1.0) {
        return Cow::Borrowed(pixels);
    }
    let mut values = if pixels.width().max(pixels.height()) > side {
        pixels.thumbnail(side, side).to_rgb32f()
    } else {
        pixels.to_rgb32f()
    };
    for value in values.iter_mut() {
        *value = stretched(*value, range);
    }
    Cow::Owned(DynamicImage::ImageRgb32F(values))
}

/// The whole of an image of this size.
pub(super) fn whole(size: Size) -> Window {
    Window {
        left: 0,
        top: 0,
        width: size.width,
        height: size.height,
    }
}
