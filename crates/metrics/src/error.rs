//! What can be wrong with what is to be measured or compared.

use thiserror::Error;

/// Why metrics or statistics cannot be computed.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MetricsError {
    /// Prediction or labels do not fit the grid.
    #[error(
        "the {what} have {given} values, but an image of {shape:?} (depth, height, width) needs {expected}"
    )]
    Length {
        /// Which values: predicted classes, labels or probabilities.
        what: &'static str,
        /// How many were given.
        given: usize,
        /// How many are needed.
        expected: usize,
        /// The grid's shape.
        shape: [usize; 3],
    },
    /// There are fewer than two classes.
    #[error("{0} classes are too few to measure: there must be a background and at least one more")]
    Classes(usize),
    /// A spacing is not a positive number.
    #[error(
        "the spacing {spacing:?} (depth, height, width) must be finite and more than 0 along each axis"
    )]
    Spacing {
        /// What was given.
        spacing: [f64; 3],
    },
    /// A probability is none.
    #[error(
        "the probability at position {position} is {value}, but must be a number from 0 to 1: \
         give probabilities (softmax), not logits; a network that has diverged has none"
    )]
    Probability {
        /// Its position in the flat array.
        position: usize,
        /// What was given.
        value: f32,
    },
    /// Metrics of probabilities were asked for without any.
    #[error("{metric} is made of probabilities, and none were given")]
    NoProbabilities {
        /// The metric's name.
        metric: &'static str,
    },
    /// An option lies outside its range.
    #[error("{option} is {value}, but must be {range}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What was given.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// Lists that belong together have different lengths.
    #[error("{what} has {given} values for {expected} images: there must be one for each")]
    Images {
        /// Whose values: a lane's, a seed's, the sources.
        what: String,
        /// How many there are.
        given: usize,
        /// How many images there are.
        expected: usize,
    },
    /// There is nothing to compare.
    #[error("there are {0} to compare: give at least two")]
    NothingToCompare(usize),
}
