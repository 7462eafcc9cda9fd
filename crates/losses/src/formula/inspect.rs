//! A text while it is being typed: for the page, which shows formula, sliders or what is wrong.

use serde::Serialize;

use super::print::tex_name;
use super::{Formula, FormulaError};

/// What is known of a text that may be a formula.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FormulaInspection {
    /// The formula as TeX; none where there is an error.
    pub tex: Option<String>,
    /// Its parameters, in its order; none where there is an error.
    pub parameters: Vec<FormulaParameter>,
    /// What is wrong.
    pub error: Option<FormulaFault>,
}

/// A parameter of a formula, with the range of a slider: a value may lie beyond it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FormulaParameter {
    /// Its name.
    pub name: String,
    /// TeX symbol, as in the formula.
    pub symbol: String,
    /// Left end of a slider.
    pub min: f64,
    /// Right end of a slider.
    pub max: f64,
    /// A sensible step of a slider.
    pub step: f64,
    /// A value to begin with.
    pub default: f64,
}

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FormulaFault {
    /// Where it begins, in UTF-16 code units: a position in a JavaScript string.
    pub start: usize,
    /// Where it ends; the same as `start` where something is missing.
    pub end: usize,
    /// What is wrong.
    pub message: String,
    /// What would help.
    pub hint: Option<String>,
}

/// Reads a text, for showing what it says or what is wrong with it.
pub fn inspect_formula(text: &str) -> FormulaInspection {
    match Formula::parse(text) {
        Ok(formula) => FormulaInspection {
            tex: Some(formula.tex()),
            parameters: formula.parameter_infos(),
            error: None,
        },
        Err(error) => FormulaInspection {
            tex: None,
            parameters: vec![],
            error: Some(FormulaFault::from(&error)),
        },
    }
}

impl From<&FormulaError> for FormulaFault {
    fn from(error: &FormulaError) -> Self {
        let place = error.utf16();
        Self {
            start: place.start,
            end: place.end,
            message: error.message().to_owned(),
            hint: error.hint().map(str::to_owned),
        }
    }
}

impl FormulaParameter {
    /// The usual range where the name is one of the field's, else 0 to 5 from 1.
    pub(super) fn named(name: &str) -> Self {
        let (min, max, step, default) = match name {
            "gamma" | "γ" => (0.0, 5.0, 0.05, 2.0),
            "delta" | "δ" => (0.0, 1.0, 0.05, 0.7),
            "lambda" | "λ" | "alpha" | "α" | "beta" | "β" => (0.0, 1.0, 0.05, 0.5),
            "smooth" | "s" | "eps" | "epsilon" | "ε" => (0.0, 1.0, 1e-6, 1e-6),
            _ => (0.0, 5.0, 0.05, 1.0),
        };
        Self {
            name: name.to_owned(),
            symbol: tex_name(name),
            min,
            max,
            step,
            default,
        }
    }
}
