//! What is computed pixel by pixel: cross entropy and its focal forms.
//!
//! `target` is one-hot `[B, K, N]` throughout; sums over classes, means over pixels.

use burn::tensor::Tensor;

use super::numeric::{constant, power};
use crate::Prediction;

/// How the logarithm of a probability is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logarithm {
    /// From log-softmax: a pixel that is certain and wrong still has a gradient.
    Exact,
    /// Of the clipped probability, as in the authors' code: beyond the clip the gradient is zero.
    Clipped,
}

/// For which classes a focal power holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Powered {
    /// All of them: the symmetric forms.
    Every,
    /// Only the background, which it holds down: the asymmetric form.
    Background,
}

/// −y log p per class and pixel, zero where y is.
fn cross_entropy_terms(
    prediction: &Prediction,
    target: &Tensor<3>,
    logarithm: Logarithm,
) -> Tensor<3> {
    let log = match logarithm {
        Logarithm::Exact => prediction.log_probabilities(),
        Logarithm::Clipped => prediction.clipped().log(),
    };
    -(log * target.clone())
}

/// −log p of the pixel's own class, exact, `[B, 1, N]`.
pub(crate) fn negative_log_likelihood(prediction: &Prediction, target: &Tensor<3>) -> Tensor<3> {
    cross_entropy_terms(prediction, target, Logarithm::Exact).sum_dim(1)
}

/// Sum over classes, mean over pixels and batch.
pub(crate) fn pixel_mean(terms: Tensor<3>) -> Tensor<1> {
    let [batch, _, pixels] = terms.dims();
    // Not a division: Burn's backward of it takes the reciprocal in f32.
    terms.sum() * (1.0 / (batch * pixels) as f64)
}

/// Class weights, background first, as `[1, K, 1]` where `like` is.
pub(crate) fn class_weights(weights: &[f64], like: &Tensor<3>) -> Tensor<3> {
    constant(weights.to_vec(), [1, weights.len(), 1], like)
}

/// `background` for class 0, `foreground` for every other.
pub(crate) fn rare_class_weights(classes: usize, background: f64, foreground: f64) -> Vec<f64> {
    (0..classes)
        .map(|class| if class == 0 { background } else { foreground })
        .collect()
}

/// Cross entropy, weighted per class: `1/N Σᵢ Σ_c w_c (−y log p)`.
pub(crate) fn cross_entropy(
    prediction: &Prediction,
    target: &Tensor<3>,
    weights: Option<&[f64]>,
    logarithm: Logarithm,
) -> Tensor<1> {
    pixel_mean(weighted_terms(prediction, target, weights, logarithm))
}

fn weighted_terms(
    prediction: &Prediction,
    target: &Tensor<3>,
    weights: Option<&[f64]>,
    logarithm: Logarithm,
) -> Tensor<3> {
    let terms = cross_entropy_terms(prediction, target, logarithm);
    match weights {
        Some(weights) => terms.clone() * class_weights(weights, &terms),
        None => terms,
    }
}

/// Focal loss: `1/N Σᵢ Σ_c w_c (1 − p)^γ (−y log p)`; `powered` says for which classes the power holds.
pub(crate) fn focal(
    prediction: &Prediction,
    target: &Tensor<3>,
    gamma: f64,
    weights: Option<&[f64]>,
    powered: Powered,
    logarithm: Logarithm,
) -> Tensor<1> {
    let terms = weighted_terms(prediction, target, weights, logarithm);
    let miss = match logarithm {
        Logarithm::Exact => prediction.miss(target),
        Logarithm::Clipped => -prediction.clipped() + 1.0,
    };
    let classes = terms.dims()[1];
    pixel_mean(match powered {
        Powered::Every => power(miss, gamma) * terms,
        Powered::Background => {
            let background = power(miss.narrow(1, 0, 1), gamma) * terms.clone().narrow(1, 0, 1);
            Tensor::cat(vec![background, terms.narrow(1, 1, classes - 1)], 1)
        }
    })
}
