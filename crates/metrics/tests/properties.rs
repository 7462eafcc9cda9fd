//! What holds for any masks.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use losscope_metrics::{
    Case, Grid, Metric, MetricGroup, MetricOptions, MetricValues, evaluate, skeleton,
};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const ALL: [MetricGroup; 4] = [
    MetricGroup::Overlap,
    MetricGroup::Surface,
    MetricGroup::Centreline,
    MetricGroup::Calibration,
];

/// Classes, labels and probabilities at random, in rectangles.
struct Random {
    grid: Grid,
    classes: usize,
    predicted: Vec<u8>,
    labels: Vec<u8>,
    probabilities: Vec<f32>,
}

impl Random {
    fn new(random: &mut ChaCha8Rng) -> Self {
        let depth = if random.random_bool(0.5) {
            1
        } else {
            random.random_range(2..6)
        };
        let shape = [
            depth,
            random.random_range(1..15),
            random.random_range(1..15),
        ];
        let grid = Grid::volume(
            shape,
            std::array::from_fn(|_| random.random_range(0.3..3.0)),
        );
        let classes = random.random_range(2..5);
        let mut mask = || rectangles(random, shape, classes);
        let (predicted, labels) = (mask(), mask());
        let mut probabilities = vec![0.0; classes * grid.cells()];
        for cell in 0..grid.cells() {
            let weights: Vec<f32> = (0..classes)
                .map(|_| random.random_range(0.0..1.0))
                .collect();
            let sum: f32 = weights.iter().sum();
            for (class, weight) in weights.iter().enumerate() {
                probabilities[class * grid.cells() + cell] = weight / sum;
            }
        }
        Self {
            grid,
            classes,
            predicted,
            labels,
            probabilities,
        }
    }

    fn case(&self) -> Case<'_> {
        Case {
            predicted: &self.predicted,
            labels: &self.labels,
            probabilities: Some(&self.probabilities),
            classes: self.classes,
            grid: self.grid,
        }
    }
}

fn rectangles(random: &mut ChaCha8Rng, shape: [usize; 3], classes: usize) -> Vec<u8> {
    let [depth, height, width] = shape;
    let mut mask = vec![0; depth * height * width];
    for _ in 0..random.random_range(0..5) {
        let class = random.random_range(0..classes) as u8;
        let mut span = |length: usize| {
            let start = random.random_range(0..length);
            start..random.random_range(start..length) + 1
        };
        let (planes, rows, columns) = (span(depth), span(height), span(width));
        for plane in planes {
            for row in rows.clone() {
                let line = (plane * height + row) * width;
                mask[line + columns.start..line + columns.end].fill(class);
            }
        }
    }
    mask
}

fn options() -> MetricOptions {
    MetricOptions {
        background: true,
        ..MetricOptions::of(&ALL)
    }
}

fn get(values: &[MetricValues], metric: Metric) -> &[Option<f64>] {
    let found = values.iter().find(|values| values.metric == metric);
    &found.unwrap().per_class
}

fn each(rounds: usize, mut check: impl FnMut(&Random, &[MetricValues])) {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..rounds {
        let image = Random::new(&mut random);
        let values = evaluate(&image.case(), &options()).unwrap();
        check(&image, &values);
    }
}

#[test]
fn every_value_is_in_its_range_and_every_class_has_one() {
    let mut defined = 0;
    each(400, |image, values| {
        assert_eq!(values.len(), Metric::all().count());
        for values in values {
            assert_eq!(values.per_class.len(), image.classes);
            let info = values.metric.info();
            for &value in values.per_class.iter().flatten() {
                let greatest = info.greatest.unwrap_or(f64::MAX);
                assert!(
                    (info.least..=greatest).contains(&value),
                    "{}: {value}",
                    info.id
                );
                defined += 1;
            }
        }
    });
    assert!(defined > 10_000);
}

#[test]
fn metrics_keep_their_order() {
    each(400, |_, values| {
        let pairs = |low, high| {
            get(values, low)
                .iter()
                .copied()
                .zip(get(values, high).iter().copied())
        };
        let orders = [
            (Metric::Iou, Metric::Dice),
            (Metric::Hd95, Metric::Hd),
            (Metric::Assd, Metric::Hd),
            (Metric::Masd, Metric::Hd),
        ];
        for (low, high) in orders {
            for (a, b) in pairs(low, high) {
                assert_eq!(a.is_some(), b.is_some());
                assert!(
                    a.zip(b).is_none_or(|(a, b)| a <= b + 1e-12),
                    "{low:?} {a:?}, {high:?} {b:?}"
                );
            }
        }
        for (iou, dice) in pairs(Metric::Iou, Metric::Dice) {
            let made = iou.map(|iou| 2.0 * iou / (1.0 + iou));
            assert!(made.zip(dice).is_none_or(|(a, b)| (a - b).abs() < 1e-12));
        }
    });
}

#[test]
fn prediction_and_labels_change_places() {
    each(300, |image, values| {
        let turned = evaluate(
            &Case {
                predicted: &image.labels,
                labels: &image.predicted,
                ..image.case()
            },
            &options(),
        )
        .unwrap();
        for (here, there) in [
            (Metric::Dice, Metric::Dice),
            (Metric::Iou, Metric::Iou),
            (Metric::Accuracy, Metric::Accuracy),
            (Metric::Mcc, Metric::Mcc),
            (Metric::Precision, Metric::Recall),
            (Metric::Hd, Metric::Hd),
            (Metric::Hd95, Metric::Hd95),
            (Metric::Assd, Metric::Assd),
            (Metric::Nsd, Metric::Nsd),
            (Metric::ClDice, Metric::ClDice),
        ] {
            for (a, b) in get(values, here).iter().zip(get(&turned, there)) {
                let same = match (a, b) {
                    (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                    (a, b) => a == b,
                };
                assert!(same, "{here:?} {a:?}, {there:?} {b:?}");
            }
        }
    });
}

#[test]
fn a_perfect_prediction_is_perfect() {
    each(200, |image, _| {
        let case = Case {
            predicted: &image.labels,
            ..image.case()
        };
        let values = evaluate(&case, &options()).unwrap();
        for values in values
            .iter()
            .filter(|values| !values.metric.needs_probabilities())
        {
            let distance = values.metric.info().unit == losscope_metrics::MetricUnit::Length;
            let perfect = if distance { 0.0 } else { 1.0 };
            for &value in values.per_class.iter().flatten() {
                assert!(
                    (value - perfect).abs() < 1e-12,
                    "{:?}: {value}",
                    values.metric
                );
            }
        }
    });
}

#[test]
fn distances_grow_with_the_spacing_and_nothing_else_does() {
    each(200, |image, values| {
        let grid = Grid {
            spacing: image.grid.spacing.map(|spacing| 2.0 * spacing),
            ..image.grid
        };
        let wide = MetricOptions {
            tolerance: 2.0,
            ..options()
        };
        let doubled = evaluate(
            &Case {
                grid,
                ..image.case()
            },
            &wide,
        )
        .unwrap();
        for (one, two) in values.iter().zip(&doubled) {
            let distance = one.metric.info().unit == losscope_metrics::MetricUnit::Length;
            let factor = if distance { 2.0 } else { 1.0 };
            let scaled: Vec<_> = one
                .per_class
                .iter()
                .map(|v| v.map(|v| v * factor))
                .collect();
            assert_eq!(scaled, two.per_class, "{:?}", one.metric);
        }
    });
}

#[test]
fn a_skeleton_lies_in_its_mask_and_is_its_own() {
    each(300, |image, _| {
        let mask: Vec<bool> = image.labels.iter().map(|&label| label == 1).collect();
        let thin = skeleton(&mask, &image.grid);
        assert!(thin.iter().zip(&mask).all(|(thin, mask)| !thin || *mask));
        assert_eq!(thin.contains(&true), mask.contains(&true));
        assert_eq!(skeleton(&thin, &image.grid), thin);
    });
}
