//! Mistakes in labels, as annotators make them. The pictures go on showing the truth.

use std::collections::VecDeque;

use fastnoise_lite::FastNoiseLite;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::{Family, Synthetic, noise, shape};
use crate::dataset::Size;
use crate::random::{Purpose, stream};

/// Multiples of it (modulo 1) fill the range from 0 to 1 evenly, however many they are.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// Makes the mistakes that the settings ask for in the labels of sample number `index`.
pub(super) fn add(settings: &Synthetic, index: usize, labels: &mut [u8]) {
    if settings.label_noise == 0.0 && settings.boundary_jitter == 0.0 {
        return;
    }
    let size = settings.sample_size();
    let mut rng = stream(settings.seed, Purpose::Faults, index as u64);
    let share = settings.label_noise;
    // Of vessels, which hang together, a stretch is missed and not the whole tree.
    let cell = if settings.family == Family::Vessel {
        (settings.size / 5).max(4)
    } else {
        usize::MAX
    };
    // Spread as evenly over the set as can be, so that small sets have their share too.
    let start: f64 = stream(settings.seed, Purpose::Faults, u64::MAX).random();
    let turn = start + GOLDEN * index as f64;
    miss_objects(labels, size, cell, share / 2.0, turn);
    // Half of the share, both ways; the more of it where objects are left.
    let left = labels.iter().filter(|&&label| label > 0).count();
    let swapped = (share / 4.0 / (1.0 - share / 2.0) * left as f64).round() as usize;
    swap_patches(labels, size, swapped, &mut rng);
    wander(labels, size, settings.boundary_jitter as f32, &mut rng);
}

/// Relabels each object as background with the given probability, which `turn` decides.
fn miss_objects(labels: &mut [u8], size: Size, cell: usize, chance: f64, mut turn: f64) {
    let cell_of = |at: usize| {
        let (x, y) = (at % size.width, at / size.width % size.height);
        (x / cell, y / cell)
    };
    let mut seen = vec![false; labels.len()];
    for start in 0..labels.len() {
        if seen[start] || labels[start] == 0 {
            continue;
        }
        let missed = turn - turn.floor() < chance;
        turn += std::f64::consts::SQRT_2;
        let mut queue = vec![start];
        seen[start] = true;
        let mut object = Vec::new();
        while let Some(at) = queue.pop() {
            object.push(at);
            for next in neighbours(at, size) {
                if !seen[next] && labels[next] > 0 && cell_of(next) == cell_of(start) {
                    seen[next] = true;
                    queue.push(next);
                }
            }
        }
        if missed {
            for at in object {
                labels[at] = 0;
            }
        }
    }
}

/// In patches along borders gives `count` foreground pixels to the background, and as many the
/// other way round.
fn swap_patches(labels: &mut [u8], size: Size, count: usize, rng: &mut ChaCha8Rng) {
    let patches = noise::field(rng, 1.0 / 9.0, 1);
    let foreground = labels.iter().filter(|&&label| label > 0).count();
    // As deep as the patches must be to have room: borders are some 4 √n pixels long.
    let reach = 2 + 2 * count / (4 * foreground.isqrt()).max(1);
    let (distance, class) = across_border(labels, size, reach);
    for inside in [true, false] {
        let score: Vec<f32> = (0..labels.len())
            .map(|at| match distance[at] {
                Some(distance) if (labels[at] > 0) == inside => {
                    distance as f32 / reach as f32 - in_pixels(&patches, at, size)
                }
                _ => f32::INFINITY,
            })
            .collect();
        for at in shape::lowest(&score, count).chosen {
            labels[at] = if inside { 0 } else { class[at] };
        }
    }
}

/// How many steps each pixel is from the nearest one on the other side of the border between
/// background and foreground, up to `reach`; and the class that one has.
fn across_border(labels: &[u8], size: Size, reach: usize) -> (Vec<Option<usize>>, Vec<u8>) {
    let mut distance = vec![None; labels.len()];
    let mut class = vec![0; labels.len()];
    let mut queue = VecDeque::new();
    for at in 0..labels.len() {
        let other = neighbours(at, size).find(|&next| (labels[next] > 0) != (labels[at] > 0));
        if let Some(other) = other {
            distance[at] = Some(1);
            class[at] = labels[other];
            queue.push_back((at, 1));
        }
    }
    while let Some((at, steps)) = queue.pop_front() {
        for next in neighbours(at, size) {
            let same_side = (labels[next] > 0) == (labels[at] > 0);
            if steps < reach && same_side && distance[next].is_none() {
                distance[next] = Some(steps + 1);
                class[next] = class[at];
                queue.push_back((next, steps + 1));
            }
        }
    }
    (distance, class)
}

/// Moves borders by `jitter` pixels on average.
fn wander(labels: &mut [u8], size: Size, jitter: f32, rng: &mut ChaCha8Rng) {
    if jitter == 0.0 {
        return;
    }
    // So broad that the shifts do not tear the border apart. A share of the mean distance is lost
    // to rounding and to shifts along the border; the factor is as measured.
    let frequency = 1.0 / (12.0 + 6.0 * jitter);
    let (across, down) = (
        noise::field(rng, frequency, 1),
        noise::field(rng, frequency, 1),
    );
    let shift = |field: &FastNoiseLite, at: usize| {
        (2.85 * jitter * in_pixels(field, at, size)).round() as isize
    };
    let truth = labels.to_vec();
    for (at, label) in labels.iter_mut().enumerate() {
        let (x, y) = (at % size.width, at / size.width % size.height);
        let slice = at - y * size.width - x;
        let x = x
            .saturating_add_signed(shift(&across, at))
            .min(size.width - 1);
        let y = y
            .saturating_add_signed(shift(&down, at))
            .min(size.height - 1);
        *label = truth[slice + y * size.width + x];
    }
}

/// A field whose frequency is in pixels.
fn in_pixels(field: &FastNoiseLite, at: usize, size: Size) -> f32 {
    let (x, y) = (at % size.width, at / size.width % size.height);
    let z = at / size.width / size.height;
    field.get_noise_3d(x as f32, y as f32, z as f32)
}

/// The pixels beside, above and below (and before and behind).
fn neighbours(at: usize, size: Size) -> impl Iterator<Item = usize> {
    let (row, plane) = (size.width, size.width * size.height);
    let (x, y, z) = (at % row, at % plane / row, at / plane);
    [
        (x > 0).then(|| at - 1),
        (x + 1 < size.width).then(|| at + 1),
        (y > 0).then(|| at - row),
        (y + 1 < size.height).then(|| at + row),
        (z > 0).then(|| at - plane),
        (z + 1 < size.depth).then(|| at + plane),
    ]
    .into_iter()
    .flatten()
}
