//! Unified Focal loss without the clip, and as the article prints it.

use burn::tensor::Tensor;

use super::Evaluate;
use super::unified::{
    LAMBDA, MEAN, UNIFIED_DELTA, UNIFIED_FOCAL, UNIFIED_GAMMA, WEIGHT, modified_focal,
    modified_miss,
};
use crate::parameter::unit;
use crate::parts::numeric::power;
use crate::parts::overlap::{focal_tversky, lifted_foreground, tversky_miss};
use crate::parts::pixel::{Logarithm, Powered, focal};
use crate::{Convention, EPSILON, LossFamily, ParameterInfo, Prediction};

const UNCLIPPED: Convention = Convention {
    topic: "Clip",
    ours: "None: logarithms are those of log-softmax, so that a wrong and certain pixel keeps its gradient.",
    others: "The authors' code clips probabilities at 1e-7 (`sym_unified_focal`, `asym_unified_focal`).",
};

fn exact_miss(prediction: &Prediction, target: &Tensor<3>, delta: f64) -> Tensor<3> {
    tversky_miss(prediction.probabilities(), target, delta, EPSILON)
}

loss! {
    /// Unified Focal loss, symmetric, of exact logarithms.
    SymUnifiedFocalExact {
        #[serde(alias = "lambda_")]
        lambda: f64 = LAMBDA,
        delta: f64 = UNIFIED_DELTA,
        gamma: f64 = UNIFIED_GAMMA,
    }
    info {
        kind: "sym_unified_focal_exact",
        name: "Unified Focal without clip, symmetric",
        short_name: "Sym. UFL exact",
        family: LossFamily::Compound,
        year: 2022,
        paper: "Yeung et al., arXiv 2102.04525; without the clip of its code",
        formula: tex!(modified_tversky class_weights r"\lambda\,\frac{1}{C}\sum_c(1-\mathrm{mTI}_c)^{1-\gamma}-\frac{1-\lambda}{N}\sum_i\sum_c\delta_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}"),
        summary: "Symmetric Unified Focal in which a pixel that is wrong and certain still pushes.",
        good_at: "Recovering from confident errors, which the clipped form leaves alone.",
        bad_at: "Comparing with the authors' results at extreme logits; elsewhere the two agree.",
        conventions: &[UNCLIPPED, WEIGHT, MEAN],
    }
}

impl Evaluate for SymUnifiedFocalExact {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let parameters = (self.delta, self.gamma);
        let pixels = modified_focal(
            prediction,
            target,
            parameters,
            Powered::Every,
            Logarithm::Exact,
        );
        let regions = focal_tversky(exact_miss(prediction, target, self.delta), 1.0 - self.gamma);
        regions * self.lambda + pixels * (1.0 - self.lambda)
    }
}

loss! {
    /// Unified Focal loss, asymmetric, of exact logarithms.
    AsymUnifiedFocalExact {
        #[serde(alias = "lambda_")]
        lambda: f64 = LAMBDA,
        delta: f64 = UNIFIED_DELTA,
        gamma: f64 = UNIFIED_GAMMA,
    }
    info {
        kind: "asym_unified_focal_exact",
        name: "Unified Focal without clip, asymmetric",
        short_name: "Asym. UFL exact",
        family: LossFamily::Compound,
        year: 2022,
        paper: "Yeung et al., arXiv 2102.04525; without the clip of its code",
        formula: tex!(modified_tversky r"\lambda\,\frac{1}{C}\Big[(1-\mathrm{mTI}_0)+\sum_{c>0}(1-\mathrm{mTI}_c)^{1-\gamma}\Big]-\frac{1-\lambda}{N}\sum_i\Big[(1-\delta)(1-p_{i0})^{\gamma}\,y_{i0}\log p_{i0}+\delta\sum_{c>0}y_{ic}\log p_{ic}\Big]"),
        summary: "Asymmetric Unified Focal in which a pixel that is wrong and certain still pushes.",
        good_at: "Recovering from confident errors, which the clipped form leaves alone.",
        bad_at: "Comparing with the authors' results at extreme logits; elsewhere the two agree.",
        conventions: &[UNCLIPPED, WEIGHT, MEAN],
    }
}

impl Evaluate for AsymUnifiedFocalExact {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let parameters = (self.delta, self.gamma);
        let pixels = modified_focal(
            prediction,
            target,
            parameters,
            Powered::Background,
            Logarithm::Exact,
        );
        let miss = exact_miss(prediction, target, self.delta);
        let regions = lifted_foreground(miss, 1.0 - self.gamma).mean();
        regions * self.lambda + pixels * (1.0 - self.lambda)
    }
}

const PRINTED_LAMBDA: ParameterInfo = unit(
    r"\lambda",
    0.5,
    "Weight of the pixel-by-pixel half. At 1 only that half is left, at 0 only the region half (Tversky).",
);
const PRINTED: &[Convention] = &[
    Convention {
        topic: "Printed, not run",
        ours: "As the article prints it, where that is known; partly from restatements by others.",
        others: "The authors' code: λ on the Tversky part, which is a mean over classes (`sym_unified_focal`, \
                 `asym_unified_focal`).",
    },
    Convention {
        topic: "Clip",
        ours: "Probabilities are clipped at 1e-7, as in the authors' code.",
        others: "The article does not speak of it.",
    },
];

/// Sum over classes, mean over images.
fn class_sum(terms: Tensor<3>) -> Tensor<1> {
    let images = terms.dims()[0];
    terms.sum() * (1.0 / images as f64)
}

loss! {
    /// Unified Focal loss, symmetric, as printed.
    SymUnifiedFocalPrinted {
        #[serde(alias = "lambda_")]
        lambda: f64 = PRINTED_LAMBDA,
        delta: f64 = UNIFIED_DELTA,
        gamma: f64 = UNIFIED_GAMMA,
    }
    info {
        kind: "sym_unified_focal_printed",
        name: "Unified Focal as printed, symmetric",
        short_name: "Sym. UFL printed",
        family: LossFamily::Compound,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(modified_tversky r"-\frac{\lambda\delta}{N}\sum_i\sum_c(1-p_{ic})^{1-\gamma}\,y_{ic}\log p_{ic}+(1-\lambda)\sum_c(1-\mathrm{mTI}_c)^{\gamma}"),
        summary: "The article's formula: λ, the two powers and the sum over classes are not those of its code.",
        good_at: "Seeing what the difference between a formula and its code amounts to.",
        bad_at: "Reproducing the article's results, which come from the code.",
        conventions: PRINTED,
    }
}

impl Evaluate for SymUnifiedFocalPrinted {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let power_of_pixels = 1.0 - self.gamma;
        let pixels = focal(
            prediction,
            target,
            power_of_pixels,
            None,
            Powered::Every,
            Logarithm::Clipped,
        );
        let regions = class_sum(power(
            modified_miss(prediction, target, self.delta),
            self.gamma,
        ));
        pixels * (self.lambda * self.delta) + regions * (1.0 - self.lambda)
    }
}

loss! {
    /// Unified Focal loss, asymmetric, as printed (with the pixel's own class in both of its terms).
    AsymUnifiedFocalPrinted {
        #[serde(alias = "lambda_")]
        lambda: f64 = PRINTED_LAMBDA,
        delta: f64 = UNIFIED_DELTA,
        gamma: f64 = UNIFIED_GAMMA,
    }
    info {
        kind: "asym_unified_focal_printed",
        name: "Unified Focal as printed, asymmetric",
        short_name: "Asym. UFL printed",
        family: LossFamily::Compound,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(modified_tversky r"-\frac{\lambda}{N}\sum_i\Big[(1-\delta)(1-p_{i0})^{\gamma}\,y_{i0}\log p_{i0}+\delta\sum_{c>0}y_{ic}\log p_{ic}\Big]+(1-\lambda)\Big[(1-\mathrm{mTI}_0)+\sum_{c>0}(1-\mathrm{mTI}_c)^{1-\gamma}\Big]"),
        summary: "The article's formula: λ and the sum over classes are not those of its code.",
        good_at: "Seeing what the difference between a formula and its code amounts to.",
        bad_at: "Reproducing the article's results, which come from the code.",
        conventions: PRINTED,
    }
}

impl Evaluate for AsymUnifiedFocalPrinted {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let parameters = (self.delta, self.gamma);
        let pixels = modified_focal(
            prediction,
            target,
            parameters,
            Powered::Background,
            Logarithm::Clipped,
        );
        let miss = modified_miss(prediction, target, self.delta);
        let regions = class_sum(lifted_foreground(miss, 1.0 - self.gamma));
        pixels * self.lambda + regions * (1.0 - self.lambda)
    }
}
