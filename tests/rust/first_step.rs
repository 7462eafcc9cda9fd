//! What lanes report of their first step, against losses and gradients evaluated apart in float64.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_datasets::{Batch, Batches, Dataset};
use losscope_losses::reference::{Activation, Case, value_and_gradient};
use losscope_losses::{Loss, catalogue};
use losscope_tests::burn_unet::BurnUNet;
use losscope_tests::session;
use losscope_trainer::{Experiment, StepReport};
use losscope_unet::initial_parameters;

fn experiment(losses: &[&str]) -> Experiment {
    let losses: Vec<_> = losses
        .iter()
        .map(|kind| serde_json::json!({ "kind": kind }))
        .collect();
    let document = serde_json::json!({
        "seed": 5,
        "data": { "source": "synthetic", "size": 32, "count": 20, "foreground": 0.05 },
        "network": { "base_channels": 4, "depth": 2 },
        "training": { "batch_size": 3 },
        "losses": losses,
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

/// The batch that every lane must start with, and the logits of the common start on it.
fn first_batch(experiment: &Experiment, dataset: &Dataset) -> (Batch, Vec<f64>) {
    let split = dataset
        .split(experiment.data.split(), experiment.seed)
        .unwrap();
    let batch_size = experiment.training.batch_size;
    let batch = dataset.batch(&Batches::new(&split.train, batch_size, experiment.seed).indices(0));
    let size = (dataset.size.height, dataset.size.width);
    let device = Device::flex().autodiff();
    let network = &experiment.network;
    let architecture = network.architecture(dataset.channels, 2, size).unwrap();
    let network = BurnUNet::new(
        architecture,
        &initial_parameters(&architecture, experiment.seed),
    );
    let images: Vec<f64> = batch.images.iter().map(|&value| f64::from(value)).collect();
    let images = TensorData::new(
        images,
        [batch.batch, batch.channels, batch.height, batch.width],
    );
    let logits = network.forward(Tensor::<4>::from_data(images, (&device, DType::F64)));
    (batch, logits.into_data().iter::<f64>().collect())
}

/// Σ |dL/dlogit| at the pixels of each class, as shares.
fn shares(gradient: &[f64], batch: &Batch) -> [f64; 2] {
    let pixels = batch.height * batch.width;
    let mut pushes = [0.0; 2];
    for (position, derivative) in gradient.iter().enumerate() {
        let (image, pixel) = (position / (2 * pixels), position % pixels);
        pushes[usize::from(batch.labels[image * pixels + pixel])] += derivative.abs();
    }
    pushes.map(|push| push / (pushes[0] + pushes[1]))
}

fn check(report: &StepReport, loss: &Loss, batch: &Batch, logits: &[f64]) {
    let shape = [batch.batch, 2, batch.height, batch.width];
    let case = Case {
        input: logits,
        shape: &shape,
        labels: &batch.labels,
        activation: Activation::Softmax,
    };
    let (value, gradient) = value_and_gradient(loss, &case).unwrap();
    let close = |actual: f32, expected: f64| {
        (f64::from(actual) - expected).abs() <= 2e-5 + 2e-4 * expected.abs()
    };
    assert_eq!(report.step, 1);
    assert!(
        close(report.loss, value),
        "{loss:?}: {} instead of {value}",
        report.loss
    );
    let expected = shares(&gradient, batch);
    for (&actual, expected) in report.gradient_share.iter().zip(expected) {
        assert!(
            close(actual, expected),
            "{loss:?}: {:?} instead of {expected:?}",
            report.gradient_share
        );
    }
}

#[test]
fn loss_and_gradient_shares_of_the_first_step_are_those_of_the_first_batch() {
    let kinds: Vec<&str> = catalogue().iter().map(|info| info.kind).collect();
    let mut checked = 0;
    for kinds in kinds.chunks(8) {
        let experiment = experiment(kinds);
        let mut session = session(&experiment);
        let (batch, logits) = first_batch(&experiment, session.dataset());
        let reports = pollster::block_on(session.step(1)).unwrap();
        for (report, loss) in reports.iter().zip(&experiment.losses) {
            check(report, loss, &batch, &logits);
            checked += 1;
        }
    }
    assert_eq!(checked, catalogue().len());
}

#[test]
fn layer_norms_are_those_of_the_weights_gradients() {
    // With plain gradient descent, the weights themselves tell what their gradients were.
    let mut experiment = experiment(&["dice"]);
    experiment.optimiser =
        serde_json::from_str(r#"{"kind": "sgd", "learning_rate": 1.0, "momentum": 0.0}"#).unwrap();
    let mut session = session(&experiment);
    let layers = session.info().layers;
    let weights =
        |session: &losscope_trainer::Session| pollster::block_on(session.weights(0)).unwrap();
    let before = weights(&session);
    let report = pollster::block_on(session.step(1)).unwrap().remove(0);
    let after = weights(&session);
    let norms = report.layer_norms.expect("norms at the first step");
    assert_eq!(norms.len(), layers.len());
    let (before, after) = (
        safetensors::SafeTensors::deserialize(&before).unwrap(),
        safetensors::SafeTensors::deserialize(&after).unwrap(),
    );
    let values = |file: &safetensors::SafeTensors, name: &str| -> Vec<f64> {
        let data = file.tensor(name).unwrap().data().to_vec();
        data.chunks_exact(4)
            .map(|four| f64::from(f32::from_le_bytes(four.try_into().unwrap())))
            .collect()
    };
    for (layer, norm) in layers.iter().zip(norms) {
        let name = format!("{layer}.weight");
        let squares = values(&before, &name)
            .into_iter()
            .zip(values(&after, &name))
            .map(|(a, b)| (a - b).powi(2));
        let moved = squares.sum::<f64>().sqrt();
        // The difference of two float32 weights near 1 is known to some 1e-7 each.
        assert!(
            (f64::from(norm) - moved).abs() <= 1e-5 + 1e-3 * moved,
            "{layer}: {norm} instead of {moved}"
        );
        assert!(norm > 0.0, "{layer}");
    }
}
