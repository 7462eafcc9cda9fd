//! Data that change while lanes go on, and samples that are changed before a step.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use losscope_datasets::Augmentation;
use losscope_tests::session;
use losscope_trainer::{DataConfig, Experiment, Session, StepReport, TrainerError};

fn experiment() -> Experiment {
    let document = serde_json::json!({
        "data": { "source": "synthetic", "size": 16, "count": 12, "foreground": 0.3 },
        "network": { "base_channels": 2, "depth": 1 },
        "training": { "batch_size": 2 },
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

fn data(size: usize, foreground: f64) -> DataConfig {
    let document = serde_json::json!({
        "source": "synthetic", "size": size, "count": 20, "foreground": foreground,
    });
    serde_json::from_value(document).unwrap()
}

fn steps(session: &mut Session, count: usize) -> Vec<StepReport> {
    pollster::block_on(session.step(count)).unwrap()
}

fn weights(session: &Session) -> Vec<u8> {
    pollster::block_on(session.weights(0)).unwrap()
}

#[test]
fn lanes_go_on_with_scarcer_foreground() {
    let mut session = session(&experiment());
    steps(&mut session, 3);
    let before = weights(&session);
    let scarce = data(16, 0.02);
    let dataset = Arc::new(scarce.generate(7).unwrap().unwrap());
    session.set_data(scarce.clone(), dataset).unwrap();

    let info = session.info();
    assert_eq!(weights(&session), before, "weights stay");
    assert!(info.lanes.iter().all(|lane| lane.step == 3));
    assert_eq!(info.experiment.data, scarce);
    assert_eq!(info.dataset.samples.len(), 20);
    assert!((info.dataset.class_fractions[1] - 0.02).abs() < 0.002);
    assert!(steps(&mut session, 1).iter().all(|report| report.step == 4));
    assert_ne!(weights(&session), before);

    // It is the session that a checkpoint goes on with.
    let bytes = pollster::block_on(session.checkpoint()).unwrap();
    let checkpoint = losscope_trainer::Checkpoint::from_bytes(&bytes).unwrap();
    let (dataset, device) = (session.dataset().clone(), burn::tensor::Device::flex());
    let mut again = Session::restore(checkpoint, dataset, &device).unwrap();
    assert_eq!(steps(&mut again, 2), steps(&mut session, 2));
}

#[test]
fn data_of_another_size_are_refused_and_the_old_ones_stay() {
    let mut session = session(&experiment());
    let other = data(32, 0.3);
    let dataset = Arc::new(other.generate(7).unwrap().unwrap());
    let error = session.set_data(other, dataset).unwrap_err();
    assert!(matches!(error, TrainerError::OtherData), "{error}");
    assert_eq!(session.info().experiment, experiment());
    assert_eq!(session.info().dataset.height, 16);
}

#[test]
fn every_lane_learns_from_the_same_changed_samples() {
    let losses = |augmentation: Augmentation| -> Vec<f32> {
        let mut experiment = Experiment {
            augmentation,
            ..experiment()
        };
        experiment.losses = vec![losscope_losses::Loss::dice(); 2];
        let reports = steps(&mut session(&experiment), 6);
        let (first, second): (Vec<_>, Vec<_>) = reports.iter().partition(|report| report.lane == 0);
        for (first, second) in first.iter().zip(&second) {
            assert_eq!(first.loss, second.loss);
        }
        first.iter().map(|report| report.loss).collect()
    };
    let always = Augmentation {
        probability: 1.0,
        ..Augmentation::paper()
    };
    let changed = losses(always);
    assert_eq!(losses(always), changed, "a seed gives the same changes");
    let plain = losses(Augmentation::default());
    let same = plain.iter().zip(&changed).filter(|(a, b)| a == b).count();
    assert_eq!(same, 0, "{plain:?} {changed:?}");
}

#[test]
fn an_augmentation_out_of_range_is_named() {
    let document = r#"{ "augmentation": { "rotation": 400 } }"#;
    let error = Experiment::from_json(document).unwrap_err().to_string();
    assert!(error.contains("augmentation.rotation"), "{error}");
}
