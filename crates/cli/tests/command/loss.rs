//! `losscope loss`: the catalogue, and values and gradients of a case.

use losscope_losses::catalogue;
use serde_json::{Value, json};

use crate::{losscope, losscope_reading, path, scratch, stderr, stdout, succeeded};

#[test]
fn the_list_has_every_loss_with_its_parameters() {
    let output = losscope(&["loss", "list"]);
    succeeded(&output);
    let blocks: Vec<&str> = stdout(&output).split("\n\n").collect();
    assert_eq!(blocks.len(), catalogue().len());
    for (block, info) in blocks.iter().zip(catalogue()) {
        assert!(
            block.starts_with(&format!("{}: {}", info.kind, info.name)),
            "{block}"
        );
        for parameter in info.parameters {
            let line = block
                .lines()
                .find(|line| line.trim_start().starts_with(parameter.name))
                .expect(info.kind);
            let range = format!("{} to {}", parameter.min, parameter.max);
            assert!(
                line.contains(&range) && line.contains(&format!("default {}", parameter.default)),
                "{line}"
            );
        }
    }
}

#[test]
fn the_list_as_json_is_the_catalogue() {
    let output = losscope(&["loss", "list", "--json"]);
    succeeded(&output);
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), catalogue().len());
    let (mut shown, mut without_a_number) = (0, vec![]);
    for (entry, info) in list.iter().zip(catalogue()) {
        let mut entry = entry.clone();
        let members = entry.as_object_mut().unwrap();
        let disagreements = members.remove("disagreements");
        let unshown = members.remove("unshown").unwrap();
        assert_eq!(entry, serde_json::to_value(info).unwrap());
        // Each convention is shown in numbers, or it is said why not.
        let shows = |list: &Value, topic: &str| {
            let topics = list.as_array().unwrap().iter();
            topics.filter(|one| one["topic"] == topic).count()
        };
        for convention in info.conventions {
            let in_numbers = shows(disagreements.as_ref().unwrap(), convention.topic);
            assert_eq!(
                in_numbers == 0,
                shows(&unshown, convention.topic) == 1,
                "{}: {}",
                info.kind,
                convention.topic
            );
        }
        for disagreement in disagreements.unwrap().as_array().unwrap() {
            assert_eq!(disagreement["kind"], info.kind);
            assert!(disagreement["ours"]["value"].is_number());
            // JSON has no NaN: what divides by zero elsewhere is null.
            if disagreement["theirs"]["push"].is_null() {
                without_a_number.push(info.kind);
            }
            shown += 1;
        }
    }
    assert!(shown > 90, "{shown} disagreements in numbers");
    assert_eq!(without_a_number, ["topk_ce", "mcc", "exp_log", "dice_topk"]);
}

#[test]
fn the_document_of_the_losses_is_up_to_date() {
    let output = losscope(&["loss", "list", "--markdown"]);
    succeeded(&output);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/losses.md");
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        stdout(&output) == kept,
        "make it again: cargo run -p losscope-cli -- loss list --markdown > docs/losses.md"
    );
    for info in catalogue() {
        assert!(kept.contains(&format!("\n### `{}`\n", info.kind)) && kept.contains(info.formula));
    }
}

#[test]
fn a_reference_case_is_evaluated() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/reference/certain_right_and_wrong.json"
    );
    let reference: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for arguments in [
        &["loss", "eval", file] as &[&str],
        &["loss", "eval", file, "--pretty"],
    ] {
        let output = losscope(arguments);
        succeeded(&output);
        assert_eq!(stdout(&output).lines().count() > 1, arguments.len() == 4);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["id"], reference["id"]);
        let (entries, wanted) = (
            report["entries"].as_array().unwrap(),
            reference["entries"].as_array().unwrap(),
        );
        assert_eq!(entries.len(), wanted.len());
        for (entry, wanted) in entries.iter().zip(wanted) {
            assert_eq!(
                (&entry["loss"], &entry["params"]),
                (&wanted["loss"], &wanted["params"])
            );
            let close = |a: &Value, b: &Value| {
                let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
                assert!(
                    (a - b).abs() <= 1e-10 + 1e-9 * b.abs(),
                    "{entry}: {a:e} instead of {b:e}"
                );
            };
            close(&entry["value"], &wanted["value"]);
            let (grad, wanted) = (
                entry["grad"].as_array().unwrap(),
                wanted["grad"].as_array().unwrap(),
            );
            assert_eq!(grad.len(), wanted.len());
            grad.iter().zip(wanted).for_each(|(a, b)| close(a, b));
        }
    }
}

#[test]
fn what_is_not_supported_is_said_and_the_rest_evaluated() {
    let case = json!({
        "id": "mixed", "note": "other members are ignored",
        "shape": [1, 2, 1, 2], "activation": "softmax", "input": [1.0, 0.0, 0.0, 2.0], "labels": [0, 1],
        "entries": [
            { "loss": "lovasz_sofmax", "params": {} },
            { "loss": "focal", "params": { "gama": 2 } },
            { "loss": "tversky", "params": { "delta": 1.5 } },
            { "loss": "focal_clip", "params": { "alpha": [1, 1, 1] } },
            { "loss": "ce" },
        ],
    });
    let output = losscope_reading(&case.to_string(), &["loss", "eval", "-"]);
    succeeded(&output);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let entries = report["entries"].as_array().unwrap();
    for (entry, named) in entries.iter().zip([
        "lovasz_sofmax",
        "gama",
        "delta of tversky is 1.5",
        "3 class weights",
    ]) {
        assert_eq!(entry["unsupported"], true);
        assert!(entry["reason"].as_str().unwrap().contains(named), "{entry}");
        assert!(entry.get("value").is_none());
    }
    // −½ (log σ(1) + log σ(2)).
    let wanted = 0.5 * ((1.0 + (-1.0_f64).exp()).ln() + (1.0 + (-2.0_f64).exp()).ln());
    assert!((entries[4]["value"].as_f64().unwrap() - wanted).abs() < 1e-12);
}

#[test]
fn cases_that_do_not_fit_are_refused() {
    let folder = scratch("bad-cases");
    let file = folder.join("case.json");
    let good = json!({ "id": "x", "shape": [1, 2, 1, 1], "activation": "softmax", "input": [0.0, 1.0],
                       "labels": [1], "entries": [{ "loss": "ce" }] });
    for (member, value, named) in [
        ("labels", json!([2]), "label 2"),
        ("labels", json!([0, 0]), "labels has 2 values"),
        ("labels", json!([300]), "300"),
        ("input", json!([0.0]), "input has 1 values"),
        ("input", json!("x"), "expected a sequence"),
        ("shape", json!([2]), "[2]"),
        ("shape", json!([0, 2, 1, 1]), "[0, 2, 1, 1]"),
        (
            "shape",
            json!([4_000_000_000_u64, 4_000_000_000_u64, 4, 4]),
            "shape",
        ),
        ("activation", json!("tanh"), "`tanh`"),
    ] {
        let mut case = good.clone();
        case[member] = value;
        std::fs::write(&file, case.to_string()).unwrap();
        let output = losscope(&["loss", "eval", path(&file)]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{case}: {said}");
        assert!(
            said.starts_with("error: ") && said.contains(named) && said.contains("case.json"),
            "{case}: {said}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_formula_is_checked() {
    let output = losscope(&["loss", "check", "-mean( (log(pt))*(1-pt)^gamma )*scale"]);
    succeeded(&output);
    assert_eq!(
        stdout(&output),
        "formula:     -mean(log(pt)*(1 - pt)^gamma)*scale\n\
         shape:       one number\n\
         memory:      at most 6 of its values are as large as the images\n\
         parameters:\n\
         \u{20}   gamma  slider 0 to 5  begins at 2\n\
         \u{20}   scale  slider 0 to 5  begins at 1\n"
    );
    let output = losscope(&["loss", "check", "mean(p) + men(y, 1)"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "error: character 11 of the formula: there is no function men\n\
         \u{20} mean(p) + men(y, 1)\n\
         \u{20}           ^^^\n\
         did you mean `min`?\n"
    );
    let output = losscope(&["loss", "check", "--words"]);
    succeeded(&output);
    for word in losscope_losses::formula_words() {
        assert!(stdout(&output).contains(word.meaning), "{}", word.usage);
    }
    assert_eq!(losscope(&["loss", "check"]).status.code(), Some(2));
}

#[test]
fn a_case_may_name_formulas() {
    let case = r#"{
        "id": "formulas", "shape": [1, 2, 2], "activation": "softmax",
        "input": [1.0, 0.5, -1.0, 2.0], "labels": [0, 1],
        "entries": [
            {"loss": "focal", "params": {"gamma": 2}},
            {"loss": "formula", "params": {"formula": "mean(-log(pt)*(1-pt)^gamma)", "gamma": 2}},
            {"loss": "formula", "params": {"formula": "mean(-log(pt)*(1-pt)^gamma)"}},
            {"loss": "formula", "params": {"formula": "mean(p", "gamma": 2}}
        ]
    }"#;
    let output = losscope_reading(case, &["loss", "eval", "-"]);
    succeeded(&output);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let entry = |index: usize| &report["entries"][index];
    for name in ["value", "grad"] {
        let numbers = |entry: &Value| -> Vec<f64> {
            let value = &entry[name];
            let list = value
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![value.clone()]);
            list.iter().map(|number| number.as_f64().unwrap()).collect()
        };
        for (built_in, typed) in numbers(entry(0)).iter().zip(numbers(entry(1))) {
            assert!(
                (built_in - typed).abs() < 1e-15,
                "{name}: {typed} for {built_in}"
            );
        }
    }
    assert_eq!(entry(2)["unsupported"], true);
    assert!(
        entry(2)["reason"]
            .as_str()
            .unwrap()
            .contains("gamma has no value")
    );
    assert!(
        entry(3)["reason"]
            .as_str()
            .unwrap()
            .contains("character 5 of the formula")
    );
}
