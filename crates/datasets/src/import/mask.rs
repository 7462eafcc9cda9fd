//! Which value each pixel of a mask has, and which of them are foreground.
//!
//! The rules stand in the description of [`import`](super), for they concern the user.

use std::collections::HashSet;

use image::DynamicImage;

use super::decode::Decoded;
use super::grid::Grid;
use super::layout::Layout;
use super::values::{BACKGROUND, FOREGROUND, Key, Values};
use crate::Size;

/// A mask in full resolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mask {
    pub(super) size: Size,
    /// `[depth, height, width]`: positions in the list of values.
    pub(super) labels: Vec<u8>,
}

/// Grey values up to this are numbers of classes.
const HIGHEST_CLASS: i64 = 31;
/// A colour of which no channel exceeds this counts as black (8-bit).
const NEARLY_BLACK: u8 = 31;
/// Channels that differ by no more than this are a grey that was stored as colour (8-bit).
pub(super) const GREY_TOLERANCE: u8 = 2;
/// A drawn mask, even with smoothed edges, has fewer colours.
const MOST_COLOURS: usize = 4096;
/// A mask of more values or colours than this is told apart by a rule.
const MOST_VALUES: usize = 32;

impl Mask {
    /// Reads a mask by the rules above.
    ///
    /// # Errors
    /// A sentence for the report, where it is a photograph.
    pub(super) fn read(
        decoded: &Decoded,
        layout: Option<Layout>,
        values: &mut Values,
    ) -> Result<Self, String> {
        match decoded {
            Decoded::Picture { pixels, lossy } => {
                let size = Size::image(pixels.height() as usize, pixels.width() as usize);
                let opaque = opacity(pixels);
                let labels = if is_colour(pixels) {
                    colour_labels(pixels, opaque.as_deref(), *lossy, values)?
                } else {
                    grey_labels(pixels, opaque.as_deref(), *lossy, layout, values)
                };
                Ok(Self { size, labels })
            }
            Decoded::Grid(grid) => Ok(Self {
                size: grid.size(),
                labels: grid_labels(grid, layout, values)?,
            }),
        }
    }

    /// Adds the foreground of another mask of the same size.
    pub(super) fn merge(&mut self, other: &Self, foreground: &[bool; 256]) {
        for (label, &more) in self.labels.iter_mut().zip(&other.labels) {
            if !foreground[usize::from(*label)] && foreground[usize::from(more)] {
                *label = more;
            }
        }
    }

    /// One slice as a mask of its own.
    pub(super) fn slice(&self, z: usize) -> &[u8] {
        let plane = self.size.height * self.size.width;
        &self.labels[z * plane..(z + 1) * plane]
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

fn by_rule(foreground: bool) -> u8 {
    if foreground { FOREGROUND } else { BACKGROUND }
}

fn colour_labels(
    pixels: &DynamicImage,
    opaque: Option<&[bool]>,
    lossy: bool,
    values: &mut Values,
) -> Result<Vec<u8>, String> {
    let bright = |pixel: [u8; 3]| pixel.into_iter().max().unwrap_or(0) > NEARLY_BLACK;
    let mut colours = HashSet::new();
    let pixels = pixels.to_rgb8();
    if !lossy {
        for pixel in pixels.pixels() {
            if colours.insert(pixel.0) && colours.len() > MOST_COLOURS {
                return Err(format!(
                    "The mask has more than {MOST_COLOURS} colours, so it seems to be a photograph and not a mask. \
                     Use a picture that is black except for the foreground."
                ));
            }
        }
    }
    if lossy || colours.len() > MOST_VALUES {
        return Ok(pixels
            .pixels()
            .enumerate()
            .map(|(index, pixel)| by_rule(bright(pixel.0) && shows(opaque, index)))
            .collect());
    }
    let mut known: Vec<([u8; 3], u8)> = Vec::new();
    Ok(pixels
        .pixels()
        .enumerate()
        .map(|(index, pixel)| {
            if !shows(opaque, index) {
                return BACKGROUND;
            }
            if let Some(&(_, label)) = known.iter().find(|(colour, _)| *colour == pixel.0) {
                return label;
            }
            let label = values.intern(Key::Colour(pixel.0), u8::from(bright(pixel.0)));
            known.push((pixel.0, label));
            label
        })
        .collect())
}

fn grey_labels(
    pixels: &DynamicImage,
    opaque: Option<&[bool]>,
    lossy: bool,
    layout: Option<Layout>,
    values: &mut Values,
) -> Vec<u8> {
    // In 16 bits, so that class numbers of 16-bit masks survive; 8-bit ones keep their own scale.
    let (greys, white): (Vec<u16>, u16) = match pixels {
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
    let mut found = Distinct::default();
    for (index, &grey) in greys.iter().enumerate() {
        if shows(opaque, index) {
            found.enter(i64::from(grey));
        }
    }
    if opaque.is_some() && found.highest == 0 {
        return (0..greys.len())
            .map(|index| by_rule(shows(opaque, index)))
            .collect();
    }
    let half = i64::from(white / 2);
    if lossy || found.many {
        return greys
            .iter()
            .enumerate()
            .map(|(index, &grey)| by_rule(i64::from(grey) > half && shows(opaque, index)))
            .collect();
    }
    let numbers = found.highest <= HIGHEST_CLASS || (opaque.is_none() && found.is_two_valued());
    let threshold = if numbers { 0 } else { half };
    let table = found.labels(layout, values, |value| value > threshold);
    greys
        .iter()
        .enumerate()
        .map(|(index, &grey)| {
            if !shows(opaque, index) {
                return BACKGROUND;
            }
            find(&table, i64::from(grey))
        })
        .collect()
}

fn grid_labels(
    grid: &Grid,
    layout: Option<Layout>,
    values: &mut Values,
) -> Result<Vec<u8>, String> {
    if grid.channels() > 1 {
        return Err(format!(
            "The mask has {} channels, but class numbers need one. Save it with one number for each pixel.",
            grid.channels()
        ));
    }
    let mut found = Distinct::default();
    let mut whole = true;
    let mut plane = Vec::new();
    for z in 0..grid.size().depth {
        grid.plane(0, z, &mut plane);
        for &value in &plane {
            whole &= value.fract() == 0.0 && value.abs() < 1e15;
            found.enter(value as i64);
            found.top = found.top.max(value);
        }
    }
    let table = if whole && !found.many {
        let threshold =
            if grid.is_8_bit() && found.highest > HIGHEST_CLASS && !found.is_two_valued() {
                127
            } else {
                0
            };
        Some(found.labels(layout, values, |value| value > threshold))
    } else {
        None
    };
    // Probabilities are cut at half; grey of 8 bits, too; numbers of many objects are all foreground.
    let threshold = if grid.is_8_bit() {
        127.0
    } else if !whole && found.top <= 1.0 {
        0.5
    } else {
        0.0
    };
    let mut labels = Vec::with_capacity(grid.size().pixels());
    for z in 0..grid.size().depth {
        grid.plane(0, z, &mut plane);
        labels.extend(plane.iter().map(|&value| match &table {
            Some(table) => find(table, value as i64),
            None => by_rule(value > threshold),
        }));
    }
    Ok(labels)
}

/// The values of one mask, as far as they are few.
#[derive(Debug, Default)]
struct Distinct {
    values: Vec<i64>,
    last: Option<i64>,
    highest: i64,
    top: f64,
    many: bool,
}

impl Distinct {
    fn enter(&mut self, value: i64) {
        // Neighbours are mostly alike.
        if self.last == Some(value) {
            return;
        }
        self.last = Some(value);
        self.highest = self.highest.max(value);
        if !self.many && !self.values.contains(&value) {
            self.values.push(value);
            self.many = self.values.len() > MOST_VALUES;
        }
    }

    /// Whether there is 0 and at most one other value.
    fn is_two_valued(&self) -> bool {
        self.values.len() <= 2 && self.values.contains(&0)
    }

    /// The position of each value; the layout knows its class, or the rule does.
    fn labels(
        &mut self,
        layout: Option<Layout>,
        values: &mut Values,
        rule: impl Fn(i64) -> bool,
    ) -> Vec<(i64, u8)> {
        self.values.sort_unstable();
        self.values
            .iter()
            .map(|&value| {
                let class = layout
                    .and_then(|layout| layout.class(value))
                    .unwrap_or_else(|| u8::from(rule(value)));
                (value, values.intern(Key::Number(value), class))
            })
            .collect()
    }
}

fn find(table: &[(i64, u8)], value: i64) -> u8 {
    let found = table.iter().find(|&&(known, _)| known == value);
    found.map_or(BACKGROUND, |&(_, label)| label)
}
