//! Dice and Jaccard losses: the overlap of each class.

use burn::tensor::Tensor;

use super::Evaluate;
use crate::parameter::{MONAI_SMOOTH, SMOOTH, Switch, range, switch};
use crate::parts::numeric::{power, quotient};
use crate::parts::overlap::{Overlap, foreground, tversky_miss};
use crate::{Convention, EPSILON, LossFamily, Prediction};

const MILLETARI: &str = "Milletari et al., 3DV 2016, arXiv 1606.04797";

const ABSENT: Convention = Convention {
    topic: "Absent classes",
    ours: "A class that neither labels nor prediction have scores by its smoothing alone.",
    others: "SMP leaves classes out that the labels do not have: no loss, and no push against false alarms (`dice_smp`).",
};
const PER_IMAGE: Convention = Convention {
    topic: "Reduction",
    ours: "Each image and class by itself, then the mean.",
    others: "SMP, and nnU-Net's batch Dice, sum over the batch first (`dice_smp`).",
};

loss! {
    /// Dice loss, over all classes.
    Dice {
        smooth: f64 = SMOOTH,
    }
    info {
        kind: "dice",
        name: "Dice",
        short_name: "Dice",
        family: LossFamily::Region,
        year: 2016,
        paper: MILLETARI,
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{2\,\mathrm{tp}_c+2s}{2\,\mathrm{tp}_c+\mathrm{fn}_c+\mathrm{fp}_c+2s}\Big)",
        summary: "Scores the overlap of each class, however small: a lesion of ten pixels weighs as much as the rest.",
        good_at: "Imbalance, and the Dice score it is measured by.",
        bad_at: "Images without foreground, where a small smoothing leaves no gradient; and calibration: probabilities become 0 or 1.",
        conventions: &[
            Convention {
                topic: "Which classes",
                ours: "All, the background included, as in the code of Unified Focal.",
                others: "nnU-Net and much other code leave the background out (`dice_monai` with `include_background` off).",
            },
            Convention {
                topic: "Smoothing",
                ours: "2s beside 2 tp in numerator and denominator: the code of Unified Focal adds s to tp and to tp + ½ (fn + fp).",
                others: "MONAI adds s itself to the doubled sums (1e-5), others 1: on an empty mask this decides the loss.",
            },
            PER_IMAGE,
            ABSENT,
        ],
    }
}

impl Evaluate for Dice {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        tversky_miss(prediction.probabilities(), target, 0.5, self.smooth).mean()
    }
}

loss! {
    /// Dice loss with MONAI's options.
    DiceMonai {
        smooth: f64 = MONAI_SMOOTH,
        include_background: Switch = switch("b", true, "Whether class 0 is one of the classes averaged over."),
        squared: Switch = switch("q", false,
            "Whether probabilities are squared in the denominator, as in V-Net: uncertain pixels then weigh less."),
        jaccard: Switch = switch("j", false, "Whether the union stands in the denominator: soft Jaccard."),
    }
    info {
        kind: "dice_monai",
        name: "Dice, as in MONAI",
        short_name: "Dice (MONAI)",
        family: LossFamily::Region,
        year: 2016,
        paper: "Milletari et al., 3DV 2016, arXiv 1606.04797; as in MONAI's DiceLoss",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{2I_c+s}{P_c+G_c+s}\Big),\quad I=\sum_i p\,y,\;P=\sum_i p,\;G=\sum_i y",
        summary: "Dice with MONAI's smoothing and its options: without background, squared, or Jaccard.",
        good_at: "Comparing with MONAI; and, without background, images whose background needs no score.",
        bad_at: "The same as Dice: no gradient to speak of on images without foreground.",
        conventions: &[
            PER_IMAGE,
            ABSENT,
            Convention {
                topic: "Squares",
                ours: "With `squared`, p² and y² in the denominator: V-Net's form.",
                others: "Most code calls the form without squares Dice.",
            },
            Convention {
                topic: "Jaccard",
                ours: "With `jaccard`, (2I + s) / (2 (P + G − I) + s), as in MONAI.",
                others: "SMP: I / (P + G − I) (`jaccard_smp`); with smoothing the two differ.",
            },
        ],
    }
}

impl Evaluate for DiceMonai {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let (mut p, mut y) = (prediction.probabilities(), target.clone());
        if !self.include_background.0 {
            (p, y) = (foreground(p), foreground(y));
        }
        if !self.squared.0 && !self.jaccard.0 {
            // P + G − 2I = fn + fp, without cancellation.
            return Overlap::per_image(p, &y)
                .miss(0.5, 0.5, 0.5 * self.smooth)
                .mean();
        }
        let shared = (p.clone() * y.clone()).sum_dim(2);
        let predicted = if self.squared.0 { p.clone() * p } else { p };
        let sum = (predicted + y).sum_dim(2);
        let union = if self.jaccard.0 {
            (sum - shared.clone()) * 2.0
        } else {
            sum
        };
        let score = quotient(shared * 2.0 + self.smooth, union + self.smooth);
        (-score + 1.0).mean()
    }
}

/// The smallest denominator in SMP.
const SMP_EPSILON: f64 = 1e-7;

/// The loss of each class that the labels have, `[1, K, 1]`, as in SMP: sums over the whole batch.
pub(super) fn smp(
    prediction: &Prediction,
    target: &Tensor<3>,
    fn_weight: f64,
    fp_weight: f64,
) -> Tensor<3> {
    let overlap = Overlap::per_batch(prediction.probabilities(), target);
    let miss = overlap.false_negative * fn_weight + overlap.false_positive * fp_weight;
    let present = target.clone().max_dim(2).max_dim(0);
    // With nothing in the denominator the score is 0; but then the class is not present.
    miss.clone() / (overlap.true_positive + miss).clamp_min(SMP_EPSILON) * present
}

const SMP: Convention = Convention {
    topic: "Absent classes",
    ours: "A class that the labels do not have contributes 0, but still counts in the mean over classes, as in SMP.",
    others: "MONAI and the code of Unified Focal score it by its smoothing (`dice`).",
};
const BATCH: Convention = Convention {
    topic: "Reduction",
    ours: "Sums over the whole batch, as in SMP.",
    others: "MONAI and the code of Unified Focal score each image by itself.",
};

loss! {
    /// Dice loss as in segmentation_models_pytorch.
    DiceSmp {}
    info {
        kind: "dice_smp",
        name: "Dice, as in SMP",
        short_name: "Dice (SMP)",
        family: LossFamily::Region,
        year: 2016,
        paper: "Milletari et al., 3DV 2016, arXiv 1606.04797; as in segmentation_models_pytorch",
        formula: r"\frac{1}{C}\sum_{c:\,G_c>0}\Big(1-\frac{2I_c}{P_c+G_c}\Big),\quad\text{sums over the batch}",
        summary: "Dice of the whole batch as one image; classes that it does not have are left alone.",
        good_at: "Batches in which some images have no foreground.",
        bad_at: "False alarms where a class is absent from the batch: nothing pushes against them.",
        conventions: &[BATCH, SMP],
    }
}

impl Evaluate for DiceSmp {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        smp(prediction, target, 0.5, 0.5).mean()
    }
}

loss! {
    /// Jaccard loss as in segmentation_models_pytorch.
    JaccardSmp {}
    info {
        kind: "jaccard_smp",
        name: "Jaccard, as in SMP",
        short_name: "Jaccard (SMP)",
        family: LossFamily::Region,
        year: 2016,
        paper: "Rahman and Wang, ISVC 2016; as in segmentation_models_pytorch",
        formula: r"\frac{1}{C}\sum_{c:\,G_c>0}\Big(1-\frac{I_c}{P_c+G_c-I_c}\Big),\quad\text{sums over the batch}",
        summary: "Intersection over union of the batch, of probabilities.",
        good_at: "The Jaccard index; it punishes large errors a little more than Dice does.",
        bad_at: "False alarms where a class is absent from the batch: nothing pushes against them.",
        conventions: &[BATCH, SMP],
    }
}

impl Evaluate for JaccardSmp {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        smp(prediction, target, 1.0, 1.0).mean()
    }
}

loss! {
    /// Log-cosh of the Dice loss.
    LogCoshDice {
        smooth: f64 = SMOOTH,
    }
    info {
        kind: "log_cosh_dice",
        name: "Log-cosh Dice",
        short_name: "Log-cosh Dice",
        family: LossFamily::Region,
        year: 2020,
        paper: "Jadon, CIBCB 2020, arXiv 2006.14822",
        formula: r"\log\cosh\Big(\frac{1}{C}\sum_c\Big(1-\frac{2\,\mathrm{tp}_c+2s}{2\,\mathrm{tp}_c+\mathrm{fn}_c+\mathrm{fp}_c+2s}\Big)\Big)",
        summary: "Dice, bent so that its gradient fades as it becomes small.",
        good_at: "Calm training near the end.",
        bad_at: "The end itself: a nearly perfect overlap hardly pushes.",
        conventions: &[Convention {
            topic: "Smoothing",
            ours: "That of `dice`, 1e-6.",
            others: "The authors' code smooths with 1.",
        }],
    }
}

impl Evaluate for LogCoshDice {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let dice = tversky_miss(prediction.probabilities(), target, 0.5, self.smooth).mean();
        // log cosh x = x + log(1 + e^(−2x)) − log 2: nothing overflows.
        dice.clone() + (dice * -2.0).exp().log1p() - std::f64::consts::LN_2
    }
}

loss! {
    /// Generalised Dice loss: classes weighed by the inverse square of their size.
    GeneralisedDiceMonai {
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "generalised_dice_monai",
        name: "Generalised Dice",
        short_name: "GDL",
        family: LossFamily::Region,
        year: 2017,
        paper: "Sudre et al., DLMIA 2017, arXiv 1707.03237; as in MONAI",
        formula: r"1-\frac{2\sum_c w_cI_c+s}{\sum_c w_c(P_c+G_c)+s},\quad w_c=1/G_c^2",
        summary: "One Dice score over all classes, each weighed by the inverse square of its size in the image.",
        good_at: "Several classes of very different sizes.",
        bad_at: "Steadiness: a class of a few pixels, or none, takes over the whole loss.",
        conventions: &[
            Convention {
                topic: "Absent classes",
                ours: "Weighed like the smallest class that the image has, as in MONAI.",
                others: "Elsewhere 1/0, 0, or 1/ε: the last gives the absent class all the weight.",
            },
            Convention {
                topic: "Sign",
                ours: "1 − score.",
                others: "SegLossOdyssey's GDiceLoss returns the negative score.",
            },
        ],
    }
}

impl Evaluate for GeneralisedDiceMonai {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let size = target.clone().sum_dim(2);
        let absent = size.clone().lower_scalar(0.5);
        let weight = size.clone().clamp_min(1.0).powf_scalar(-2.0);
        let weight = weight.mask_fill(absent.clone(), 0.0);
        let largest = weight.clone().max_dim(1).expand(weight.dims());
        let weight = weight.mask_where(absent, largest);
        let shared = (prediction.probabilities() * target.clone()).sum_dim(2);
        let sum = prediction.probabilities().sum_dim(2) + size;
        let numerator = (shared * weight.clone()).sum_dim(1) * 2.0 + self.smooth;
        let denominator = (sum * weight).sum_dim(1) + self.smooth;
        (-quotient(numerator, denominator) + 1.0).mean()
    }
}

loss! {
    /// Dice++ loss: the terms of false negatives and false positives raised to a power.
    DicePlusPlus {
        gamma: f64 = range(r"\gamma", (1.0, 5.0, 0.1), 2.0,
            "Higher forgives uncertain errors and pays attention to the confident ones. At 1 it is Dice."),
    }
    info {
        kind: "dice_plus_plus",
        name: "Dice++",
        short_name: "Dice++",
        family: LossFamily::Region,
        year: 2021,
        paper: "Yeung et al., arXiv 2111.00528",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{2\,\mathrm{tp}_c+\epsilon}{2\,\mathrm{tp}_c+\sum_i((1-p)\,y)^{\gamma}+\sum_i(p\,(1-y))^{\gamma}+\epsilon}\Big)",
        summary: "Dice in which an uncertain error costs less than a confident one.",
        good_at: "Calibration, with the overlap of Dice.",
        bad_at: "Speed of learning while everything is uncertain.",
        conventions: &[Convention {
            topic: "Clip",
            ours: "Labels stay 0 and 1.",
            others: "The authors' code clips the labels as well as the probabilities: a difference below 1e-6.",
        }],
    }
}

impl Evaluate for DicePlusPlus {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let q = prediction.clipped();
        let others = -target.clone() + 1.0;
        let found = (q.clone() * target.clone()).sum_dim(2) * 2.0;
        let missed = (power(-q.clone() + 1.0, self.gamma) * target.clone()).sum_dim(2);
        let alarms = (power(q, self.gamma) * others).sum_dim(2);
        let error = missed + alarms;
        (error.clone() / (found + error + EPSILON)).mean()
    }
}
