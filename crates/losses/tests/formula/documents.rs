//! Formulas in JSON.

use losscope_losses::{
    Formula, FormulaLoss, FormulaWordGroup, Loss, catalogue, formula_words, inspect_formula,
};
use serde_json::json;

fn refused(document: serde_json::Value) -> String {
    serde_json::from_value::<Loss>(document)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_formula_is_written_and_read_back() {
    let text = "mean(-log(pt)*(1-pt)^gamma) + beta*0";
    let nested =
        json!({"kind": "formula", "formula": text, "parameters": {"gamma": 2.5, "beta": 1}});
    let loss: Loss = serde_json::from_value(nested).unwrap();
    assert_eq!(loss.kind(), "formula");
    assert_eq!(loss.parameters(), [("gamma", 2.5), ("beta", 1.0)]);
    loss.validate().unwrap();
    let written = serde_json::to_value(&loss).unwrap();
    assert_eq!(
        written,
        json!({"kind": "formula", "formula": text, "parameters": {"gamma": 2.5, "beta": 1.0}})
    );
    assert_eq!(serde_json::from_value::<Loss>(written).unwrap(), loss);
    let flat = json!({"kind": "formula", "formula": text, "gamma": 2.5, "beta": 1});
    assert_eq!(serde_json::from_value::<Loss>(flat).unwrap(), loss);
    let bare = json!({"kind": "formula", "formula": "sum(p)"});
    let bare: Loss = serde_json::from_value(bare).unwrap();
    assert_eq!(
        serde_json::to_value(&bare).unwrap(),
        json!({"kind": "formula", "formula": "sum(p)"})
    );
}

#[test]
fn what_is_wrong_is_named() {
    for (document, expected) in [
        (
            json!({"kind": "formula", "formula": "meen(p)"}),
            "character 1 of the formula: there is no function meen; did you mean `mean`?",
        ),
        (
            json!({"kind": "formula", "formula": "mean(p)*gamma"}),
            "the formula's parameter gamma has no value: give it one, such as \"parameters\": {\"gamma\": 1}",
        ),
        (
            json!({"kind": "formula", "formula": "mean(p)*gamma", "parameters": {"gama": 1}}),
            "gama is no parameter of the formula; it has gamma",
        ),
        (
            json!({"kind": "formula", "formula": "mean(p)", "gama": 1}),
            "gama is no parameter of the formula, which has none",
        ),
        (
            json!({"kind": "formula", "formula": "mean(p)*a", "parameters": {"a": 1}, "a": 2}),
            "the formula's parameter a has two values",
        ),
    ] {
        let error = refused(document.clone());
        assert!(error.contains(expected), "{document}: {error}");
    }
    assert!(refused(json!({"kind": "formula", "formula": 3})).contains("expected a string"));
    let values = [("a".to_owned(), f64::NAN)].into();
    let error = FormulaLoss::new(Formula::parse("mean(p)*a").unwrap(), values).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the formula's parameter a is NaN, but must be a finite number"
    );
}

/// Parameters need not keep to the range of the catalogue's example.
#[test]
fn a_parameter_may_have_any_finite_value() {
    let document =
        json!({"kind": "formula", "formula": "mean(p)*gamma", "parameters": {"gamma": -70}});
    serde_json::from_value::<Loss>(document)
        .unwrap()
        .validate()
        .unwrap();
}

#[test]
fn the_catalogues_example_is_the_default() {
    let loss: Loss = serde_json::from_value(json!({"kind": "formula"})).unwrap();
    assert_eq!(
        loss,
        Loss::Formula(FormulaLoss::with_defaults(Formula::example()))
    );
    let info = catalogue()
        .iter()
        .find(|info| info.kind == "formula")
        .unwrap();
    assert_eq!(info.formula, Formula::example().tex());
    let loss: Loss = serde_json::from_value(json!({"kind": "formula", "gamma": 3})).unwrap();
    assert_eq!(loss.parameters(), [("gamma", 3.0)]);
}

#[test]
fn parameters_have_ranges_for_sliders() {
    let inspection = inspect_formula("mean(p)^gamma + theta_1*smooth - delta");
    let parameters = &inspection.parameters;
    let ranges: Vec<_> = parameters
        .iter()
        .map(|p| (p.name.as_str(), p.symbol.as_str(), p.min, p.max, p.default))
        .collect();
    assert_eq!(
        ranges,
        [
            ("gamma", r"\gamma", 0.0, 5.0, 2.0),
            ("theta_1", r"\mathrm{theta\_1}", 0.0, 5.0, 1.0),
            ("smooth", r"\mathrm{smooth}", 0.0, 1.0, 1e-6),
            ("delta", r"\delta", 0.0, 1.0, 0.7),
        ]
    );
    assert_eq!(inspection.error, None);
}

/// What the table shows can be typed, and has the shape that it says.
#[test]
fn the_words_of_the_table_are_read() {
    for word in formula_words() {
        if matches!(
            word.group,
            FormulaWordGroup::Operator | FormulaWordGroup::Parameter
        ) {
            continue;
        }
        let typed = word
            .usage
            .replace("(x", "(p")
            .replace("a, b", "p, y")
            .replace("low, high", "0, 1");
        let text = match word.shape {
            "one number" => format!("{typed}*mean(p)"),
            _ => format!("sum({typed})*mean(p)"),
        };
        Formula::parse(&text).unwrap_or_else(|error| panic!("{error}"));
        let shape = word
            .shape
            .replace("that of x", "[B, K, N]")
            .replace("that of both", "[B, K, N]");
        if shape != "one number" {
            let error = Formula::parse(&format!("{typed} + 0*mean(p)")).unwrap_err();
            assert!(error.message().contains(&shape), "{error}");
        }
    }
}
