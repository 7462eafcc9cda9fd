//! B-mode pictures of the breast, with lesions as foreground.
//!
//! Tissue is a map of echoes in decibels: skin, fat with septa, gland, muscle, chest wall, in layers
//! from the probe (above) down. Lesions echo less; sound is stronger or weaker behind them, and
//! lost at their edges. Rayleigh speckle, wider than it is deep, lies on all of it before the
//! picture is compressed to a range of some 60 dB.

use fastnoise_lite::FastNoiseLite;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::noise::{field, normal};
use super::shape::{self, Blob, coordinate, lowest};
use super::texture::{mix, smoothstep};
use super::{Picture, Request};
use crate::random::{Purpose, stream};

/// Heights of the borders between the layers, and the fields that make them uneven.
struct Breast {
    /// Lower borders of skin, fat, gland, muscle.
    borders: [f32; 4],
    tilt: f32,
    uneven: FastNoiseLite,
    coarse: FastNoiseLite,
    septa: FastNoiseLite,
    fibres: FastNoiseLite,
    strands: FastNoiseLite,
    texture: f32,
}

/// One picture, with exactly as many pixels of lesion as are asked for.
pub(super) fn draw(request: &Request) -> Picture {
    let settings = request.settings;
    let size = settings.size;
    let mut rng = stream(settings.seed, Purpose::Image, request.index as u64);
    let breast = Breast::random(settings.texture as f32, &mut rng);
    let lesion = Lesion::random(request, &breast, &mut rng);
    let gain = rng.random_range(-1.0..7.0_f32);
    let fade = rng.random_range(1.0..10.0_f32);
    let contact = field(&mut rng, 1.3, 2);
    let dropout = rng.random_range(0.0..7.0_f32);
    let speckle = speckle(size, settings.texture as f32, &mut rng);

    let mut pixels = vec![0.0; size * size];
    // How much lesion the sound has come through, column by column.
    let mut passed = vec![0.0_f32; size];
    for at in 0..size * size {
        let (column, row) = (at % size, at / size);
        let (x, y) = (coordinate(column, size), coordinate(row, size));
        let inside = lesion.inside(at);
        let mut echo = breast.echo(x, y);
        echo = mix1(
            echo,
            lesion.echo + 0.35 * (echo + 26.0),
            inside * lesion.contrast,
        );
        // A bright rim where the sound meets the lesion, and around some of them.
        let rim = smoothstep(0.35, 0.0, (lesion.levels[at] - 1.1).abs());
        echo += lesion.contrast.min(1.0) * rim * (1.0 - inside) * lesion.halo;
        // Behind the lesion, spreading and fading; sound grazing an edge is lost.
        let behind = smoothstep(0.05, 0.6, passed[column]) * (1.0 - inside);
        echo += lesion.contrast * lesion.behind * behind;
        let left = passed[column.saturating_sub(1 + size / 40)];
        let right = passed[(column + 1 + size / 40).min(size - 1)];
        let edge = ((left - right).abs() * 4.0).min(1.0) * (1.0 - inside);
        echo -= lesion.contrast.min(1.0) * 3.0 * edge;
        passed[column] += 2.0 / size as f32 * if inside > 0.5 { 1.0 } else { -0.12 };
        passed[column] = passed[column].max(0.0);

        let shade = smoothstep(0.15, 0.65, contact.get_noise_2d(1.4 * x, 0.12 * y)) * dropout;
        let value = echo + gain - fade * (y + 0.6).max(0.0) - shade + speckle[at];
        let value = ((value + 49.0) / 52.0).clamp(0.0, 1.0);
        pixels[at] = value * (0.68 + 0.32 * value);
    }
    Picture {
        pixels,
        labels: lesion.labels,
    }
}

impl Breast {
    fn random(texture: f32, rng: &mut ChaCha8Rng) -> Self {
        let fat = rng.random_range(-0.72..-0.35);
        let gland = rng.random_range(-0.05..0.75);
        Self {
            borders: [
                rng.random_range(-0.95..-0.88),
                fat,
                gland,
                gland + rng.random_range(0.15..0.5),
            ],
            tilt: rng.random_range(-0.12..0.12),
            uneven: field(rng, 0.75, 2),
            coarse: field(rng, 1.9, 2),
            septa: field(rng, 2.0, 1),
            fibres: field(rng, 3.0, 2),
            strands: field(rng, 2.6, 1),
            texture,
        }
    }

    /// Echo at a point, in decibels below the brightest.
    fn echo(&self, x: f32, y: f32) -> f32 {
        let wave = self.texture * self.uneven.get_noise_2d(x, 0.7 * y);
        let fine = self.texture * self.coarse.get_noise_2d(1.2 * x, 2.6 * y);
        let [skin, fat, gland, muscle] = self.borders;
        let deep = y + self.tilt * x;
        let soft = |border: f32, width: f32, uneven: f32| {
            smoothstep(border - width, border + width, deep + uneven)
        };
        // Lobules of fat between bright, mostly level septa.
        let warped = self.septa.get_noise_2d(x + 0.10 * fine, 1.8 * y);
        let septum = smoothstep(0.15, 0.0, warped.abs()) * (0.45 + 0.9 * fine).max(0.0);
        // Strands of connective tissue, nearly level, bright where the sound meets them squarely.
        let strand = self
            .strands
            .get_noise_2d(0.55 * x, 2.4 * (deep + 0.07 * wave));
        let strand =
            self.texture * smoothstep(0.24, 0.0, strand.abs()) * (0.6 + 1.4 * wave).max(0.0);
        let in_fat = -30.0 + 4.0 * fine + self.texture * 12.0 * septum + 9.0 * strand;
        let in_gland =
            -21.0 + 11.0 * fine + 7.0 * wave - self.texture * 6.0 * septum + 10.0 * strand;
        // Fibres of the muscle run along it.
        let fibre = self.texture
            * self
                .fibres
                .get_noise_2d(0.45 * x, 4.0 * (y + self.tilt * x));
        let in_muscle = -29.0 + 9.0 * fibre + 10.0 * strand;
        let in_chest = -33.0 + 8.0 * fine + 6.0 * wave - 14.0 * (deep - muscle).max(0.0);

        let mut echo = mix1(-9.0, in_fat, soft(skin, 0.025, 0.05 * wave));
        echo = mix1(echo, in_gland, soft(fat, 0.07, 0.35 * wave + 0.10 * fine));
        echo = mix1(echo, in_muscle, soft(gland, 0.03, 0.22 * wave));
        echo = mix1(echo, in_chest, soft(muscle, 0.03, 0.12 * wave));
        // Fasciae and the pleura are bright lines.
        let line = |border: f32, width: f32, uneven: f32| {
            smoothstep(width, 0.0, (deep + uneven - border).abs())
        };
        echo += 13.0 * line(gland, 0.035, 0.22 * wave) * (0.6 + fine);
        echo + 18.0 * line(muscle, 0.04, 0.12 * wave) * (0.5 + 0.8 * wave)
    }
}

/// The lesions of one picture.
struct Lesion {
    /// 1 on the outline, less inside.
    levels: Vec<f32>,
    labels: Vec<u8>,
    /// How soft the outline is, in levels.
    softness: f32,
    /// Echo inside, in decibels.
    echo: f32,
    /// Stronger (above 0) or weaker sound behind, in decibels.
    behind: f32,
    /// Brightness of the rim, in decibels.
    halo: f32,
    contrast: f32,
}

impl Lesion {
    fn random(request: &Request, breast: &Breast, rng: &mut ChaCha8Rng) -> Self {
        let settings = request.settings;
        let size = settings.size;
        let share = request.foreground as f32 / (size * size) as f32;
        let usual = if rng.random::<f32>() < 0.88 { 1 } else { 2 };
        let count = shape::objects(settings, usual, request.foreground);
        // Malignant ones are uneven, taller, and throw a shadow; cysts let sound through.
        let malignant = rng.random_bool(0.45);
        let uneven = if malignant {
            rng.random_range(0.14..0.30_f32)
        } else {
            rng.random_range(0.02..0.07)
        };
        let flat = if malignant {
            rng.random_range(0.95..1.25_f32)
        } else {
            rng.random_range(1.2..1.6)
        };
        let mean = (share * 4.0 / (std::f32::consts::PI * count as f32)).sqrt();
        let blobs: Vec<Blob> = (0..count)
            .map(|number| {
                let radius = mean
                    * if count > 1 {
                        shape::unlike(settings, rng)
                    } else {
                        1.0
                    };
                let room = (0.9 - radius).max(0.05);
                let x = rng.random_range(-room..room);
                let (low, high) = (breast.borders[1] - 0.1, breast.borders[2] - 0.05);
                let y = rng.random_range(low..high) * (1.0 - radius).max(0.1);
                let x = if count > 2 {
                    // Beside each other, so that they do not fall together.
                    (number as f32 + 0.5) / count as f32 * 1.7 - 0.85 + 0.1 * x
                } else {
                    x
                };
                Blob::random([x, y], radius, if malignant { 0.9 } else { 0.25 }, rng)
            })
            .collect();
        let margin = field(rng, 1.1 / mean.max(0.05), 2);
        let mut levels: Vec<f32> = (0..size * size)
            .map(|at| {
                let (x, y) = (coordinate(at % size, size), coordinate(at / size, size));
                let level = blobs
                    .iter()
                    .map(|blob| {
                        let [cx, cy] = blob.centre;
                        blob.level(cx + (x - cx) / flat.sqrt(), cy + (y - cy) * flat.sqrt())
                    })
                    .fold(f32::INFINITY, f32::min);
                level * (1.0 + uneven * margin.get_noise_2d(x, y))
            })
            .collect();
        let lowest = lowest(&levels, request.foreground);
        let mut labels = vec![0; size * size];
        for &at in &lowest.chosen {
            labels[at] = 1;
        }
        if lowest.chosen.is_empty() {
            levels.fill(f32::INFINITY);
        }
        let scale = lowest.highest.max(1e-3);
        for level in &mut levels {
            *level /= scale;
        }
        let blur = if malignant { 0.22 } else { 0.10 };
        Self {
            levels,
            labels,
            softness: (1.6 / (size as f32 * mean)).max(blur).min(0.7),
            echo: rng.random_range(-47.0..-33.0),
            behind: if malignant {
                rng.random_range(-14.0..-3.0)
            } else {
                rng.random_range(4.0..15.0)
            },
            halo: if malignant { 4.0 } else { 3.0 },
            contrast: settings.contrast as f32,
        }
    }

    /// How much of a pixel is lesion, 0..=1.
    fn inside(&self, at: usize) -> f32 {
        smoothstep(1.0 + self.softness, 1.0 - self.softness, self.levels[at])
    }
}

/// Speckle in decibels around 0. Its grains have a size in tissue: where pixels are larger, each
/// averages over several, and the speckle is weaker.
fn speckle(size: usize, strength: f32, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let wide = (size as f32 / 50.0).round().max(1.0) as usize;
    let deep = (size as f32 / 100.0).round().max(1.0) as usize;
    let weaker = strength * (size as f32 / 520.0).clamp(0.20, 0.60);
    let mut part = || {
        let white: Vec<f32> = (0..size * size).map(|_| normal(rng)).collect();
        let across = averaged(&white, size, 1, wide);
        averaged(&across, size, size, deep)
    };
    let (real, imaginary) = (part(), part());
    real.iter()
        .zip(&imaginary)
        .map(|(re, im)| {
            // The mean of a Rayleigh distribution is 1.25 deviations.
            let amplitude = (re * re + im * im).sqrt() / 1.2533;
            20.0 * libm::log10f((1.0 + weaker * (amplitude - 1.0)).max(0.05))
        })
        .collect()
}

/// Sums of `count` neighbours, `step` apart, scaled so that white noise keeps its deviation.
fn averaged(values: &[f32], size: usize, step: usize, count: usize) -> Vec<f32> {
    let scale = 1.0 / (count as f32).sqrt();
    (0..values.len())
        .map(|at| {
            let place = at / step % size;
            let sum: f32 = (0..count)
                .map(|n| {
                    // At the far edge the picture wraps around, as noise may.
                    let other = (place + n) % size;
                    values[at - place * step + other * step]
                })
                .sum();
            sum * scale
        })
        .collect()
}

fn mix1(a: f32, b: f32, share: f32) -> f32 {
    mix([a; 3], [b; 3], share)[0]
}
