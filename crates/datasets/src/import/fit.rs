//! From an image and a mask of any size to samples of the working size.

use image::DynamicImage;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

use super::mask::Mask;
use super::report::Thumbnail;

/// How an image becomes samples of the working size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Fit {
    /// The whole image is scaled to a square; what is not square gets squeezed. One sample.
    Resize,
    /// The image is cut, unscaled, into as many squares side by side as fit around its middle; the
    /// rest at the borders is left out. An image smaller than one square is resized.
    Tile,
}

/// A part of an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The parts of a `width`×`height` image that become samples of `size`×`size` pixels.
pub(super) fn windows(width: usize, height: usize, size: usize, fit: Fit) -> Vec<Window> {
    let (columns, rows) = (width / size, height / size);
    if fit == Fit::Resize || columns == 0 || rows == 0 {
        return vec![Window {
            left: 0,
            top: 0,
            width,
            height,
        }];
    }
    let (left, top) = ((width - columns * size) / 2, (height - rows * size) / 2);
    (0..rows * columns)
        .map(|tile| Window {
            left: left + tile % columns * size,
            top: top + tile / columns * size,
            width: size,
            height: size,
        })
        .collect()
}

/// A part of an image as `[channels, size, size]` in 0..=1, through a filter that averages where
/// it shrinks. What is transparent becomes black.
pub(super) fn image_values(
    image: &DynamicImage,
    window: Window,
    size: usize,
    colour: bool,
) -> Vec<f32> {
    let part = image.crop_imm(
        window.left as u32,
        window.top as u32,
        window.width as u32,
        window.height as u32,
    );
    let part = if (window.width, window.height) == (size, size) {
        part
    } else {
        part.resize_exact(size as u32, size as u32, FilterType::Triangle)
    };
    let rgba = part.to_rgba32f();
    let channels = if colour { 3 } else { 1 };
    let mut values = Vec::with_capacity(channels * size * size);
    for channel in 0..channels {
        // A grey image has the same in all three; the first saves weighting them.
        values.extend(rgba.pixels().map(|pixel| pixel[channel] * pixel[3]));
    }
    values
}

/// A part of a mask as `[size, size]` labels.
///
/// Where it shrinks, the share of foreground under each new pixel is taken. It is foreground from
/// half on, or from less, down to a quarter, where that is needed to keep the foreground's share
/// of the image: thin vessels would vanish otherwise. A mask with foreground never loses all of it.
pub(super) fn mask_labels(mask: &Mask, window: Window, size: usize) -> Vec<u8> {
    let rows = (window.top..window.top + window.height).map(|y| {
        let start = y * mask.width + window.left;
        &mask.labels[start..start + window.width]
    });
    if (window.width, window.height) == (size, size) {
        return rows.collect::<Vec<_>>().concat();
    }
    let foreground: usize = rows
        .clone()
        .map(|row| row.iter().filter(|&&label| label != 0).count())
        .sum();
    if foreground == 0 {
        return vec![0; size * size];
    }

    let (across, down) = (spans(window.width, size), spans(window.height, size));
    let mut coverage = vec![0.0_f32; size * size];
    let narrow: Vec<Vec<f32>> = rows
        .map(|row| average(&across, |x| f32::from(row[x])))
        .collect();
    for x in 0..size {
        for (y, value) in average(&down, |y| narrow[y][x]).into_iter().enumerate() {
            coverage[y * size + x] = value;
        }
    }

    let share = foreground as f64 / (window.width * window.height) as f64;
    let wanted = ((share * (size * size) as f64).round() as usize).clamp(1, size * size);
    let mut sorted = coverage.clone();
    let (_, &mut level, _) = sorted.select_nth_unstable_by(wanted - 1, |a, b| b.total_cmp(a));
    let highest = coverage.iter().copied().fold(0.0, f32::max);
    // A little below, for what sums of fractions round away.
    let threshold = level.clamp(0.25, 0.5).min(highest) - 1e-4;
    coverage
        .into_iter()
        .map(|value| u8::from(value >= threshold))
        .collect()
}

/// For each of `to` equal parts of `from` pixels: the pixels under it, with the share of each.
fn spans(from: usize, to: usize) -> Vec<Vec<(usize, f32)>> {
    let step = from as f64 / to as f64;
    (0..to)
        .map(|part| {
            let (start, end) = (part as f64 * step, (part + 1) as f64 * step);
            (start as usize..(end.ceil() as usize).min(from))
                .map(|pixel| {
                    let inside = end.min(pixel as f64 + 1.0) - start.max(pixel as f64);
                    (pixel, (inside / step) as f32)
                })
                .collect()
        })
        .collect()
}

fn average(spans: &[Vec<(usize, f32)>], value: impl Fn(usize) -> f32) -> Vec<f32> {
    spans
        .iter()
        .map(|span| {
            span.iter()
                .map(|&(pixel, share)| share * value(pixel))
                .sum()
        })
        .collect()
}

/// The longest side of a thumbnail.
const THUMBNAIL: u32 = 96;
/// Green stands out from most tissue, and from grey.
const OUTLINE: [u8; 4] = [0, 230, 118, 255];

/// A small picture of an image, with the outline of its mask (of the same size).
pub(super) fn thumbnail(image: &DynamicImage, mask: &Mask) -> Thumbnail {
    let small = if image.width().max(image.height()) > THUMBNAIL {
        image.thumbnail(THUMBNAIL, THUMBNAIL)
    } else {
        image.clone()
    };
    let mut rgba = small.to_rgba8();
    let (width, height) = rgba.dimensions();
    let inside = |x: u32, y: u32| {
        let (x, y) = (
            x as usize * mask.width / width as usize,
            y as usize * mask.height / height as usize,
        );
        mask.labels[y * mask.width + x] != 0
    };
    for (x, y, pixel) in rgba.enumerate_pixels_mut() {
        let border = x == 0 || y == 0 || x + 1 == width || y + 1 == height;
        if inside(x, y)
            && (border
                || !inside(x - 1, y)
                || !inside(x + 1, y)
                || !inside(x, y - 1)
                || !inside(x, y + 1))
        {
            pixel.0 = OUTLINE;
        }
    }
    Thumbnail {
        width: width as usize,
        height: height as usize,
        rgba: rgba.into_raw(),
    }
}
