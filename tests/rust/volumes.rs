//! Volumes of three classes are learned, under losses of the kernels' form and under others.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_datasets::{Axis, Batches, Cut, Dataset, Sample, Size};
use losscope_losses::{Loss, one_hot};
use losscope_tests::burn_unet::BurnUNet;
use losscope_trainer::{Experiment, Session, SplitName, TrainerError};
use losscope_unet::initial_parameters;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const SIZE: Size = Size {
    depth: 4,
    height: 8,
    width: 16,
};

/// A bright ball and a dark one in noise.
fn sample(number: usize, random: &mut ChaCha8Rng) -> Sample {
    let mut place = |from: f64, to: f64| {
        [
            random.random_range(1.0..3.0),
            random.random_range(2.5..5.5),
            random.random_range(from..to),
        ]
    };
    let balls = [place(2.0, 5.0), place(10.0, 13.0)];
    let labels: Vec<u8> = (0..SIZE.pixels())
        .map(|at| {
            let at = [at / 128, at / 16 % 8, at % 16].map(|side| side as f64);
            let near = |ball: &[f64; 3]| {
                let squares = at.iter().zip(ball).map(|(a, b)| (a - b) * (a - b));
                squares.sum::<f64>() < 4.5
            };
            balls.iter().position(near).map_or(0, |ball| ball as u8 + 1)
        })
        .collect();
    let pixels = labels
        .iter()
        .map(|&label| [0.5, 0.8, 0.2][usize::from(label)] + random.random_range(-0.1f32..0.1))
        .collect();
    Sample {
        name: format!("volume {number}"),
        source: format!("volume {number}"),
        pixels,
        labels,
    }
}

fn dataset() -> Dataset {
    let random = &mut ChaCha8Rng::seed_from_u64(4);
    Dataset {
        name: "balls".into(),
        size: SIZE,
        channels: 1,
        classes: ["background", "bright", "dark"].map(String::from).into(),
        samples: (0..20).map(|number| sample(number, random)).collect(),
    }
}

fn experiment(dims: usize) -> Experiment {
    let document = serde_json::json!({
        "data": { "source": "imported", "id": "balls" },
        "network": { "dims": dims, "base_channels": 8, "depth": 2 },
        "optimiser": { "learning_rate": 0.005 },
        "training": { "batch_size": 3 },
        "losses": [{ "kind": "asym_unified_focal" }, { "kind": "ce" }, { "kind": "nacl" }],
    });
    Experiment::from_json(&document.to_string()).unwrap()
}

fn session() -> Session {
    Session::new(experiment(3), dataset().into(), &Device::flex()).unwrap()
}

/// The neighbours of a voxel that a loss asks for are those of the volume, not of its slices on a heap.
#[test]
fn the_first_losses_are_those_of_burns_operations() {
    let (experiment, dataset) = (experiment(3), dataset());
    let split = dataset
        .split(experiment.data.split(), experiment.seed)
        .unwrap();
    let batch = dataset.batch(&Batches::new(&split.train, 3, experiment.seed).indices(0));
    let size = losscope_kernels::architecture::Size {
        planes: Some(SIZE.depth),
        height: SIZE.height,
        width: SIZE.width,
    };
    let architecture = experiment.network.architecture(1, 3, size).unwrap();
    let start = initial_parameters(&architecture, experiment.seed);
    let device = (&Device::flex().autodiff(), DType::F64);
    let images: Vec<f64> = batch.images.iter().map(|&value| f64::from(value)).collect();
    let images = TensorData::new(images, [3, 1, SIZE.depth, SIZE.height, SIZE.width]);
    let logits =
        BurnUNet::new(architecture, &start).forward_volumes(Tensor::from_data(images, device));
    let shape = [3, SIZE.depth, SIZE.height, SIZE.width];
    let target = one_hot(&batch.labels, &shape, 3).unwrap();
    let target = Tensor::<5>::from_data(target, device);

    let reports = pollster::block_on(session().step(1)).unwrap();
    for (report, loss) in reports.iter().zip(&experiment.losses) {
        let value = Loss::forward(loss, logits.clone(), target.clone());
        let expected: f64 = value.into_data().iter::<f64>().next().unwrap();
        let apart = (f64::from(report.loss) - expected).abs();
        assert!(
            apart < 1e-4 * (1.0 + expected.abs()),
            "{loss:?}: {report:?} instead of {expected}"
        );
    }
}

#[test]
fn volumes_are_learned_and_looked_at_slice_by_slice() {
    let mut session = session();
    let reports = pollster::block_on(session.step(120)).unwrap();
    for lane in session.lanes() {
        let own = reports.iter().filter(|report| report.lane == lane.id);
        let losses: Vec<f32> = own.map(|report| report.loss).collect();
        assert!(losses[119] < 0.7 * losses[0], "{lane:?}: {losses:?}");
    }
    for evaluation in pollster::block_on(session.evaluate(SplitName::Test)).unwrap() {
        let dice = evaluation.mean_dice.unwrap();
        assert!(dice > 0.7, "{evaluation:?}");
    }

    let labels = session.dataset().samples[0].labels.clone();
    for snapshot in pollster::block_on(session.snapshot(0)).unwrap() {
        assert_eq!(
            snapshot.cut,
            Cut::most_foreground(SIZE, &labels, Axis::Axial)
        );
        assert_eq!(snapshot.probabilities.dims(), [3, 8, 16]);
        assert!(snapshot.dice.unwrap() > 0.6);
    }
    // The same voxels, whichever way they are cut.
    let mut voxels = |axis, index| {
        let cut = Cut { axis, index };
        let snapshots = pollster::block_on(session.snapshot_at(0, cut)).unwrap();
        let values = snapshots[0].probabilities.clone().into_data();
        values.iter::<f32>().collect::<Vec<f32>>()
    };
    let (across, along, side) = (
        voxels(Axis::Axial, 2),
        voxels(Axis::Coronal, 5),
        voxels(Axis::Sagittal, 9),
    );
    // Class 1, plane 2 of 4, row 5, column 9; the top of the volume is above.
    assert_eq!(across[128 + 5 * 16 + 9], along[64 + 16 + 9]);
    assert_eq!(across[128 + 5 * 16 + 9], side[32 + 8 + 5]);

    let cut = Cut {
        axis: Axis::Axial,
        index: 4,
    };
    let error = pollster::block_on(session.snapshot_at(0, cut)).unwrap_err();
    assert!(
        matches!(error, TrainerError::NoSuchSlice { count: 4, .. }),
        "{error}"
    );
}

#[test]
fn a_network_for_images_says_what_volumes_need() {
    let Err(error) = Session::new(experiment(2), dataset().into(), &Device::flex()) else {
        panic!("a network of two dimensions takes volumes");
    };
    assert!(error.to_string().contains("set it to 3"), "{error}");
}
