//! `losscope loss check`: a formula before anything is trained with it.

use losscope_losses::{Formula, FormulaParameter, FormulaWord, formula_words};

use crate::CliError;
use crate::text::columns;

/// What a formula is, and, if asked for, the words that formulas are made of.
///
/// # Errors
/// When the text is no formula: the place is shown.
pub fn check(text: Option<&str>, words: bool) -> Result<String, CliError> {
    let mut output = String::new();
    if let Some(text) = text {
        output += &described(&Formula::parse(text)?);
    }
    if words {
        if !output.is_empty() {
            output.push('\n');
        }
        output += &vocabulary();
    }
    Ok(output)
}

fn described(formula: &Formula) -> String {
    let mut text = format!("formula:     {formula}\nshape:       one number\n");
    text += &format!(
        "memory:      at most {} of its values are as large as the images\n",
        formula.pixel_values()
    );
    let parameters = formula.parameter_infos();
    if parameters.is_empty() {
        return text + "parameters:  none\n";
    }
    let rows: Vec<_> = parameters.iter().map(parameter).collect();
    text + "parameters:\n" + &columns(&rows, 4)
}

fn parameter(info: &FormulaParameter) -> Vec<String> {
    let FormulaParameter {
        name,
        min,
        max,
        default,
        ..
    } = info;
    vec![
        format!("    {name}"),
        format!("slider {min} to {max}"),
        format!("begins at {default}"),
    ]
}

/// The table of words, and how shapes are meant.
fn vocabulary() -> String {
    let rows: Vec<_> = formula_words()
        .iter()
        .map(|word| {
            let FormulaWord {
                usage,
                shape,
                meaning,
                ..
            } = *word;
            [usage, shape, meaning].map(str::to_owned).to_vec()
        })
        .collect();
    "Shapes are [batch, classes, pixels]: B images of N pixels, K classes. A loss is one number.\n\n".to_owned()
        + &columns(&rows, 3)
}
