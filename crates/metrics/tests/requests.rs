//! What may be asked for, and what may not.

use losscope_metrics::{Case, Grid, Metric, MetricGroup, MetricOptions, MetricsError, evaluate};

const ALL: [MetricGroup; 4] = [
    MetricGroup::Overlap,
    MetricGroup::Surface,
    MetricGroup::Centreline,
    MetricGroup::Calibration,
];

#[test]
fn only_what_was_asked_for_is_there_and_the_background_only_on_request() {
    let (predicted, labels) = ([0, 1, 0, 1], [0, 1, 0, 0]);
    let case = Case {
        predicted: &predicted,
        labels: &labels,
        probabilities: None,
        classes: 2,
        grid: Grid::plane(2, 2),
    };
    let cheap = evaluate(&case, &MetricOptions::default()).unwrap();
    assert!(
        cheap
            .iter()
            .all(|values| values.metric.info().group == MetricGroup::Overlap)
    );
    assert_eq!(cheap.len(), 8);
    let mut options = MetricOptions {
        metrics: vec![Metric::Nsd, Metric::ClDice],
        ..MetricOptions::default()
    };
    let values = evaluate(&case, &options).unwrap();
    assert_eq!(values.len(), 10);
    let get = |metric: Metric| {
        let found = values.iter().find(|values| values.metric == metric);
        &found.unwrap().per_class
    };
    assert_eq!(get(Metric::Nsd)[..], [None, Some(1.0)]);
    options.background = true;
    let values = evaluate(&case, &options).unwrap();
    assert!(values.iter().all(|values| values.per_class[0].is_some()));
}

#[test]
fn bad_input_is_an_error_that_says_what_is_wrong() {
    let (labels, probabilities) = (vec![0, 1, 0, 1], vec![0.5; 8]);
    let case = Case {
        predicted: &labels,
        labels: &labels,
        probabilities: Some(&probabilities),
        classes: 2,
        grid: Grid::plane(2, 2),
    };
    let options = MetricOptions::of(&ALL);
    assert!(evaluate(&case, &options).is_ok());
    let fails = |case: Case, options: &MetricOptions, words: &str| {
        let error: MetricsError = evaluate(&case, options).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    };
    let grid = Grid::plane(2, 3);
    fails(
        Case { grid, ..case },
        &options,
        "the predicted classes have 4 values",
    );
    let grid = Grid::volume([1, 2, 2], [1.0, 0.0, 1.0]);
    fails(Case { grid, ..case }, &options, "spacing");
    fails(
        Case { classes: 1, ..case },
        &options,
        "1 classes are too few",
    );
    let none = Case {
        probabilities: None,
        ..case
    };
    fails(
        none,
        &options,
        "Expected calibration error is made of probabilities",
    );
    for wrong in [f32::NAN, 1.5, -3.0] {
        let mut probabilities = probabilities.clone();
        probabilities[5] = wrong;
        let case = Case {
            probabilities: Some(&probabilities),
            ..case
        };
        fails(case, &options, "the probability at position 5");
    }
    let bins = MetricOptions {
        bins: 0,
        ..options.clone()
    };
    fails(case, &bins, "from 1 to 1000");
    let tolerance = MetricOptions {
        tolerance: f64::NAN,
        ..options
    };
    fails(case, &tolerance, "tolerance");
}
