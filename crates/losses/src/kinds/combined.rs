//! Sums of a pixel-by-pixel loss and an overlap.

use burn::tensor::Tensor;

use super::Evaluate;
use super::dice::DiceMonai;
use super::focal::focal_one_vs_rest;
use super::hard_pixels::{HARDEST, top_k};
use crate::parameter::{FOCUS, MONAI_SMOOTH, range, unit};
use crate::parts::numeric::{power, quotient};
use crate::parts::overlap::tversky_miss;
use crate::parts::pixel::{
    Logarithm, Powered, cross_entropy, focal, negative_log_likelihood, pixel_mean,
    rare_class_weights,
};
use crate::{Convention, LossFamily, Prediction};

loss! {
    /// Combo loss: weighted cross entropy minus the Dice coefficient.
    Combo {
        alpha: f64 = unit(r"\alpha", 0.5, "Weight of the cross entropy against the Dice coefficient."),
        beta: f64 = unit(r"\beta", 0.5,
            "Weight of background pixels; foreground pixels weigh 1 − β, as in the authors' code."),
    }
    info {
        kind: "combo",
        name: "Combo",
        short_name: "Combo",
        family: LossFamily::Compound,
        year: 2019,
        paper: "Taghanaki et al., Comput. Med. Imaging Graph. 75, arXiv 1805.02798",
        formula: r"-\frac{\alpha}{N}\sum_i\sum_c \beta_c\,y_{ic}\log p_{ic}-(1-\alpha)\frac{1}{C}\sum_c\frac{2\,\mathrm{tp}_c}{2\,\mathrm{tp}_c+\mathrm{fn}_c+\mathrm{fp}_c},\quad\beta_0=\beta,\;\beta_{c>0}=1-\beta",
        summary: "Weighted cross entropy minus the Dice coefficient; it can go below zero.",
        good_at: "Taking the steady gradient of cross entropy and the balance of Dice together.",
        bad_at: "Being read: its scale starts at −(1 − α), and β acts against its description.",
        conventions: &[
            Convention {
                topic: "Whose weight β is",
                ours: "The background's, as in the code of Unified Focal.",
                others: "Its description, and the paper, say that β above ½ punishes false negatives.",
            },
            Convention {
                topic: "Clip",
                ours: "The logarithm is of clipped probabilities, the Dice coefficient of unclipped ones.",
                others: "Exact logarithms keep the gradient of a wrong and certain pixel.",
            },
        ],
    }
}

impl Evaluate for Combo {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        /// Of the authors' code; it is no parameter there.
        const SMOOTH: f64 = 1e-6;
        let weights = rare_class_weights(target.dims()[1], self.beta, 1.0 - self.beta);
        let entropy = cross_entropy(prediction, target, Some(&weights), Logarithm::Clipped);
        let miss = tversky_miss(prediction.probabilities(), target, 0.5, SMOOTH).mean();
        entropy * self.alpha + (miss - 1.0) * (1.0 - self.alpha)
    }
}

loss! {
    /// Exponential logarithmic loss.
    ExpLog {
        w_dice: f64 = unit("w_d", 0.8, "Weight of the logarithm of Dice."),
        w_ce: f64 = unit("w_x", 0.2, "Weight of the cross entropy."),
        gamma: f64 = range(r"\gamma", (0.05, 3.0, 0.05), 0.3,
            "Below 1, lower pays more attention to what is nearly right; above 1, to what is hard."),
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "exp_log",
        name: "Exponential logarithmic",
        short_name: "Exp-log",
        family: LossFamily::Compound,
        year: 2018,
        paper: "Wong et al., MICCAI 2018, arXiv 1809.00076",
        formula: r"w_d\frac{1}{C}\sum_c(-\ln D_c)^{\gamma}+w_x\frac{1}{N}\sum_i w_{y_i}(-\ln p_{it})^{\gamma},\quad w_c=\sqrt{N/N_c},\;D_c=\frac{2I_c+s}{P_c+G_c+s}",
        summary: "Powers of the logarithms of Dice and of probability, with pixels weighed by how rare their class is.",
        good_at: "Structures of very different sizes, and small ones above all.",
        bad_at: "The end of training: with γ below 1 the gradient grows without bound as the loss vanishes.",
        conventions: &[
            Convention {
                topic: "Reduction",
                ours: "Dice and class sizes over the whole batch; a power and a logarithm for each class.",
                others: "SegLossOdyssey takes one logarithm of the mean Dice, and no power of the cross entropy.",
            },
            Convention {
                topic: "At a perfect prediction",
                ours: "Value and gradient are finite: within 1e-12 of it nothing pushes.",
                others: "The formula's gradient is infinite there.",
            },
        ],
    }
}

impl Evaluate for ExpLog {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        const NEAR: f64 = 1e-12;
        let [batch, _, pixels] = target.dims();
        let sums = |terms: Tensor<3>| terms.sum_dim(2).sum_dim(0);
        let size = sums(target.clone());
        let shared = sums(prediction.probabilities() * target.clone());
        let sum = sums(prediction.probabilities()) + size.clone();
        let dice = quotient(shared * 2.0 + self.smooth, sum + self.smooth);
        let dice = power(-dice.clamp(NEAR, 1.0 - NEAR).log(), self.gamma).mean();
        let weight = (size.clamp_min(1.0).recip() * (batch * pixels) as f64).sqrt();
        let weight = (weight * target.clone()).sum_dim(1);
        let entropy = negative_log_likelihood(prediction, target).clamp_min(NEAR);
        let entropy = pixel_mean(power(entropy, self.gamma) * weight);
        dice * self.w_dice + entropy * self.w_ce
    }
}

const DICE: Convention = Convention {
    topic: "Which Dice",
    ours: "MONAI's, over all classes and each image by itself (`dice_monai`).",
    others: "nnU-Net's leaves the background out, may sum over the batch, and is −Dice instead of 1 − Dice.",
};

fn dice(prediction: &Prediction, target: &Tensor<3>, smooth: f64) -> Tensor<1> {
    let dice = DiceMonai {
        smooth,
        ..DiceMonai::default()
    };
    dice.evaluate(prediction, target)
}

loss! {
    /// Dice plus cross entropy.
    DiceCe {
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "dice_ce",
        name: "Dice + cross entropy",
        short_name: "Dice + CE",
        family: LossFamily::Compound,
        year: 2021,
        paper: "Isensee et al. (nnU-Net), Nature Methods 18, arXiv 1904.08128; as in MONAI's DiceCELoss",
        formula: tex!(dice r"L_{\mathrm{Dice}}+L_{\mathrm{CE}}"),
        summary: "The sum that nnU-Net trains with: overlap and a steady gradient for each pixel.",
        good_at: "Nearly everything: a baseline that is hard to beat.",
        bad_at: "Extreme imbalance, where the cross entropy of the background still outweighs early training.",
        conventions: &[DICE],
    }
}

impl Evaluate for DiceCe {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        dice(prediction, target, self.smooth)
            + cross_entropy(prediction, target, None, Logarithm::Exact)
    }
}

loss! {
    /// Dice plus focal loss.
    DiceFocal {
        gamma: f64 = FOCUS,
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "dice_focal",
        name: "Dice + Focal",
        short_name: "Dice + Focal",
        family: LossFamily::Compound,
        year: 2019,
        paper: "Zhu et al. (AnatomyNet), Med. Phys. 46, arXiv 1808.05238",
        formula: tex!(dice r"L_{\mathrm{Dice}}-\frac{1}{N}\sum_i\sum_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}"),
        summary: "Overlap, and a push for those pixels that are still wrong.",
        good_at: "Small organs beside large ones.",
        bad_at: "Calibration.",
        conventions: &[
            DICE,
            Convention {
                topic: "Softmax or sigmoid",
                ours: "The focal part is of softmax probabilities.",
                others: "MONAI's DiceFocalLoss takes each logit through its own sigmoid, even with softmax asked for \
                         (`dice_focal_monai`).",
            },
        ],
    }
}

impl Evaluate for DiceFocal {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let gamma = self.gamma;
        dice(prediction, target, self.smooth)
            + focal(
                prediction,
                target,
                gamma,
                None,
                Powered::Every,
                Logarithm::Exact,
            )
    }
}

loss! {
    /// Dice plus focal loss as MONAI computes it: the focal part one class against the rest.
    DiceFocalMonai {
        gamma: f64 = FOCUS,
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "dice_focal_monai",
        name: "Dice + Focal, as in MONAI",
        short_name: "Dice + Focal (MONAI)",
        family: LossFamily::Compound,
        year: 2019,
        paper: "Zhu et al. (AnatomyNet), Med. Phys. 46, arXiv 1808.05238; as in MONAI's DiceFocalLoss(softmax=True)",
        formula: r"L_{\mathrm{Dice}}-\frac{1}{NC}\sum_i\sum_c(1-s_{ic})^{\gamma}\log s_{ic},\quad s_{ic}=\sigma\big((2y_{ic}-1)\,z_{ic}\big),\;L_{\mathrm{Dice}}=\frac{1}{C}\sum_c\Big(1-\frac{2I_c+s}{P_c+G_c+s}\Big)",
        summary: "What MONAI computes: Dice of the softmax, and a focal loss of each logit's own sigmoid.",
        good_at: "Comparing with MONAI.",
        bad_at: "Exclusive classes: its two halves read the same logits in two ways.",
        conventions: &[DICE, Convention {
            topic: "Reduction",
            ours: "The focal part is averaged over pixels and channels, as in MONAI.",
            others: "The plain sum has a focal part summed over classes (`dice_focal`).",
        }],
    }
}

impl Evaluate for DiceFocalMonai {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        dice(prediction, target, self.smooth) + focal_one_vs_rest(prediction, target, self.gamma)
    }
}

loss! {
    /// Dice plus top-k cross entropy.
    DiceTopk {
        k: f64 = HARDEST,
        smooth: f64 = MONAI_SMOOTH,
    }
    info {
        kind: "dice_topk",
        name: "Dice + top-k cross entropy",
        short_name: "Dice + TopK",
        family: LossFamily::Compound,
        year: 2021,
        paper: "Ma et al., Med. Image Anal. 71; as in nnU-Net's and SegLossOdyssey's DC_and_topk_loss",
        formula: r"L_{\mathrm{Dice}}+\frac{1}{|H|}\sum_{i\in H}-\log p_{it},\quad H=\text{the hardest }k\,\%,\;L_{\mathrm{Dice}}=\frac{1}{C}\sum_c\Big(1-\frac{2I_c+s}{P_c+G_c+s}\Big)",
        summary: "Overlap, and a push for the hardest pixels only.",
        good_at: "Imbalanced data with clean labels.",
        bad_at: "Label noise: wrong labels are always among the hardest.",
        conventions: &[DICE, Convention {
            topic: "Count",
            ours: "The number of pixels in the batch times k %, rounded down, but at least one.",
            others: "nnU-Net and SegLossOdyssey give NaN on images so small that it rounds to zero.",
        }],
    }
}

impl Evaluate for DiceTopk {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        dice(prediction, target, self.smooth) + top_k(prediction, target, self.k)
    }
}
