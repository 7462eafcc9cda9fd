//! Steps taken apart, pixels explained, and earlier steps looked at again.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use losscope_datasets::{Axis, Cut};
use losscope_tests::session;
use losscope_trainer::{Experiment, LayerPull, SplitName, StepExplanation, TrainerError};
use pollster::block_on;
use serde_json::{Value, json};

fn experiment(losses: &Value) -> Experiment {
    let document = json!({
        "data": { "source": "synthetic", "size": 32, "count": 12, "foreground": 0.1 },
        "network": { "base_channels": 4, "depth": 2 },
        "training": { "batch_size": 3 },
        "losses": losses,
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-4 * scale
}

fn norm(of: impl Fn(&LayerPull) -> f64, explained: &StepExplanation) -> Vec<f64> {
    explained.layers.iter().map(of).collect()
}

#[test]
fn a_step_is_explained_as_it_is_taken() {
    let losses =
        json!([{ "kind": "ce" }, { "kind": "asym_unified_focal" }, { "kind": "lovasz_softmax" }]);
    let mut session = session(&experiment(&losses));
    block_on(session.step(4)).unwrap();
    let explained: Vec<StepExplanation> = (0..3)
        .map(|lane| block_on(session.explain_step(lane)).unwrap().0)
        .collect();
    // Nothing has moved by asking.
    assert!(session.lanes().iter().all(|lane| lane.step == 4));
    // Norms are told at every fifth step.
    let reports = block_on(session.step(1)).unwrap();
    for (report, explained) in reports.iter().zip(&explained) {
        assert_eq!(report.step, explained.step);
        assert!(near(report.loss.into(), explained.loss.into(), 1.0));
        for (a, b) in report.gradient_share.iter().zip(&explained.gradient_share) {
            assert!(near((*a).into(), (*b).into(), 1.0), "{a} {b}");
        }
        let norms = report.layer_norms.as_ref().unwrap();
        for (taken, told) in norms.iter().zip(&explained.layers) {
            let taken = f64::from(*taken);
            assert!(
                near(taken, told.gradient, 10.0 * taken),
                "{told:?}, not {taken}"
            );
        }
        let whole = &explained.network;
        assert!(
            whole.change > 0.0 && whole.change < whole.weight,
            "{whole:?}"
        );
    }
}

#[test]
fn the_parts_of_cross_entropy_are_those_of_its_terms() {
    // Cross entropy is the sum of two formulas, one of which only looks at foreground.
    let formula = |text: &str| json!({ "kind": "formula", "formula": text, "parameters": {} });
    let losses = json!([
        { "kind": "ce" },
        formula("mean(fg(-y*log(p)))"),
        formula("mean(bg(-y*log(p)))"),
    ]);
    let session = session(&experiment(&losses));
    let [whole, foreground, background] =
        [0, 1, 2].map(|lane| block_on(session.explain_step(lane)).unwrap().0);
    let largest = whole.network.gradient;
    let same = |a: Vec<f64>, b: Vec<f64>| {
        assert!(a.iter().all(|value| *value > 0.0), "{a:?}");
        for (a, b) in a.into_iter().zip(b) {
            assert!(near(a, b, largest), "{a} {b}");
        }
    };
    same(
        norm(|pull| pull.foreground, &whole),
        norm(|pull| pull.gradient, &foreground),
    );
    same(
        norm(|pull| pull.background, &whole),
        norm(|pull| pull.gradient, &background),
    );
    assert_eq!(foreground.network.background, 0.0);
    assert_eq!(
        (background.network.foreground, background.network.cosine),
        (0.0, None)
    );
    for pull in &whole.layers {
        // |a + b|² = |a|² + |b|² + 2 a·b, and each part's share of the whole sums to one.
        let cosine = pull.cosine.unwrap();
        let product = pull.foreground * pull.background * cosine;
        let square = pull.foreground.powi(2) + pull.background.powi(2) + 2.0 * product;
        assert!(near(square.sqrt(), pull.gradient, largest), "{pull:?}");
        let share = (pull.foreground.powi(2) + product) / square;
        assert!(
            near(share, pull.foreground_share.unwrap(), 10.0),
            "{share} {pull:?}"
        );
    }
}

#[test]
fn the_pictures_of_an_explained_step_are_those_of_its_batch() {
    let session = session(&experiment(&json!([{ "kind": "dice" }])));
    let (explained, seen) = block_on(session.explain_step(0)).unwrap();
    assert_eq!((explained.images.len(), seen.len()), (3, 3));
    let train = session.images(SplitName::Train);
    let (mut pushes, mut foreground) = ([0.0f64; 2], 0);
    for (index, values) in explained.images.iter().zip(&seen) {
        assert!(train.contains(index));
        assert_eq!(values.labels, session.dataset().samples[*index].labels);
        let pixels = values.labels.len();
        for (at, gradient) in values.logit_gradient.iter().enumerate() {
            pushes[usize::from(values.labels[at % pixels])] += f64::from(gradient.abs());
        }
        foreground += values.labels.iter().filter(|&&label| label == 1).count();
    }
    let share = pushes[1] / (pushes[0] + pushes[1]);
    assert!(near(share, explained.gradient_share[1].into(), 1.0));
    assert!(near(
        foreground as f64 / (3.0 * 1024.0),
        explained.foreground,
        1.0
    ));
}

#[test]
fn an_earlier_step_looks_as_it_did() {
    let losses = json!([{ "kind": "ce" }, { "kind": "dice" }]);
    let mut session = session(&experiment(&losses));
    block_on(session.keep_past(1 << 24, 2)).unwrap();
    let image = session.images(SplitName::Validation)[0];
    let cut = Cut {
        axis: Axis::Axial,
        index: 0,
    };
    block_on(session.step(4)).unwrap();
    let then = block_on(session.snapshot_at(image, cut)).unwrap();
    block_on(session.step(5)).unwrap();
    assert_eq!(session.past(), [0, 2, 4, 6, 8]);
    for (lane, then) in [0, 1].into_iter().zip(&then) {
        // Step 5 is not kept: the one before it is.
        let again = block_on(session.snapshot_past(lane, image, cut, 5)).unwrap();
        assert_eq!((again[0].step, again[0].loss), (4, then.loss));
        let dataset = session.dataset();
        let [a, b] = [&again[0], then].map(|seen| block_on(seen.values(dataset)).unwrap());
        assert_eq!(a, b);
    }
    // A lane that starts again has no past but its start.
    session
        .set_loss(
            1,
            serde_json::from_value(json!({ "kind": "focal" })).unwrap(),
        )
        .unwrap();
    let first = block_on(session.snapshot_past(1, image, cut, 8)).unwrap();
    assert_eq!(first[0].step, 0);
    session.reset();
    assert_eq!(session.past(), [0usize; 0]);
    block_on(session.step(3)).unwrap();
    assert_eq!(session.past(), [0, 2]);
}

#[test]
fn a_session_that_keeps_no_past_says_so() {
    let mut session = session(&experiment(&json!([{ "kind": "ce" }])));
    block_on(session.step(2)).unwrap();
    let cut = Cut {
        axis: Axis::Axial,
        index: 0,
    };
    let past = block_on(session.snapshot_past(0, 0, cut, 1)).unwrap_err();
    assert!(matches!(past, TrainerError::NoPast), "{past}");
}

#[test]
fn a_pixel_says_what_the_picture_shows() {
    let losses = json!([{ "kind": "ce" }, { "kind": "mcc" }]);
    let mut session = session(&experiment(&losses));
    block_on(session.step(3)).unwrap();
    let image = session.images(SplitName::Validation)[1];
    let seen = block_on(session.snapshot(image)).unwrap();
    for (snapshot, terms) in seen.iter().zip([true, false]) {
        let values = block_on(snapshot.values(session.dataset())).unwrap();
        let explained = block_on(session.explain_pixel(snapshot, (9, 20))).unwrap();
        let pixel = 9 * 32 + 20;
        assert_eq!(explained.step, 3);
        assert_eq!(explained.gradient[1], values.logit_gradient[1024 + pixel]);
        assert_eq!(explained.probabilities[0], values.probabilities[pixel]);
        assert_eq!(
            explained.terms.is_some(),
            terms,
            "only forms that are known have terms"
        );
        let error = block_on(session.explain_pixel(snapshot, (32, 0))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no pixel at row 32, column 0: the picture has 32 × 32"
        );
    }
}
