//! `losscope loss list`: the catalogue for a person.

use losscope_losses::{LossInfo, ParameterInfo, catalogue};

use crate::text::columns;

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
        ..
    } = info;
    vec![
        format!("    {name}"),
        format!("{min} to {max}"),
        format!("default {default}"),
        (*meaning).to_owned(),
    ]
}
