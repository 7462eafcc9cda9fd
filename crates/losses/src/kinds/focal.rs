//! Focal loss and its relatives: cross entropy that looks away from easy pixels.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, softmax};

use super::Evaluate;
use crate::parameter::{FOCUS, range, unit};
use crate::parts::numeric::power;
use crate::parts::pixel::{
    Logarithm, Powered, cross_entropy, focal, pixel_mean, rare_class_weights,
};
use crate::{Convention, LossFamily, Prediction};

const REDUCTION: Convention = Convention {
    topic: "Reduction",
    ours: "Summed over classes, averaged over pixels.",
    others: "MONAI averages over the classes as well: 1/C of ours.",
};

loss! {
    /// Focal loss.
    Focal {
        gamma: f64 = FOCUS,
    }
    info {
        kind: "focal",
        name: "Focal",
        short_name: "Focal",
        family: LossFamily::Distribution,
        year: 2017,
        paper: "Lin et al., ICCV 2017, arXiv 1708.02002",
        formula: r"-\frac{1}{N}\sum_i\sum_c (1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}",
        summary: "Cross entropy that looks away from pixels that are already right.",
        good_at: "Many easy background pixels: together they no longer drown the few hard ones.",
        bad_at: "Label noise, which it takes for hard pixels; and foreground that is found already gets little push as well.",
        conventions: &[
            REDUCTION,
            Convention {
                topic: "Softmax or sigmoid",
                ours: "Of softmax probabilities.",
                others: "SMP's multiclass focal loss and MONAI's DiceFocalLoss take each logit through its own sigmoid, \
                         whatever activation is asked for (`focal_ovr`).",
            },
        ],
    }
}

impl Evaluate for Focal {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let gamma = self.gamma;
        focal(
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
    /// Focal loss of clipped probabilities, as in the code of Unified Focal.
    FocalClip {
        gamma: f64 = FOCUS,
    }
    lists {
        /// Class weights, background first; none: all 1.
        alpha
    }
    info {
        kind: "focal_clip",
        name: "Focal, clipped",
        short_name: "Focal clipped",
        family: LossFamily::Distribution,
        year: 2021,
        paper: "The code of arXiv 2102.04525",
        formula: r"-\frac{1}{N}\sum_i\sum_c (1-q_{ic})^{\gamma}\,y_{ic}\log q_{ic},\quad q=\mathrm{clip}(p,10^{-7},1-10^{-7})",
        summary: "Focal loss of clipped probabilities: a pixel that is wrong and certain no longer pushes.",
        good_at: "Comparing with results made with the code of Unified Focal.",
        bad_at: "Recovering: beyond a logit margin of some 16 a wrong pixel has no gradient at all.",
        conventions: &[
            REDUCTION,
            Convention {
                topic: "Class weights",
                ours: "`alpha` lists one weight per class, background first.",
                others: "Elsewhere α is one number: the foreground's weight, with 1 − α for the background (`focal_alpha`).",
            },
        ],
    }
}

impl Evaluate for FocalClip {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let (gamma, alpha) = (self.gamma, self.alpha.as_deref());
        focal(
            prediction,
            target,
            gamma,
            alpha,
            Powered::Every,
            Logarithm::Clipped,
        )
    }
}

loss! {
    /// Focal loss with class weights α and 1 − α.
    FocalAlpha {
        alpha: f64 = unit(r"\alpha", 0.25,
            "Weight of foreground pixels; background pixels weigh 1 − α. Higher finds more of the foreground."),
        gamma: f64 = FOCUS,
    }
    info {
        kind: "focal_alpha",
        name: "Focal, balanced",
        short_name: "α-Focal",
        family: LossFamily::Distribution,
        year: 2017,
        paper: "Lin et al., ICCV 2017, arXiv 1708.02002",
        formula: r"-\frac{1}{N}\sum_i\sum_c \alpha_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic},\quad\alpha_0=1-\alpha,\;\alpha_{c>0}=\alpha",
        summary: "Focal loss with a weight for the foreground against the background.",
        good_at: "Setting the balance of classes apart from that of easy and hard pixels.",
        bad_at: "Being tuned: α and γ act against each other, and the usual α = 0.25 weighs the foreground down.",
        conventions: &[Convention {
            topic: "Whose weight α is",
            ours: "The foreground's, as in the paper; the background has 1 − α.",
            others: "MONAI leaves α out by default and then gives 1 − α to class 0; the code of Unified Focal lists one weight \
                     per class (`focal_clip`).",
        }],
    }
}

impl Evaluate for FocalAlpha {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let weights = rare_class_weights(target.dims()[1], 1.0 - self.alpha, self.alpha);
        let (gamma, weights) = (self.gamma, Some(weights.as_slice()));
        focal(
            prediction,
            target,
            gamma,
            weights,
            Powered::Every,
            Logarithm::Exact,
        )
    }
}

loss! {
    /// Focal loss of each raw logit's own sigmoid: one class against the rest.
    FocalOvr {
        gamma: f64 = FOCUS,
    }
    info {
        kind: "focal_ovr",
        name: "Focal, one against the rest",
        short_name: "OvR Focal",
        family: LossFamily::Distribution,
        year: 2017,
        paper: "Lin et al., ICCV 2017, arXiv 1708.02002; as in SMP's FocalLoss(\"multiclass\")",
        formula: r"-\frac{1}{NC}\sum_i\sum_c\big(1-s_{ic}\big)^{\gamma}\log s_{ic},\quad s_{ic}=\sigma\big((2y_{ic}-1)\,z_{ic}\big)",
        summary: "Each logit is judged by its own sigmoid: is it this class or not?",
        good_at: "Labels that may overlap.",
        bad_at: "Exclusive classes: it also pushes what softmax ignores, a common shift of all logits.",
        conventions: &[Convention {
            topic: "Reduction",
            ours: "Averaged over pixels and channels, as in SMP and MONAI.",
            others: "Detection code, where the loss comes from, sums and divides by the number of foreground boxes.",
        }],
    }
}

impl Evaluate for FocalOvr {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        focal_one_vs_rest(prediction, target, self.gamma)
    }
}

pub(super) fn focal_one_vs_rest(
    prediction: &Prediction,
    target: &Tensor<3>,
    gamma: f64,
) -> Tensor<1> {
    let target = prediction.channel_target(target);
    let towards = prediction.one_vs_rest() * (target * 2.0 - 1.0);
    let [batch, channels, pixels] = towards.dims();
    // σ(z) is the second of softmax [0, z].
    let towards = towards.reshape([batch * channels, 1, pixels]);
    let pair = Tensor::cat(vec![towards.zeros_like(), towards], 1);
    let miss = softmax(pair.clone(), 1).narrow(1, 0, 1);
    let entropy = -log_softmax(pair, 1).narrow(1, 1, 1);
    (power(miss, gamma) * entropy).mean()
}

loss! {
    /// Poly-1 cross entropy.
    Poly1Ce {
        eps: f64 = range(r"\varepsilon", (-1.0, 10.0, 0.1), 1.0,
            "Weight of the first power of what is missing. Higher pushes pixels that are nearly right more; below 0, less."),
    }
    info {
        kind: "poly1_ce",
        name: "Poly-1 cross entropy",
        short_name: "Poly-1 CE",
        family: LossFamily::Distribution,
        year: 2022,
        paper: "Leng et al., ICLR 2022, arXiv 2204.12511",
        formula: r"\frac{1}{N}\sum_i\big[-\log p_{it}+\varepsilon(1-p_{it})\big],\quad p_{it}=\sum_c y_{ic}p_{ic}",
        summary: "Cross entropy as a power series of 1 − p, with another weight for its first term.",
        good_at: "Fine tuning of cross entropy with a single number.",
        bad_at: "Imbalance: it is as blind to class sizes as cross entropy.",
        conventions: &[],
    }
}

impl Evaluate for Poly1Ce {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        cross_entropy(prediction, target, None, Logarithm::Exact)
            + pixel_mean(prediction.own_miss(target)) * self.eps
    }
}

loss! {
    /// Poly-1 focal loss.
    Poly1Focal {
        eps: f64 = range(r"\varepsilon", (-1.0, 10.0, 0.1), 1.0,
            "Weight of the leading power of what is missing. Higher pushes pixels that are nearly right more."),
        gamma: f64 = FOCUS,
    }
    info {
        kind: "poly1_focal",
        name: "Poly-1 focal",
        short_name: "Poly-1 Focal",
        family: LossFamily::Distribution,
        year: 2022,
        paper: "Leng et al., ICLR 2022, arXiv 2204.12511",
        formula: r"\frac{1}{N}\sum_i\big[-(1-p_{it})^{\gamma}\log p_{it}+\varepsilon(1-p_{it})^{\gamma+1}\big]",
        summary: "Focal loss with another weight for the leading term of its power series.",
        good_at: "Giving back some of the push that focal loss takes from pixels that are half right.",
        bad_at: "Being tuned: one more parameter beside γ.",
        conventions: &[Convention {
            topic: "Softmax or sigmoid",
            ours: "Of softmax probabilities.",
            others: "The usual PyTorch port is of sigmoids, one for each class.",
        }],
    }
}

impl Evaluate for Poly1Focal {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let gamma = self.gamma;
        focal(
            prediction,
            target,
            gamma,
            None,
            Powered::Every,
            Logarithm::Exact,
        ) + pixel_mean(power(prediction.own_miss(target), gamma + 1.0)) * self.eps
    }
}
