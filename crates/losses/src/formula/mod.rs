//! Losses typed as formulas, such as `mean(-log(pt)*(1-pt)^gamma) + 1 - 2*sum(p*y)/(sum(p)+sum(y))`.
//!
//! A text becomes tokens (`token`), a tree (`parse`), and, once its names are known and every shape fits
//! (`check`), a list of steps that are evaluated on tensors (`evaluate`) and differentiated by Burn.
//! Shapes are known without tensors: a value is `[B, K, N]` (batch, classes, pixels), where every axis may
//! be reduced to length 1 and [`fg`](formula_words) leaves K − 1 classes; operators repeat axes of length
//! 1. A loss is one number. [`formula_words`] is the language's table.
//!
//! Text, nesting, operators and memory are limited ([`MAX_CHARACTERS`] and the others): whatever is typed
//! ends in a formula or in an error at a character, at once.

mod arithmetic;
mod check;
mod document;
mod error;
mod evaluate;
mod inspect;
mod parse;
mod print;
mod shape;
mod suggestion;
mod table;
mod token;
mod tree;
mod words;

use std::str::FromStr;

use burn::tensor::Tensor;

use crate::Prediction;
use check::Program;
pub use document::{FormulaLoss, FormulaLossError};
pub use error::FormulaError;
pub use inspect::{FormulaFault, FormulaInspection, FormulaParameter, inspect_formula};
pub use tree::{MAX_CHARACTERS, MAX_NESTING, MAX_NODES, MAX_PARAMETERS, MAX_PIXEL_NODES};
pub use words::{FormulaWord, FormulaWordGroup, formula_words};

/// A formula that is a loss: read, and checked. Two are equal when their texts are.
#[derive(Debug, Clone)]
pub struct Formula {
    text: String,
    tree: tree::Tree,
    program: Program,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// When it cannot be read, a name or a shape does not fit, its value is no single number or does not
    /// depend on the prediction, or it is beyond the limits; with the place.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let tree = parse::parse(text).map_err(|problem| problem.within(text))?;
        let program = check::check(&tree).map_err(|problem| problem.within(text))?;
        Ok(Self {
            text: text.to_owned(),
            tree,
            program,
        })
    }

    /// Focal loss and Dice, with the parameter gamma.
    pub fn example() -> Self {
        const EXAMPLE: &str = "mean(-log(pt)*(1-pt)^gamma) + (1 - 2*sum(p*y)/(sum(p)+sum(y)))";
        Self::parse(EXAMPLE).expect("the example is a formula")
    }

    /// The text as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names of its parameters, each once, in the order in which they first occur.
    pub fn parameters(&self) -> &[String] {
        &self.program.parameters
    }

    /// Its parameters with a slider's range, and a value to begin with.
    pub fn parameter_infos(&self) -> Vec<FormulaParameter> {
        let names = self.parameters().iter();
        names.map(|name| FormulaParameter::named(name)).collect()
    }

    /// At most how many of its values have a pixel axis: what an evaluation's memory grows with.
    pub fn pixel_values(&self) -> usize {
        self.program.pixel_nodes
    }

    /// As TeX.
    pub fn tex(&self) -> String {
        print::tex(&self.tree)
    }

    /// The value `[1]`, with as many parameters as there are, in their order.
    fn evaluate(
        &self,
        parameters: &[f64],
        prediction: &Prediction,
        target: &Tensor<3>,
    ) -> Tensor<1> {
        evaluate::evaluate(&self.program, parameters, prediction, target)
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl FromStr for Formula {
    type Err = FormulaError;

    fn from_str(text: &str) -> Result<Self, FormulaError> {
        Self::parse(text)
    }
}

/// The formula with no more parentheses than needed: it reads back as the same.
impl std::fmt::Display for Formula {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&print::text(&self.tree))
    }
}
