//! What cannot be looked at, and why.

use burn::tensor::ExecutionError;
use losscope_losses::LossError;
use thiserror::Error;

/// Why there is no answer. Every message is a sentence for a person.
#[derive(Debug, Error)]
pub enum InspectError {
    /// The loss itself, or a parameter of it.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// A document that is no loss.
    #[error("this is no loss: {0}")]
    Document(#[from] serde_json::Error),
    /// A picture whose parts do not fit.
    #[error(
        "a picture of {height} × {width} pixels needs {} {what}, but there are {given}",
        height * width
    )]
    Length {
        /// "probabilities", "logits" or "labels".
        what: &'static str,
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// How many there are.
        given: usize,
    },
    /// A probability that has no finite logit.
    #[error("probability {value} at pixel {position} must lie between 0 and 1, without the ends")]
    Probability {
        /// What was given.
        value: f64,
        /// Its flat position.
        position: usize,
    },
    /// A fraction or a rate outside its range.
    #[error("{what} is {value}, but must be a number from {min} to {max}")]
    Range {
        /// What it is.
        what: &'static str,
        /// What was given.
        value: f64,
        /// The smallest value allowed.
        min: f64,
        /// The largest value allowed.
        max: f64,
    },
    /// The device gave no answer.
    #[error("the numbers could not be read back: {0}")]
    Device(#[from] ExecutionError),
}

/// Refuses what is not within `min..=max`; a NaN is in no range.
pub(crate) fn within(
    what: &'static str,
    value: f64,
    min: f64,
    max: f64,
) -> Result<f64, InspectError> {
    if (min..=max).contains(&value) {
        return Ok(value);
    }
    Err(InspectError::Range {
        what,
        value,
        min,
        max,
    })
}
