//! The losses of Unified Focal loss (arXiv 2102.04525) by the convention of the authors' code: probabilities
//! are clipped, λ weighs the Tversky part, δ false negatives and the foreground.

use burn::tensor::Tensor;

use super::Evaluate;
use crate::parameter::FOCUS;
use crate::parameter::{FOCAL_DELTA, TVERSKY_DELTA, range, unit};
use crate::parts::overlap::{focal_tversky, lifted_foreground, tversky_miss};
use crate::parts::pixel::{Logarithm, Powered, focal, rare_class_weights};
use crate::{Convention, EPSILON, LossFamily, ParameterInfo, Prediction};

pub(super) const UNIFIED_FOCAL: &str = "Yeung et al., arXiv 2102.04525";
pub(super) const LAMBDA: ParameterInfo = unit(
    r"\lambda",
    0.5,
    "Weight of the region half (Tversky). At 0 only the pixel-by-pixel half is left, at 1 only the region half.",
);
pub(super) const UNIFIED_DELTA: ParameterInfo = unit(
    r"\delta",
    0.6,
    "Weight of false negatives and of foreground pixels. Higher finds more of the foreground.",
);
// At γ = 1 the power would be 0 and the loss constant.
const GAMMA_RANGE: (f64, f64, f64) = (0.0, 0.95, 0.05);
const TVERSKY_GAMMA: ParameterInfo = range(
    r"\gamma",
    GAMMA_RANGE,
    0.75,
    "Higher makes the loss steeper where the overlap is already good.",
);
pub(super) const UNIFIED_GAMMA: ParameterInfo = range(
    r"\gamma",
    GAMMA_RANGE,
    0.5,
    "Higher holds easy background pixels down more, and makes the region half steeper where the overlap is already \
     good.",
);

const SEVERAL: Convention = Convention {
    topic: "Several classes",
    ours: "Class 0 is common, every other class rare.",
    others: "The authors' code is for two classes; MONAI's ignores channels from the third on.",
};
const CLIPPED: Convention = Convention {
    topic: "Clip",
    ours: "Probabilities are clipped at 1e-7 as in the authors' code: beyond, the gradient is exactly 0.",
    others: "The exact forms (`sym_unified_focal_exact`, `asym_unified_focal_exact`) take log-softmax: a wrong and \
             certain pixel keeps its gradient.",
};
const CLIPPED_OVERLAPS: Convention = Convention {
    topic: "Clip",
    ours: "Probabilities are clipped at 1e-7 as in the authors' code: even of a perfect prediction the loss is not 0.",
    others: "Without the clip it is. A certain pixel has no gradient in either: that of an overlap fades with the softmax.",
};
const ONE_VOLUME: Convention = Convention {
    topic: "Volumes",
    ours: "The class is the second axis, in 2D and 3D alike.",
    others: "The authors' code takes `y_pred[:,:,:,0]`, which in 3D is a slice of the volume instead of a class.",
};
pub(super) const WEIGHT: Convention = Convention {
    topic: "Whose weight λ is",
    ours: "The Tversky part's, as in the authors' code and figure.",
    others: "Restatements of the article's formula, and MONAI, give it to the focal part.",
};
pub(super) const MEAN: Convention = Convention {
    topic: "Sum or mean over classes",
    ours: "The Tversky part is a mean over classes, as in the authors' code.",
    others: "The article prints a sum: for two classes twice as much.",
};

/// The pixel-by-pixel half: Focal loss with class weights δ and 1 − δ.
pub(super) fn modified_focal(
    prediction: &Prediction,
    target: &Tensor<3>,
    (delta, gamma): (f64, f64),
    powered: Powered,
    logarithm: Logarithm,
) -> Tensor<1> {
    let weights = rare_class_weights(target.dims()[1], 1.0 - delta, delta);
    focal(
        prediction,
        target,
        gamma,
        Some(&weights),
        powered,
        logarithm,
    )
}

/// 1 − mTI per image and class, of clipped probabilities.
pub(super) fn modified_miss(prediction: &Prediction, target: &Tensor<3>, delta: f64) -> Tensor<3> {
    tversky_miss(prediction.clipped(), target, delta, EPSILON)
}

loss! {
    /// Modified Focal loss, symmetric: the distribution half of Unified Focal.
    SymFocal {
        delta: f64 = FOCAL_DELTA,
        gamma: f64 = FOCUS,
    }
    info {
        kind: "sym_focal",
        name: "Modified Focal, symmetric",
        short_name: "Sym. Focal",
        family: LossFamily::Distribution,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(class_weights r"-\frac{1}{N}\sum_i\sum_c\delta_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}"),
        summary: "The pixel half of symmetric Unified Focal: Focal loss with class weights δ and 1 − δ.",
        good_at: "Seeing what the pixel half of Unified Focal does alone.",
        bad_at: "Small foregrounds: the power holds down the foreground as well.",
        conventions: &[SEVERAL, CLIPPED, ONE_VOLUME],
    }
}

impl Evaluate for SymFocal {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let parameters = (self.delta, self.gamma);
        modified_focal(
            prediction,
            target,
            parameters,
            Powered::Every,
            Logarithm::Clipped,
        )
    }
}

loss! {
    /// Modified Focal loss, asymmetric: the power holds down the background only.
    AsymFocal {
        delta: f64 = FOCAL_DELTA,
        gamma: f64 = FOCUS,
    }
    info {
        kind: "asym_focal",
        name: "Modified Focal, asymmetric",
        short_name: "Asym. Focal",
        family: LossFamily::Distribution,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"-\frac{1}{N}\sum_i\Big[(1-\delta)(1-p_{i0})^{\gamma}\,y_{i0}\log p_{i0}+\delta\sum_{c>0}y_{ic}\log p_{ic}\Big]",
        summary: "The pixel half of asymmetric Unified Focal: only easy background pixels are held down.",
        good_at: "Foregrounds that must keep their push while the easy background loses its own.",
        bad_at: "Precision: false alarms in an easy background are held down as well, until they are large.",
        conventions: &[
            Convention {
                topic: "Second term",
                ours: "The logarithm of the pixel's own class, as in the authors' code.",
                others: "The article's equation 20 prints the rare class in both terms, which the authors call a mistake.",
            },
            SEVERAL,
            CLIPPED,
            ONE_VOLUME,
        ],
    }
}

impl Evaluate for AsymFocal {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let parameters = (self.delta, self.gamma);
        modified_focal(
            prediction,
            target,
            parameters,
            Powered::Background,
            Logarithm::Clipped,
        )
    }
}

loss! {
    /// Modified Focal Tversky loss, symmetric: the region half of Unified Focal.
    SymFocalTversky {
        delta: f64 = TVERSKY_DELTA,
        gamma: f64 = TVERSKY_GAMMA,
    }
    info {
        kind: "sym_focal_tversky",
        name: "Modified Focal Tversky, symmetric",
        short_name: "Sym. FTL",
        family: LossFamily::Region,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(modified_tversky r"\frac{1}{C}\sum_c(1-\mathrm{mTI}_c)^{1-\gamma}"),
        summary: "The region half of symmetric Unified Focal.",
        good_at: "Overlaps that are nearly right and should become better.",
        bad_at: "Images without foreground: there it saturates near 1, with a vanishing gradient.",
        conventions: &[MEAN, SEVERAL, CLIPPED_OVERLAPS],
    }
}

impl Evaluate for SymFocalTversky {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        focal_tversky(
            modified_miss(prediction, target, self.delta),
            1.0 - self.gamma,
        )
    }
}

loss! {
    /// Modified Focal Tversky loss, asymmetric: the power lifts the foreground only.
    AsymFocalTversky {
        delta: f64 = TVERSKY_DELTA,
        gamma: f64 = TVERSKY_GAMMA,
    }
    info {
        kind: "asym_focal_tversky",
        name: "Modified Focal Tversky, asymmetric",
        short_name: "Asym. FTL",
        family: LossFamily::Region,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(modified_tversky r"\frac{1}{C}\Big[(1-\mathrm{mTI}_0)+\sum_{c>0}(1-\mathrm{mTI}_c)^{1-\gamma}\Big]"),
        summary: "The region half of asymmetric Unified Focal: only the foreground is lifted.",
        good_at: "Small foregrounds that are nearly right and should become better.",
        bad_at: "Images without foreground: there its foreground term saturates near 1, with a vanishing gradient.",
        conventions: &[MEAN, SEVERAL, CLIPPED_OVERLAPS],
    }
}

impl Evaluate for AsymFocalTversky {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        lifted_foreground(
            modified_miss(prediction, target, self.delta),
            1.0 - self.gamma,
        )
        .mean()
    }
}

loss! {
    /// Unified Focal loss, symmetric.
    SymUnifiedFocal {
        #[serde(alias = "lambda_")]
        lambda: f64 = LAMBDA,
        delta: f64 = UNIFIED_DELTA,
        gamma: f64 = UNIFIED_GAMMA,
    }
    info {
        kind: "sym_unified_focal",
        name: "Unified Focal, symmetric",
        short_name: "Sym. UFL",
        family: LossFamily::Compound,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(modified_tversky class_weights r"\lambda\,\frac{1}{C}\sum_c(1-\mathrm{mTI}_c)^{1-\gamma}-\frac{1-\lambda}{N}\sum_i\sum_c\delta_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}"),
        summary: "Focal Tversky and Focal loss in one, with three parameters instead of six.",
        good_at: "Imbalance, with one γ to tune: Dice, Tversky, cross entropy and their focal forms are its special cases.",
        bad_at: "Foregrounds at the end of training: the focal power holds them down as well.",
        conventions: &[
            WEIGHT,
            MEAN,
            Convention {
                topic: "Powers",
                ours: "The focal part has γ, the Tversky part 1 − γ, as in the authors' code and figure.",
                others: "Restatements of the article swap them in the symmetric form.",
            },
            SEVERAL,
            CLIPPED,
        ],
    }
}

impl Evaluate for SymUnifiedFocal {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let parameters = (self.delta, self.gamma);
        let pixels = modified_focal(
            prediction,
            target,
            parameters,
            Powered::Every,
            Logarithm::Clipped,
        );
        let regions = focal_tversky(
            modified_miss(prediction, target, self.delta),
            1.0 - self.gamma,
        );
        regions * self.lambda + pixels * (1.0 - self.lambda)
    }
}

loss! {
    /// Unified Focal loss, asymmetric.
    AsymUnifiedFocal {
        #[serde(alias = "lambda_")]
        lambda: f64 = LAMBDA,
        delta: f64 = UNIFIED_DELTA,
        gamma: f64 = UNIFIED_GAMMA,
    }
    info {
        kind: "asym_unified_focal",
        name: "Unified Focal, asymmetric",
        short_name: "Asym. UFL",
        family: LossFamily::Compound,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: tex!(modified_tversky r"\lambda\,\frac{1}{C}\Big[(1-\mathrm{mTI}_0)+\sum_{c>0}(1-\mathrm{mTI}_c)^{1-\gamma}\Big]-\frac{1-\lambda}{N}\sum_i\Big[(1-\delta)(1-p_{i0})^{\gamma}\,y_{i0}\log p_{i0}+\delta\sum_{c>0}y_{ic}\log p_{ic}\Big]"),
        summary: "Lifts the foreground in its region half and holds down the background in its pixel half.",
        good_at: "Strong imbalance: easy background fades, the rare class keeps its push to the end.",
        bad_at: "Images without foreground, whose foreground term saturates; and, clipped, pixels that are wrong and certain.",
        conventions: &[
            WEIGHT,
            MEAN,
            Convention {
                topic: "Focal part",
                ours: "Summed over classes, averaged over pixels, as in the authors' code.",
                others: "MONAI from 1.6 on averages over the two channels as well: half of it.",
            },
            Convention {
                topic: "δ by default",
                ours: "0.6, as in the authors' code.",
                others: "MONAI: 0.7, which its documentation calls the background's weight.",
            },
            SEVERAL,
            CLIPPED,
        ],
    }
}

impl Evaluate for AsymUnifiedFocal {
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
        let regions = lifted_foreground(miss, 1.0 - self.gamma).mean();
        regions * self.lambda + pixels * (1.0 - self.lambda)
    }
}
