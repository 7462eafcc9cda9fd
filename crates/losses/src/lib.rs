//! Segmentation losses on logits of any number of classes and spatial dimensions, for any Burn device.
//!
//! Those of "Unified Focal loss: Generalising Dice and cross entropy-based losses to handle class imbalanced
//! medical image segmentation" (Yeung, Sala, Schönlieb, Rundo; arXiv 2102.04525), by the convention of the
//! authors' code, and those they are compared with in practice, by the convention of the library they come
//! from. Class 0 is the background (common), every other class foreground (rare).
//!
//! A [`Loss`] is plain data: it can be read from JSON, compared, and shown. [`Loss::forward`] makes of it
//! a differentiable scalar; [`catalogue()`] describes every kind: formula, parameters, what it is good and
//! bad at, and what it does where libraries disagree. No value or gradient is NaN or infinite for finite
//! logits, and nothing reads a tensor back, which a browser's WebGPU could not wait for.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use losscope_losses::{Loss, one_hot};
//!
//! let device = Device::flex().autodiff();
//! // One image of 2×2 pixels, two classes: logits [B, C, H, W], labels [B, H, W].
//! let logits = Tensor::<4>::from_data([[[[2.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 3.0]]]], &device)
//!     .require_grad();
//! let target = Tensor::<4>::from_data(one_hot(&[0, 1, 0, 1], &[1, 2, 2], 2)?, &device);
//! let loss = Loss::asym_unified_focal().forward(logits.clone(), target);
//! let gradient = logits.grad(&loss.backward()).expect("the logits require a gradient");
//! assert_eq!(gradient.dims(), [1, 2, 2, 2]);
//! # Ok::<(), losscope_losses::LossError>(())
//! ```

mod catalogue;
#[cfg(not(target_arch = "wasm32"))]
mod disagreement;
mod error;
mod formula;
pub mod kinds;
mod loss;
mod parameter;
mod parts;
mod prediction;
#[cfg(not(target_arch = "wasm32"))]
pub mod reference;
mod special;
mod target;

pub use catalogue::{Convention, LossFamily, LossInfo, ParameterInfo};
#[cfg(not(target_arch = "wasm32"))]
pub use disagreement::{Disagreement, Measured, Unshown, disagreements, unshown};
pub use error::LossError;
pub use formula::{
    Formula, FormulaError, FormulaFault, FormulaInspection, FormulaLoss, FormulaLossError,
    FormulaParameter, FormulaWord, FormulaWordGroup, MAX_CHARACTERS, MAX_NESTING, MAX_NODES,
    MAX_PARAMETERS, MAX_PIXEL_NODES, formula_words, inspect_formula,
};
#[cfg(feature = "ts")]
pub use loss::LossDocument;
pub use loss::{Loss, catalogue};
pub use parameter::{Classes, Count, Switch};
pub use prediction::Prediction;
pub use special::{SpecialCase, special_cases};
pub use target::one_hot;

/// The examples of the read-me compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadMe;

/// The clip of probabilities in the authors' code (Keras' `K.epsilon()`).
pub const EPSILON: f64 = 1e-7;
