//! Truths and predictions to begin with, before someone paints over them.

use serde::{Deserialize, Serialize};

use crate::picture::sigmoid;

/// Sides of a scene, in pixels.
pub const SIDE: usize = 32;
/// Most predictions stay this far from certainty.
const SURE: f64 = 0.97;
/// How far from 0 or 1 a certain prediction is: a logit of ±20.7, beyond what the losses of Unified Focal clip.
pub const CERTAIN: f64 = 1e-9;

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
    /// The mistakes, each pixel certain: what is clipped has no gradient left.
    Certain,
}

/// Labels and probabilities of foreground, `[SIDE, SIDE]` each.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// 0 background, 1 foreground.
    pub labels: Vec<u8>,
    /// Between 0.03 and 0.97, in whole per cents; or [`CERTAIN`] of background or foreground.
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
        // The left half is missed; what is found reaches a little too far, and there is a false alarm.
        let mistakes = || {
            let found = here(0.9, 0.6).max(13.2 - x);
            let alarm = (x - 24.5).hypot(y - 7.0) - 2.7;
            found.min(alarm)
        };
        match guess {
            Guess::Right => soft(here(0.0, 0.0)),
            Guess::Shifted => soft(here(2.6, 1.6)),
            Guess::TooLarge => soft(here(0.0, 0.0) - 2.4),
            Guess::Missed => unsure,
            Guess::Unsure => 0.5,
            Guess::Mistakes => soft(mistakes()),
            Guess::Certain if mistakes() < 0.0 => 1.0 - CERTAIN,
            Guess::Certain => CERTAIN,
        }
    };
    Scene {
        labels: pixels
            .clone()
            .map(|(x, y)| u8::from(distance(truth, x, y) < 0.0))
            .collect(),
        // Whole per cents, as a brush paints them: so a picture can be written down exactly.
        probabilities: pixels
            .map(|(x, y)| match probability(x, y) {
                certain if !(0.01..=0.99).contains(&certain) => certain,
                p => (p * 100.0).round() / 100.0,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bench, Picture};
    use losscope_losses::Loss;
    use losscope_losses::kinds::SymUnifiedFocal;

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
        let certain = scene(Truth::Lesion, Guess::Certain);
        let soft = scene(Truth::Lesion, Guess::Mistakes);
        let both = certain.probabilities.iter().zip(soft.probabilities);
        for (certain, soft) in both.filter(|(_, soft)| *soft != 0.5) {
            assert_eq!(*certain, if soft > 0.5 { 1.0 - CERTAIN } else { CERTAIN });
        }
    }

    /// Where every pixel is certain, what is clipped pushes nothing, and cross entropy pushes what is wrong.
    #[test]
    fn certain_mistakes_lie_in_the_dead_zone_of_the_clip() {
        let Scene {
            labels,
            probabilities,
        } = scene(Truth::Lesion, Guess::Certain);
        let picture = Picture::from_probabilities(SIDE, SIDE, &probabilities, labels).unwrap();
        let gradient = |loss: Loss| {
            let evaluation = Bench::default();
            let found = pollster::block_on(evaluation.evaluate(&loss, &picture)).unwrap();
            found.gradient
        };
        for loss in [
            Loss::asym_unified_focal(),
            SymUnifiedFocal::default().into(),
        ] {
            assert!(gradient(loss).iter().all(|slope| *slope == 0.0));
        }
        let wrong = picture.labels().iter().zip(&probabilities);
        let wrong = wrong.filter(|(label, p)| (**label == 1) != (**p > 0.5));
        let pushed = gradient(Loss::ce()).into_iter().map(f64::abs);
        let full = 0.99 / (SIDE * SIDE) as f64;
        assert_eq!(pushed.filter(|push| *push > full).count(), wrong.count());
    }
}
