//! `losscope loss list`: the catalogue for a person, and for a program.

use losscope_losses::{
    Disagreement, LossError, LossInfo, ParameterInfo, Unshown, catalogue, disagreements, unshown,
};
use serde::Serialize;

use crate::text::columns;

/// A loss of the catalogue, with what shows its conventions in numbers.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// What the catalogue says.
    #[serde(flatten)]
    pub info: &'static LossInfo,
    /// Its disagreements with other implementations, on small fixed cases.
    pub disagreements: Vec<Disagreement>,
    /// Conventions that no numbers show, and why.
    pub unshown: Vec<Unshown>,
}

/// Every loss, for JSON.
///
/// # Errors
/// When a disagreement cannot be evaluated.
pub fn list() -> Result<Vec<Listed>, LossError> {
    let all = disagreements()?;
    let of = |kind: &str| all.iter().filter(|d| d.kind == kind).cloned().collect();
    let losses = catalogue().iter().map(|info| Listed {
        info,
        disagreements: of(info.kind),
        unshown: unshown()
            .iter()
            .copied()
            .filter(|unshown| unshown.kind == info.kind)
            .collect(),
    });
    Ok(losses.collect())
}

/// Every loss with its kind, name and parameters, each with its range and default.
pub fn listing() -> String {
    catalogue().iter().map(loss).collect::<Vec<_>>().join("\n")
}

fn loss(info: &LossInfo) -> String {
    let head = format!(
        "{}: {} ({})\n  {}\n",
        info.kind, info.name, info.year, info.summary
    );
    let parameters: Vec<Vec<String>> = info.parameters.iter().map(parameter).collect();
    head + &columns(&parameters, 4)
}

fn parameter(info: &ParameterInfo) -> Vec<String> {
    let ParameterInfo {
        name,
        min,
        max,
        default,
        meaning,
        choices,
        ..
    } = info;
    let meaning = if choices.is_empty() {
        (*meaning).to_owned()
    } else {
        let choices = choices.iter().enumerate();
        let choices: Vec<String> = choices.map(|(at, name)| format!("{at}: {name}")).collect();
        format!("{meaning} ({})", choices.join(", "))
    };
    vec![
        format!("    {name}"),
        format!("{min} to {max}"),
        format!("default {default}"),
        meaning,
    ]
}
