//! Training does what it is for: losses fall, and segmentations of images that were not seen get better.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use losscope_datasets::import::{Fit, ImportOptions};
use losscope_datasets::{Dataset, import_folder};
use losscope_tests::{external_folder, record, say, session};
use losscope_trainer::{Experiment, Session, SplitName};

fn experiment(data: &serde_json::Value, steps: usize) -> Experiment {
    let document = serde_json::json!({
        "data": data,
        "network": { "base_channels": 4, "depth": 2 },
        "optimiser": { "learning_rate": 0.005 },
        "training": { "batch_size": 4, "steps": steps },
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

/// What one lane came to.
#[derive(Debug)]
struct Outcome {
    /// Mean loss over the first and the last ten steps.
    loss: [f32; 2],
    /// Mean Dice on validation images before and after.
    dice: [f64; 2],
}

/// Trains the default losses: cross entropy, Dice, asymmetric Unified Focal.
fn train(mut session: Session) -> Vec<Outcome> {
    let start = Instant::now();
    let dice = |session: &mut Session| -> Vec<f64> {
        let evaluations = pollster::block_on(session.evaluate(SplitName::Validation)).unwrap();
        evaluations
            .iter()
            .map(|evaluation| evaluation.mean_dice.unwrap_or(0.0))
            .collect()
    };
    let before = dice(&mut session);
    let steps = session.info().experiment.training.steps;
    let reports = pollster::block_on(session.step(steps)).unwrap();
    let after = dice(&mut session);
    let outcomes: Vec<Outcome> = session
        .info()
        .lanes
        .iter()
        .zip(before.into_iter().zip(after))
        .map(|(lane, (before, after))| {
            let losses: Vec<f32> = reports
                .iter()
                .filter(|r| r.lane == lane.id)
                .map(|r| r.loss)
                .collect();
            let mean = |losses: &[f32]| losses.iter().sum::<f32>() / losses.len() as f32;
            let loss = [mean(&losses[..10]), mean(&losses[losses.len() - 10..])];
            Outcome {
                loss,
                dice: [before, after],
            }
        })
        .collect();
    for (loss, outcome) in session.info().experiment.losses.iter().zip(&outcomes) {
        println!("{}: {outcome:?}", loss.kind());
    }
    println!(
        "{steps} steps of {} lanes in {:.1} s",
        outcomes.len(),
        start.elapsed().as_secs_f64()
    );
    outcomes
}

#[test]
fn synthetic_polyps_are_learned() {
    let data =
        serde_json::json!({ "source": "synthetic", "size": 32, "count": 60, "foreground": 0.05 });
    let outcomes = train(session(&experiment(&data, 80)));
    for outcome in &outcomes {
        assert!(outcome.loss[1] < 0.8 * outcome.loss[0], "{outcome:?}");
    }
    for outcome in &outcomes[1..] {
        assert!(outcome.dice[1] > outcome.dice[0] + 0.3, "{outcome:?}");
    }
}

/// The built-in Dice has kernels of its own; typed, it is composed of Burn's operations, and the other way round:
/// `1 − overlap` instead of the share that is missed, and with the system's exponential instead of the kernels'. In single
/// precision that is another rounding, of one unit in the last place, which 40 steps let grow to some 40.
#[test]
fn a_typed_dice_trains_to_the_numbers_of_the_built_in_one() {
    let formula = "mean(1 - (2*tp + 2*s)/(2*tp + fn + fp + 2*s))";
    let document = serde_json::json!({
        "data": { "source": "synthetic", "size": 32, "count": 24, "foreground": 0.05 },
        "network": { "base_channels": 4, "depth": 2 },
        "training": { "batch_size": 4, "steps": 40 },
        "losses": [{ "kind": "dice" }, { "kind": "formula", "formula": formula, "parameters": { "s": 1e-6 } }],
    });
    let experiment = Experiment::from_json(&document.to_string()).unwrap();
    let mut session = session(&experiment);
    let reports = pollster::block_on(session.step(40)).unwrap();
    let lanes: Vec<u32> = session.info().lanes.iter().map(|lane| lane.id).collect();
    let of_lane = |lane: u32| reports.iter().filter(move |report| report.lane == lane);
    let apart: Vec<f32> = of_lane(lanes[0])
        .zip(of_lane(lanes[1]))
        .map(|(built_in, typed)| {
            assert_eq!(built_in.step, typed.step);
            (built_in.loss - typed.loss).abs() / built_in.loss
        })
        .collect();
    assert_eq!(apart.len(), 40);
    let largest = |steps: &[f32]| steps.iter().copied().fold(0.0, f32::max);
    println!(
        "at the first step {:e}, at the most {:e}",
        apart[0],
        largest(&apart)
    );
    assert!(largest(&apart) <= 1e-5, "{apart:?}");
    record(
        "a typed Dice and the built-in one train to losses that are apart by less than 1e-5 of themselves, at each of 40 steps",
    );
}

#[test]
fn real_polyps_are_learned() {
    let Some(folder) = external_folder("LOSSCOPE_DATA", "shared/data") else {
        return;
    };
    let folder = folder.join("polypgen");
    if !folder.is_dir() {
        say(&format!("skipped: there is no folder {}", folder.display()));
        return;
    }
    let options = ImportOptions::new(32, Fit::Resize);
    let dataset: Dataset = import_folder(&folder, options, None).unwrap().dataset;
    let data = serde_json::json!({ "source": "folder", "path": folder, "size": 32 });
    let session = Session::new(
        experiment(&data, 80),
        dataset.into(),
        &burn::tensor::Device::flex(),
    )
    .unwrap();
    let outcomes = train(session);
    for outcome in &outcomes {
        assert!(outcome.loss[1] < outcome.loss[0], "{outcome:?}");
    }
    for outcome in &outcomes[1..] {
        assert!(outcome.dice[1] > outcome.dice[0] + 0.1, "{outcome:?}");
    }
}
