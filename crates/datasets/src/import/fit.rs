//! From an image and a mask of any size to samples of the working size.

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageBuffer, Luma};

use super::options::Fit;
use super::report::Thumbnail;
use super::values::BACKGROUND;

/// A grey plane of values in 0..=1.
pub(super) type Plane = ImageBuffer<Luma<f32>, Vec<f32>>;

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

/// A part of an image as `[channels, height, width]` in 0..=1, through a filter that averages where
/// it shrinks. What is transparent becomes black.
pub(super) fn image_values(
    image: &DynamicImage,
    window: Window,
    [height, width]: [usize; 2],
    colour: bool,
) -> Vec<f32> {
    let part = image.crop_imm(
        window.left as u32,
        window.top as u32,
        window.width as u32,
        window.height as u32,
    );
    let part = if (window.width, window.height) == (width, height) {
        part
    } else {
        part.resize_exact(width as u32, height as u32, FilterType::Triangle)
    };
    let rgba = part.to_rgba32f();
    let channels = if colour { 3 } else { 1 };
    let mut values = Vec::with_capacity(channels * height * width);
    for channel in 0..channels {
        // A grey image has the same in all three; the first saves weighting them.
        values.extend(rgba.pixels().map(|pixel| pixel[channel] * pixel[3]));
    }
    values
}

/// A part of a plane as `[size, size]`, through the same filter.
pub(super) fn plane_values(plane: &Plane, window: Window, size: usize) -> Vec<f32> {
    let part = imageops::crop_imm(
        plane,
        window.left as u32,
        window.top as u32,
        window.width as u32,
        window.height as u32,
    )
    .to_image();
    if (window.width, window.height) == (size, size) {
        return part.into_raw();
    }
    imageops::resize(&part, size as u32, size as u32, FilterType::Triangle).into_raw()
}

/// A part of a slice of a mask, `width` wide, as `[size, size]` labels.
///
/// Where it shrinks, the share of foreground under each new pixel is taken. It is foreground from
/// half on, or from less, down to a quarter, where that is needed to keep the foreground's share
/// of the image: thin vessels would vanish otherwise. Of several values of foreground, or of
/// background, the one with the largest share is taken. No value of foreground ever vanishes.
pub(super) fn mask_labels(
    labels: &[u8],
    width: usize,
    window: Window,
    size: usize,
    foreground: &[bool; 256],
) -> Vec<u8> {
    let rows: Vec<&[u8]> = (window.top..window.top + window.height)
        .map(|y| &labels[y * width + window.left..][..window.width])
        .collect();
    if (window.width, window.height) == (size, size) {
        return rows.concat();
    }
    let mut counts = [0_usize; 256];
    for &label in rows.iter().copied().flatten() {
        counts[usize::from(label)] += 1;
    }
    let met: Vec<u8> = (0..=255).filter(|&l| counts[usize::from(l)] > 0).collect();
    if let [only] = *met.as_slice() {
        return vec![only; size * size];
    }

    let spans = (spans(window.width, size), spans(window.height, size));
    let mut covered = vec![0.0_f32; size * size];
    // The best value so far and its share, of background and of foreground.
    let mut best = [
        vec![(BACKGROUND, 0.0_f32); size * size],
        vec![(BACKGROUND, 0.0_f32); size * size],
    ];
    let mut strongest: Vec<(u8, usize)> = Vec::new();
    for &label in &met {
        let share = coverage(&rows, label, size, &spans);
        let is_foreground = foreground[usize::from(label)];
        let mut peak = 0;
        for (at, &share_here) in share.iter().enumerate() {
            let best = &mut best[usize::from(is_foreground)][at];
            if share_here > best.1 {
                *best = (label, share_here);
            }
            if is_foreground {
                covered[at] += share_here;
            }
            if share_here > share[peak] {
                peak = at;
            }
        }
        if is_foreground {
            strongest.push((label, peak));
        }
    }
    let total: usize = strongest
        .iter()
        .map(|&(label, _)| counts[usize::from(label)])
        .sum();
    let threshold = if total == 0 {
        f32::INFINITY
    } else {
        threshold(
            &covered,
            total as f64 / (window.width * window.height) as f64,
        )
    };
    let mut labels: Vec<u8> = covered
        .iter()
        .enumerate()
        .map(|(at, &value)| best[usize::from(value >= threshold)][at].0)
        .collect();
    if strongest.len() > 1 {
        for (label, peak) in strongest {
            if !labels.contains(&label) {
                labels[peak] = label;
            }
        }
    }
    labels
}

/// The share of foreground from which a pixel is foreground.
fn threshold(covered: &[f32], share: f64) -> f32 {
    let pixels = covered.len();
    let wanted = ((share * pixels as f64).round() as usize).clamp(1, pixels);
    let mut sorted = covered.to_vec();
    let (_, &mut level, _) = sorted.select_nth_unstable_by(wanted - 1, |a, b| b.total_cmp(a));
    let highest = covered.iter().copied().fold(0.0, f32::max);
    // A little below, for what sums of fractions round away.
    level.clamp(0.25, 0.5).min(highest) - 1e-4
}

type Spans = Vec<Vec<(usize, f32)>>;

/// The share of a label under each new pixel.
fn coverage(rows: &[&[u8]], label: u8, size: usize, (across, down): &(Spans, Spans)) -> Vec<f32> {
    let narrow: Vec<Vec<f32>> = rows
        .iter()
        .map(|row| average(across, |x| f32::from(u8::from(row[x] == label))))
        .collect();
    let mut share = vec![0.0; size * size];
    for x in 0..size {
        for (y, value) in average(down, |y| narrow[y][x]).into_iter().enumerate() {
            share[y * size + x] = value;
        }
    }
    share
}

/// For each of `to` equal parts of `from` pixels: the pixels under it, with the share of each.
fn spans(from: usize, to: usize) -> Spans {
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

fn average(spans: &Spans, value: impl Fn(usize) -> f32) -> Vec<f32> {
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

/// A small picture of an image, with the outline of its mask (`width`×`height`).
pub(super) fn thumbnail(
    image: &DynamicImage,
    labels: &[u8],
    (mask_width, mask_height): (usize, usize),
    foreground: &[bool; 256],
) -> Thumbnail {
    let small = if image.width().max(image.height()) > THUMBNAIL {
        image.thumbnail(THUMBNAIL, THUMBNAIL)
    } else {
        image.clone()
    };
    let mut rgba = small.to_rgba8();
    let (width, height) = rgba.dimensions();
    let inside = |x: u32, y: u32| {
        let (x, y) = (
            x as usize * mask_width / width as usize,
            y as usize * mask_height / height as usize,
        );
        foreground[usize::from(labels[y * mask_width + x])]
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
