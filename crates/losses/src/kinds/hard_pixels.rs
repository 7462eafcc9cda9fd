//! Cross entropy of the hardest pixels only.

use burn::tensor::Tensor;

use super::Evaluate;
use crate::parameter::range;
use crate::parts::order::ranked;
use crate::parts::pixel::negative_log_likelihood;
use crate::{Convention, LossFamily, ParameterInfo, Prediction};

pub(super) const HARDEST: ParameterInfo = range(
    "k",
    (0.1, 100.0, 0.1),
    10.0,
    "Share of pixels that count, in per cent, the hardest first. At 100 it is cross entropy.",
);

/// Where equal values are the k-th, the gradient is shared among them.
const TIES: Convention = Convention {
    topic: "Equal values",
    ours: "Pixels that are equally hard share what is left for them: the order of pixels never matters.",
    others: "PyTorch's sort picks some of them, by their position.",
};

loss! {
    /// Cross entropy of the hardest k per cent of pixels.
    TopkCe {
        k: f64 = HARDEST,
    }
    info {
        kind: "topk_ce",
        name: "Top-k cross entropy",
        short_name: "TopK CE",
        family: LossFamily::Distribution,
        year: 2016,
        paper: "Wu et al., arXiv 1605.06885; as in nnU-Net",
        formula: r"\frac{1}{|H|}\sum_{i\in H}-\log p_{it},\quad H=\text{the hardest }k\,\%",
        summary: "Only the hardest pixels of a batch push; the easy ones do not exist.",
        good_at: "Large images with few interesting pixels.",
        bad_at: "Label noise: wrong labels are always among the hardest.",
        conventions: &[
            Convention {
                topic: "Count",
                ours: "The number of pixels in the batch times k %, rounded down, but at least one.",
                others: "nnU-Net and SegLossOdyssey give NaN on images so small that it rounds to zero.",
            },
            TIES,
        ],
    }
}

impl Evaluate for TopkCe {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        top_k(prediction, target, self.k)
    }
}

pub(super) fn top_k(prediction: &Prediction, target: &Tensor<3>, percent: f64) -> Tensor<1> {
    let values = negative_log_likelihood(prediction, target);
    let kept = share(&values, percent / 100.0);
    let threshold = ranked(&values, kept);
    let frozen = values.clone().without_autodiff();
    let above = frozen
        .clone()
        .greater(threshold.clone().expand(frozen.dims()));
    let above = above.float().cast(frozen.dtype());
    let equal = frozen.clone().equal(threshold.expand(frozen.dims()));
    let equal = equal.float().cast(frozen.dtype());
    let left = -above.clone().sum() + kept as f64;
    let each = left / equal.clone().sum();
    let weights = above + equal * each.reshape([1, 1, 1]);
    (values * weights).sum() * (1.0 / kept as f64)
}

/// That share of all pixels, rounded down, at least one.
fn share(values: &Tensor<3>, share: f64) -> usize {
    let count = values.dims().iter().product::<usize>();
    ((count as f64 * share).floor() as usize).clamp(1, count)
}

loss! {
    /// Online hard example mining: cross entropy of pixels that are not yet right enough.
    OhemCe {
        thresh: f64 = range("t", (0.0, 1.0, 0.05), 0.7,
            "Pixels whose own class has at least this probability do not count. Higher keeps more of them."),
        min_kept_frac: f64 = range("m", (0.0, 1.0, 0.0625), 0.0625,
            "Share of pixels that are kept in any case, the hardest first. At 1 it is cross entropy."),
    }
    info {
        kind: "ohem_ce",
        name: "Hard example mining",
        short_name: "OHEM CE",
        family: LossFamily::Distribution,
        year: 2016,
        paper: "Shrivastava et al., CVPR 2016, arXiv 1604.03540; as in mmsegmentation",
        formula: r"\frac{1}{|H|}\sum_{i\in H}-\log p_{it},\quad H=\{i:p_{it}<\max(t,\,p_{(m)})\}",
        summary: "Pixels that are right enough are left out, but never so many that too few remain.",
        good_at: "Scenes with large easy areas, once the network is half trained.",
        bad_at: "Steadiness: which pixels count changes from step to step, and with it the loss's scale.",
        conventions: &[Convention {
            topic: "Threshold",
            ours: "The larger of t and the m-th smallest probability; below t pixels must be less, at the m-th they may be equal.",
            others: "mmsegmentation, PyTorch-OHEM and others count the minimum per image or per batch, and with < or ≤.",
        }],
    }
}

impl Evaluate for OhemCe {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let values = negative_log_likelihood(prediction, target);
        let right = (prediction.probabilities() * target.clone())
            .sum_dim(1)
            .without_autodiff();
        let smallest = -ranked(&-right.clone(), share(&right, self.min_kept_frac));
        let smallest = smallest.expand(right.dims());
        let by_threshold = right.clone().lower_scalar(self.thresh);
        let by_rank = right
            .lower_equal(smallest.clone())
            .bool_and(smallest.greater_scalar(self.thresh));
        let kept = by_threshold.bool_or(by_rank).float().cast(values.dtype());
        (values * kept.clone()).sum() / kept.sum().clamp_min(1.0)
    }
}
