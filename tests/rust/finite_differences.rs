//! Every loss's gradient against central differences of its own value, in float64.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use losscope_losses::reference::{Activation, Case, value_and_gradient};
use losscope_losses::{Loss, catalogue};
use losscope_tests::record;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const STEP: f64 = 1e-5;

/// Every loss of the catalogue, at its defaults and at parameters away from them.
fn losses() -> Vec<Loss> {
    let mut losses = Vec::new();
    for info in catalogue() {
        for share in [None, Some(0.2), Some(0.7)] {
            let mut object = serde_json::json!({ "kind": info.kind });
            for parameter in info.parameters {
                let value = share.map_or(parameter.default, |s| {
                    let value = parameter.min + s * (parameter.max - parameter.min);
                    // Choices and counts are whole.
                    if parameter.step >= 1.0 {
                        value.round()
                    } else {
                        value
                    }
                });
                object[parameter.name] = value.into();
            }
            losses.push(serde_json::from_value(object).unwrap());
        }
    }
    losses
}

/// Random logits and labels; `foreground` is the share of pixels that are no background.
fn check(
    activation: Activation,
    shape: &[usize],
    classes: u8,
    foreground: f64,
    scale: f64,
) -> usize {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let pixels = shape.iter().product::<usize>() / shape[1];
    let labels: Vec<u8> = (0..pixels)
        .map(|_| {
            if random.random_bool(foreground) {
                random.random_range(1..classes)
            } else {
                0
            }
        })
        .collect();
    let mut input: Vec<f64> = (0..pixels * shape[1])
        .map(|_| scale * (2.0 * random.random::<f64>() - 1.0))
        .collect();
    let mut checked = 0;
    for loss in losses() {
        let value = |input: &[f64]| {
            value_and_gradient(
                &loss,
                &Case {
                    input,
                    shape,
                    labels: &labels,
                    activation,
                },
            )
            .unwrap()
        };
        let (_, gradient) = value(&input);
        for (position, &analytic) in gradient.iter().enumerate() {
            let kept = input[position];
            input[position] = kept + STEP;
            let above = value(&input).0;
            input[position] = kept - STEP;
            let below = value(&input).0;
            input[position] = kept;
            let difference = (above - below) / (2.0 * STEP);
            assert!(
                (analytic - difference).abs() <= 1e-8 + 1e-6 * difference.abs(),
                "{loss:?} {activation:?} {shape:?} at {position}: {analytic:e} against {difference:e}"
            );
            checked += 1;
        }
    }
    checked
}

#[test]
fn gradients_equal_finite_differences() {
    let mut checked = 0;
    checked += check(Activation::Softmax, &[2, 2, 3, 4], 2, 0.3, 2.0);
    checked += check(Activation::Softmax, &[1, 4, 3, 3], 4, 0.5, 2.0);
    checked += check(Activation::Sigmoid, &[2, 1, 3, 3], 2, 0.3, 3.0);
    // Volumes, one class absent, confident logits.
    checked += check(Activation::Softmax, &[1, 3, 2, 3, 2], 2, 0.4, 4.0);
    // No foreground at all.
    checked += check(Activation::Softmax, &[1, 2, 3, 3], 2, 0.0, 2.0);
    record(&format!(
        "{checked} partial derivatives of {} kinds agree with finite differences",
        catalogue().len()
    ));
}
