//! A loss of one single pixel, against what is predicted of it.

use losscope_losses::Loss;
use serde::{Deserialize, Serialize};

use crate::error::within;
use crate::picture::{logit, sigmoid};
use crate::{Bench, InspectError, Picture};

/// Points of a curve. Odd numbers, so that the middle one is a probability of ½ exactly.
const POINTS: i32 = 99;
/// The logits of an axis of them end here.
const LOGIT_REACH: f64 = 8.0;
/// Far enough to see what clipped probabilities do to a loss: ±ln(10⁷) is ±16.1.
const FAR_LOGIT_REACH: f64 = 20.0;

/// What is along a curve's axis, evenly spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// The probability of foreground, from 0.01 to 0.99.
    Probability,
    /// Its logit, from −8 to 8.
    Logit,
    /// Its logit, from −20 to 20.
    FarLogit,
}

/// One place on an axis: a probability and its logit.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    probability: f64,
    logit: f64,
}

impl Axis {
    fn places(self) -> Vec<Place> {
        let middle = POINTS / 2;
        let along = |reach: f64| {
            (-middle..=middle).map(move |at| {
                let logit = reach * f64::from(at) / f64::from(middle);
                let probability = sigmoid(logit);
                Place { probability, logit }
            })
        };
        match self {
            Self::Logit => along(LOGIT_REACH).collect(),
            Self::FarLogit => along(FAR_LOGIT_REACH).collect(),
            Self::Probability => (1..=POINTS)
                .map(|at| f64::from(at) / f64::from(POINTS + 1))
                .map(|probability| Place {
                    probability,
                    logit: logit(probability),
                })
                .collect(),
        }
    }

    /// The probabilities along it.
    pub fn probabilities(self) -> Vec<f64> {
        self.places()
            .iter()
            .map(|place| place.probability)
            .collect()
    }

    /// The logits along it.
    pub fn logits(self) -> Vec<f64> {
        self.places().iter().map(|place| place.logit).collect()
    }
}

/// Loss and gradients along an axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PixelCurve {
    /// The loss.
    pub value: Vec<f64>,
    /// dL/dz, with respect to the logit.
    pub logit_gradient: Vec<f64>,
    /// dL/dp, with respect to the probability.
    pub probability_gradient: Vec<f64>,
}

/// A loss of one pixel of class `label` (0 or 1) along an axis. A region loss sees a picture of one pixel.
///
/// # Errors
/// When the loss is not valid, or the label neither 0 nor 1.
pub async fn pixel_curve(
    bench: &Bench,
    loss: &Loss,
    axis: Axis,
    label: u8,
) -> Result<PixelCurve, InspectError> {
    along(bench, loss, label, axis.places()).await
}

/// The same at one probability: value, dL/dz and dL/dp.
///
/// # Errors
/// As [`pixel_curve`], and when the probability is not strictly between 0 and 1.
pub async fn pixel(
    bench: &Bench,
    loss: &Loss,
    label: u8,
    probability: f64,
) -> Result<[f64; 3], InspectError> {
    within("the probability", probability, 1e-12, 1.0 - 1e-12)?;
    let place = Place {
        probability,
        logit: logit(probability),
    };
    let curve = along(bench, loss, label, vec![place]).await?;
    Ok([
        curve.value[0],
        curve.logit_gradient[0],
        curve.probability_gradient[0],
    ])
}

/// Pixel by pixel, each a picture of its own: no loss may treat them as one.
async fn along(
    bench: &Bench,
    loss: &Loss,
    label: u8,
    places: Vec<Place>,
) -> Result<PixelCurve, InspectError> {
    let mut curve = PixelCurve::default();
    for Place { probability, logit } in places {
        let picture = Picture::from_logits(1, 1, vec![logit], vec![label])?;
        let evaluation = bench.evaluate(loss, &picture).await?;
        let slope = evaluation.gradient[0];
        curve.value.push(evaluation.value);
        curve.logit_gradient.push(slope);
        // dp/dz = p (1 − p), where 1 − p is the sigmoid of −z: no cancellation.
        curve
            .probability_gradient
            .push(slope / (probability * sigmoid(-logit)));
    }
    Ok(curve)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(loss: &Loss, axis: Axis, label: u8) -> PixelCurve {
        pollster::block_on(pixel_curve(&Bench::default(), loss, axis, label)).unwrap()
    }

    #[test]
    fn cross_entropy_is_its_textbook_formula() {
        for axis in [Axis::Probability, Axis::Logit] {
            for label in [0, 1] {
                let found = curve(&Loss::ce(), axis, label);
                for (at, p) in axis.probabilities().into_iter().enumerate() {
                    let right = if label == 1 { p } else { 1.0 - p };
                    let y = f64::from(label);
                    assert!((found.value[at] + right.ln()).abs() < 1e-9);
                    assert!((found.logit_gradient[at] - (p - y)).abs() < 1e-9);
                    let slope = if label == 1 {
                        -1.0 / p
                    } else {
                        1.0 / (1.0 - p)
                    };
                    assert!((found.probability_gradient[at] / slope - 1.0).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_middle_of_every_axis_is_a_half() {
        for axis in [Axis::Probability, Axis::Logit, Axis::FarLogit] {
            let middle = POINTS as usize / 2;
            assert_eq!(axis.probabilities()[middle], 0.5);
            assert_eq!(axis.logits()[middle], 0.0);
        }
    }

    #[test]
    fn beyond_the_clip_the_clipped_form_no_longer_pushes() {
        let exact = curve(&Loss::ce(), Axis::FarLogit, 1);
        let clipped = curve(
            &serde_json::from_str(r#"{"kind": "ce_clip"}"#).unwrap(),
            Axis::FarLogit,
            1,
        );
        assert!(exact.logit_gradient[0] < -0.99);
        assert_eq!(clipped.logit_gradient[0], 0.0);
    }
}
