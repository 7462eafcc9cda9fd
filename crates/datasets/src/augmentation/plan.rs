//! What is done to one sample in one step.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::Augmentation;
use super::warp::{Warp, linear, nearest};
use crate::{Sample, Size};

/// The changes of one sample, drawn.
pub(super) struct Plan {
    warp: Option<Warp>,
    /// Left and right, up and down.
    mirror: [bool; 2],
    brightness: Option<f32>,
}

impl Plan {
    pub(super) fn draw(settings: &Augmentation, rng: &mut ChaCha8Rng) -> Self {
        // Everything is drawn whether it is used or not, so that one setting does not change what
        // the others do.
        let mut share = |low: f64, high: f64| {
            let happens = rng.random::<f64>() < settings.probability;
            let value = low + (high - low) * rng.random::<f64>();
            (happens && low < high).then_some(value)
        };
        let [low, high] = settings.scale;
        // As likely to halve as to double.
        let scale = share(libm::log(low), libm::log(high)).map(libm::exp);
        let rotation = share(-settings.rotation, settings.rotation).map(f64::to_radians);
        let elastic = share(0.0, settings.elastic);
        let [low, high] = settings.brightness;
        let brightness = share(libm::log(low), libm::log(high)).map(libm::exp);
        let which = share(0.0, if settings.mirror { 3.0 } else { 0.0 });
        let field = rng.random();
        let moved = scale.is_some() || rotation.is_some() || elastic.is_some();
        Self {
            warp: moved.then(|| {
                Warp::new(
                    scale.unwrap_or(1.0),
                    rotation.unwrap_or(0.0),
                    elastic.unwrap_or(0.0),
                    field,
                )
            }),
            mirror: which.map_or([false; 2], |which| [which < 2.0, which >= 1.0]),
            brightness: brightness.map(|factor| factor as f32),
        }
    }

    pub(super) fn apply(&self, sample: &mut Sample, size: Size) {
        if let Some(warp) = &self.warp {
            let places = warp.places(size);
            let plane = size.height * size.width;
            sample.pixels = sample
                .pixels
                .chunks_exact(plane)
                .flat_map(|slice| places.iter().map(|&place| linear(slice, size, place)))
                .collect();
            sample.labels = sample
                .labels
                .chunks_exact(plane)
                .flat_map(|slice| places.iter().map(|&place| nearest(slice, size, place)))
                .collect();
        }
        mirror(&mut sample.pixels, size, self.mirror);
        mirror(&mut sample.labels, size, self.mirror);
        if let Some(factor) = self.brightness {
            for pixel in &mut sample.pixels {
                *pixel = (*pixel * factor).min(1.0);
            }
        }
    }
}

fn mirror<T>(values: &mut [T], size: Size, [across, down]: [bool; 2]) {
    for slice in values.chunks_exact_mut(size.height * size.width) {
        // Turned by half a circle, and then the rows back.
        if down {
            slice.reverse();
        }
        if across != down {
            for row in slice.chunks_exact_mut(size.width) {
                row.reverse();
            }
        }
    }
}
