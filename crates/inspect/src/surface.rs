//! A loss over false-positive and false-negative rate.
//!
//! The rates are realised by a small picture: a disc of foreground whose pixels all have the probability
//! `1 − fn`, in a background whose pixels all have `fp`. The slopes follow from dL/dp by the chain rule.

use losscope_losses::Loss;
use serde::Serialize;

use crate::error::within;
use crate::picture::logit;
use crate::{Bench, InspectError, Picture};

/// Sides of the picture, in pixels.
const SIDE: usize = 16;
/// The same for a foreground that would have fewer than [`FEWEST`] pixels: one pixel of them is 0.1 %.
const FINE_SIDE: usize = 32;
const FEWEST: f64 = 4.0;
/// A rate of exactly 0 or 1 would be a logit of infinite size.
const LEAST_RATE: f64 = 1e-6;

/// The disc that stands for a foreground of some size.
#[derive(Debug, Clone, PartialEq)]
pub struct Disc {
    side: usize,
    labels: Vec<u8>,
    foreground: usize,
}

/// A loss at one pair of rates, and how it changes with them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Slope {
    /// The loss.
    pub value: f64,
    /// dL/d(false-positive rate).
    pub false_positive: f64,
    /// dL/d(false-negative rate).
    pub false_negative: f64,
    /// Size of the first over that of the second; none where the second is zero.
    pub ratio: Option<f64>,
}

impl Disc {
    /// The disc whose share of the picture is nearest to `fraction`: at least one pixel, at most half of them.
    ///
    /// # Errors
    /// When the fraction is not within 0 to 0.5.
    pub fn new(fraction: f64) -> Result<Self, InspectError> {
        within("the foreground fraction", fraction, 0.0, 0.5)?;
        let side = if fraction * ((SIDE * SIDE) as f64) < FEWEST {
            FINE_SIDE
        } else {
            SIDE
        };
        let pixels = side * side;
        let foreground = ((fraction * pixels as f64).round() as usize).max(1);
        let middle = (side as f64 - 1.0) / 2.0;
        let distance = |pixel: usize| {
            let (row, column) = ((pixel / side) as f64, (pixel % side) as f64);
            (row - middle).powi(2) + (column - middle).powi(2)
        };
        let mut nearest: Vec<usize> = (0..pixels).collect();
        // Stable, so that equals keep their order.
        nearest.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        let mut labels = vec![0; pixels];
        for &pixel in &nearest[..foreground] {
            labels[pixel] = 1;
        }
        Ok(Self {
            side,
            labels,
            foreground,
        })
    }

    /// Pixels of the picture.
    pub fn pixels(&self) -> usize {
        self.labels.len()
    }

    /// Foreground pixels.
    pub fn foreground(&self) -> usize {
        self.foreground
    }

    /// Their share of the picture.
    pub fn fraction(&self) -> f64 {
        self.foreground as f64 / self.labels.len() as f64
    }

    /// Value and slopes of a loss at these rates.
    ///
    /// # Errors
    /// When the loss is not valid, or a rate not within 0 to 1.
    pub async fn slope(
        &self,
        bench: &Bench,
        loss: &Loss,
        false_positive: f64,
        false_negative: f64,
    ) -> Result<Slope, InspectError> {
        let rate = |what, value| {
            within(what, value, 0.0, 1.0).map(|rate| rate.clamp(LEAST_RATE, 1.0 - LEAST_RATE))
        };
        let on_background = rate("the false-positive rate", false_positive)?;
        let on_foreground = 1.0 - rate("the false-negative rate", false_negative)?;
        let probability = |label: u8| match label {
            0 => on_background,
            _ => on_foreground,
        };
        let logits = self.labels.iter().map(|&label| logit(probability(label)));
        let picture =
            Picture::from_logits(self.side, self.side, logits.collect(), self.labels.clone())?;
        let evaluation = bench.evaluate(loss, &picture).await?;
        let mut slopes = [0.0; 2];
        for (&label, &gradient) in self.labels.iter().zip(&evaluation.gradient) {
            let p = probability(label);
            // dL/dp = dL/dz / (p (1 − p)); a missed rate grows as the probability falls.
            let sign = if label == 0 { 1.0 } else { -1.0 };
            slopes[usize::from(label)] += sign * gradient / (p * (1.0 - p));
        }
        let [false_positive, false_negative] = slopes;
        Ok(Slope {
            value: evaluation.value,
            false_positive,
            false_negative,
            ratio: (false_negative != 0.0).then(|| (false_positive / false_negative).abs()),
        })
    }

    /// One row of a surface of `cells` × `cells`: false-negative rate of row `row`, false-positive rates in
    /// turn, each in the middle of its cell (see [`rates`]).
    ///
    /// # Errors
    /// When the loss is not valid, or there is no such row.
    pub async fn row(
        &self,
        bench: &Bench,
        loss: &Loss,
        cells: usize,
        row: usize,
    ) -> Result<Vec<Slope>, InspectError> {
        let rates = rates(cells);
        let last = rates.len() as f64 - 1.0;
        within("the row", row as f64, 0.0, last)?;
        let mut slopes = Vec::with_capacity(cells);
        for &false_positive in &rates {
            slopes.push(self.slope(bench, loss, false_positive, rates[row]).await?);
        }
        Ok(slopes)
    }
}

/// Rates in the middles of `cells` equal parts of 0 to 1.
pub fn rates(cells: usize) -> Vec<f64> {
    (0..cells)
        .map(|cell| (cell as f64 + 0.5) / cells as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slope(loss: &Loss, fraction: f64, rates: [f64; 2]) -> Slope {
        let disc = Disc::new(fraction).unwrap();
        let bench = Bench::default();
        pollster::block_on(disc.slope(&bench, loss, rates[0], rates[1])).unwrap()
    }

    #[test]
    fn cross_entropy_weighs_both_rates_by_area() {
        let disc = Disc::new(0.05).unwrap();
        let f = disc.fraction();
        let (fp, miss): (f64, f64) = (0.3, 0.4);
        let found = slope(&Loss::ce(), 0.05, [fp, miss]);
        let expected = -f * (1.0 - miss).ln() - (1.0 - f) * (1.0 - fp).ln();
        assert!((found.value - expected).abs() < 1e-9);
        assert!((found.false_positive - (1.0 - f) / (1.0 - fp)).abs() < 1e-9);
        assert!((found.false_negative - f / (1.0 - miss)).abs() < 1e-9);
    }

    #[test]
    fn slopes_are_those_of_the_values() {
        let step = 1e-5;
        for loss in [Loss::dice(), Loss::asym_unified_focal()] {
            let at = |fp, miss| slope(&loss, 0.1, [fp, miss]).value;
            let found = slope(&loss, 0.1, [0.3, 0.4]);
            let along_fp = (at(0.3 + step, 0.4) - at(0.3 - step, 0.4)) / (2.0 * step);
            let along_fn = (at(0.3, 0.4 + step) - at(0.3, 0.4 - step)) / (2.0 * step);
            assert!((found.false_positive - along_fp).abs() < 1e-7);
            assert!((found.false_negative - along_fn).abs() < 1e-7);
        }
    }

    /// The bench's slider begins at 0.1 %.
    #[test]
    fn a_disc_reaches_a_thousandth_and_is_never_far_from_what_was_asked_for() {
        let least = Disc::new(0.001).unwrap();
        assert_eq!((least.foreground(), least.pixels()), (1, 1024));
        for step in 0..=200 {
            let fraction = 0.001 * 500_f64.powf(f64::from(step) / 200.0);
            let disc = Disc::new(fraction).unwrap();
            let apart = (disc.fraction() / fraction - 1.0).abs();
            assert!(apart < 0.34, "{fraction} became {}", disc.fraction());
        }
    }

    #[test]
    fn a_disc_has_at_least_one_pixel() {
        assert_eq!(Disc::new(0.0).unwrap().foreground(), 1);
        assert_eq!(Disc::new(0.5).unwrap().foreground(), 128);
        assert!(Disc::new(0.6).is_err());
    }
}
