//! How much foreground each image gets, so that images differ but the set meets its dial.

use rand::RngExt;

use crate::random::{Purpose, stream};

/// No image has more foreground than this: there must be something around it.
const MOST_OF_AN_IMAGE: f64 = 0.7;

/// The number of foreground pixels of each of `count` images of `pixels` pixels. Images vary; the
/// sum is that of the dial to within a few pixels.
pub(super) fn foreground_pixels(
    foreground: f64,
    pixels: usize,
    count: usize,
    seed: u64,
) -> Vec<usize> {
    let mut rng = stream(seed, Purpose::Spread, 0);
    let highest = (MOST_OF_AN_IMAGE / foreground).min(3.0);
    let lowest = 0.35_f64.max(2.0 - highest);
    // Squared: many images with a small lesion, a few with a large one.
    let mut weights: Vec<f64> = (0..count)
        .map(|_| {
            let draw: f64 = rng.random();
            lowest + (highest - lowest) * draw * draw
        })
        .collect();
    // Scaling to a mean of 1 can push weights past the bounds, and bounding them moves the mean.
    for _ in 0..32 {
        let mean = weights.iter().sum::<f64>() / count as f64;
        for weight in &mut weights {
            *weight = (*weight / mean).clamp(lowest, highest);
        }
    }
    // What rounding takes from one image goes to the next: at 8 pixels an image it matters.
    let mut carry = 0.0;
    weights
        .into_iter()
        .map(|weight| {
            let wanted = foreground * weight * pixels as f64 + carry;
            let rounded = wanted.round().max(0.0);
            carry = wanted - rounded;
            rounded as usize
        })
        .collect()
}
