//! Every loss as data, and its value.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::kinds::{self, Definition};
use crate::prediction::flatten;
use crate::{LossError, LossInfo, Prediction};

/// Names every kind, in the order in which they are best offered.
macro_rules! losses {
    ($($name:ident,)*) => {
        /// A loss with its parameters, as in JSON: `{"kind": "tversky", "delta": 0.7}`. Parameters left
        /// out take their defaults; [`catalogue()`] has their ranges and meanings, and formulas.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Loss {
            $(
                #[allow(missing_docs)] // Those of the struct.
                $name(kinds::$name),
            )*
        }

        impl Loss {
            fn definition(&self) -> &dyn Definition {
                match self {
                    $( Self::$name(loss) => loss, )*
                }
            }
        }

        static CATALOGUE: &[LossInfo] = &[ $( kinds::$name::INFO, )* ];
    };
}

losses! {
    // The paper's comparison.
    Ce, Focal, Dice, Tversky, FocalTversky, Combo, SymUnifiedFocal, AsymUnifiedFocal,
    // Pixel by pixel.
    SymFocal, AsymFocal, CeClip, FocalClip, CeWeighted, CeLabelSmoothing, BceLogits, FocalAlpha, FocalOvr,
    Poly1Ce, Poly1Focal, TopkCe, OhemCe,
    // Overlaps.
    SymFocalTversky, AsymFocalTversky, DiceMonai, DiceSmp, JaccardSmp, LogCoshDice, GeneralisedDiceMonai,
    DicePlusPlus, TverskyMonai, TverskySmp, AsymmetricSimilarity, SensitivitySpecificity, Mcc,
    LovaszSoftmax, LovaszHinge,
    // Shapes and distances.
    Nacl, Boundary, HausdorffDt, SoftCldice,
    // Sums.
    SymUnifiedFocalExact, AsymUnifiedFocalExact, SymUnifiedFocalPrinted, AsymUnifiedFocalPrinted,
    ExpLog, DiceCe, DiceFocal, DiceFocalMonai, DiceTopk,
    // One's own.
    Formula,
}

/// Every kind of loss, in the order in which they are best offered.
pub fn catalogue() -> &'static [LossInfo] {
    CATALOGUE
}

/// A [`Loss`] as the page's types have it: the page edits parameters by their names, those of a formula in
/// the formula and all others in the catalogue.
#[cfg(feature = "ts")]
#[derive(ts_rs::TS)]
#[ts(
    export,
    rename = "Loss",
    type = r#"({ kind: string } & { [parameter: string]: number }) | { kind: "formula"; formula: string; parameters: Record<string, number> }"#
)]
pub struct LossDocument;

impl Loss {
    /// Cross entropy.
    pub fn ce() -> Self {
        kinds::Ce::default().into()
    }

    /// Dice with the authors' smoothing.
    pub fn dice() -> Self {
        kinds::Dice::default().into()
    }

    /// The asymmetric Unified Focal loss with the authors' parameters.
    pub fn asym_unified_focal() -> Self {
        kinds::AsymUnifiedFocal::default().into()
    }

    /// The kind, as in JSON.
    pub fn kind(&self) -> &'static str {
        self.info().kind
    }

    /// What the catalogue says of this kind.
    pub fn info(&self) -> &'static LossInfo {
        self.definition().info()
    }

    /// The parameters by their names in JSON, choices as the numbers of their values (a list of class
    /// weights is none of them).
    pub fn parameters(&self) -> Vec<(&str, f64)> {
        self.definition().parameters()
    }

    /// Checks that every parameter is a number in the range the catalogue gives it, and every class weight
    /// a number that is not negative.
    ///
    /// # Errors
    /// Names the first parameter that is not.
    pub fn validate(&self) -> Result<(), LossError> {
        // Its parameters are its own, not the catalogue's, and were checked when it was made.
        if let Self::Formula(_) = self {
            return Ok(());
        }
        let LossInfo {
            kind, parameters, ..
        } = *self.info();
        let out_of_range = |parameter, value, min, max| LossError::ParameterOutOfRange {
            kind,
            parameter,
            value,
            min,
            max,
        };
        for ((_, value), info) in self.parameters().into_iter().zip(parameters) {
            // A NaN is in no range.
            if !(info.min..=info.max).contains(&value) {
                return Err(out_of_range(info.name, value, info.min, info.max));
            }
        }
        for &weight in self.definition().class_weights().unwrap_or_default() {
            if !(0.0..=MAX_CLASS_WEIGHT).contains(&weight) {
                return Err(out_of_range(
                    "a class weight",
                    weight,
                    0.0,
                    MAX_CLASS_WEIGHT,
                ));
            }
        }
        Ok(())
    }

    /// Checks that the loss fits data of so many classes.
    ///
    /// # Errors
    /// When it has class weights, and not one for each.
    pub fn validate_classes(&self, classes: usize) -> Result<(), LossError> {
        match self.definition().class_weights() {
            Some(weights) if weights.len() != classes => Err(LossError::ClassWeights {
                kind: self.kind(),
                given: weights.len(),
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
        self.definition().value(prediction, &target)
    }
}

/// Larger weights than any data's imbalance asks for; float32 still holds what they multiply.
const MAX_CLASS_WEIGHT: f64 = 1e6;

#[cfg(test)]
mod tests {
    use super::*;

    /// The catalogue and the enum say the same: kinds, names of parameters, defaults.
    #[test]
    fn every_entry_is_a_loss_with_these_parameters_and_defaults() {
        for info in catalogue() {
            let loss: Loss =
                serde_json::from_value(serde_json::json!({ "kind": info.kind })).unwrap();
            assert_eq!(loss.kind(), info.kind);
            let expected: Vec<_> = info
                .parameters
                .iter()
                .map(|p| (p.name, p.default))
                .collect();
            assert_eq!(loss.parameters(), expected, "{}", info.kind);
            loss.validate().unwrap();
            // The page sends back numbers for all of them.
            let mut object = serde_json::json!({ "kind": info.kind });
            for (name, value) in loss.parameters() {
                object[name] = value.into();
            }
            assert_eq!(serde_json::from_value::<Loss>(object).unwrap(), loss);
            let json = serde_json::to_value(&loss).unwrap();
            let numbers = json.as_object().unwrap().iter();
            assert!(
                numbers
                    .filter(|(name, _)| !matches!(name.as_str(), "kind" | "formula" | "parameters"))
                    .all(|(_, value)| value.is_number())
            );
            assert_eq!(serde_json::from_value::<Loss>(json).unwrap(), loss);
        }
    }

    #[test]
    fn kinds_and_short_names_are_unique() {
        for (i, a) in catalogue().iter().enumerate() {
            for b in &catalogue()[i + 1..] {
                assert!(
                    a.kind != b.kind && a.short_name != b.short_name,
                    "{} and {}",
                    a.kind,
                    b.kind
                );
            }
        }
    }

    #[test]
    fn nothing_is_left_unsaid() {
        for info in catalogue() {
            for text in [
                info.name,
                info.short_name,
                info.paper,
                info.formula,
                info.summary,
                info.good_at,
                info.bad_at,
            ] {
                assert!(!text.is_empty(), "{info:?}");
            }
            assert!(info.year > 1900, "{info:?}");
            for parameter in info.parameters {
                assert!(
                    !parameter.meaning.is_empty() && !parameter.symbol.is_empty(),
                    "{info:?}"
                );
                assert!(
                    parameter.step > 0.0 && parameter.min < parameter.max,
                    "{info:?}"
                );
                let choices = parameter.choices.len();
                assert!(
                    choices == 0 || (parameter.max - parameter.min) as usize + 1 == choices,
                    "{info:?}"
                );
            }
        }
    }

    #[test]
    fn the_underscored_name_that_python_needs_is_read_as_well() {
        let loss: Loss =
            serde_json::from_str(r#"{"kind": "sym_unified_focal", "lambda_": 0.3, "delta": 0.7}"#)
                .unwrap();
        assert_eq!(
            loss,
            Loss::SymUnifiedFocal(kinds::SymUnifiedFocal {
                lambda: 0.3,
                delta: 0.7,
                gamma: 0.5
            })
        );
    }

    #[test]
    fn choices_are_read_from_their_names_and_from_numbers() {
        for (json, expected) in [
            (
                r#"{"kind": "lovasz_softmax", "classes": "all", "per_image": true}"#,
                [1.0, 1.0],
            ),
            (
                r#"{"kind": "lovasz_softmax", "classes": 0.0, "per_image": 1}"#,
                [0.0, 1.0],
            ),
        ] {
            let values: Vec<f64> = serde_json::from_str::<Loss>(json)
                .unwrap()
                .parameters()
                .into_iter()
                .map(|(_, value)| value)
                .collect();
            assert_eq!(values, expected, "{json}");
        }
        for json in [
            r#"{"kind": "lovasz_softmax", "classes": "some"}"#,
            r#"{"kind": "lovasz_softmax", "per_image": 2}"#,
            r#"{"kind": "dice_monai", "squared": 0.5}"#,
            r#"{"kind": "soft_cldice", "iters": 2.5}"#,
            r#"{"kind": "soft_cldice", "iters": -1}"#,
        ] {
            assert!(serde_json::from_str::<Loss>(json).is_err(), "{json}");
        }
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
            let loss = Loss::from(kinds::Tversky {
                delta: value,
                smooth: 1e-6,
            });
            let error = loss.validate().unwrap_err();
            assert!(
                error.to_string().starts_with("delta of tversky is"),
                "{error}"
            );
            let loss = Loss::from(kinds::CeWeighted {
                weights: Some(vec![1.0, value - 2.0]),
                ..Default::default()
            });
            assert!(loss.validate().is_err());
        }
    }
}
