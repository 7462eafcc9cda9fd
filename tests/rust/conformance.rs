//! Values and gradients of the losses against reference numbers in float64.
//!
//! `tests/reference` holds the project's own; a larger set is read from the folder that
//! `LOSSCOPE_VECTORS` names, by default `../shared/vectors` beside the repository.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use losscope_cli::case::{Case, Outcome, evaluate};
use losscope_losses::catalogue;
use losscope_tests::{external_folder, root};
use serde_json::Value;

/// A number, or its name where JSON has none.
fn expected(value: &Value) -> f64 {
    match value {
        Value::String(name) => name.parse().expect("NaN, Infinity or -Infinity"),
        number => number.as_f64().expect("a number"),
    }
}

fn agrees(actual: f64, expected: f64) -> bool {
    (actual.is_nan() && expected.is_nan())
        || (actual - expected).abs() <= 1e-10 + 1e-9 * expected.abs()
}

/// Compares every entry of a case that names a known loss; returns how many there were.
fn check_case(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let reference: Value = serde_json::from_str(&text).unwrap();
    let case: Case = serde_json::from_str(&text).unwrap();
    let report = evaluate(&case).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut compared = 0;
    for (entry, reference) in report
        .entries
        .iter()
        .zip(reference["entries"].as_array().unwrap())
    {
        let name = format!("{} {} {:?}", case.id, entry.entry.loss, entry.entry.params);
        let (value, grad) = match &entry.outcome {
            Outcome::Evaluated { value, grad } => (*value, grad),
            Outcome::Unsupported { reason, .. } => {
                let known = catalogue().iter().any(|info| info.kind == entry.entry.loss);
                assert!(
                    !known,
                    "{name}: a loss of the catalogue was not evaluated: {reason}"
                );
                continue;
            }
        };
        let wanted = expected(&reference["value"]);
        assert!(
            agrees(value, wanted),
            "{name}: value {value:e}, expected {wanted:e}"
        );
        let pairs: Vec<(usize, f64)> = match reference["grad"].as_array() {
            Some(all) => all.iter().map(expected).enumerate().collect(),
            None => {
                let at = &reference["grad_at"];
                let index = at["index"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|i| i.as_u64().unwrap() as usize);
                index
                    .zip(at["value"].as_array().unwrap().iter().map(expected))
                    .collect()
            }
        };
        assert!(!pairs.is_empty(), "{name}: no reference gradient");
        for (position, wanted) in pairs {
            let actual = grad[position];
            assert!(
                agrees(actual, wanted),
                "{name}: gradient at {position} is {actual:e}, expected {wanted:e}"
            );
        }
        compared += 1;
    }
    compared
}

fn check_folder(folder: &Path) -> (usize, usize) {
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    cases.sort();
    let compared = cases.iter().map(|path| check_case(path)).sum();
    (cases.len(), compared)
}

#[test]
fn losses_agree_with_the_projects_reference_numbers() {
    let (cases, compared) = check_folder(&root().join("tests/reference"));
    assert!(
        cases >= 2 && compared >= 2 * catalogue().len(),
        "{cases} cases, {compared} entries"
    );
}

#[test]
fn losses_agree_with_the_external_reference_numbers() {
    if let Some(folder) = external_folder("LOSSCOPE_VECTORS", "shared/vectors") {
        let (cases, compared) = check_folder(&folder);
        println!("{compared} entries of {cases} cases agree");
        assert!(
            compared > 0,
            "no case in {} has a known loss",
            folder.display()
        );
    }
}
