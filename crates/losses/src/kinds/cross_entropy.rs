//! Cross entropy and its weighted and smoothed forms.

use burn::tensor::Tensor;

use super::Evaluate;
use crate::parameter::{range, unit};
use crate::parts::pixel::{
    Logarithm, class_weights, cross_entropy, negative_log_likelihood, pixel_mean,
    rare_class_weights,
};
use crate::{Convention, LossFamily, Prediction};

loss! {
    /// Cross entropy.
    Ce {}
    info {
        kind: "ce",
        name: "Cross entropy",
        short_name: "CE",
        family: LossFamily::Distribution,
        year: 1948,
        paper: "Shannon, Bell Syst. Tech. J. 27; as a loss for segmentation: Long et al., CVPR 2015",
        formula: r"-\frac{1}{N}\sum_i\sum_c y_{ic}\log p_{ic}",
        summary: "Every pixel counts alike, so the class with most pixels decides where the network goes.",
        good_at: "Balanced classes and calibrated probabilities; its gradient is bounded, and never fades while a pixel is wrong.",
        bad_at: "Small foregrounds: thousands of easy background pixels outweigh them.",
        conventions: &[Convention {
            topic: "Clip",
            ours: "From log-softmax, without a clip: a pixel that is wrong and certain keeps a gradient of 1/N.",
            others: "Keras and the code of Unified Focal clip probabilities at 1e-7, beyond which the gradient is exactly 0 (`ce_clip`).",
        }],
    }
}

impl Evaluate for Ce {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        cross_entropy(prediction, target, None, Logarithm::Exact)
    }
}

loss! {
    /// Cross entropy of clipped probabilities.
    CeClip {}
    info {
        kind: "ce_clip",
        name: "Cross entropy, clipped",
        short_name: "CE clipped",
        family: LossFamily::Distribution,
        year: 2021,
        paper: "Keras' convention, used by the code of arXiv 2102.04525",
        formula: r"-\frac{1}{N}\sum_i\sum_c y_{ic}\log\,\mathrm{clip}(p_{ic},10^{-7},1-10^{-7})",
        summary: "Cross entropy of clipped probabilities: a pixel that is wrong and certain no longer pushes.",
        good_at: "Comparing with results made in Keras.",
        bad_at: "Recovering: beyond a logit margin of some 16 a wrong pixel has no gradient at all.",
        conventions: &[Convention {
            topic: "Clip",
            ours: "Probabilities are held between 1e-7 and 1 − 1e-7, as in Keras.",
            others: "PyTorch's cross entropy takes the logarithm of softmax exactly (`ce`).",
        }],
    }
}

impl Evaluate for CeClip {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        cross_entropy(prediction, target, None, Logarithm::Clipped)
    }
}

loss! {
    /// Cross entropy with class weights, normalised by the weights of the pixels.
    CeWeighted {
        foreground: f64 = range("w", (0.0, 100.0, 0.5), 2.0,
            "Weight of foreground pixels; background pixels weigh 1. Higher finds more of the foreground. A list \
             `weights`, one for each class, takes its place."),
    }
    lists {
        /// Class weights, background first; none: 1, and `foreground` for every other class.
        weights
    }
    info {
        kind: "ce_weighted",
        name: "Cross entropy, weighted",
        short_name: "Weighted CE",
        family: LossFamily::Distribution,
        year: 2015,
        paper: "As in PyTorch; for segmentation: Ronneberger et al., MICCAI 2015, arXiv 1505.04597",
        formula: r"\frac{-\sum_i\sum_c w_c\,y_{ic}\log p_{ic}}{\sum_i\sum_c w_c\,y_{ic}},\quad w_0=1,\;w_{c>0}=w",
        summary: "Cross entropy in which a foreground pixel counts as much as several of the background.",
        good_at: "Moderate imbalance whose ratio is known.",
        bad_at: "Precision: a high weight makes the foreground swell, and probabilities are no longer calibrated.",
        conventions: &[Convention {
            topic: "Normaliser",
            ours: "Divided by the sum of the pixels' weights, as in PyTorch: a common factor of the weights cancels.",
            others: "Keras' class weights, and most formulas in papers, divide by the number of pixels.",
        }],
    }
}

impl Evaluate for CeWeighted {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let given = || rare_class_weights(target.dims()[1], 1.0, self.foreground);
        let weights = self.weights.clone().unwrap_or_else(given);
        let own_weight = (class_weights(&weights, target) * target.clone()).sum_dim(1);
        let terms = negative_log_likelihood(prediction, target) * own_weight.clone();
        // Where all weights are zero, so is the loss.
        terms.sum() / own_weight.sum().clamp_min(1e-12)
    }
}

loss! {
    /// Cross entropy with label smoothing.
    CeLabelSmoothing {
        eps: f64 = unit(r"\varepsilon", 0.1,
            "Share of each label that is spread over all classes. Higher keeps probabilities away from 0 and 1."),
    }
    info {
        kind: "ce_label_smoothing",
        name: "Cross entropy, smoothed labels",
        short_name: "Label smoothing",
        family: LossFamily::Distribution,
        year: 2016,
        paper: "Szegedy et al., CVPR 2016, arXiv 1512.00567",
        formula: r"-\frac{1}{N}\sum_i\Big[(1-\varepsilon)\sum_c y_{ic}\log p_{ic}+\frac{\varepsilon}{C}\sum_c\log p_{ic}\Big]",
        summary: "Cross entropy that does not want to be certain: a right pixel that is too sure is pulled back.",
        good_at: "Noisy labels, and calibration.",
        bad_at: "Small foregrounds, as cross entropy; it also raises the foreground's probability everywhere.",
        conventions: &[Convention {
            topic: "Spread",
            ours: "ε is spread over all classes, the true one included, as in PyTorch and SMP.",
            others: "Some papers spread it over the other classes only: there ε is C/(C − 1) times ours.",
        }],
    }
}

impl Evaluate for CeLabelSmoothing {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let classes = target.dims()[1] as f64;
        let sharp = cross_entropy(prediction, target, None, Logarithm::Exact);
        let spread = pixel_mean(-prediction.log_probabilities());
        sharp * (1.0 - self.eps) + spread * (self.eps / classes)
    }
}

loss! {
    /// Binary cross entropy of logits with a weight of positive pixels.
    BceLogits {
        pos_weight: f64 = range("w", (0.0, 100.0, 0.5), 1.0,
            "Weight of foreground pixels. Higher finds more of the foreground and raises more false alarms."),
    }
    info {
        kind: "bce_logits",
        name: "Binary cross entropy, positive weight",
        short_name: "BCE +weight",
        family: LossFamily::Distribution,
        year: 2015,
        paper: "As in PyTorch; Xie and Tu, ICCV 2015, arXiv 1504.06375",
        formula: r"-\frac{1}{N}\sum_i\Big[y_{i0}\log p_{i0}+w\sum_{c>0}y_{ic}\log p_{ic}\Big]",
        summary: "Cross entropy in which foreground pixels weigh more, divided by the number of pixels.",
        good_at: "Moderate imbalance: with the ratio of the classes as weight, both push alike.",
        bad_at: "Precision, when the weight is high; and the size of the gradient changes with it.",
        conventions: &[
            Convention {
                topic: "Normaliser",
                ours: "Divided by the number of pixels, as PyTorch's BCEWithLogitsLoss.",
                others: "Weighted cross entropy in PyTorch divides by the sum of weights (`ce_weighted`).",
            },
            Convention {
                topic: "Several classes",
                ours: "Every foreground class has the weight, on softmax probabilities; for two classes the logit is the \
                       difference of the two.",
                others: "PyTorch takes every channel for a binary problem of its own.",
            },
        ],
    }
}

impl Evaluate for BceLogits {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let weights = rare_class_weights(target.dims()[1], 1.0, self.pos_weight);
        cross_entropy(prediction, target, Some(&weights), Logarithm::Exact)
    }
}
