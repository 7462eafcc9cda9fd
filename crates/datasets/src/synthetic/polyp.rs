//! Pictures as from a colonoscope, with polyps as foreground.
//!
//! A height field (folds, fine relief, and a dome for each polyp) is lit from the camera. A polyp
//! differs from the wall by its shading, a somewhat redder or paler colour, a finer grain, hidden
//! vessels and a soft rim; highlights lie on wall and polyps alike, so that brightness alone does
//! not tell them apart.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::shape::{self, Blob, coordinate, rasterise};
use super::texture::{Colour, Mucosa, Wall, mix, smoothstep};
use super::{Picture, Request, Synthetic};
use crate::random::{Purpose, stream};

/// What makes the polyps of one image look as they do.
struct Look {
    /// Factors on the wall's colour.
    hue: Colour,
    /// How far the dome rises, relative to its radius.
    rise: f32,
    /// Strength of its lobes and grain, 0..=1.
    grain: f32,
}

/// One image, with exactly as many pixels of polyp as are asked for.
pub(super) fn draw(request: &Request) -> Picture {
    let settings = request.settings;
    let (size, foreground) = (settings.size, request.foreground);
    let contrast = settings.contrast as f32;
    let mut rng = stream(settings.seed, Purpose::Image, request.index as u64);
    let mucosa = Mucosa::random(size, settings.texture as f32, &mut rng);
    // Most endoscopes show an octagon.
    let corner = if rng.random_bool(0.6) {
        rng.random_range(1.5..1.7)
    } else {
        2.1
    };
    let visible: Vec<bool> = (0..size * size)
        .map(|at| coordinate(at % size, size).abs() + coordinate(at / size, size).abs() < corner)
        .collect();
    let share = foreground as f32 / (size * size) as f32;
    let blobs = place(settings, &mucosa, share, foreground, &mut rng);
    let raster = rasterise(&blobs, size, foreground, &visible);
    let look = Look {
        hue: if rng.random_bool(0.65) {
            [1.06, 0.80, 0.80]
        } else {
            [1.10, 0.99, 1.04]
        }
        .map(|factor: f32| 1.0 + (factor - 1.0) * contrast),
        rise: contrast * rng.random_range(0.35..0.75),
        grain: rng.random_range(0.2..1.0),
    };
    let lamp = [
        rng.random_range(-0.3..0.3_f32),
        rng.random_range(-0.3..0.3_f32),
    ];
    let exposure = rng.random_range(0.88..1.12_f32);

    let walls: Vec<Wall> = (0..size * size)
        .map(|at| mucosa.at(coordinate(at % size, size), coordinate(at / size, size)))
        .collect();
    // The outline is soft over about a pixel and a half, whatever the size of the blob.
    let softness: Vec<f32> = blobs
        .iter()
        .map(|blob| (3.0 / (size as f32 * blob.radius)).clamp(0.06, 0.7))
        .collect();
    let heights: Vec<f32> = (0..size * size)
        .map(|at| {
            let blob = usize::from(raster.nearest[at]);
            let wall = &walls[at];
            let inside = (1.0 - raster.levels[at] * raster.levels[at]).max(0.0);
            let dome =
                inside.sqrt() * (0.35 + 0.65 * inside) * look.rise * blobs[blob].radius.min(0.7);
            wall.height * (1.0 - 0.6 * inside) + dome * (1.0 + 0.07 * look.grain * wall.glint)
        })
        .collect();

    let plane = size * size;
    let mut pixels = vec![0.0; 3 * plane];
    for at in 0..plane {
        let (x, y) = (at % size, at / size);
        let noise: u32 = rng.random();
        if !visible[at] {
            for (channel, value) in pixels.iter_mut().skip(at).step_by(plane).enumerate() {
                *value = 0.03 + 0.01 * grain(noise, channel);
            }
            continue;
        }
        let wall = &walls[at];
        let level = raster.levels[at];
        let soft = softness[usize::from(raster.nearest[at])];
        let polyp = smoothstep(1.0 + soft, 1.0 - soft, level) * contrast.min(1.0);

        // Slope of the relief, by central differences.
        let (left, right) = (x.saturating_sub(1), (x + 1).min(size - 1));
        let (above, below) = (y.saturating_sub(1), (y + 1).min(size - 1));
        let step = 2.0 / size as f32;
        let slope_x =
            (heights[y * size + right] - heights[y * size + left]) / (step * (right - left) as f32);
        let slope_y = (heights[below * size + x] - heights[above * size + x])
            / (step * (below - above) as f32);
        let normal = 1.0 / (1.0 + slope_x * slope_x + slope_y * slope_y).sqrt();
        let facing = (1.0 - slope_x * lamp[0] - slope_y * lamp[1]) * normal
            / (1.0 + lamp[0] * lamp[0] + lamp[1] * lamp[1]).sqrt();

        // A polyp stands in front of the folds behind it, and out of the dark of the lumen.
        let light = wall.light + (0.62 - wall.light).max(0.0) * 0.75 * polyp;
        let folds = wall.folds + (1.0 - wall.folds) * 0.9 * polyp;
        let crease = 1.0
            - contrast * 0.28 * smoothstep(1.0 + 2.5 * soft.max(0.12), 1.0, level) * (1.0 - polyp);
        let brightness = exposure * light * folds * crease * (0.36 + 0.72 * facing.max(0.0));
        let vessel = wall.vessel * (1.0 - 0.85 * polyp);
        let hue: Colour = std::array::from_fn(|channel| wall.colour[channel] * look.hue[channel]);
        let grainy = 1.0 + 0.06 * look.grain * polyp * wall.glint;
        let colour = mix(wall.colour, hue, polyp);

        // A wet surface throws the lamp back where it faces it squarely; fine relief breaks the
        // reflection up.
        let squarely = smoothstep(0.93, 0.99, facing) * smoothstep(0.63, 0.77, wall.glint);
        let highlight = squarely * light * 0.85;
        let blood = [0.80, 0.55, 0.58];
        let centre = 1.0
            - 0.10
                * (coordinate(x, size) * coordinate(x, size)
                    + coordinate(y, size) * coordinate(y, size));
        for channel in 0..3 {
            let lit = colour[channel]
                * grainy
                * (1.0 - vessel * (1.0 - blood[channel]))
                * brightness
                * centre;
            let value = lit + (1.0 - lit) * highlight + 0.018 * grain(noise, channel);
            pixels[channel * plane + at] = value.clamp(0.0, 1.0);
        }
    }
    Picture {
        pixels,
        labels: raster.labels,
    }
}

/// Puts one to three blobs (or as many as are asked for) on the lit part of the wall, apart from
/// each other where there is room.
fn place(
    settings: &Synthetic,
    mucosa: &Mucosa,
    share: f32,
    pixels: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<Blob> {
    let draw: f32 = rng.random();
    let usual = if draw < 0.6 {
        1
    } else if draw < 0.87 {
        2
    } else {
        3
    };
    let usual = usual.min(if share > 0.15 { 2 } else { 3 });
    let count = shape::objects(settings, usual, pixels);
    let mean_radius = (share * 4.0 / (std::f32::consts::PI * count as f32)).sqrt();
    let lobed = rng.random::<f32>();
    let mut blobs: Vec<Blob> = Vec::with_capacity(count);
    for _ in 0..count {
        let radius = mean_radius
            * if count > 1 {
                shape::unlike(settings, rng)
            } else {
                1.0
            };
        let room = (0.85 - 0.8 * radius).max(0.1);
        let mut best = ([0.0; 2], f32::NEG_INFINITY);
        for _ in 0..12 {
            let centre = [rng.random_range(-room..room), rng.random_range(-room..room)];
            let apart = blobs
                .iter()
                .map(|other| {
                    let (x, y) = (centre[0] - other.centre[0], centre[1] - other.centre[1]);
                    ((x * x + y * y).sqrt() - other.radius - radius) / 0.1
                })
                .fold(1.0, f32::min);
            let score =
                mucosa.clearance(centre[0], centre[1]).min(1.0) + apart + 0.3 * rng.random::<f32>();
            if score > best.1 {
                best = (centre, score);
            }
        }
        blobs.push(Blob::random(best.0, radius, lobed, rng));
    }
    blobs
}

/// Sensor noise for one channel, −1..=1, out of one random word per pixel.
fn grain(word: u32, channel: usize) -> f32 {
    let byte = (word >> (8 * channel)) & 0xff;
    byte as f32 / 127.5 - 1.0
}
