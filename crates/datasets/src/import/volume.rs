//! A volume, or a single slice of numbers, made into samples one at a time.

use image::DynamicImage;

use super::fit::{Plane, Window, mask_labels, plane_values, thumbnail, windows};
use super::grid::Grid;
use super::mask::Mask;
use super::options::{Fit, Intensity, Keep, VolumeUse};
use super::report::{PairPreview, PlannedPair, Rejection};
use super::sample::{Context, FLAT, Made, no_room, read_masks, reject, sides, tile_name, whole};
use crate::{Sample, Size};

/// One channel: where it is, and the values that become black and white.
#[derive(Debug)]
struct Channel {
    grid: usize,
    channel: usize,
    low: f64,
    high: f64,
}

/// A part of a volume that becomes a sample (or several tiles, of a slice).
#[derive(Debug, Clone)]
struct Unit {
    name: String,
    window: Window,
    /// For each slice of the sample, the slices it is made of: first, and one past the last.
    slabs: Vec<(usize, usize)>,
}

/// An opened volume.
#[derive(Debug)]
pub(super) struct Volume {
    grids: Vec<Grid>,
    channels: Vec<Channel>,
    mask: Mask,
    units: Vec<Unit>,
    done: usize,
    source: String,
    foreground: [bool; 256],
    size: usize,
    preview: PairPreview,
}

impl Volume {
    /// Reads the masks of a volume and decides which parts of it become samples; all of them at
    /// once where it is a single slice.
    ///
    /// # Errors
    /// The image or the masks, with the reason.
    pub(super) fn open(
        pair: &PlannedPair,
        grids: Vec<Grid>,
        masks: Vec<Vec<u8>>,
        room: usize,
        context: &mut Context,
    ) -> Result<Made, Vec<Rejection>> {
        let path = &pair.images[0];
        let size = grids[0].size();
        for (grid, path) in grids.iter().zip(&pair.images) {
            if grid.size() != size {
                return Err(reject(
                    path,
                    format!(
                        "This channel is {} pixels, but the first of its volume is {}. Export all at the same size.",
                        sides(grid.size()),
                        sides(size),
                    ),
                ));
            }
        }
        let options = context.options;
        if size.depth == 1 && options.volumes != VolumeUse::Slices {
            return Err(reject(path, FLAT.to_owned()));
        }
        let axes = grids[0].axes();
        let mask = read_masks(pair, masks, size, Some(axes), context)?;
        let foreground = context.values.foreground();
        let name = context.names.give(path);
        let units = units(&name, &mask, room, context, &foreground)
            .map_err(|reason| reject(path, reason))?;
        let window = context.layout.and_then(|layout| layout.window());
        let mut channels = Vec::new();
        for (at, grid) in grids.iter().enumerate() {
            for channel in 0..grid.channels() {
                let (low, high) = range(grid, channel, options.intensity, window);
                channels.push(Channel {
                    grid: at,
                    channel,
                    low,
                    high,
                });
            }
        }
        let source = grids[0].source.clone();
        let scaled = !grids[0].is_8_bit();
        let source = source.unwrap_or_else(|| pair.source.clone());
        let mut volume = Self {
            preview: PairPreview {
                name,
                image: pair.images.join(" + "),
                mask: pair.masks.join(" + "),
                width: size.width,
                height: size.height,
                depth: size.depth,
                source: source.clone(),
                range: scaled.then(|| [channels[0].low, channels[0].high]),
                foreground_fraction: 0.0,
                thumbnail: Default::default(),
                tiles: 0,
            },
            grids,
            channels,
            mask,
            units,
            done: 0,
            source,
            foreground,
            size: options.size,
        };
        volume.draw_thumbnail();
        if size.depth > 1 {
            return Ok(Made::Volume(Box::new(volume)));
        }
        let mut samples = Vec::new();
        while let Some(sample) = volume.next() {
            samples.push(sample);
        }
        Ok(Made::Samples(samples, Box::new(volume.preview)))
    }

    /// Name of the pair.
    pub(super) fn name(&self) -> &str {
        &self.preview.name
    }

    /// Number of channels of its samples.
    pub(super) fn channels(&self) -> usize {
        self.channels.len()
    }

    /// The share of its samples that are made.
    pub(super) fn part(&self) -> f64 {
        self.done as f64 / self.units.len().max(1) as f64
    }

    /// The preview, when all samples are made.
    pub(super) fn into_preview(self) -> PairPreview {
        self.preview
    }

    /// Makes the next sample.
    pub(super) fn next(&mut self) -> Option<Sample> {
        let unit = self.units.get(self.done)?.clone();
        self.done += 1;
        self.preview.tiles += 1;
        let mut pixels = Vec::new();
        for channel in &self.channels {
            for &(first, end) in &unit.slabs {
                let mut sum: Vec<f32> = Vec::new();
                for z in first..end {
                    let values = plane_values(&self.plane(channel, z), unit.window, self.size);
                    if sum.is_empty() {
                        sum = values;
                    } else {
                        sum.iter_mut().zip(values).for_each(|(sum, v)| *sum += v);
                    }
                }
                let count = (end - first) as f32;
                // In steps of 16 bits, finer than any screen and half as large to keep.
                pixels.extend(
                    sum.into_iter()
                        .map(|value| (value / count * 65535.0).round() / 65535.0),
                );
            }
        }
        let labels = unit
            .slabs
            .iter()
            .flat_map(|&(first, end)| {
                mask_labels(
                    self.mask.slice(first.midpoint(end - 1)),
                    self.mask.size.width,
                    unit.window,
                    self.size,
                    &self.foreground,
                )
            })
            .collect();
        Some(Sample {
            name: unit.name,
            source: self.source.clone(),
            pixels,
            labels,
        })
    }

    /// A slice of a channel in 0..=1.
    fn plane(&self, channel: &Channel, z: usize) -> Plane {
        let grid = &self.grids[channel.grid];
        let mut values = Vec::new();
        grid.plane(channel.channel, z, &mut values);
        let Size { width, height, .. } = grid.size();
        Plane::from_fn(width as u32, height as u32, |x, y| {
            let value = values[y as usize * width + x as usize];
            image::Luma([share(value, (channel.low, channel.high), grid.inverted)])
        })
    }

    /// Draws the slice with the most foreground, or the middle one.
    fn draw_thumbnail(&mut self) {
        let size = self.mask.size;
        let foreground = |z: usize| {
            let slice = self.mask.slice(z).iter();
            slice.filter(|&&l| self.foreground[usize::from(l)]).count()
        };
        let middle = (size.depth / 2, foreground(size.depth / 2));
        let (z, _) = (0..size.depth)
            .map(|z| (z, foreground(z)))
            .fold(middle, |best, it| if it.1 > best.1 { it } else { best });
        let colours = if self.channels.len() == 3 { 3 } else { 1 };
        let planes: Vec<Plane> = (0..colours)
            .map(|channel| self.plane(&self.channels[channel], z))
            .collect();
        let picture = image::RgbImage::from_fn(size.width as u32, size.height as u32, |x, y| {
            image::Rgb([0, 1, 2].map(|c| {
                let value = planes[c.min(colours - 1)].get_pixel(x, y).0[0];
                (value * 255.0).round() as u8
            }))
        });
        self.preview.thumbnail = thumbnail(
            &DynamicImage::ImageRgb8(picture),
            self.mask.slice(z),
            (size.width, size.height),
            &self.foreground,
        );
    }
}

/// A value between those that become black and white, as 0..=1.
pub(super) fn share(value: f64, (low, high): (f64, f64), inverted: bool) -> f32 {
    let share = (value - low) / (high - low);
    // Not a number becomes the darkest.
    let share = if share.is_nan() {
        0.0
    } else {
        share.clamp(0.0, 1.0)
    };
    (if inverted { 1.0 - share } else { share }) as f32
}

/// The parts of a volume that become samples, at most `room`.
fn units(
    name: &str,
    mask: &Mask,
    room: usize,
    context: &Context,
    foreground: &[bool; 256],
) -> Result<Vec<Unit>, String> {
    let options = context.options;
    let size = mask.size;
    let holds = |window: Window, first: usize, end: usize| {
        (first..end).any(|z| {
            let slice = mask.slice(z);
            (window.top..window.top + window.height).any(|y| {
                slice[y * size.width + window.left..][..window.width]
                    .iter()
                    .any(|&label| foreground[usize::from(label)])
            })
        })
    };
    let kept = |window: Window, first: usize, end: usize| {
        size.depth == 1 || options.keep == Keep::All || holds(window, first, end)
    };
    let scaled = |depth: usize| -> Vec<(usize, usize)> {
        (0..depth)
            .map(|z| {
                let first = z * size.depth / depth;
                (first, ((z + 1) * size.depth / depth).max(first + 1))
            })
            .collect()
    };
    let mut units = Vec::new();
    let mut most = options.most;
    let mut each = 1;
    match options.volumes {
        VolumeUse::Slices => {
            let windows = windows(size.width, size.height, options.size, options.fit);
            each = windows.len();
            if each > room {
                return Err(no_room(each, room));
            }
            most = if size.depth == 1 { 1 } else { most };
            for z in 0..size.depth {
                if !kept(whole(size), z, z + 1) {
                    continue;
                }
                for (tile, &window) in windows.iter().enumerate() {
                    let slice = if size.depth == 1 {
                        name.to_owned()
                    } else {
                        format!("{name} (slice {})", z + 1)
                    };
                    let columns = size.width / options.size;
                    units.push(Unit {
                        name: tile_name(&slice, tile, windows.len(), columns),
                        window,
                        slabs: vec![(z, z + 1)],
                    });
                }
            }
        }
        VolumeUse::Whole => {
            units.push(Unit {
                name: name.to_owned(),
                window: whole(size),
                slabs: scaled(options.depth),
            });
        }
        VolumeUse::Patches => {
            let layers = size.depth / options.depth;
            let windows = windows(size.width, size.height, options.size, Fit::Tile);
            for layer in 0..layers.max(1) {
                let slabs = if layers == 0 {
                    scaled(options.depth)
                } else {
                    let first = (size.depth - layers * options.depth) / 2 + layer * options.depth;
                    (first..first + options.depth).map(|z| (z, z + 1)).collect()
                };
                let (first, end) = (slabs[0].0, slabs[slabs.len() - 1].1);
                for (tile, &window) in windows.iter().enumerate() {
                    if kept(window, first, end) {
                        let name = format!("{name} (slices {} to {end})", first + 1);
                        let columns = size.width / options.size;
                        units.push(Unit {
                            name: tile_name(&name, tile, windows.len(), columns),
                            window,
                            slabs: slabs.clone(),
                        });
                    }
                }
            }
        }
    }
    if units.is_empty() {
        return Err(
            "The mask of the volume has no foreground, so none of its slices were kept. Choose to keep all slices, or \
             leave it out."
                .to_owned(),
        );
    }
    // Evenly spaced ones of too many; tiles of one slice stay together.
    let groups = units.len() / each;
    let most = most.min(room / each).min(groups);
    Ok((0..most)
        .map(|group| (2 * group + 1) * groups / (2 * most))
        .flat_map(|group| units[group * each..(group + 1) * each].to_vec())
        .collect())
}

/// The values that become black and white.
pub(super) fn range(
    grid: &Grid,
    channel: usize,
    intensity: Intensity,
    usual: Option<(f64, f64)>,
) -> (f64, f64) {
    if grid.is_8_bit() {
        return (0.0, 255.0);
    }
    let around = |centre: f64, width: f64| (centre - width / 2.0, centre + width / 2.0);
    let (low, high) = match (intensity, grid.window.or(usual)) {
        (Intensity::Window { centre, width }, _) => around(f64::from(centre), f64::from(width)),
        (Intensity::Auto, Some((centre, width))) => around(centre, width),
        (intensity, _) => {
            let values = grid.some_values(channel);
            let (Some(&lowest), Some(&highest)) = (values.first(), values.last()) else {
                return (0.0, 1.0);
            };
            match intensity {
                Intensity::ZScore => {
                    let count = values.len() as f64;
                    let mean = values.iter().sum::<f64>() / count;
                    let square: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                    let reach = 3.0 * (square / count).sqrt();
                    (mean - reach, mean + reach)
                }
                Intensity::Auto if grid.is_float() && lowest >= 0.0 && highest <= 1.0 => (0.0, 1.0),
                Intensity::Auto => {
                    let margin = values.len() / 200;
                    let (low, high) = (values[margin], values[values.len() - 1 - margin]);
                    // Where nearly all values are one, the few others count.
                    if low < high {
                        (low, high)
                    } else {
                        (lowest, highest)
                    }
                }
                _ => (lowest, highest),
            }
        }
    };
    if low < high && (high - low).is_finite() {
        (low, high)
    } else if low.is_finite() {
        (low, low + 1.0)
    } else {
        (0.0, 1.0)
    }
}
