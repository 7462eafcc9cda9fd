//! Every loss as data, and its value.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::distribution::{Logarithm, Powered, cross_entropy, focal, rare_class_weights};
use crate::prediction::{Prediction, flatten};
use crate::region::{asym_focal_tversky, focal_tversky, tversky_miss};
use crate::{EPSILON, FormulaLoss, LossError, catalogue};

/// A loss with its parameters, as in JSON: `{"kind": "tversky", "delta": 0.7}`. Parameters left out take
/// the defaults of the authors' code; [`catalogue()`] has their ranges, and formulas.
///
/// Cross entropy and Focal take exact logarithms. The paper's other losses clip probabilities at
/// [`EPSILON`] as the authors' code does; `ce_clip` and `focal_clip` are the clipped forms of the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Loss {
    /// Cross entropy.
    Ce {},
    /// Cross entropy of clipped probabilities.
    CeClip {},
    /// Focal loss: cross entropy that looks away from easy pixels.
    Focal {
        /// Focusing power.
        #[serde(default = "two")]
        gamma: f64,
    },
    /// Focal loss of clipped probabilities, as in the authors' code.
    FocalClip {
        /// Focusing power.
        #[serde(default = "two")]
        gamma: f64,
        /// Class weights, background first; none: all 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alpha: Option<Vec<f64>>,
    },
    /// Dice loss, over all classes.
    Dice {
        /// Added to numerator and denominator.
        #[serde(default = "small")]
        smooth: f64,
    },
    /// Tversky loss.
    Tversky {
        /// Weight of false negatives; 1 − δ is that of false positives.
        #[serde(default = "tversky_delta")]
        delta: f64,
        /// Added to numerator and denominator.
        #[serde(default = "small")]
        smooth: f64,
    },
    /// Focal Tversky loss.
    FocalTversky {
        /// Weight of false negatives.
        #[serde(default = "tversky_delta")]
        delta: f64,
        /// Power of the Tversky loss.
        #[serde(default = "three_quarters")]
        gamma: f64,
        /// Added to numerator and denominator.
        #[serde(default = "small")]
        smooth: f64,
    },
    /// Combo loss: weighted cross entropy minus the Dice coefficient.
    Combo {
        /// Weight of the cross entropy.
        #[serde(default = "half")]
        alpha: f64,
        /// Weight of the background in it; 1 − β is that of the foreground.
        #[serde(default = "half")]
        beta: f64,
    },
    /// Modified Focal loss, symmetric: the distribution half of Unified Focal.
    SymFocal {
        /// Weight of the foreground; 1 − δ is that of the background.
        #[serde(default = "tversky_delta")]
        delta: f64,
        /// Focusing power.
        #[serde(default = "two")]
        gamma: f64,
    },
    /// Modified Focal loss, asymmetric: the power holds down the background only.
    AsymFocal {
        /// Weight of the foreground; 1 − δ is that of the background.
        #[serde(default = "tversky_delta")]
        delta: f64,
        /// Focusing power.
        #[serde(default = "two")]
        gamma: f64,
    },
    /// Modified Focal Tversky loss, symmetric: the region half of Unified Focal.
    SymFocalTversky {
        /// Weight of false negatives.
        #[serde(default = "tversky_delta")]
        delta: f64,
        /// The Tversky loss is raised to 1 − γ.
        #[serde(default = "three_quarters")]
        gamma: f64,
    },
    /// Modified Focal Tversky loss, asymmetric: the power lifts the foreground only.
    AsymFocalTversky {
        /// Weight of false negatives.
        #[serde(default = "tversky_delta")]
        delta: f64,
        /// The Tversky loss of the foreground is raised to 1 − γ.
        #[serde(default = "three_quarters")]
        gamma: f64,
    },
    /// Unified Focal loss, symmetric.
    SymUnifiedFocal {
        /// Weight of the Tversky half.
        #[serde(default = "half", alias = "lambda_")]
        lambda: f64,
        /// Weight of false negatives, and of the foreground.
        #[serde(default = "unified_delta")]
        delta: f64,
        /// How strongly the focal forms act.
        #[serde(default = "half")]
        gamma: f64,
    },
    /// Unified Focal loss, asymmetric.
    AsymUnifiedFocal {
        /// Weight of the Tversky half.
        #[serde(default = "half", alias = "lambda_")]
        lambda: f64,
        /// Weight of false negatives, and of the foreground.
        #[serde(default = "unified_delta")]
        delta: f64,
        /// How strongly the focal forms act.
        #[serde(default = "half")]
        gamma: f64,
    },
    /// A formula of one's own.
    Formula(FormulaLoss),
}

/// A [`Loss`] as the page's types have it: the page edits parameters by their names in the catalogue.
#[cfg(feature = "ts")]
#[derive(ts_rs::TS)]
#[ts(
    export,
    rename = "Loss",
    type = "{ kind: string } & { [parameter: string]: number }"
)]
pub struct LossDocument;

// serde takes defaults from functions; these are the defaults of the authors' code.
fn half() -> f64 {
    0.5
}
fn two() -> f64 {
    2.0
}
fn three_quarters() -> f64 {
    0.75
}
fn tversky_delta() -> f64 {
    0.7
}
fn unified_delta() -> f64 {
    0.6
}
fn small() -> f64 {
    1e-6
}

impl Loss {
    /// Cross entropy.
    pub fn ce() -> Self {
        Self::Ce {}
    }

    /// Dice with the authors' smoothing.
    pub fn dice() -> Self {
        Self::Dice { smooth: small() }
    }

    /// The asymmetric Unified Focal loss with the authors' parameters.
    pub fn asym_unified_focal() -> Self {
        Self::AsymUnifiedFocal {
            lambda: half(),
            delta: unified_delta(),
            gamma: half(),
        }
    }

    /// The kind, as in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ce {} => "ce",
            Self::CeClip {} => "ce_clip",
            Self::Focal { .. } => "focal",
            Self::FocalClip { .. } => "focal_clip",
            Self::Dice { .. } => "dice",
            Self::Tversky { .. } => "tversky",
            Self::FocalTversky { .. } => "focal_tversky",
            Self::Combo { .. } => "combo",
            Self::SymFocal { .. } => "sym_focal",
            Self::AsymFocal { .. } => "asym_focal",
            Self::SymFocalTversky { .. } => "sym_focal_tversky",
            Self::AsymFocalTversky { .. } => "asym_focal_tversky",
            Self::SymUnifiedFocal { .. } => "sym_unified_focal",
            Self::AsymUnifiedFocal { .. } => "asym_unified_focal",
            Self::Formula(_) => "formula",
        }
    }

    /// The parameters by their names in JSON (a list of class weights is none of them).
    pub fn parameters(&self) -> Vec<(&str, f64)> {
        match *self {
            Self::Ce {} | Self::CeClip {} => vec![],
            Self::Focal { gamma } | Self::FocalClip { gamma, .. } => vec![("gamma", gamma)],
            Self::Dice { smooth } => vec![("smooth", smooth)],
            Self::Tversky { delta, smooth } => vec![("delta", delta), ("smooth", smooth)],
            Self::FocalTversky {
                delta,
                gamma,
                smooth,
            } => {
                vec![("delta", delta), ("gamma", gamma), ("smooth", smooth)]
            }
            Self::Combo { alpha, beta } => vec![("alpha", alpha), ("beta", beta)],
            Self::SymFocal { delta, gamma }
            | Self::AsymFocal { delta, gamma }
            | Self::SymFocalTversky { delta, gamma }
            | Self::AsymFocalTversky { delta, gamma } => vec![("delta", delta), ("gamma", gamma)],
            Self::SymUnifiedFocal {
                lambda,
                delta,
                gamma,
            }
            | Self::AsymUnifiedFocal {
                lambda,
                delta,
                gamma,
            } => {
                vec![("lambda", lambda), ("delta", delta), ("gamma", gamma)]
            }
            Self::Formula(ref loss) => loss.parameters().collect(),
        }
    }

    /// Checks that every parameter is a number in the range the catalogue gives it.
    ///
    /// # Errors
    /// Names the first parameter that is not.
    pub fn validate(&self) -> Result<(), LossError> {
        // Its parameters are its own, not the catalogue's, and were checked when it was made.
        if let Self::Formula(_) = self {
            return Ok(());
        }
        let kind = self.kind();
        let known = catalogue().iter().find(|info| info.kind == kind);
        for (name, value) in self.parameters() {
            let Some(info) =
                known.and_then(|known| known.parameters.iter().find(|p| p.name == name))
            else {
                continue;
            };
            // A NaN is in no range.
            if !(info.min..=info.max).contains(&value) {
                let (parameter, min, max) = (info.name, info.min, info.max);
                return Err(LossError::ParameterOutOfRange {
                    kind,
                    parameter,
                    value,
                    min,
                    max,
                });
            }
        }
        Ok(())
    }

    /// Checks that the loss fits data of so many classes.
    ///
    /// # Errors
    /// When it has class weights, and not one for each.
    pub fn validate_classes(&self, classes: usize) -> Result<(), LossError> {
        match self {
            Self::FocalClip {
                alpha: Some(alpha), ..
            } if alpha.len() != classes => Err(LossError::ClassWeights {
                kind: self.kind(),
                given: alpha.len(),
                classes,
            }),
            _ => Ok(()),
        }
    }

    /// The loss of logits `[B, C, …]` against one-hot targets `[B, K, …]`: a scalar `[1]`, differentiable
    /// where the logits are. K is C, or 2 for the one logit of a sigmoid.
    pub fn forward<const D: usize>(&self, logits: Tensor<D>, target: Tensor<D>) -> Tensor<1> {
        self.evaluate(&Prediction::from_logits(logits), flatten(target))
    }

    /// The loss of a prediction against one-hot targets `[B, K, N]`: a scalar `[1]`.
    pub fn evaluate(&self, prediction: &Prediction, target: Tensor<3>) -> Tensor<1> {
        let classes = target.dims()[1];
        let modified_focal = |delta: f64, gamma: f64, powered| {
            let weights = rare_class_weights(classes, 1.0 - delta, delta);
            focal(
                prediction,
                &target,
                gamma,
                Some(&weights),
                powered,
                Logarithm::Clipped,
            )
        };
        let clipped_miss =
            |delta, smooth| tversky_miss(prediction.clipped(), &target, delta, smooth);
        match *self {
            Self::Ce {} => cross_entropy(prediction, &target, None, Logarithm::Exact),
            Self::CeClip {} => cross_entropy(prediction, &target, None, Logarithm::Clipped),
            Self::Focal { gamma } => focal(
                prediction,
                &target,
                gamma,
                None,
                Powered::Every,
                Logarithm::Exact,
            ),
            Self::FocalClip { gamma, ref alpha } => focal(
                prediction,
                &target,
                gamma,
                alpha.as_deref(),
                Powered::Every,
                Logarithm::Clipped,
            ),
            Self::Dice { smooth } => {
                tversky_miss(prediction.probabilities(), &target, 0.5, smooth).mean()
            }
            Self::Tversky { delta, smooth } => {
                tversky_miss(prediction.probabilities(), &target, delta, smooth).mean()
            }
            Self::FocalTversky {
                delta,
                gamma,
                smooth,
            } => focal_tversky(clipped_miss(delta, smooth), gamma),
            Self::Combo { alpha, beta } => {
                let weights = rare_class_weights(classes, beta, 1.0 - beta);
                let entropy =
                    cross_entropy(prediction, &target, Some(&weights), Logarithm::Clipped);
                let dice_miss =
                    tversky_miss(prediction.probabilities(), &target, 0.5, small()).mean();
                entropy * alpha + (dice_miss - 1.0) * (1.0 - alpha)
            }
            Self::SymFocal { delta, gamma } => modified_focal(delta, gamma, Powered::Every),
            Self::AsymFocal { delta, gamma } => modified_focal(delta, gamma, Powered::Background),
            Self::SymFocalTversky { delta, gamma } => {
                focal_tversky(clipped_miss(delta, EPSILON), 1.0 - gamma)
            }
            Self::AsymFocalTversky { delta, gamma } => {
                asym_focal_tversky(clipped_miss(delta, EPSILON), 1.0 - gamma)
            }
            Self::SymUnifiedFocal {
                lambda,
                delta,
                gamma,
            } => {
                focal_tversky(clipped_miss(delta, EPSILON), 1.0 - gamma) * lambda
                    + modified_focal(delta, gamma, Powered::Every) * (1.0 - lambda)
            }
            Self::AsymUnifiedFocal {
                lambda,
                delta,
                gamma,
            } => {
                asym_focal_tversky(clipped_miss(delta, EPSILON), 1.0 - gamma) * lambda
                    + modified_focal(delta, gamma, Powered::Background) * (1.0 - lambda)
            }
            Self::Formula(ref loss) => loss.evaluate(prediction, &target),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_left_out_take_the_authors_defaults() {
        let loss: Loss =
            serde_json::from_str(r#"{"kind": "asym_unified_focal", "delta": 0.7}"#).unwrap();
        assert_eq!(
            loss,
            Loss::AsymUnifiedFocal {
                lambda: 0.5,
                delta: 0.7,
                gamma: 0.5
            }
        );
    }

    #[test]
    fn an_unknown_parameter_is_named() {
        let error = serde_json::from_str::<Loss>(r#"{"kind": "focal", "gama": 2}"#).unwrap_err();
        assert!(error.to_string().contains("`gama`"), "{error}");
        let error = serde_json::from_str::<Loss>(r#"{"kind": "ce", "gamma": 2}"#).unwrap_err();
        assert!(error.to_string().contains("`gamma`"), "{error}");
    }

    #[test]
    fn parameters_out_of_range_are_named_with_their_range() {
        for value in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            let error = Loss::Tversky {
                delta: value,
                smooth: 1e-6,
            }
            .validate()
            .unwrap_err();
            assert!(
                error.to_string().starts_with("delta of tversky is"),
                "{error}"
            );
        }
    }
}
