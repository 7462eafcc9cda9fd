//! Formulas as losses: what they compute, what is wrong with them, and how they are written down.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

mod documents;
mod errors;
mod gradients;
mod limits;
mod same_as_built_in;

use losscope_losses::reference::{Activation, Case, value_and_gradient};
use losscope_losses::{Formula, FormulaLoss, Loss};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Input and labels of a case.
struct Data {
    input: Vec<f64>,
    shape: Vec<usize>,
    labels: Vec<u8>,
    activation: Activation,
}

impl Data {
    fn case(&self) -> Case<'_> {
        Case {
            input: &self.input,
            shape: &self.shape,
            labels: &self.labels,
            activation: self.activation,
        }
    }

    fn evaluate(&self, loss: &Loss) -> (f64, Vec<f64>) {
        value_and_gradient(loss, &self.case()).unwrap()
    }
}

/// Two images of 3×4 pixels with logits up to `scale`, and labels of all classes.
fn random_case(channels: usize, scale: f64, seed: u64) -> Data {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let classes = channels.max(2) as u8;
    Data {
        input: (0..2 * channels * 12)
            .map(|_| rng.random_range(-scale..scale))
            .collect(),
        shape: vec![2, channels, 3, 4],
        labels: (0..24)
            .map(|pixel| {
                if pixel < classes {
                    pixel
                } else {
                    rng.random_range(0..classes)
                }
            })
            .collect(),
        activation: if channels == 1 {
            Activation::Sigmoid
        } else {
            Activation::Softmax
        },
    }
}

fn formula(text: &str, parameters: &[(&str, f64)]) -> Loss {
    let formula = Formula::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let values = parameters
        .iter()
        .map(|&(name, value)| (name.to_owned(), value));
    Loss::Formula(FormulaLoss::new(formula, values.collect()).unwrap())
}

/// The largest difference of two gradients.
fn difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    // Unlike f64::max, a NaN stays.
    differences.fold(
        0.0,
        |largest, next| if next <= largest { largest } else { next },
    )
}
