//! `losscope loss eval`: losses and gradients in float64 of a case file.
//!
//! A case is a JSON document with an input of logits or probabilities, labels, and `entries` that name
//! losses and parameters; what is printed repeats each entry with its `value` and `grad`.

use losscope_losses::reference::{self, Activation};
use losscope_losses::{Loss, LossError};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

/// A case file. Other members than these are allowed, and ignored.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Name of the case.
    pub id: String,
    /// `[B, C, spatial…]`.
    pub shape: Vec<usize>,
    /// What the input is.
    pub activation: Activation,
    /// Flat input in C order.
    pub input: Vec<f64>,
    /// Flat class indices `[B, spatial…]`, 0 being the background.
    pub labels: Vec<u8>,
    /// The losses to evaluate.
    pub entries: Vec<Entry>,
}

/// A loss to evaluate.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Entry {
    /// Kind of the loss.
    pub loss: String,
    /// Its parameters; those left out take their defaults.
    #[serde(default)]
    pub params: Map<String, Value>,
}

/// What is printed for a case.
#[derive(Debug, Serialize)]
pub struct CaseReport {
    /// Name of the case.
    pub id: String,
    /// One result per entry, in their order.
    pub entries: Vec<EntryReport>,
}

/// The entry and its result.
#[derive(Debug, Serialize)]
pub struct EntryReport {
    /// The entry as it was given.
    #[serde(flatten)]
    pub entry: Entry,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What came of an entry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The loss's value and gradient.
    Evaluated {
        /// Value; a string where it is not finite.
        #[serde(serialize_with = "number")]
        value: f64,
        /// Gradient with respect to the input, in its layout.
        #[serde(serialize_with = "numbers")]
        grad: Vec<f64>,
    },
    /// The loss or one of its parameters is not known here, or a parameter is out of its range.
    Unsupported {
        /// Always true.
        unsupported: bool,
        /// What is wrong.
        reason: String,
    },
}

/// Evaluates every entry of a case.
///
/// # Errors
/// When input, labels and shape of the case do not fit each other.
pub fn evaluate(case: &Case) -> Result<CaseReport, LossError> {
    let data = reference::Case {
        input: &case.input,
        shape: &case.shape,
        labels: &case.labels,
        activation: case.activation,
    };
    let entries = case
        .entries
        .iter()
        .map(|entry| {
            Ok(EntryReport {
                entry: entry.clone(),
                outcome: outcome(entry, &data)?,
            })
        })
        .collect::<Result<_, LossError>>()?;
    Ok(CaseReport {
        id: case.id.clone(),
        entries,
    })
}

fn outcome(entry: &Entry, data: &reference::Case) -> Result<Outcome, LossError> {
    let unsupported = |reason: String| {
        Ok(Outcome::Unsupported {
            unsupported: true,
            reason,
        })
    };
    let loss = match parse(entry) {
        Ok(loss) => loss,
        Err(error) => return unsupported(error.to_string()),
    };
    match reference::value_and_gradient(&loss, data) {
        Ok((value, grad)) => Ok(Outcome::Evaluated { value, grad }),
        // It is the entry that is wrong, not the case: the others can be evaluated.
        Err(error @ (LossError::ParameterOutOfRange { .. } | LossError::ClassWeights { .. })) => {
            unsupported(error.to_string())
        }
        Err(error) => Err(error),
    }
}

fn parse(entry: &Entry) -> Result<Loss, serde_json::Error> {
    let mut object = entry.params.clone();
    object.insert("kind".into(), Value::String(entry.loss.clone()));
    serde_json::from_value(Value::Object(object))
}

/// JSON has no NaN and no infinities: they are written as strings.
fn number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    json_number(*value).serialize(serializer)
}

fn numbers<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(|&value| json_number(value)))
}

fn json_number(value: f64) -> Value {
    let name = if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    };
    serde_json::Number::from_f64(value).map_or_else(|| Value::from(name), Value::Number)
}
