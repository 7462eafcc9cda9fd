//! The losses, by family. Each is declared once, with `loss!`: its parameters, what the catalogue says of
//! it, and below it how it is evaluated. To add one, declare it and name it in `loss.rs`.

use burn::tensor::Tensor;

use crate::{LossInfo, Prediction};

/// What is known of every loss.
pub(crate) trait Definition {
    /// What the catalogue says.
    fn info(&self) -> &'static LossInfo;

    /// The parameters by their names in JSON (a list of class weights is none of them).
    fn parameters(&self) -> Vec<(&str, f64)>;

    /// The list of class weights, if there is one.
    fn class_weights(&self) -> Option<&[f64]>;

    /// The loss against one-hot targets `[B, K, N]`, `[1]`.
    fn value(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1>;
}

/// How a loss is evaluated.
pub(crate) trait Evaluate {
    /// The loss against one-hot targets `[B, K, N]`, `[1]`.
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1>;
}

/// Declares a loss: a struct of its parameters that serde reads, those left out at their defaults, with
/// what the catalogue says of it. `lists` is a list of class weights.
macro_rules! loss {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$attribute:meta])* $field:ident: $type:ty = $parameter:expr, )*
        }
        $( lists { $(#[$list_meta:meta])* $list:ident } )?
        info { $($info:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$attribute])*
                #[doc = concat!("Parameter `", stringify!($field), "`: the catalogue has its range and meaning.")]
                pub $field: $type,
            )*
            $(
                $(#[$list_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $list: Option<Vec<f64>>,
            )?
        }

        impl $name {
            pub(crate) const INFO: $crate::LossInfo = $crate::LossInfo {
                parameters: &[
                    $( $crate::ParameterInfo { name: stringify!($field), ..$parameter }, )*
                ],
                $($info)*
            };
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: $crate::parameter::ParameterValue::from_number($parameter.default), )*
                    $( $list: None, )?
                }
            }
        }

        impl $crate::kinds::Definition for $name {
            fn info(&self) -> &'static $crate::LossInfo {
                const { &Self::INFO }
            }

            fn parameters(&self) -> Vec<(&str, f64)> {
                vec![
                    $( (stringify!($field), $crate::parameter::ParameterValue::number(&self.$field)), )*
                ]
            }

            fn class_weights(&self) -> Option<&[f64]> {
                $crate::kinds::first_list([$( self.$list.as_deref(), )?])
            }

            fn value(
                &self,
                prediction: &$crate::Prediction,
                target: &burn::tensor::Tensor<3>,
            ) -> burn::tensor::Tensor<1> {
                $crate::kinds::Evaluate::evaluate(self, prediction, target)
            }
        }

        impl From<$name> for $crate::Loss {
            fn from(loss: $name) -> Self {
                Self::$name(loss)
            }
        }
    };
}

/// Definitions behind a formula in TeX, where several losses share them.
macro_rules! tex {
    // 1 − TI is a loss; s softens it.
    (tversky $formula:literal) => {
        concat!(
            $formula,
            r",\quad\mathrm{TI}_c=\frac{\mathrm{tp}_c+s}{\mathrm{tp}_c+\delta\,\mathrm{fn}_c+(1-\delta)\,\mathrm{fp}_c+s}"
        )
    };
    // The same without a parameter for s.
    (modified_tversky $formula:literal) => {
        concat!(
            $formula,
            r",\quad\mathrm{mTI}_c=\frac{\mathrm{tp}_c+\epsilon}{\mathrm{tp}_c+\delta\,\mathrm{fn}_c+(1-\delta)\,\mathrm{fp}_c+\epsilon}"
        )
    };
    (class_weights $formula:literal) => {
        concat!($formula, r",\quad\delta_0=1-\delta,\;\delta_{c>0}=\delta")
    };
    (modified_tversky class_weights $formula:literal) => {
        concat!(
            tex!(modified_tversky $formula),
            r",\;\delta_0=1-\delta,\;\delta_{c>0}=\delta"
        )
    };
    (dice $formula:literal) => {
        concat!(
            $formula,
            r",\quad L_{\mathrm{Dice}}=\frac{1}{C}\sum_c\Big(1-\frac{2I_c+s}{P_c+G_c+s}\Big)"
        )
    };
}

/// The one list there is, or none.
fn first_list<const N: usize>(lists: [Option<&[f64]>; N]) -> Option<&[f64]> {
    lists.into_iter().next().flatten()
}

mod combined;
mod cross_entropy;
mod dice;
mod distance;
mod focal;
mod formula;
mod hard_pixels;
mod lovasz;
mod neighbours;
mod statistics;
mod tversky;
mod unified;
mod unified_variants;

pub use combined::*;
pub use cross_entropy::*;
pub use dice::*;
pub use distance::*;
pub use focal::*;
pub use formula::*;
pub use hard_pixels::*;
pub use lovasz::*;
pub use neighbours::*;
pub use statistics::*;
pub use tversky::*;
pub use unified::*;
pub use unified_variants::*;
