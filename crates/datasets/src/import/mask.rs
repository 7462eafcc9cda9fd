//! Which pixels of a mask are foreground.
//!
//! The rules stand in the description of [`import`](super), for they concern the user.

use std::collections::HashSet;

use image::DynamicImage;

use super::decode::Decoded;

/// A mask in full resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mask {
    /// Columns.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
    /// 1 for foreground, 0 for background, row by row.
    pub(super) labels: Vec<u8>,
}

/// Grey values up to this are numbers of classes.
const HIGHEST_CLASS: u16 = 31;
/// A colour of which no channel exceeds this counts as black (8-bit).
const NEARLY_BLACK: u8 = 31;
/// Channels that differ by no more than this are a grey that was stored as colour (8-bit).
pub(super) const GREY_TOLERANCE: u8 = 2;
/// A drawn mask, even with smoothed edges, has fewer colours.
const MOST_COLOURS: usize = 4096;

impl Mask {
    /// Reads a mask by the rules above.
    ///
    /// # Errors
    /// A sentence for the report, where it is a photograph.
    pub(super) fn read(decoded: &Decoded) -> Result<Self, String> {
        let pixels = &decoded.pixels;
        let (width, height) = (pixels.width() as usize, pixels.height() as usize);
        let opaque = opacity(pixels);
        let labels = if is_colour(pixels) {
            colour_labels(pixels, opaque.as_deref(), decoded.lossy)?
        } else {
            grey_labels(pixels, opaque.as_deref(), decoded.lossy)
        };
        Ok(Self {
            width,
            height,
            labels,
        })
    }

    /// Adds the foreground of another mask of the same size.
    pub(super) fn merge(&mut self, other: &Self) {
        for (label, more) in self.labels.iter_mut().zip(&other.labels) {
            *label |= more;
        }
    }
}

/// Whether any pixel that shows has a colour.
pub(super) fn is_colour(pixels: &DynamicImage) -> bool {
    let coloured = |r: u8, g: u8, b: u8| r.max(g).max(b) - r.min(g).min(b) > GREY_TOLERANCE;
    match pixels {
        DynamicImage::ImageLuma8(_)
        | DynamicImage::ImageLuma16(_)
        | DynamicImage::ImageLumaA8(_)
        | DynamicImage::ImageLumaA16(_) => false,
        DynamicImage::ImageRgb8(buffer) => buffer.pixels().any(|p| coloured(p[0], p[1], p[2])),
        other => other
            .to_rgba8()
            .pixels()
            .any(|p| p[3] > 0 && coloured(p[0], p[1], p[2])),
    }
}

/// For each pixel whether it is opaque; nothing where all are.
fn opacity(pixels: &DynamicImage) -> Option<Vec<bool>> {
    if !pixels.color().has_alpha() {
        return None;
    }
    let opaque: Vec<bool> = pixels
        .to_luma_alpha8()
        .pixels()
        .map(|p| p[1] >= 128)
        .collect();
    (!opaque.iter().all(|&opaque| opaque)).then_some(opaque)
}

fn shows(opaque: Option<&[bool]>, index: usize) -> bool {
    opaque.is_none_or(|opaque| opaque[index])
}

fn colour_labels(
    pixels: &DynamicImage,
    opaque: Option<&[bool]>,
    lossy: bool,
) -> Result<Vec<u8>, String> {
    let mut colours = HashSet::new();
    let mut labels = Vec::new();
    for (index, pixel) in pixels.to_rgb8().pixels().enumerate() {
        if !lossy && colours.len() <= MOST_COLOURS {
            colours.insert(pixel.0);
        }
        let bright = pixel.0.into_iter().max().unwrap_or(0) > NEARLY_BLACK;
        labels.push(u8::from(bright && shows(opaque, index)));
    }
    if colours.len() > MOST_COLOURS {
        return Err(format!(
            "The mask has more than {MOST_COLOURS} colours, so it seems to be a photograph and not a mask. Use a \
             picture that is black except for the foreground."
        ));
    }
    Ok(labels)
}

fn grey_labels(pixels: &DynamicImage, opaque: Option<&[bool]>, lossy: bool) -> Vec<u8> {
    // In 16 bits, so that class numbers of 16-bit masks survive; 8-bit ones keep their own scale.
    let (values, white): (Vec<u16>, u16) = match pixels {
        DynamicImage::ImageLuma8(buffer) => (buffer.iter().map(|&v| u16::from(v)).collect(), 255),
        DynamicImage::ImageLuma16(_)
        | DynamicImage::ImageLumaA16(_)
        | DynamicImage::ImageRgb16(_)
        | DynamicImage::ImageRgba16(_) => (pixels.to_luma16().into_raw(), u16::MAX),
        other => (
            other.to_luma8().iter().map(|&v| u16::from(v)).collect(),
            255,
        ),
    };
    let shown = || {
        values
            .iter()
            .enumerate()
            .filter(|&(index, _)| shows(opaque, index))
            .map(|(_, &value)| value)
    };
    let highest = shown().max().unwrap_or(0);
    if opaque.is_some() && highest == 0 {
        return (0..values.len())
            .map(|index| u8::from(shows(opaque, index)))
            .collect();
    }
    let two_valued = opaque.is_none()
        && shown().all(|value| value == 0 || value == highest)
        && shown().any(|v| v == 0);
    let threshold = if !lossy && (two_valued || highest <= HIGHEST_CLASS) {
        0
    } else {
        white / 2
    };
    values
        .iter()
        .enumerate()
        .map(|(index, &value)| u8::from(value > threshold && shows(opaque, index)))
        .collect()
}
