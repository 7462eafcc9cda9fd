//! A session goes on from its checkpoint with the same numbers, and a lane that diverges stops alone.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_losses::Loss;
use losscope_tests::session;
use losscope_trainer::{Checkpoint, Experiment, Session, SplitName, StepReport, TrainerError};
use safetensors::SafeTensors;

fn experiment(optimiser: serde_json::Value, losses: &[Loss]) -> Experiment {
    let document = serde_json::json!({
        "data": { "source": "synthetic", "size": 16, "count": 20, "foreground": 0.1 },
        "network": { "base_channels": 4, "depth": 2 },
        "optimiser": optimiser,
        "training": { "batch_size": 2 },
        "losses": losses,
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

fn adam() -> serde_json::Value {
    serde_json::json!({ "kind": "adam", "learning_rate": 0.003 })
}

fn sgd() -> serde_json::Value {
    serde_json::json!({ "kind": "sgd", "learning_rate": 0.05, "momentum": 0.8 })
}

fn steps(session: &mut Session, count: usize) -> Vec<StepReport> {
    pollster::block_on(session.step(count)).unwrap()
}

fn checkpoint(session: &Session) -> Vec<u8> {
    pollster::block_on(session.checkpoint()).unwrap()
}

fn data(experiment: &Experiment) -> Arc<Dataset> {
    let generated = experiment.data.generate(experiment.seed).unwrap();
    Arc::new(generated.unwrap())
}

fn restore(bytes: &[u8]) -> Result<Session, TrainerError> {
    let checkpoint = Checkpoint::from_bytes(bytes)?;
    let dataset = data(checkpoint.experiment());
    Session::restore(checkpoint, dataset, &Device::flex())
}

/// Every number of some reports, as bits: equal ones are equal even where they are no numbers.
fn bits(reports: &[StepReport]) -> Vec<Vec<u32>> {
    let row = |report: &StepReport| {
        let norms = report.layer_norms.iter().flatten();
        let numbers = [report.loss].into_iter();
        let numbers = numbers.chain(report.gradient_share.iter().chain(norms).copied());
        [report.lane, report.step as u32]
            .into_iter()
            .chain(numbers.map(f32::to_bits))
            .collect()
    };
    reports.iter().map(row).collect()
}

#[test]
fn a_restored_session_goes_on_with_the_same_numbers() {
    for optimiser in [adam(), sgd()] {
        let losses = [Loss::ce(), Loss::dice(), Loss::asym_unified_focal()];
        let mut undisturbed = session(&experiment(optimiser.clone(), &losses));
        steps(&mut undisturbed, 10);
        let bytes = checkpoint(&undisturbed);
        let mut resumed = restore(&bytes).unwrap();
        assert_eq!(resumed.info(), undisturbed.info());
        let (expected, found) = (steps(&mut undisturbed, 10), steps(&mut resumed, 10));
        assert_eq!(expected.len(), 30);
        assert_eq!(bits(&found), bits(&expected), "{optimiser}");
        let evaluate =
            |session: &mut Session| pollster::block_on(session.evaluate(SplitName::Test)).unwrap();
        assert_eq!(evaluate(&mut resumed), evaluate(&mut undisturbed));
        // Not by starting again: the moments matter.
        let mut anew = session(&experiment(optimiser, &losses));
        assert_ne!(bits(&steps(&mut anew, 10)), bits(&expected));
    }
}

#[test]
fn so_does_one_whose_lanes_were_changed_in_between() {
    for optimiser in [adam(), sgd()] {
        let losses = [Loss::ce(), Loss::dice(), Loss::ce()];
        let mut undisturbed = session(&experiment(optimiser, &losses));
        steps(&mut undisturbed, 4);
        let tversky = Loss::Tversky(losscope_losses::kinds::Tversky {
            delta: 0.1 + 0.2,
            smooth: 1e-6,
        });
        undisturbed.set_loss(1, tversky).unwrap();
        undisturbed.remove_lane(0).unwrap();
        undisturbed.add_lane(Loss::asym_unified_focal()).unwrap();
        steps(&mut undisturbed, 3);
        let bytes = checkpoint(&undisturbed);
        let mut resumed = restore(&bytes).unwrap();
        assert_eq!(resumed.info(), undisturbed.info());
        // A new lane gets the same name in both.
        resumed.add_lane(Loss::dice()).unwrap();
        undisturbed.add_lane(Loss::dice()).unwrap();
        assert_eq!(
            bits(&steps(&mut resumed, 5)),
            bits(&steps(&mut undisturbed, 5))
        );
        assert_eq!(resumed.info(), undisturbed.info());
    }
}

#[test]
fn what_is_wrong_with_a_checkpoint_is_said() {
    let experiment = experiment(adam(), &[Loss::ce(), Loss::dice()]);
    let mut trained = session(&experiment);
    steps(&mut trained, 1);
    let bytes = checkpoint(&trained);
    let error = |bytes: &[u8]| restore(bytes).err().unwrap().to_string();
    let rewritten = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = bytes
            .windows(from.len())
            .position(|window| window == from.as_bytes())
            .unwrap();
        let mut changed = bytes.clone();
        changed[at..at + to.len()].copy_from_slice(to.as_bytes());
        changed
    };

    assert!(error(b"nothing of the kind").contains("no checkpoint"));
    assert!(error(&bytes[..bytes.len() / 2]).contains("no checkpoint"));
    assert!(error(&trained_weights(&trained)).contains("no entry crc32"));
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(error(&damaged).contains("checksum"));
    assert!(error(&rewritten("\\\"seed\\\":7", "\\\"seed\\\":8")).contains("checksum"));
    assert!(error(&rewritten("\\\"format\\\":1", "\\\"format\\\":2")).contains("version 2"));

    // Other data, and another network than the header says.
    let checkpoint = Checkpoint::from_bytes(&bytes).unwrap();
    let mut other = experiment;
    other.data =
        serde_json::from_str(r#"{"source": "synthetic", "size": 32, "count": 20}"#).unwrap();
    let refused = Session::restore(checkpoint, data(&other), &Device::flex());
    assert!(refused.err().unwrap().to_string().contains("16×16"));
    let error = error(&resealed(
        &bytes,
        "\"base_channels\":4",
        "\"base_channels\":8",
    ));
    assert!(error.contains("parameters of lane 0"), "{error}");
}

fn trained_weights(session: &Session) -> Vec<u8> {
    pollster::block_on(session.weights(0)).unwrap()
}

/// A checkpoint whose header was changed by someone who knows how to sum it.
fn resealed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let mut entries = metadata.metadata().clone().unwrap();
    let header = entries["losscope"].replace(from, to);
    assert_ne!(header, entries["losscope"]);
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut sum = crc32fast::Hasher::new();
    sum.update(header.as_bytes());
    for lane in 0..2 {
        for part in ["parameters", "first", "second"] {
            sum.update(file.tensor(&format!("lane.{lane}.{part}")).unwrap().data());
        }
    }
    entries.insert("losscope".into(), header);
    entries.insert("crc32".into(), format!("{:08x}", sum.finalize()));
    safetensors::serialize(file.tensors(), Some(entries)).unwrap()
}

/// Without normalisation, at a rate at which cross entropy diverges within a few steps, and Dice, whose
/// gradient vanishes where the network is certain, does not.
fn diverging() -> Session {
    diverging_at(10.0)
}

fn diverging_at(rate: f64) -> Session {
    let document = serde_json::json!({
        "data": { "source": "synthetic", "size": 32, "count": 20, "foreground": 0.1 },
        "network": { "base_channels": 16, "depth": 3, "norm": "none" },
        "optimiser": { "kind": "sgd", "learning_rate": rate },
        "training": { "batch_size": 2 },
        "losses": [Loss::ce(), Loss::dice()],
    });
    session(&Experiment::from_json(&document.to_string()).unwrap())
}

#[test]
fn a_lane_whose_loss_is_not_finite_stops_alone() {
    let mut at_once = diverging();
    let reports = steps(&mut at_once, 12);
    let lanes = at_once.lanes();
    let stopped = lanes[0].stopped.clone().expect("cross entropy diverges");
    assert_eq!((lanes[0].step, lanes[1].step), (stopped.step, 12));
    assert_eq!(lanes[1].stopped, None);
    let own: Vec<&StepReport> = reports.iter().filter(|report| report.lane == 0).collect();
    assert_eq!(own.len(), stopped.step);
    for report in own {
        assert_eq!(report.loss.is_finite(), report.step < stopped.step);
    }

    // Whenever reports are read back, the lane stops at the same step with the same numbers.
    let mut one_by_one = diverging();
    let piecewise: Vec<StepReport> = (0..12).flat_map(|_| steps(&mut one_by_one, 1)).collect();
    assert_eq!(bits(&piecewise), bits(&reports));
    assert_eq!(one_by_one.lanes(), lanes);

    // What it was before that step is kept, and breaks where it is said to.
    let mut before = diverging();
    steps(&mut before, stopped.step - 1);
    let weights = |session: &Session| pollster::block_on(session.weights(0)).unwrap();
    let values = |bytes: &[u8]| {
        let file = SafeTensors::deserialize(bytes).unwrap();
        let mut tensors = file.tensors();
        tensors.sort_by(|(a, _), (b, _)| a.cmp(b));
        let data = tensors
            .iter()
            .flat_map(|(_, tensor)| tensor.data().to_vec());
        data.collect::<Vec<u8>>()
    };
    assert_eq!(values(&weights(&at_once)), values(&weights(&before)));
    let layer = stopped.layer.expect("the layer is named");
    assert!(at_once.info().layers.contains(&layer), "{layer}");

    // The layer is named whether or not norms were taken at that step.
    for rate in [3.0, 5.0, 7.0, 8.0, 9.0, 10.0] {
        let mut session = diverging_at(rate);
        steps(&mut session, 60);
        if let Some(stopped) = &session.lanes()[0].stopped {
            assert!(stopped.layer.is_some(), "at a rate of {rate}: {stopped:?}");
        }
    }

    // It stays stopped when it is restored, and another loss revives it.
    let mut resumed = restore(&checkpoint(&at_once)).unwrap();
    assert_eq!(resumed.lanes(), lanes);
    assert_eq!(steps(&mut resumed, 2).len(), 2);
    resumed.set_loss(0, Loss::dice()).unwrap();
    assert_eq!(resumed.lanes()[0].stopped, None);
    assert_eq!(steps(&mut resumed, 2).len(), 4);
    // So does a reset.
    at_once.reset();
    assert_eq!(steps(&mut at_once, 1).len(), 2);
}
