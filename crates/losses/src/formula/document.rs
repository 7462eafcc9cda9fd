//! A formula with values for its parameters, as in a document.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Formula, FormulaError};
use crate::Prediction;

/// A formula and its parameters. As JSON, beside its kind:
/// `{"kind": "formula", "formula": "mean(-log(pt)*(1-pt)^gamma)", "parameters": {"gamma": 2}}`. Parameters
/// may also stand beside the formula, as those of other losses do. Every parameter needs a value: with a
/// default, a misspelt name would go unnoticed. Without a formula it is [`Formula::example`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct FormulaLoss {
    formula: Formula,
    /// In the order of the formula's parameters.
    values: Vec<f64>,
}

/// Why there is no loss.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FormulaLossError {
    /// The text is no formula.
    #[error("{}", .0.sentence())]
    Formula(FormulaError),
    /// A parameter of the formula has no value.
    #[error(
        "the formula's parameter {name} has no value: give it one, such as \"parameters\": {{\"{name}\": 1}}"
    )]
    Missing {
        /// The parameter.
        name: String,
    },
    /// There is a value for what is no parameter of the formula.
    #[error("{name} is no parameter of the formula{}", known(.parameters))]
    Unknown {
        /// The name given.
        name: String,
        /// The formula's parameters.
        parameters: Vec<String>,
    },
    /// A parameter has two values.
    #[error(
        "the formula's parameter {name} has two values: give it among the parameters or beside them"
    )]
    Twice {
        /// The parameter.
        name: String,
    },
    /// A value is no finite number.
    #[error("the formula's parameter {name} is {value}, but must be a finite number")]
    NotFinite {
        /// The parameter.
        name: String,
        /// Its value.
        value: f64,
    },
}

fn known(parameters: &[String]) -> String {
    if parameters.is_empty() {
        ", which has none".to_owned()
    } else {
        format!("; it has {}", parameters.join(", "))
    }
}

impl FormulaLoss {
    /// A formula with values for all of its parameters, by name.
    ///
    /// # Errors
    /// When a parameter has no value, or a value no parameter, or one is not finite: the name is given.
    pub fn new(
        formula: Formula,
        mut values: BTreeMap<String, f64>,
    ) -> Result<Self, FormulaLossError> {
        let in_order = formula
            .parameters()
            .iter()
            .map(|name| match values.remove(name) {
                Some(value) if value.is_finite() => Ok(value),
                Some(value) => Err(FormulaLossError::NotFinite {
                    name: name.clone(),
                    value,
                }),
                None => Err(FormulaLossError::Missing { name: name.clone() }),
            })
            .collect::<Vec<_>>();
        // A misspelt name is missing and unknown: the name that was given tells more.
        if let Some(name) = values.into_keys().next() {
            let parameters = formula.parameters().to_vec();
            return Err(FormulaLossError::Unknown { name, parameters });
        }
        let values = in_order.into_iter().collect::<Result<_, _>>()?;
        Ok(Self { formula, values })
    }

    /// A formula with the default values of its parameters.
    pub fn with_defaults(formula: Formula) -> Self {
        let values = formula
            .parameter_infos()
            .iter()
            .map(|info| info.default)
            .collect();
        Self { formula, values }
    }

    /// The formula.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// Parameters and their values, in the order of the formula.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, f64)> {
        let names = self.formula.parameters().iter().map(String::as_str);
        names.zip(self.values.iter().copied())
    }

    /// The loss `[1]` of a prediction against one-hot targets `[B, K, N]`, K ≥ 2.
    pub fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        self.formula.evaluate(&self.values, prediction, target)
    }
}

/// The fields of the JSON.
#[derive(Serialize, Deserialize)]
struct Document {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    formula: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, f64>,
    /// Parameters beside the formula.
    #[serde(flatten)]
    beside: BTreeMap<String, f64>,
}

impl TryFrom<Document> for FormulaLoss {
    type Error = FormulaLossError;

    fn try_from(document: Document) -> Result<Self, FormulaLossError> {
        let mut values = document.parameters;
        for (name, value) in document.beside {
            if values.insert(name.clone(), value).is_some() {
                return Err(FormulaLossError::Twice { name });
            }
        }
        let Some(text) = document.formula else {
            // The example's own values are known.
            let example = Self::with_defaults(Formula::example());
            for (name, value) in example.parameters() {
                values.entry(name.to_owned()).or_insert(value);
            }
            return Self::new(Formula::example(), values);
        };
        let formula = Formula::parse(&text).map_err(FormulaLossError::Formula)?;
        Self::new(formula, values)
    }
}

impl From<FormulaLoss> for Document {
    fn from(loss: FormulaLoss) -> Self {
        let parameters = loss
            .parameters()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            formula: Some(loss.formula.text().to_owned()),
            parameters,
            beside: BTreeMap::new(),
        }
    }
}
