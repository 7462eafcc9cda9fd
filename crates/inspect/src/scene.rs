//! Truths and predictions to begin with, before someone paints over them.

use serde::{Deserialize, Serialize};

use crate::picture::sigmoid;

/// Sides of a scene, in pixels.
pub const SIDE: usize = 32;
/// Predictions stay as far from certainty as a brush does.
const SURE: f64 = 0.97;

/// What is there to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// One small round lesion.
    Lesion,
    /// One that covers a fifth of the picture.
    Large,
    /// Three of different sizes.
    Several,
    /// A thin curved vessel.
    Vessel,
    /// Nothing at all.
    Nothing,
}

/// What is predicted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guess {
    /// Half found, half missed, and a false alarm.
    Mistakes,
    /// Right, with soft edges.
    Right,
    /// Right in shape, beside its place.
    Shifted,
    /// Too large all around.
    TooLarge,
    /// Nothing found, and sure of it.
    Missed,
    /// One half everywhere, as before any training.
    Unsure,
}

/// Labels and probabilities of foreground, `[SIDE, SIDE]` each.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// 0 background, 1 foreground.
    pub labels: Vec<u8>,
    /// Between 0.03 and 0.97, in whole per cents.
    pub probabilities: Vec<f64>,
}

/// Distance in pixels to the outline of the foreground, negative inside.
fn distance(truth: Truth, x: f64, y: f64) -> f64 {
    let disc = |cx: f64, cy: f64, r: f64| (x - cx).hypot(y - cy) - r;
    match truth {
        Truth::Lesion => disc(13.0, 14.5, 4.2),
        Truth::Large => disc(15.0, 16.0, 8.1),
        Truth::Several => disc(9.0, 10.0, 3.6)
            .min(disc(22.5, 13.0, 2.3))
            .min(disc(16.0, 24.5, 1.7)),
        Truth::Vessel => (y - 16.0 - 6.0 * (x / 5.5).sin()).abs() / 1.5 - 0.8,
        Truth::Nothing => f64::INFINITY,
    }
}

/// A truth with a guess of it.
pub fn scene(truth: Truth, guess: Guess) -> Scene {
    let pixels = (0..SIDE * SIDE).map(|pixel| ((pixel % SIDE) as f64, (pixel / SIDE) as f64));
    let unsure = 1.0 - SURE;
    // Half a pixel of softness, from unlikely to sure.
    let soft = |distance: f64| unsure + (SURE - unsure) * sigmoid(-distance * 1.6);
    let probability = |x: f64, y: f64| {
        let here = |dx: f64, dy: f64| distance(truth, x - dx, y - dy);
        match guess {
            Guess::Right => soft(here(0.0, 0.0)),
            Guess::Shifted => soft(here(2.6, 1.6)),
            Guess::TooLarge => soft(here(0.0, 0.0) - 2.4),
            Guess::Missed => unsure,
            Guess::Unsure => 0.5,
            Guess::Mistakes => {
                // The left half is missed; what is found reaches a little too far.
                let found = here(0.9, 0.6).max(13.2 - x);
                let alarm = (x - 24.5).hypot(y - 7.0) - 2.7;
                soft(found.min(alarm))
            }
        }
    };
    Scene {
        labels: pixels
            .clone()
            .map(|(x, y)| u8::from(distance(truth, x, y) < 0.0))
            .collect(),
        // Whole per cents, as a brush paints them: so a picture can be written down exactly.
        probabilities: pixels
            .map(|(x, y)| (probability(x, y) * 100.0).round() / 100.0)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_are_as_they_are_called() {
        let foreground = |truth| {
            let labels = scene(truth, Guess::Right).labels;
            labels.iter().filter(|&&label| label == 1).count() as f64 / labels.len() as f64
        };
        assert!((0.03..0.08).contains(&foreground(Truth::Lesion)));
        assert!((0.18..0.22).contains(&foreground(Truth::Large)));
        assert_eq!(foreground(Truth::Nothing), 0.0);
        let right = scene(Truth::Several, Guess::Right);
        for (label, p) in right.labels.iter().zip(&right.probabilities) {
            assert_eq!(*label == 1, *p > 0.5);
            assert!((0.03..=0.97).contains(p));
        }
    }
}
