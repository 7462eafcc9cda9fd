//! Values and gradients of the losses against reference numbers in float64.
//!
//! `tests/reference` holds the project's own; a larger set is read from the folder that
//! `LOSSCOPE_VECTORS` names, by default `../shared/vectors` beside the repository.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;

use losscope_cli::case::{Case, Outcome, evaluate};
use losscope_kernels::loss::push;
use losscope_losses::reference::Activation;
use losscope_losses::{Loss, catalogue};
use losscope_tests::document::{self, Table};
use losscope_tests::{external_folder, root, say};
use losscope_trainer::fused;
use serde_json::Value;

/// Losses that put pixels in order, or take minima and maxima of neighbours. Where several are equal, a
/// reference takes one by its position and ours may take another, or share the gradient among them: there
/// only the value and the gradient's L1 norm can be compared.
const ORDERED: [&str; 5] = [
    "topk_ce",
    "dice_topk",
    "lovasz_softmax",
    "lovasz_hinge",
    "soft_cldice",
];

/// Near a perfect overlap, −ln Dice is the logarithm of a number whose distance from 1 is a few hundred
/// thousand roundings: there the reference itself is 4e-10 away from the exact value, and ours 2e-10.
const ROUNDED: (&str, &str, f64) = ("c09_confident_correct", "exp_log", 1e-9);

/// A number, or its name where JSON has none.
fn expected(value: &Value) -> f64 {
    match value {
        Value::String(name) => name.parse().expect("NaN, Infinity or -Infinity"),
        number => number.as_f64().expect("a number"),
    }
}

/// Where the reference is not finite, ours must be: none of our losses may be NaN or infinite.
fn agrees(actual: f64, expected: f64) -> bool {
    if !expected.is_finite() {
        return actual.is_finite();
    }
    (actual - expected).abs() <= 1e-10 + 1e-9 * expected.abs()
}

/// The positions of a gradient that the reference gives.
fn reference_gradient(reference: &Value) -> Vec<(usize, f64)> {
    if let Some(all) = reference["grad"].as_array() {
        return all.iter().map(expected).enumerate().collect();
    }
    let at = &reference["grad_at"];
    let positions = at["index"].as_array().unwrap().iter();
    let values = at["value"].as_array().unwrap().iter().map(expected);
    positions
        .map(|i| i.as_u64().unwrap() as usize)
        .zip(values)
        .collect()
}

#[derive(Default)]
struct Comparison {
    cases: Vec<Compared>,
    entries: usize,
    kinds: BTreeSet<String>,
    /// Entries compared by value and L1 norm only.
    by_norm: Vec<String>,
    /// Entries whose reference has a NaN or an infinity.
    not_finite: Vec<String>,
    /// Entries that the kernels that losses are trained with give as well.
    with_kernels: usize,
    /// What the engine does not know.
    unsupported: Vec<String>,
    failures: Vec<String>,
}

/// What became of a case.
struct Compared {
    file: String,
    /// The row of it in docs/conformance.md.
    row: String,
}

impl Comparison {
    /// Compares every entry of a case.
    fn case(&mut self, path: &Path) {
        let text = std::fs::read_to_string(path).unwrap();
        let reference: Value = serde_json::from_str(&text).unwrap();
        let case: Case = serde_json::from_str(&text).unwrap();
        let report = evaluate(&case).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let ties = equal_pixels(&case);
        let mut kinds = BTreeSet::new();
        let (before, by_norm) = (self.entries, self.by_norm.len());
        let (not_finite, unsupported) = (self.not_finite.len(), self.unsupported.len());
        for (entry, reference) in report
            .entries
            .iter()
            .zip(reference["entries"].as_array().unwrap())
        {
            let loss = entry.entry.loss.as_str();
            let name = format!("{} {loss} {:?}", case.id, entry.entry.params);
            match &entry.outcome {
                Outcome::Evaluated { value, grad } => {
                    kinds.insert(loss.to_owned());
                    self.entries += 1;
                    let tied = ties && ORDERED.contains(&loss);
                    let slack = if ROUNDED.0 == case.id && ROUNDED.1 == loss {
                        ROUNDED.2
                    } else {
                        0.0
                    };
                    self.entry(&name, *value, grad, reference, (tied, slack));
                    let mut document = entry.entry.params.clone();
                    document.insert("kind".to_owned(), loss.into());
                    let loss: Loss = serde_json::from_value(document.into()).unwrap();
                    if let Some((value, grad)) = with_kernels(&loss, &case) {
                        self.with_kernels += 1;
                        self.kernels(&name, value, &grad, reference, &case);
                    }
                }
                Outcome::Unsupported { reason, .. } => {
                    self.unsupported.push(format!("{name}: {reason}"));
                }
            }
        }
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let activation = serde_json::to_value(case.activation).unwrap();
        let shape: Vec<_> = case.shape.iter().map(usize::to_string).collect();
        let row = format!(
            "| `{file}` | {}, {} | {} | {} | {} | {} | {} |",
            activation.as_str().unwrap(),
            shape.join(" × "),
            self.entries - before,
            kinds.len(),
            self.unsupported.len() - unsupported,
            self.by_norm.len() - by_norm,
            self.not_finite.len() - not_finite,
        );
        self.cases.push(Compared { file, row });
        self.kinds.append(&mut kinds);
    }

    /// Holds docs/conformance.md to what was found.
    fn record(&self, table: Table, which: impl Fn(&str) -> bool) {
        for Compared { file, row } in self.cases.iter().filter(|case| which(&case.file)) {
            let start = format!("| `{file}` |");
            document::row(table, row, |old| old.starts_with(&start));
        }
    }

    /// What the kernels give, in single precision. Where all is certain, what is left of an overlap is the clip, which
    /// single precision puts elsewhere: then only the value is compared, and less closely.
    fn kernels(&mut self, name: &str, value: f64, grad: &[f64], reference: &Value, case: &Case) {
        let certain = case.input.iter().any(|logit| logit.abs() >= 12.0);
        let slack = if certain { 4e-3 } else { 2e-5 };
        let near = |a: f64, b: f64| {
            a.is_finite() && (!b.is_finite() || (a - b).abs() <= slack + 2e-4 * b.abs())
        };
        let wanted = expected(&reference["value"]);
        if !near(value, wanted) {
            let failure = format!("{name}, with kernels: value {value:e}, expected {wanted:e}");
            self.failures.push(failure);
        }
        let pairs = reference_gradient(reference);
        let different = pairs.into_iter().find(|&(position, wanted)| match certain {
            true => !grad[position].is_finite(),
            false => !near(grad[position], wanted),
        });
        if let Some((position, wanted)) = different {
            self.failures.push(format!(
                "{name}, with kernels: gradient at {position} is {:e}, expected {wanted:e}",
                grad[position]
            ));
        }
    }

    /// `slack` is added to the tolerance of the value.
    fn entry(
        &mut self,
        name: &str,
        value: f64,
        grad: &[f64],
        reference: &Value,
        (tied, slack): (bool, f64),
    ) {
        let wanted = expected(&reference["value"]);
        if !agrees(value, wanted) && (value - wanted).abs() > slack {
            let failure = format!("{name}: value {value:e}, expected {wanted:e}");
            self.failures.push(failure);
        }
        let pairs = reference_gradient(reference);
        assert!(!pairs.is_empty(), "{name}: no reference gradient");
        let norm = reference.get("grad_l1").map(expected);
        let all_finite = pairs.iter().all(|(_, wanted)| wanted.is_finite());
        if !wanted.is_finite() || !all_finite {
            self.not_finite.push(name.to_owned());
        }
        let l1: f64 = grad.iter().map(|g| g.abs()).sum();
        // Each of the terms may be off by 1e-10.
        let of_norm = 1e-10 * grad.len() as f64;
        if let Some(norm) = norm.filter(|norm| (l1 - norm).abs() > of_norm + 1e-9 * norm) {
            let failure = format!("{name}: gradient has norm {l1:e}, expected {norm:e}");
            self.failures.push(failure);
        }
        let different = pairs
            .iter()
            .find(|&&(position, wanted)| !agrees(grad[position], wanted));
        match different {
            Some(_) if tied && norm.is_some() => self.by_norm.push(name.to_owned()),
            Some(&(position, wanted)) => self.failures.push(format!(
                "{name}: gradient at {position} is {:e}, expected {wanted:e}",
                grad[position]
            )),
            None => {}
        }
    }

    fn folder(folder: &Path) -> Self {
        let mut cases: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect();
        cases.sort();
        let mut comparison = Self::default();
        cases.iter().for_each(|path| comparison.case(path));
        let failures = &comparison.failures;
        assert!(
            failures.is_empty(),
            "{} of {} entries differ:\n{}",
            failures.len(),
            comparison.entries,
            failures.join("\n")
        );
        comparison
    }
}

/// Value and gradient by the kernels, if the loss is of their form and the case has logits.
fn with_kernels(loss: &Loss, case: &Case) -> Option<(f64, Vec<f64>)> {
    let form = fused(loss)?;
    let (images, channels) = (case.shape[0], case.shape[1]);
    let pixels = case.shape[2..].iter().product::<usize>();
    let logits = case.input.iter().map(|&logit| logit as f32);
    let (logits, classes): (Vec<f32>, usize) = match case.activation {
        Activation::Softmax => (logits.collect(), channels),
        // A sigmoid of z is a softmax of [0, z].
        Activation::Sigmoid => {
            let logits: Vec<f32> = logits.collect();
            let both = logits
                .chunks_exact(pixels)
                .flat_map(|foreground| [vec![0.0; pixels], foreground.to_vec()].concat());
            (both.collect(), 2)
        }
        Activation::Probs => return None,
    };
    let push = push(&form, &logits, &case.labels, classes, images);
    let gradient = push.gradient.iter().map(|&slope| f64::from(slope));
    let gradient: Vec<f64> = match case.activation {
        Activation::Sigmoid => {
            let all: Vec<f64> = gradient.collect();
            let foreground = all.chunks_exact(2 * pixels).map(|image| &image[pixels..]);
            foreground.flatten().copied().collect()
        }
        _ => gradient.collect(),
    };
    Some((push.loss.into(), gradient))
}

/// Whether two pixels of a case have the same probabilities.
fn equal_pixels(case: &Case) -> bool {
    let (channels, pixels) = (case.shape[1], case.shape[2..].iter().product::<usize>());
    let mut seen = BTreeSet::new();
    (0..case.labels.len()).any(|at| {
        let (image, pixel) = (at / pixels, at % pixels);
        let value = |channel: usize| case.input[(image * channels + channel) * pixels + pixel];
        // A softmax does not see a common shift; the one logit of a sigmoid stands against 0.
        let origin = if channels == 1 { 0.0 } else { value(0) };
        let apart: Vec<i64> = (0..channels)
            .map(|channel| ((value(channel) - origin) * 1e9).round() as i64)
            .collect();
        !seen.insert(apart)
    })
}

#[test]
fn the_tables_of_times_have_a_row_for_every_loss() {
    let document = std::fs::read_to_string(root().join("docs/losses-speed.md")).unwrap();
    let rows = |table: &str| -> Vec<String> {
        let (open, close) = (
            format!("<!-- {table} -->"),
            format!("<!-- end of {table} -->"),
        );
        let (_, from) = document.split_once(&open).unwrap();
        let (table, _) = from.split_once(&close).unwrap();
        let cells = table.lines().filter(|line| line.starts_with("| `"));
        cells
            .map(|line| line.split('|').nth(1).unwrap().trim().replace('`', ""))
            .collect()
    };
    let kinds: Vec<&str> = catalogue()
        .iter()
        .map(|info| info.kind)
        .filter(|kind| *kind != "formula")
        .collect();
    assert_eq!(rows("composed"), kinds);
    // A loss has kernels if it has a form for them at its defaults.
    let has_kernels = |kind: &&str| {
        let loss: Loss = serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap();
        fused(&loss).is_some()
    };
    let with_kernels: Vec<&str> = kinds.iter().copied().filter(has_kernels).collect();
    // Of two classes and of four.
    let twice: Vec<&str> = with_kernels.iter().flat_map(|&kind| [kind; 2]).collect();
    assert_eq!(rows("cpu"), twice);
    let in_browser = rows("webgpu");
    assert!(in_browser.len() >= 8);
    assert!(
        in_browser
            .iter()
            .all(|kind| with_kernels.contains(&kind.as_str()))
    );
}

#[test]
fn losses_agree_with_the_projects_reference_numbers() {
    let comparison = Comparison::folder(&root().join("tests/reference"));
    assert!(
        comparison.cases.len() >= 2,
        "{} cases",
        comparison.cases.len()
    );
    assert!(comparison.with_kernels >= 13, "{}", comparison.with_kernels);
    assert_eq!(comparison.unsupported, [""; 0]);
    assert_eq!(comparison.not_finite, [""; 0]);
    // A formula is tested where formulas are.
    let all = catalogue().iter().map(|info| info.kind.to_owned());
    let missing: Vec<_> = all
        .filter(|kind| kind != "formula" && !comparison.kinds.contains(kind))
        .collect();
    assert_eq!(missing, [""; 0], "losses without a reference number");
    comparison.record(Table::Reference, |_| true);
}

#[test]
fn losses_agree_with_the_external_reference_numbers() {
    let Some(folder) = external_folder("LOSSCOPE_VECTORS", "shared/vectors") else {
        return;
    };
    let comparison = Comparison::folder(&folder);
    say(&format!(
        "{} entries of {} external cases agree, {} kinds of loss; {} of them by kernels as well",
        comparison.entries,
        comparison.cases.len(),
        comparison.kinds.len(),
        comparison.with_kernels
    ));
    println!("by value and norm only (ties): {:#?}", comparison.by_norm);
    println!(
        "reference not finite, ours is: {:#?}",
        comparison.not_finite
    );
    assert!(comparison.entries > 0, "no case in {}", folder.display());
    assert_eq!(comparison.unsupported, [""; 0], "every entry is evaluated");
    for kind in &comparison.kinds {
        assert!(catalogue().iter().any(|info| info.kind == kind), "{kind}");
    }
    // Other cases than those in the document may be in the folder, and fewer.
    let document = std::fs::read_to_string(root().join("docs/conformance.md")).unwrap();
    let every = std::env::var_os("LOSSCOPE_RECORD").is_some();
    let known = |file: &str| every || document.contains(&format!("| `{file}` |"));
    comparison.record(Table::Vectors, known);
}
