//! Overlaps of regions: true positives, false negatives and false positives as sums of probabilities.

use burn::tensor::Tensor;

use super::numeric::{power, quotient};

/// Sums over pixels per class, `[B, K, 1]`, or over the whole batch, `[1, K, 1]`.
pub(crate) struct Overlap {
    pub(crate) true_positive: Tensor<3>,
    pub(crate) false_negative: Tensor<3>,
    pub(crate) false_positive: Tensor<3>,
}

impl Overlap {
    /// Of each image by itself.
    pub(crate) fn per_image(probabilities: Tensor<3>, target: &Tensor<3>) -> Self {
        Self::sums(probabilities, target, |terms| terms.sum_dim(2))
    }

    /// Of the whole batch, as if it were one image.
    pub(crate) fn per_batch(probabilities: Tensor<3>, target: &Tensor<3>) -> Self {
        Self::sums(probabilities, target, |terms| terms.sum_dim(2).sum_dim(0))
    }

    fn sums(
        probabilities: Tensor<3>,
        target: &Tensor<3>,
        sum: impl Fn(Tensor<3>) -> Tensor<3>,
    ) -> Self {
        Self {
            true_positive: sum(probabilities.clone() * target.clone()),
            false_negative: sum((-probabilities.clone() + 1.0) * target.clone()),
            false_positive: sum(probabilities * (-target.clone() + 1.0)),
        }
    }

    /// 1 − TI, where `TI = (tp + s) / (tp + fn_weight fn + fp_weight fp + s)`.
    ///
    /// It is computed as `(fn_weight fn + fp_weight fp) / (… + s)`: no cancellation when the overlap is
    /// almost perfect.
    pub(crate) fn miss(self, fn_weight: f64, fp_weight: f64, smooth: f64) -> Tensor<3> {
        let miss = self.false_negative * fn_weight + self.false_positive * fp_weight;
        quotient(miss.clone(), self.true_positive + miss + smooth)
    }
}

/// 1 − TI per image and class, `[B, K, 1]`, where `TI = (tp + s) / (tp + δ fn + (1 − δ) fp + s)`.
pub(crate) fn tversky_miss(
    probabilities: Tensor<3>,
    target: &Tensor<3>,
    delta: f64,
    smooth: f64,
) -> Tensor<3> {
    Overlap::per_image(probabilities, target).miss(delta, 1.0 - delta, smooth)
}

/// Mean over batch and classes of `miss^exponent`.
pub(crate) fn focal_tversky(miss: Tensor<3>, exponent: f64) -> Tensor<1> {
    power(miss, exponent).mean()
}

/// The asymmetric form: the power only on the foreground, which it lifts.
pub(crate) fn lifted_foreground(miss: Tensor<3>, exponent: f64) -> Tensor<3> {
    let foreground = miss.dims()[1] - 1;
    let background = miss.clone().narrow(1, 0, 1);
    Tensor::cat(
        vec![background, power(miss.narrow(1, 1, foreground), exponent)],
        1,
    )
}

/// Without the background: classes from 1 on.
pub(crate) fn foreground(tensor: Tensor<3>) -> Tensor<3> {
    let classes = tensor.dims()[1];
    tensor.narrow(1, 1, classes - 1)
}
