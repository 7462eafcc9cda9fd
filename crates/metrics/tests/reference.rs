//! Against the numbers of other libraries, made by `tests/reference/make.py`.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use losscope_metrics::statistics::{Bootstrap, Sources, WilcoxonMethod, describe, holm, wilcoxon};
use losscope_metrics::{
    Case, Grid, Metric, MetricGroup, MetricOptions, MetricValues, SurfaceDistances,
    distance_transform, evaluate, skeleton,
};
use serde_json::Value;

fn cases(file: &str, key: &str) -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/");
    let text = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let cases = value[key].as_array().unwrap().clone();
    assert!(cases.len() >= 4, "{key}");
    cases
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap()).collect()
}

fn indices(value: &Value) -> Vec<u8> {
    numbers(value)
        .into_iter()
        .map(|index| index as u8)
        .collect()
}

/// Bits in hexadecimal, the most significant first.
fn mask(value: &Value, cells: usize) -> Vec<bool> {
    let text = value.as_str().unwrap();
    let digits = text.chars().map(|digit| digit.to_digit(16).unwrap());
    let bits = digits.flat_map(|digit| (0..4).rev().map(move |bit| digit >> bit & 1 == 1));
    bits.take(cells).collect()
}

fn grid(case: &Value) -> Grid {
    let three = |key: &str| <[f64; 3]>::try_from(numbers(&case[key])).unwrap();
    Grid::volume(
        three("shape").map(|length| length as usize),
        three("spacing"),
    )
}

/// Equal, undefined alike, up to a relative and absolute difference.
fn same(ours: Option<f64>, theirs: &Value, tolerance: f64, what: &str) {
    match (ours, theirs.as_f64()) {
        (None, None) => {}
        (Some(ours), Some(theirs)) => assert!(
            (ours - theirs).abs() <= tolerance * theirs.abs().max(1.0),
            "{what}: {ours} instead of {theirs}"
        ),
        (ours, theirs) => panic!("{what}: {ours:?} instead of {theirs:?}"),
    }
}

fn value(values: &[MetricValues], metric: Metric, class: usize) -> Option<f64> {
    let found = values.iter().find(|values| values.metric == metric);
    found.unwrap().per_class[class]
}

#[test]
fn metrics_of_masks() {
    let mut seen = [0; 3];
    for (number, case) in cases("masks.json", "cases").iter().enumerate() {
        let grid = grid(case);
        let classes = |key: &str| -> Vec<u8> {
            mask(&case[key], grid.cells())
                .into_iter()
                .map(u8::from)
                .collect()
        };
        let options = MetricOptions {
            tolerance: case["tolerance"].as_f64().unwrap(),
            ..MetricOptions::of(&[MetricGroup::Surface, MetricGroup::Centreline])
        };
        let (predicted, labels) = (classes("predicted"), classes("labels"));
        let values = evaluate(
            &Case {
                predicted: &predicted,
                labels: &labels,
                probabilities: None,
                classes: 2,
                grid,
            },
            &options,
        )
        .unwrap();
        assert_eq!(values.len(), 14);
        for values in &values {
            let id = values.metric.info().id;
            let what = format!("{id} of case {number}");
            if values.metric == Metric::ClDice && case["lost"] == true {
                continue;
            }
            // The file has twelve digits.
            same(values.per_class[1], &case[id], 1e-11, &what);
            if let Some(monai) = case.get("monai").and_then(|monai| monai.get(id)) {
                // MONAI's are of single precision.
                same(values.per_class[1], monai, 1e-6, &format!("MONAI's {what}"));
                seen[0] += 1;
            }
        }
        if let Some(medpy) = case.get("medpy") {
            let ours = |metric| value(&values, metric, 1);
            same(ours(Metric::Hd), &medpy["hd"], 1e-11, "MedPy's hd");
            same(ours(Metric::Assd), &medpy["assd"], 1e-11, "MedPy's assd");
            seen[1] += 1;
        }
        seen[2] += usize::from(grid.shape[0] > 1);
    }
    assert!(seen[0] > 1000 && seen[1] > 250 && seen[2] > 100, "{seen:?}");
}

#[test]
fn one_percentile_of_both_surfaces_is_medpys() {
    // The convention that the catalogue names as another one: not ours, but made of the same distances.
    let mut lower = 0;
    for case in cases("masks.json", "cases") {
        let Some(theirs) = case
            .get("medpy")
            .map(|medpy| medpy["hd95"].as_f64().unwrap())
        else {
            continue;
        };
        let grid = grid(&case);
        let of = |key: &str| mask(&case[key], grid.cells());
        let distances = SurfaceDistances::new(&of("predicted"), &of("labels"), &grid).unwrap();
        let mut both = [
            distances.from_prediction.clone(),
            distances.from_labels.clone(),
        ]
        .concat();
        both.sort_by(f64::total_cmp);
        let together = SurfaceDistances {
            from_prediction: both.clone(),
            from_labels: both,
        };
        let pooled = together.hausdorff_percentile(95.0);
        assert!((pooled - theirs).abs() < 1e-10 * theirs.max(1.0));
        lower += usize::from(theirs < distances.hausdorff_percentile(95.0) - 1e-9);
    }
    assert!(lower > 50, "MedPy's hd95 is lower in {lower} cases");
}

#[test]
fn skeletons_are_those_of_scikit_image() {
    let (mut thinned, mut lost) = (0, 0);
    for (number, case) in cases("masks.json", "cases").iter().enumerate() {
        let grid = grid(case);
        let labels = mask(&case["labels"], grid.cells());
        let ours = skeleton(&labels, &grid);
        let theirs = mask(&case["skeleton"], grid.cells());
        thinned += usize::from(ours != labels);
        if ours == theirs {
            continue;
        }
        // Where theirs has lost a piece, one cell of it is left in ours, and nothing else differs.
        assert!(case["lost"] == true, "case {number}");
        assert!(
            theirs
                .iter()
                .zip(&ours)
                .all(|(theirs, ours)| !theirs || *ours)
        );
        let more = (0..ours.len()).filter(|&cell| ours[cell] && !theirs[cell]);
        assert!(
            more.into_iter().all(|cell| alone(&ours, cell, &grid)),
            "case {number}"
        );
        lost += 1;
    }
    assert!(
        thinned > 200 && lost > 0,
        "{thinned} thinned, {lost} with a lost piece"
    );
}

/// Whether a cell has no neighbour, not even across a corner.
fn alone(mask: &[bool], cell: usize, grid: &Grid) -> bool {
    let [_, height, width] = grid.shape;
    let position = |cell: usize| [cell / (height * width), cell / width % height, cell % width];
    (0..mask.len())
        .filter(|&other| mask[other] && other != cell)
        .all(|other| {
            let (here, there) = (position(cell), position(other));
            (0..3).any(|axis| here[axis].abs_diff(there[axis]) > 1)
        })
}

#[test]
fn centrelines_by_the_default_of_scikit_image_differ_little() {
    // Zhang and Suen's thinning in planes instead of Lee's: in volumes they are the same.
    let (mut sum, mut count) = (0.0, 0);
    for case in cases("masks.json", "cases") {
        let (Some(lee), Some(other)) = (case["cldice"].as_f64(), case["cldice_default"].as_f64())
        else {
            continue;
        };
        if grid(&case).shape[0] > 1 {
            assert_eq!(lee, other);
        } else {
            sum += (lee - other).abs();
            count += 1;
        }
    }
    assert!(
        count > 200 && sum / f64::from(count) < 0.05,
        "{}",
        sum / f64::from(count)
    );
}

#[test]
fn calibration_of_probabilities() {
    for (number, case) in cases("calibration.json", "cases").iter().enumerate() {
        let (predicted, labels) = (indices(&case["predicted"]), indices(&case["labels"]));
        let per_class = case["per_class"].as_array().unwrap();
        let parts = case["parts"].as_array().unwrap().iter();
        let probabilities: Vec<f32> = parts
            .flat_map(numbers)
            .map(|part| (part / 8192.0) as f32)
            .collect();
        let options = MetricOptions {
            bins: case["bins"].as_u64().unwrap() as usize,
            ..MetricOptions::of(&[MetricGroup::Calibration])
        };
        let values = evaluate(
            &Case {
                predicted: &predicted,
                labels: &labels,
                probabilities: Some(&probabilities),
                classes: per_class.len(),
                grid: Grid::plane(1, labels.len()),
            },
            &options,
        )
        .unwrap();
        for (class, expected) in per_class.iter().enumerate() {
            for (key, metrics) in [
                ("all", [Metric::Ece, Metric::Brier, Metric::Nll]),
                (
                    "foreground",
                    [
                        Metric::EceForeground,
                        Metric::BrierForeground,
                        Metric::NllForeground,
                    ],
                ),
            ] {
                for (place, metric) in metrics.into_iter().enumerate() {
                    let what = format!("{} of class {class}, case {number}", metric.info().id);
                    same(
                        value(&values, metric, class),
                        &expected[key][place],
                        1e-10,
                        &what,
                    );
                }
            }
        }
    }
}

#[test]
fn wilcoxon_is_scipys() {
    let (mut exact, mut normal) = (0, 0);
    for case in cases("statistics.json", "wilcoxon") {
        let differences = numbers(&case["differences"]);
        let Some(test) = wilcoxon(&differences) else {
            assert!(case["p"].is_null());
            continue;
        };
        let what = format!("{differences:?}");
        same(Some(test.p), &case["p"], 1e-10, &what);
        same(Some(test.effect), &case["effect"], 1e-11, &what);
        assert_eq!(test.method == WilcoxonMethod::Exact, case["exact"] == true);
        match test.method {
            WilcoxonMethod::Exact => exact += 1,
            WilcoxonMethod::Normal => normal += 1,
        }
    }
    assert!(exact > 20 && normal > 20, "{exact} exact, {normal} normal");
}

#[test]
fn holm_is_that_of_statsmodels() {
    for case in cases("statistics.json", "holm") {
        let adjusted = holm(&numbers(&case["p"]));
        for (ours, theirs) in adjusted
            .into_iter()
            .zip(case["adjusted"].as_array().unwrap())
        {
            same(Some(ours), theirs, 1e-11, "p");
        }
    }
}

#[test]
fn bootstrap_is_scipys_but_for_chance() {
    for case in cases("statistics.json", "bootstrap") {
        let values: Vec<_> = numbers(&case["values"]).into_iter().map(Some).collect();
        let sources = Sources::independent(values.len());
        let bootstrap = Bootstrap {
            resamples: 100_000,
            ..Bootstrap::default()
        };
        let described = describe(&values, &sources, &bootstrap).unwrap();
        let interval = described.interval.unwrap();
        // Ends of 100 000 draws vary by under a hundredth of the interval's width.
        let width = interval.high - interval.low;
        same(
            Some(interval.low / width),
            &(case["low"].as_f64().unwrap() / width).into(),
            0.015,
            "low",
        );
        same(
            Some(interval.high / width),
            &(case["high"].as_f64().unwrap() / width).into(),
            0.015,
            "high",
        );
    }
}

#[test]
fn a_distance_transform_of_a_mask_is_zero_on_it_and_only_there() {
    for case in cases("masks.json", "cases") {
        let grid = grid(&case);
        let labels = mask(&case["labels"], grid.cells());
        let distances = distance_transform(&labels, &grid);
        assert!(
            labels
                .iter()
                .zip(distances)
                .all(|(&set, distance)| set == (distance == 0.0))
        );
    }
}
