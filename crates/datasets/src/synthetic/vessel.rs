//! Colour photographs of the fundus, with the retinal vessels as foreground.
//!
//! The tree is trimmed and widened until it covers about what is asked for: of little foreground
//! only the widest vessels are left, near the disc; of more than a retina has, vessels are more, and
//! wider, and the view is closer. Pixels at the vessels' edges then make up the exact number.

use rand::RngExt;

use super::noise::{field, normal};
use super::shape::{coordinate, lowest};
use super::texture::{Colour, mix, smoothstep};
use super::vessel_tree::{Fundus, Piece, distance, grow};
use super::{Picture, Request};
use crate::random::{Purpose, stream};

/// Colours of the fundus: orange, red, brown, pale.
const FUNDUS: [Colour; 4] = [
    [0.86, 0.46, 0.20],
    [0.80, 0.34, 0.14],
    [0.62, 0.30, 0.13],
    [0.88, 0.55, 0.33],
];
/// What blood leaves of the light: in veins, in arteries.
const VEIN: Colour = [0.60, 0.36, 0.46];
const ARTERY: Colour = [0.76, 0.50, 0.56];
/// Radius of the field of view.
const FIELD: f32 = 0.97;

/// One photograph, with exactly as many pixels of vessel as are asked for.
pub(super) fn draw(request: &Request) -> Picture {
    let settings = request.settings;
    let (size, contrast, texture) = (
        settings.size,
        settings.contrast as f32,
        settings.texture as f32,
    );
    let mut rng = stream(settings.seed, Purpose::Image, request.index as u64);
    let share = request.foreground as f32 / (size * size) as f32;

    // The disc lies nasally, a little above the macula.
    let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let disc = [
        -side * rng.random_range(0.50..0.66_f32),
        rng.random_range(-0.12..0.08),
    ];
    let fundus = Fundus {
        disc,
        macula: [
            disc[0] + side * rng.random_range(0.60..0.72),
            disc[1] + rng.random_range(0.02..0.12),
        ],
        side,
    };
    let closer = (share / 0.11).sqrt().clamp(1.0, 1.9);
    let half = 1.0 / closer;
    // A closer view still has the disc in it, where all vessels come from.
    let centre =
        disc.map(|place| (1.0 - half) * (0.75 * place + 0.2 * rng.random_range(-1.0..1.0_f32)));
    let trunks = match settings.objects {
        0 if share > 0.14 => 14,
        0 => 8,
        count => count,
    };
    let pixel = 2.0 * half / size as f32;
    let points: Vec<[f32; 2]> = (0..size * size)
        .map(|at| {
            [
                centre[0] + half * coordinate(at % size, size),
                centre[1] + half * coordinate(at / size, size),
            ]
        })
        .collect();
    let pieces = grow(&fundus, trunks, &mut rng);
    let mut map = fit(&pieces, request.foreground, &points, pixel, centre, half);
    let chosen = lowest(&map.level, request.foreground);
    let mut labels = vec![0; size * size];
    for &at in &chosen.chosen {
        labels[at] = 1;
    }
    if chosen.chosen.is_empty() {
        map.level.fill(f32::INFINITY);
    }

    let base = mix(
        FUNDUS[rng.random_range(0..FUNDUS.len())],
        FUNDUS[rng.random_range(0..FUNDUS.len())],
        rng.random(),
    );
    let exposure = rng.random_range(0.85..1.1_f32);
    let glare = rng.random_range(0.7..1.0_f32);
    let disc_radii = [
        rng.random_range(0.115..0.14_f32),
        rng.random_range(0.13..0.16_f32),
    ];
    let cup = rng.random_range(0.35..0.6_f32);
    let uneven = field(&mut rng, 0.8, 2);
    let choroid = field(&mut rng, 4.0, 3);
    let sheen = field(&mut rng, 9.0, 1);
    let plane = size * size;
    let mut pixels = vec![0.0; 3 * plane];
    for (at, &[x, y]) in points.iter().enumerate() {
        let outside = (x * x + y * y).sqrt();
        let lit = smoothstep(FIELD + 0.5 * pixel, FIELD - 0.5 * pixel - 0.012, outside);
        let grain = [0.0; 3].map(|_: f32| 0.008 * normal(&mut rng));
        if lit == 0.0 {
            for channel in 0..3 {
                pixels[channel * plane + at] = (0.015 + 0.5 * grain[channel]).max(0.0);
            }
            continue;
        }
        let broad = uneven.get_noise_2d(x, y);
        let patches = choroid.get_noise_2d(x, y + 0.5 * x);
        let from_disc = distance([x, y], fundus.disc);
        let from_macula = distance([x, y], fundus.macula);
        let vignette = 1.0 - 0.42 * smoothstep(0.35, 1.05, outside);
        let around_disc = 0.16 * smoothstep(0.75, 0.1, from_disc);
        let fovea = 1.0
            - 0.24 * smoothstep(0.30, 0.02, from_macula)
            - 0.18 * smoothstep(0.11, 0.0, from_macula);
        let light = exposure * fovea * (vignette + around_disc) * (1.0 + 0.10 * texture * broad);
        let mottle = texture * (0.075 * patches + 0.02 * sheen.get_noise_2d(x, y));
        let mut colour: Colour = base;
        // Red saturates first: the texture is mostly in green.
        colour[0] *= light * (1.0 + 0.5 * mottle);
        colour[1] *= light * light.max(0.6) * (1.0 + 1.3 * mottle + 0.06 * texture * broad);
        colour[2] *= light * light.max(0.6) * (1.0 + mottle);

        let (dx, dy) = (
            (x - fundus.disc[0]) / disc_radii[0],
            (y - fundus.disc[1]) / disc_radii[1],
        );
        let in_disc = (dx * dx + dy * dy).sqrt() + 0.05 * texture * patches;
        let edge = 0.10 + 0.4 * pixel / disc_radii[0];
        let disc = smoothstep(1.0 + edge, 1.0 - edge, in_disc);
        colour = mix(
            colour,
            [0.98 * glare, 0.76 * glare, 0.42 * glare],
            0.85 * disc,
        );
        let cup = smoothstep(cup + 0.2, cup - 0.2, in_disc);
        colour = mix(colour, [1.0, 0.90 * glare, 0.58 * glare], 0.8 * cup);

        let level = map.level[at] - chosen.highest;
        let inside = smoothstep(0.6 * pixel, -0.6 * pixel, level);
        if inside > 0.0 {
            let width = map.radius[at];
            // What is thinner than a pixel darkens it in part.
            let strength = contrast
                * inside
                * (width / (0.5 * pixel)).clamp(0.4, 1.0)
                * (1.0 - 0.35 * disc)
                * (1.0 + 0.15 * broad);
            let blood = if map.artery[at] { ARTERY } else { VEIN };
            let middle = if map.artery[at] && width > pixel {
                0.35 * smoothstep(0.45, 0.1, (level + width).max(0.0) / width)
            } else {
                0.0
            };
            for channel in 0..3 {
                let taken = (1.0 - blood[channel]) * (1.0 - middle) * strength;
                colour[channel] *= (1.0 - taken).max(0.05);
            }
        }
        for channel in 0..3 {
            pixels[channel * plane + at] =
                (lit * colour[channel] + grain[channel] + 0.015).clamp(0.0, 1.0);
        }
    }
    Picture { pixels, labels }
}

/// How far each pixel is from the edge of the vessel nearest to it, below 0 inside, and what vessel
/// that is.
struct Map {
    level: Vec<f32>,
    radius: Vec<f32>,
    artery: Vec<bool>,
}

/// Draws as much of the tree, as wide, as covers about `wanted` pixels.
fn fit(
    pieces: &[Piece],
    wanted: usize,
    points: &[[f32; 2]],
    pixel: f32,
    centre: [f32; 2],
    half: f32,
) -> Map {
    let mut order: Vec<&Piece> = pieces
        .iter()
        .filter(|piece| {
            (0..2).all(|axis| (piece.to[axis] - centre[axis]).abs() < half * 1.05)
                && distance(piece.to, [0.0; 2]) < FIELD
        })
        .collect();
    // The sort is stable: pieces of one vessel stay in the order in which they grew.
    order.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    let mut aim = wanted as f32;
    // Thinner before fewer: a third of the usual still shows where all the branches go.
    let mut wider = (wanted as f32 / points.len() as f32 / 0.10)
        .sqrt()
        .clamp(0.5, 1.0);
    let mut map = paint(&[], 1.0, points, pixel, centre, half);
    for attempt in 0..24 {
        let mut area = 0.0;
        let kept = order
            .iter()
            .take_while(|piece| {
                let enough = area >= aim;
                area += piece.length() * 2.0 * thick(piece, wider, pixel) / (pixel * pixel);
                !enough
            })
            .count();
        map = paint(&order[..kept], wider, points, pixel, centre, half);
        let covered = map.level.iter().filter(|&&level| level < 0.0).count() as f32;
        let ratio = wanted as f32 / covered.max(1.0);
        // Near enough for the pixels at the edges to make up the rest, which they must be able to.
        let enough = map.level.iter().filter(|level| level.is_finite()).count() >= wanted;
        if enough && ((0.93..1.07).contains(&ratio) || attempt >= 5) {
            break;
        }
        if kept == order.len() && ratio > 1.0 {
            wider *= ratio.min(2.0);
            aim = f32::INFINITY;
        } else if aim.is_finite() {
            aim *= ratio.clamp(0.3, 3.0);
        } else {
            wider *= ratio.max(0.5);
        }
    }
    map
}

/// Half the width a piece is drawn with: no less than half a pixel.
fn thick(piece: &Piece, wider: f32, pixel: f32) -> f32 {
    (piece.radius * wider).max(0.5 * pixel)
}

fn paint(
    pieces: &[&Piece],
    wider: f32,
    points: &[[f32; 2]],
    pixel: f32,
    centre: [f32; 2],
    half: f32,
) -> Map {
    let size = points.len().isqrt();
    let mut map = Map {
        level: vec![f32::INFINITY; points.len()],
        radius: vec![0.0; points.len()],
        artery: vec![false; points.len()],
    };
    for piece in pieces {
        let radius = thick(piece, wider, pixel);
        let reach = radius + 2.5 * pixel;
        let span = |axis: usize| {
            let to_pixels = |value: f32| (value - centre[axis] + half) / pixel;
            let low = to_pixels(piece.from[axis].min(piece.to[axis]) - reach).max(0.0);
            let high = to_pixels(piece.from[axis].max(piece.to[axis]) + reach).max(0.0);
            low as usize..(high as usize + 1).min(size)
        };
        let along = [piece.to[0] - piece.from[0], piece.to[1] - piece.from[1]];
        let squared = (along[0] * along[0] + along[1] * along[1]).max(1e-9);
        for y in span(1) {
            for x in span(0) {
                let at = y * size + x;
                let off = [points[at][0] - piece.from[0], points[at][1] - piece.from[1]];
                let share = ((off[0] * along[0] + off[1] * along[1]) / squared).clamp(0.0, 1.0);
                let foot = [
                    piece.from[0] + share * along[0],
                    piece.from[1] + share * along[1],
                ];
                let level = distance(points[at], foot) - radius;
                let outside = points[at][0] * points[at][0] + points[at][1] * points[at][1];
                if level < map.level[at] && outside < (FIELD - 0.01) * (FIELD - 0.01) {
                    map.level[at] = level;
                    map.radius[at] = piece.radius * wider;
                    map.artery[at] = piece.artery;
                }
            }
        }
    }
    map
}
