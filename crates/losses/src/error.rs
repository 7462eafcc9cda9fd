//! What can be wrong with a loss or with what it is given.

use thiserror::Error;

/// Why a loss cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LossError {
    /// A parameter lies outside its range.
    #[error("{parameter} of {kind} is {value}, but must be a number from {min} to {max}")]
    ParameterOutOfRange {
        /// The loss's kind, as in JSON.
        kind: &'static str,
        /// The parameter's name, as in JSON.
        parameter: &'static str,
        /// What was given.
        value: f64,
        /// The smallest value allowed.
        min: f64,
        /// The largest value allowed.
        max: f64,
    },
    /// A list of class weights does not have one weight per class.
    #[error(
        "{kind} has {given} class weights for {classes} classes: give one per class, background first"
    )]
    ClassWeights {
        /// The loss's kind, as in JSON.
        kind: &'static str,
        /// How many weights were given.
        given: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// A label is no class index.
    #[error("label {label} at position {position} is not one of the {classes} classes 0 to {}", classes - 1)]
    LabelOutOfRange {
        /// The label found.
        label: u8,
        /// Its flat position.
        position: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// Labels or inputs do not fill their shape.
    #[error("{what} has {given} values, but its shape {shape:?} needs {expected}")]
    Length {
        /// "input" or "labels".
        what: &'static str,
        /// How many values were given.
        given: usize,
        /// The shape they should fill.
        shape: Vec<usize>,
        /// How many values that takes.
        expected: usize,
    },
    /// The shape is not `[batch, channels, spatial…]`.
    #[error("shape {shape:?} is not [batch, channels, spatial…] with at least one value")]
    Shape {
        /// The shape given.
        shape: Vec<usize>,
    },
}
