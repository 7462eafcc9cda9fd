//! Tversky losses: overlaps that weigh false negatives and false positives apart.

use burn::tensor::Tensor;

use super::Evaluate;
use super::dice::smp;
use crate::parameter::{
    FALSE_NEGATIVES, FALSE_POSITIVES, MONAI_SMOOTH, SMOOTH, TVERSKY_DELTA, range, smooth,
};
use crate::parts::numeric::power;
use crate::parts::overlap::{Overlap, focal_tversky, tversky_miss};
use crate::{Convention, LossFamily, Prediction};

const WHOSE_WEIGHT: Convention = Convention {
    topic: "Whose weight is whose",
    ours: "δ is the weight of false negatives, 1 − δ that of false positives.",
    others: "MONAI and SMP: α for false positives, β for false negatives (`tversky_monai`, `tversky_smp`).",
};

loss! {
    /// Tversky loss.
    Tversky {
        delta: f64 = TVERSKY_DELTA,
        smooth: f64 = SMOOTH,
    }
    info {
        kind: "tversky",
        name: "Tversky",
        short_name: "Tversky",
        family: LossFamily::Region,
        year: 2017,
        paper: "Salehi et al., MLMI 2017, arXiv 1706.05721",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{\mathrm{tp}_c+s}{\mathrm{tp}_c+\delta\,\mathrm{fn}_c+(1-\delta)\,\mathrm{fp}_c+s}\Big)",
        summary: "Dice with separate weights for what is missed and what is falsely found.",
        good_at: "Foregrounds that must not be missed.",
        bad_at: "Images without foreground, as Dice; and precision, when δ is high.",
        conventions: &[
            WHOSE_WEIGHT,
            Convention {
                topic: "Which classes",
                ours: "All, with the same δ: for the background a false negative is a false alarm of the foreground.",
                others: "The paper's own network scored the foreground only.",
            },
        ],
    }
}

impl Evaluate for Tversky {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        tversky_miss(prediction.probabilities(), target, self.delta, self.smooth).mean()
    }
}

loss! {
    /// Focal Tversky loss.
    FocalTversky {
        delta: f64 = TVERSKY_DELTA,
        gamma: f64 = range(r"\gamma", (0.05, 3.0, 0.05), 0.75,
            "Lower is steeper where the overlap is already good; above 1 the hard classes count more."),
        smooth: f64 = SMOOTH,
    }
    info {
        kind: "focal_tversky",
        name: "Focal Tversky",
        short_name: "Focal Tversky",
        family: LossFamily::Region,
        year: 2019,
        paper: "Abraham and Khan, ISBI 2019, arXiv 1810.07842",
        formula: tex!(tversky r"\frac{1}{C}\sum_c(1-\mathrm{TI}_c)^{\gamma}"),
        summary: "Tversky raised to a power below one: classes that are almost right still push.",
        good_at: "Small foregrounds: the last few per cent of overlap keep their gradient.",
        bad_at: "The end of training, where the power makes the loss ever steeper and steps overshoot.",
        conventions: &[
            WHOSE_WEIGHT,
            Convention {
                topic: "Exponent",
                ours: "γ itself, 0.75, of each class, as in the code of Unified Focal.",
                others: "The paper writes 1/γ with γ = 4/3; SMP and SegLossOdyssey raise the mean over classes (`tversky_smp`).",
            },
        ],
    }
}

impl Evaluate for FocalTversky {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let miss = tversky_miss(prediction.clipped(), target, self.delta, self.smooth);
        focal_tversky(miss, self.gamma)
    }
}

loss! {
    /// Tversky loss as in MONAI.
    TverskyMonai {
        alpha: f64 = FALSE_POSITIVES,
        beta: f64 = FALSE_NEGATIVES,
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "tversky_monai",
        name: "Tversky, as in MONAI",
        short_name: "Tversky (MONAI)",
        family: LossFamily::Region,
        year: 2017,
        paper: "Salehi et al., MLMI 2017, arXiv 1706.05721; as in MONAI",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{\mathrm{tp}_c+s}{\mathrm{tp}_c+\alpha\,\mathrm{fp}_c+\beta\,\mathrm{fn}_c+s}\Big)",
        summary: "Tversky with both weights free; MONAI's own defaults are 0.5 and 0.5, which is Dice.",
        good_at: "Weights that need not sum to one.",
        bad_at: "The same as Tversky.",
        conventions: &[Convention {
            topic: "Whose weight is whose",
            ours: "α for false positives, β for false negatives.",
            others: "The code of Unified Focal: δ for false negatives (`tversky`).",
        }],
    }
}

impl Evaluate for TverskyMonai {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let overlap = Overlap::per_image(prediction.probabilities(), target);
        overlap.miss(self.beta, self.alpha, self.smooth).mean()
    }
}

loss! {
    /// Tversky loss as in segmentation_models_pytorch: the mean over classes is raised to a power.
    TverskySmp {
        alpha: f64 = FALSE_POSITIVES,
        beta: f64 = FALSE_NEGATIVES,
        gamma: f64 = range(r"\gamma", (0.05, 3.0, 0.05), 0.75,
            "Lower is steeper where the overlap is already good; at 1 the power does nothing."),
    }
    info {
        kind: "tversky_smp",
        name: "Focal Tversky, as in SMP",
        short_name: "Tversky (SMP)",
        family: LossFamily::Region,
        year: 2019,
        paper: "Abraham and Khan, ISBI 2019, arXiv 1810.07842; as in segmentation_models_pytorch",
        formula: r"\Big[\frac{1}{C}\sum_{c:\,G_c>0}\Big(1-\frac{\mathrm{tp}_c}{\mathrm{tp}_c+\alpha\,\mathrm{fp}_c+\beta\,\mathrm{fn}_c}\Big)\Big]^{\gamma}",
        summary: "Tversky of the whole batch, the mean over classes raised to a power.",
        good_at: "Batches in which some images have no foreground.",
        bad_at: "Single classes: the power acts on their mean, so that a good background hides a bad foreground.",
        conventions: &[
            Convention {
                topic: "Power",
                ours: "Of the mean over classes, as in SMP. At a perfect prediction the gradient is 0.",
                others: "SMP's gradient there is NaN; the paper raises each class (`focal_tversky`).",
            },
            Convention {
                topic: "Absent classes",
                ours: "They contribute 0, but still count in the mean, as in SMP.",
                others: "MONAI and the code of Unified Focal score them by their smoothing.",
            },
        ],
    }
}

impl Evaluate for TverskySmp {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        power(
            smp(prediction, target, self.beta, self.alpha).mean(),
            self.gamma,
        )
    }
}

loss! {
    /// Asymmetric similarity loss: the Tversky loss of the F-beta score.
    AsymmetricSimilarity {
        beta: f64 = range(r"\beta", (0.0, 5.0, 0.1), 1.5,
            "How much more missing counts than false alarms, as in the F-beta score. At 1 it is Dice."),
        smooth: f64 = smooth(1.0),
    }
    info {
        kind: "asymmetric_similarity",
        name: "Asymmetric similarity",
        short_name: "Asym. similarity",
        family: LossFamily::Region,
        year: 2018,
        paper: "Hashemi et al., IEEE Access 7, arXiv 1803.11078",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{\mathrm{tp}_c+s}{\mathrm{tp}_c+\frac{\beta^2}{1+\beta^2}\mathrm{fn}_c+\frac{1}{1+\beta^2}\mathrm{fp}_c+s}\Big)",
        summary: "The F-beta score as a loss: Tversky with β² / (1 + β²) for what is missed.",
        good_at: "Recall, set by a number that users of F-scores know.",
        bad_at: "Small objects, with its smoothing of 1: it counts as a pixel that is always right.",
        conventions: &[Convention {
            topic: "Smoothing",
            ours: "1, as in SegLossOdyssey.",
            others: "The paper has none.",
        }],
    }
}

impl Evaluate for AsymmetricSimilarity {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let squared = self.beta * self.beta;
        let fn_weight = squared / (1.0 + squared);
        tversky_miss(prediction.probabilities(), target, fn_weight, self.smooth).mean()
    }
}
