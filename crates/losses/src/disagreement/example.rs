//! The small cases on which both sides of a disagreement are evaluated.

use burn::tensor::Tensor;

use super::{Measured, Others};
use crate::reference::{Activation, Case, with_gradient};
use crate::{LossError, Prediction};

/// Logits, of a softmax or, of one channel, of a sigmoid, and labels.
pub(super) struct Example {
    pub(super) name: &'static str,
    shape: &'static [usize],
    labels: &'static [u8],
    logits: &'static [f64],
}

pub(super) static BATCH: Example = Example {
    name: "two images of 2 × 3 pixels, the second without foreground",
    shape: &[2, 2, 2, 3],
    labels: &[0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    logits: &[
        1.5, 0.5, -0.5, 2.0, 0.25, -1.5, -0.5, 0.0, 1.0, -1.0, -0.25, 0.5, //
        2.0, 1.0, 0.5, 1.5, 2.5, -0.25, -1.0, -0.5, 0.0, -1.5, -2.0, 0.75,
    ],
};
pub(super) static CERTAIN: Example = Example {
    name: "2 × 2 pixels, one of them wrong by a logit margin of 40",
    shape: &[1, 2, 2, 2],
    labels: &[0, 1, 0, 1],
    logits: &[2.0, 20.0, 1.0, -1.0, -1.0, -20.0, 0.5, 1.5],
};
pub(super) static EMPTY: Example = Example {
    name: "2 × 3 pixels without foreground",
    shape: &[1, 2, 2, 3],
    labels: &[0; 6],
    logits: &[
        2.0, 1.0, 0.5, 1.5, 2.5, -0.25, -1.0, -0.5, 0.0, -1.5, -2.0, 0.75,
    ],
};
pub(super) static ABSENT: Example = Example {
    name: "2 × 3 pixels of three classes, the third absent",
    shape: &[1, 3, 2, 3],
    labels: &[0, 0, 1, 0, 1, 1],
    logits: &[
        1.5, 0.5, -0.5, 2.0, 0.25, -1.5, -0.5, 0.0, 1.0, -1.0, -0.25, 0.5, -1.0, -0.5, 0.0, -1.5,
        -2.0, 0.75,
    ],
};
pub(super) static THREE: Example = Example {
    name: "3 × 3 pixels of three classes, all of them there",
    shape: &[1, 3, 3, 3],
    labels: &[0, 0, 1, 0, 1, 1, 2, 2, 0],
    logits: &[
        1.5, 2.0, -0.5, 0.25, 0.0, -1.0, 0.5, -1.5, 1.0, //
        -0.5, -1.0, 1.0, 0.25, 0.75, 2.0, 0.25, -0.5, -1.0, //
        -1.0, -2.0, 0.5, 0.0, -0.25, -1.5, 0.75, 1.0, 0.5,
    ],
};
pub(super) static VOLUME: Example = Example {
    name: "a volume of 2 × 2 × 3 voxels",
    shape: &[1, 2, 2, 2, 3],
    labels: &[0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0],
    logits: &[
        1.5, 0.5, -0.5, 2.0, 0.25, -1.5, 2.0, 1.0, 0.5, 1.5, 0.5, -0.25, //
        -0.5, 0.0, 1.0, -1.0, -0.25, 0.5, -1.0, -0.5, 0.0, -1.5, 1.0, 0.75,
    ],
};
pub(super) static RIGHT: Example = Example {
    name: "2 × 2 pixels, all of them right by a logit margin of 40",
    shape: &[1, 2, 2, 2],
    labels: &[0, 1, 0, 1],
    logits: &[20.0, -20.0, 20.0, -20.0, -20.0, 20.0, -20.0, 20.0],
};
pub(super) static ONE_CHANNEL: Example = Example {
    name: "3 × 5 pixels with a line, one logit each",
    shape: &[1, 1, 3, 5],
    labels: &[0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
    logits: &[
        -2.0, -1.0, -1.5, -2.0, -1.0, 1.0, 2.0, -0.5, 1.5, 0.5, -1.0, -2.0, -1.0, -0.25, -2.0,
    ],
};
pub(super) static BLOB: Example = Example {
    name: "5 × 5 pixels with a square of 3 × 3, a false alarm in the corner",
    shape: &[1, 2, 5, 5],
    labels: &[
        0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0,
    ],
    logits: &[
        -1.0, 1.0, 1.0, 1.5, 2.0, 1.0, -1.0, 0.25, -1.0, 1.0, 0.5, -1.0, -2.0, -1.5, 1.0, 1.0,
        -0.5, -1.0, -1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 2.0, //
        1.0, -1.0, -1.0, -1.5, -2.0, -1.0, 1.0, -0.25, 1.0, -1.0, -0.5, 1.0, 2.0, 1.5, -1.0, -1.0,
        0.5, 1.0, 1.0, -1.0, -1.0, -0.5, -1.0, -1.0, -2.0,
    ],
};

impl Example {
    pub(super) fn measure(&self, what: &Others) -> Result<Measured, LossError> {
        let whole = |evaluate: &dyn Fn(&Prediction, &Tensor<3>) -> Tensor<1>| {
            measured(self.shape, self.labels, self.logits, evaluate)
        };
        match what {
            Others::Loss(loss) => whole(&|p, y| loss.evaluate(p, y.clone())),
            Others::Formula(formula) => whole(&|p, y| formula(p, y)),
            Others::EachImage(loss) => {
                let images = self.shape[0];
                let mut shape = self.shape.to_vec();
                shape[0] = 1;
                let labels = self.labels.chunks(self.labels.len() / images);
                let logits = self.logits.chunks(self.logits.len() / images);
                let mut mean = Measured {
                    value: 0.0,
                    push: 0.0,
                };
                for (labels, logits) in labels.zip(logits) {
                    let one =
                        measured(&shape, labels, logits, &|p, y| loss.evaluate(p, y.clone()))?;
                    mean.value += one.value / images as f64;
                    mean.push += one.push / images as f64;
                }
                Ok(mean)
            }
        }
    }
}

fn measured(
    shape: &[usize],
    labels: &[u8],
    input: &[f64],
    evaluate: &dyn Fn(&Prediction, &Tensor<3>) -> Tensor<1>,
) -> Result<Measured, LossError> {
    let activation = match shape[1] {
        1 => Activation::Sigmoid,
        _ => Activation::Softmax,
    };
    let case = Case {
        input,
        shape,
        labels,
        activation,
    };
    let (value, gradient) = with_gradient(&case, evaluate)?;
    let push = gradient.iter().map(|g| g.abs()).sum();
    Ok(Measured { value, push })
}
