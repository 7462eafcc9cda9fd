//! Losses of shapes and distances.

use burn::tensor::Tensor;

use super::example::{BATCH, BLOB, ONE_CHANNEL, THREE};
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::neighbours::box_mean;
use crate::parts::overlap::foreground;
use crate::parts::pixel::{Logarithm, cross_entropy};
use crate::{Count, Prediction};

pub(super) fn shapes() -> Vec<Row> {
    vec![
        (
            Nacl::default().into(),
            "Border",
            &BATCH,
            "background beyond the image",
            Others::Formula(nacl_in_background),
        ),
        (
            SoftCldice::default().into(),
            "Reduction",
            &BATCH,
            "each image by itself",
            Others::EachImage(SoftCldice::default().into()),
        ),
        (
            SoftCldice {
                iters: Count(0),
                smooth: 1.0,
            }
            .into(),
            "Iterations",
            &BLOB,
            "10 erosions where 0 were asked for",
            Others::Loss(
                SoftCldice {
                    iters: Count(10),
                    smooth: 1.0,
                }
                .into(),
            ),
        ),
        (
            Boundary {}.into(),
            "Sign and border",
            &BLOB,
            "−1 on the innermost border pixels",
            Others::Formula(|p, y| {
                let inside = foreground(p.probabilities() * y.clone());
                Boundary {}.evaluate(p, y) - inside.mean()
            }),
        ),
        (
            SoftCldice::default().into(),
            "One channel",
            &ONE_CHANNEL,
            "the one channel cut away",
            Others::Formula(|p, _| {
                // Every sum is of nothing, and what is left of a share is smoothing over smoothing.
                let nothing = p.probabilities().sum() * 0.0;
                let share = (nothing.clone() + 1.0) / (nothing + 1.0);
                -(share.clone() * share.clone() * 2.0) / (share * 2.0) + 1.0
            }),
        ),
        (
            HausdorffDt::default().into(),
            "Predicted boundary",
            &THREE,
            "where a class has the highest probability",
            Others::Formula(|p, y| {
                let probabilities = p.probabilities().without_autodiff();
                let largest = probabilities.clone().max_dim(1);
                let first = probabilities.equal(largest.expand(y.dims()));
                let predicted = foreground(first.float().cast(y.dtype()));
                hausdorff(p, y, predicted, HausdorffDt::default().alpha)
            }),
        ),
    ]
}

/// As where labels are padded with 0, the background's.
fn nacl_in_background(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let spatial = prediction.spatial();
    let shares = box_mean(target.clone(), spatial);
    let beyond = -box_mean(target.ones_like().narrow(1, 0, 1), spatial) + 1.0;
    let background = shares.clone().narrow(1, 0, 1) + beyond;
    let shares = Tensor::cat(vec![background, foreground(shares)], 1);
    let apart = (shares - prediction.logits()).abs().mean();
    cross_entropy(prediction, target, None, Logarithm::Exact) + apart * Nacl::default().alpha
}
