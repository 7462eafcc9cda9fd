//! How much foreground each image gets, so that images differ but the set meets its dial.

use rand::RngExt;
use rand::seq::SliceRandom;

use super::Synthetic;
use crate::random::{Purpose, stream};

/// No image has more foreground than this: there must be something around it.
const MOST_OF_AN_IMAGE: f64 = 0.7;

/// For each sample whether it is to have no foreground.
pub(super) fn empties(settings: &Synthetic) -> Vec<bool> {
    let mut empty = vec![false; settings.count];
    empty[..settings.empty_samples()].fill(true);
    empty.shuffle(&mut stream(settings.seed, Purpose::Spread, 1));
    empty
}

/// The number of foreground pixels of each image (or volume, or group of slices), given how many
/// pixels each has that may be foreground. Images vary; the sum is that of the dial to within a few
/// pixels.
pub(super) fn foreground_pixels(settings: &Synthetic, room: &[usize]) -> Vec<usize> {
    let all = room.iter().sum::<usize>().max(1) as f64;
    let total = settings.foreground * (settings.count * settings.sample_size().pixels()) as f64;
    let share = total / all;
    let spread = settings.size_spread;
    let highest = (MOST_OF_AN_IMAGE / share).min(1.0 + 4.0 * spread);
    let lowest = (1.0 - 1.3 * spread).max(0.1).max(2.0 - highest);

    let mut rng = stream(settings.seed, Purpose::Spread, 0);
    // Squared: many images with a small lesion, a few with a large one.
    let mut weights: Vec<f64> = room
        .iter()
        .map(|_| {
            let draw: f64 = rng.random();
            lowest + (highest - lowest) * draw * draw
        })
        .collect();
    // Scaling to a mean of 1 can push weights past the bounds, and bounding them moves the mean.
    for _ in 0..32 {
        let sum: f64 = weights.iter().zip(room).map(|(w, &r)| w * r as f64).sum();
        for weight in &mut weights {
            *weight = (*weight * all / sum).clamp(lowest, highest);
        }
    }
    // What rounding takes from one image goes to the next: at 8 pixels an image it matters.
    let mut carry = 0.0;
    weights
        .into_iter()
        .zip(room)
        .map(|(weight, &room)| {
            if room == 0 {
                return 0;
            }
            let wanted = share * weight * room as f64 + carry;
            let rounded = wanted.round().max(0.0);
            carry = wanted - rounded;
            rounded as usize
        })
        .collect()
}

/// How many of these pixels are of the second class; the set has the share of its dial.
pub(super) fn second_class_pixels(settings: &Synthetic, foreground: &[usize]) -> Vec<usize> {
    let mut carry = 0.0;
    foreground
        .iter()
        .map(|&pixels| {
            let wanted = settings.second_class * pixels as f64 + carry;
            let rounded = wanted.round().clamp(0.0, pixels as f64);
            carry = wanted - rounded;
            rounded as usize
        })
        .collect()
}
