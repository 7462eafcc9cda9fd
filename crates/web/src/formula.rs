//! Typed formulas, for an editor of them. They need neither an engine nor a device.

use losscope_losses::{Formula, FormulaLoss, Loss};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::js::to_js;

type JsResult<T = JsValue> = Result<T, JsValue>;

/// What a text says as a formula, or what is wrong with it and where: a `FormulaInspection`.
///
/// # Errors
/// Never, in fact: a wrong formula is in the inspection.
#[wasm_bindgen]
pub fn inspect_formula(text: &str) -> JsResult {
    Ok(to_js(&losscope_losses::inspect_formula(text))?)
}

/// Every word of the formulas' language: a list of `FormulaWord`.
///
/// # Errors
/// Never, in fact.
#[wasm_bindgen]
pub fn formula_words() -> JsResult {
    Ok(to_js(&losscope_losses::formula_words())?)
}

/// A formula to begin with, as a `Loss`.
///
/// # Errors
/// Never, in fact.
#[wasm_bindgen]
pub fn formula_example() -> JsResult {
    Ok(to_js(&Loss::from(FormulaLoss::with_defaults(
        Formula::example(),
    )))?)
}
