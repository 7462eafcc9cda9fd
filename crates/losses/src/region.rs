//! Losses on overlaps of regions, per image and class: Dice, Tversky and their focal forms.

use burn::tensor::Tensor;

use crate::distribution::power;

/// 1 − TI per image and class, `[B, K, 1]`, where
/// `TI = (tp + s) / (tp + δ fn + (1 − δ) fp + s)` with sums over an image's pixels.
///
/// It is computed as `(δ fn + (1 − δ) fp) / (… + s)`: no cancellation when the overlap is almost perfect.
pub(crate) fn tversky_miss(
    probabilities: Tensor<3>,
    target: &Tensor<3>,
    delta: f64,
    smooth: f64,
) -> Tensor<3> {
    let true_positive = (probabilities.clone() * target.clone()).sum_dim(2);
    let false_negative = ((-probabilities.clone() + 1.0) * target.clone()).sum_dim(2);
    let false_positive = (probabilities * (-target.clone() + 1.0)).sum_dim(2);
    let miss = false_negative * delta + false_positive * (1.0 - delta);
    miss.clone() / (true_positive + miss + smooth)
}

/// Mean over batch and classes of `miss^exponent`.
pub(crate) fn focal_tversky(miss: Tensor<3>, exponent: f64) -> Tensor<1> {
    power(miss, exponent).mean()
}

/// The asymmetric form: the power only on the foreground, which it lifts.
pub(crate) fn asym_focal_tversky(miss: Tensor<3>, exponent: f64) -> Tensor<1> {
    let foreground = miss.dims()[1] - 1;
    let background = miss.clone().narrow(1, 0, 1);
    Tensor::cat(
        vec![background, power(miss.narrow(1, 1, foreground), exponent)],
        1,
    )
    .mean()
}
