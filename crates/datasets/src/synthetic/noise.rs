//! Noise: smooth fields in space, and grain on pixels.

use fastnoise_lite::{FastNoiseLite, FractalType, NoiseType};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt};

use super::Synthetic;
use crate::random::{Purpose, stream};

/// A smooth random field of about −1..=1, with so many features a unit (of a picture from −1 to 1).
pub(super) fn field(rng: &mut ChaCha8Rng, frequency: f32, octaves: i32) -> FastNoiseLite {
    let mut noise = FastNoiseLite::with_seed(rng.random());
    noise.set_noise_type(Some(NoiseType::OpenSimplex2));
    noise.set_frequency(Some(frequency));
    noise.set_fractal_type(Some(if octaves > 1 {
        FractalType::FBm
    } else {
        FractalType::None
    }));
    noise.set_fractal_octaves(Some(octaves));
    noise
}

/// A number of about the normal distribution (mean 0, deviation 1; never beyond ±4.9): the sum of
/// the bytes of one random word.
pub(super) fn normal(rng: &mut ChaCha8Rng) -> f32 {
    let sum: u32 = rng
        .next_u64()
        .to_le_bytes()
        .into_iter()
        .map(u32::from)
        .sum();
    // Each byte has mean 127.5 and variance (256² − 1) / 12.
    (sum as f32 - 1020.0) / 209.02
}

/// Adds the settings' noise to the pixels of image or volume number `index`.
pub(super) fn add(settings: &Synthetic, index: usize, pixels: &mut [f32]) {
    if settings.noise == 0.0 {
        return;
    }
    let mut rng = stream(settings.seed, Purpose::Noise, index as u64);
    for pixel in pixels {
        *pixel = (*pixel + settings.noise as f32 * normal(&mut rng)).clamp(0.0, 1.0);
    }
}
