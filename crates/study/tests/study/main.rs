//! Studies, without files: from a document to cells, and from results to a report.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

mod expansion;
mod merging;
mod pictures;
mod sharing;
mod statistics;
mod training;

use losscope_metrics::{Metric, MetricValues};
use losscope_study::{Cell, CellResult, Collection, DataSummary, ImageResult, Machine, Study};
use serde_json::{Value, json};

fn study(document: Value) -> Study {
    Study::from_json(&document.to_string()).unwrap()
}

/// Two losses, two seeds, three images of which one has no foreground.
fn small() -> Study {
    study(json!({
        "name": "small",
        "grid": { "losses": [{ "kind": "ce" }, { "kind": "dice" }], "seeds": [1, 2] },
        "metrics": { "metrics": [] },
    }))
}

/// A result of a cell with these Dice values of test images.
fn result(cell: &Cell, dice: &[Option<f64>]) -> CellResult {
    let image = |(index, value): (usize, &Option<f64>)| ImageResult {
        image: format!("image {index}"),
        source: format!("source {index}"),
        values: vec![MetricValues {
            metric: Metric::Dice,
            per_class: vec![Some(0.99), *value],
        }],
    };
    CellResult {
        format: "losscope-cell-1".to_owned(),
        study: "small".to_owned(),
        cell: cell.clone(),
        metrics: small().metrics,
        machine: Machine {
            version: "0.1.0".to_owned(),
            backend: "cpu".to_owned(),
            adapter: "CPU".to_owned(),
        },
        data: DataSummary {
            fingerprint: "f".to_owned(),
            classes: vec!["background".to_owned(), "foreground".to_owned()],
            train: 6,
            validation: 2,
            test: dice.len(),
            test_foreground: 0.03,
        },
        steps: 300,
        stopped: None,
        last_losses: vec![Some(0.25), None],
        validation_dice: Some(0.5),
        images: dice.iter().enumerate().map(image).collect(),
        pictures: Vec::new(),
        seconds: 1.5,
    }
}

/// A collection of results with these Dice values, in the order of the cells.
fn collected(study: Study, dice: &[&[Option<f64>]]) -> Collection {
    let cells = study.cells().unwrap();
    assert_eq!(cells.len(), dice.len());
    let results = cells
        .iter()
        .zip(dice)
        .map(|(cell, dice)| result(cell, dice));
    Collection::new(study, results.collect::<Vec<_>>()).unwrap()
}
