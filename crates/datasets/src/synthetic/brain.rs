//! Brain volumes as in contrast-enhanced T1-weighted MRI, with tumours: a rim that takes up
//! contrast around a core that has died, oedema about it, and a brain that is pushed aside.

use fastnoise_lite::FastNoiseLite;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::head::{Head, blend};
use super::noise::{field, normal};
use super::shape::objects;
use super::texture::smoothstep;
use super::volume::{Planes, View, claim, claim_within};
use super::{Picture, Request, Synthetic, shape};
use crate::random::{Purpose, stream};

/// Of a view from −1 to 1: how much of a middle slice, and of the heights shown, is brain.
const BRAIN_OF_A_SLICE: f32 = 0.32;
const BRAIN_OF_A_VOLUME: f32 = 0.21;
/// Lowest and highest slices of a whole volume, and of those that are taken singly.
const VOLUME: [f32; 2] = [-0.72, 0.84];
const SLICES: [f32; 2] = [-0.26, 0.56];

/// One tumour, or one of several.
struct Tumour {
    centre: [f32; 3],
    radius: f32,
    stretch: [f32; 3],
}

/// Volume (or some slices of it) with exactly as many voxels of tumour and core as asked for.
pub(super) fn draw(request: &Request) -> Picture {
    let settings = request.settings;
    let size = settings.size;
    let mut rng = stream(settings.seed, Purpose::Image, request.index as u64);
    let head = Head::random(settings.texture as f32, &mut rng);
    let full = (0..request.planes.count())
        .filter(|&plane| request.planes.may_hold(plane))
        .count();
    let share = request.foreground as f32 / (full.max(1) * size * size) as f32;

    // With more tumour than fits the brain loosely, the view is closer.
    let whole = matches!(request.planes, Planes::All(_));
    let half = if whole {
        libm::cbrtf(BRAIN_OF_A_VOLUME / (1.5 * share.max(1e-6)))
    } else {
        (BRAIN_OF_A_SLICE / (1.5 * share.max(1e-6))).sqrt()
    }
    .clamp(0.5, 1.0);
    let tumours = place(
        settings,
        &head,
        share,
        half,
        whole,
        request.foreground,
        &mut rng,
    );
    let first = &tumours[0];
    let reach = 0.8 * first.radius;
    let heights = request.planes.heights(
        VOLUME.map(|end| 0.06 * (1.0 - half) + end * half),
        [
            (first.centre[2] - reach).max(SLICES[0] - 0.2),
            (first.centre[2] + reach).min(SLICES[1] + 0.1),
        ],
        &beside(first),
    );
    let view = View {
        centre: [first.centre[0], first.centre[1]].map(|middle| middle * 0.5 * (1.0 - half)),
        half,
        size,
        heights,
    };

    let margin = field(&mut rng, 0.45 / first.radius.max(0.03), 3);
    let inner = field(&mut rng, 0.7 / first.radius.max(0.03), 2);
    let points: Vec<[f32; 3]> = view.points().collect();
    let raw: Vec<f32> = points
        .iter()
        .map(|&p| extent(&tumours, &margin, p))
        .collect();
    let mut levels: Vec<f32> = raw
        .iter()
        .zip(&points)
        .map(|(&level, &point)| {
            // Tumours stay in the brain, and are less likely close to its surface.
            let depth = if level < 4.0 { head.depth(point) } else { 0.0 };
            if depth <= 0.015 { f32::INFINITY } else { level }
        })
        .collect();
    let mut labels = vec![0; points.len()];
    claim(
        &mut levels,
        &mut labels,
        request.planes,
        request.foreground,
        1,
    );
    let core: Vec<f32> = raw
        .iter()
        .zip(&points)
        .map(|(&level, &[x, y, z])| level + 0.22 * inner.get_noise_3d(x + 5.0, y, z))
        .collect();
    let core = claim_within(&core, &mut labels, 1, 2, request.second);

    let contrast = settings.contrast as f32;
    let texture = settings.texture as f32;
    let glow = rng.random_range(0.78..0.96_f32);
    let dead = rng.random_range(0.14..0.26_f32);
    let oedema = rng.random_range(0.3..0.9_f32);
    let pushed = rng.random_range(0.1..0.4_f32) * contrast.min(1.0);
    let exposure = rng.random_range(0.85..1.15_f32);
    let soft = view.pixel();
    let plane = size * size;
    let pixels = points
        .iter()
        .enumerate()
        .map(|(at, &point)| {
            let holds = request.planes.may_hold(at / plane) && request.foreground > 0;
            let seen = if holds {
                aside(&tumours, pushed, point)
            } else {
                point
            };
            let mut value = head.grey(point, seen, soft);
            // In levels a pixel is so wide.
            let fine = (soft / first.radius.max(0.5 * soft)).min(1.0);
            let inside = smoothstep(0.45 * fine, -0.45 * fine, levels[at]);
            if holds && head.depth(point) > 0.0 {
                let around = smoothstep(0.9, 0.0, levels[at]) * (1.0 - inside);
                value -= contrast * oedema * around * 0.26 * (value - 0.12).max(0.0) / 0.4;
                let [x, y, z] = point;
                let uneven = texture * inner.get_noise_3d(1.6 * x, 1.6 * y, 1.6 * z);
                let in_core = smoothstep(0.5 * fine, -0.5 * fine, core[at]);
                let rim = glow * (1.0 + 0.16 * uneven);
                let tumour = blend(rim, dead * (1.0 + 0.5 * uneven), in_core);
                value = blend(value, tumour, inside * contrast).max(0.0);
            }
            // Rician: noise in two channels, of which the length is seen.
            let (real, imaginary) = (
                value * exposure + 0.014 * normal(&mut rng),
                0.014 * normal(&mut rng),
            );
            (real * real + imaginary * imaginary).sqrt().min(1.0)
        })
        .collect();
    Picture { pixels, labels }
}

/// Puts tumours into the brain: one, unless more are asked for.
fn place(
    settings: &Synthetic,
    head: &Head,
    share: f32,
    half: f32,
    whole: bool,
    pixels: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<Tumour> {
    let count = objects(settings, 1, pixels);
    let radius = if whole {
        // Of a volume as high as it is wide, but for the neck.
        libm::cbrtf(share * 8.0 * 0.78 * half * half * half / (4.19 * count as f32))
    } else {
        // Slices lie within 0.8 of the radius: on average they cut some 0.79 of the largest disc.
        (share * 4.0 * half * half / (std::f32::consts::PI * 0.79 * count as f32)).sqrt()
    };
    let brain = head.brain_radii();
    let height = rng.random_range(-0.02..0.36);
    (0..count)
        .map(|number| {
            let radius = radius
                * if count > 1 {
                    shape::unlike(settings, rng)
                } else {
                    1.0
                };
            // Off the middle, but inside.
            let turn = std::f32::consts::TAU * (number as f32 + rng.random::<f32>()) / count as f32;
            let (sin, cos) = libm::sincosf(turn);
            let flat = (1.0 - height * height / (brain[2] * brain[2]))
                .max(0.2)
                .sqrt();
            let room = |axis: usize| (brain[axis] * flat - 0.75 * radius - 0.04).max(0.03);
            let out = rng.random_range(0.55..1.0_f32);
            let apart = if count > 1 {
                rng.random_range(-0.5..0.5) * radius
            } else {
                0.0
            };
            Tumour {
                centre: [out * cos * room(0), out * sin * room(1), height + apart],
                radius,
                stretch: std::array::from_fn(|_| rng.random_range(0.88..1.14)),
            }
        })
        .collect()
}

/// Level of the nearest tumour: below 0 inside it.
fn extent(tumours: &[Tumour], margin: &FastNoiseLite, point: [f32; 3]) -> f32 {
    let level = tumours
        .iter()
        .map(|tumour| {
            let offsets: [f32; 3] = std::array::from_fn(|axis| {
                (point[axis] - tumour.centre[axis]) * tumour.stretch[axis]
            });
            let sum: f32 = offsets.iter().map(|offset| offset * offset).sum();
            sum.sqrt() / tumour.radius.max(1e-3) - 1.0
        })
        .fold(f32::INFINITY, f32::min);
    if level > 2.5 {
        return level;
    }
    let [x, y, z] = point;
    level + 0.42 * margin.get_noise_3d(x, y, z)
}

/// Where the tissue at a point would lie without the tumours.
fn aside(tumours: &[Tumour], strength: f32, point: [f32; 3]) -> [f32; 3] {
    let mut seen = point;
    for tumour in tumours {
        let offset: [f32; 3] = std::array::from_fn(|axis| point[axis] - tumour.centre[axis]);
        let squared = offset.iter().map(|value| value * value).sum::<f32>();
        let relative = squared / (tumour.radius * tumour.radius).max(1e-6);
        let push = strength / (1.0 + relative * relative);
        for axis in 0..3 {
            seen[axis] -= push * offset[axis];
        }
    }
    seen
}

/// Heights of slices that pass by the tumour.
fn beside(tumour: &Tumour) -> Vec<f32> {
    let clear = 1.7 * tumour.radius + 0.02;
    let around: Vec<f32> = (0..10)
        .map(|n| SLICES[0] + (SLICES[1] - SLICES[0]) * ((n * 3 % 10) as f32 + 0.5) / 10.0)
        .collect();
    let outside: Vec<f32> = around
        .iter()
        .copied()
        .filter(|height| (height - tumour.centre[2]).abs() > clear)
        .collect();
    // A large tumour leaves none; then these slices are of a healthy brain.
    if outside.is_empty() { around } else { outside }
}
