//! How long value and gradient of every loss take, for 8 images of 256 × 256 pixels on the CPU: a table in
//! Markdown. `cargo bench -p losscope-losses --bench speed`, with kinds behind `--` to time only those.

// Part of no library: what cannot go wrong here may be unwrapped.
#![allow(clippy::unwrap_used)]

use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};
use losscope_losses::{Loss, catalogue, one_hot};

const BATCH: usize = 8;
const SIDE: usize = 256;
const RUNS: usize = 3;

/// Pseudo-random numbers from 0 to 1.
fn random(state: &mut u64) -> f32 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f32 / (1_u64 << 24) as f32
}

/// Milliseconds of the fastest run.
fn time(loss: &Loss, classes: usize) -> f64 {
    let mut state = 1;
    let device = Device::flex().autodiff();
    let shape = [BATCH, classes, SIDE, SIDE];
    // A disc in the middle of each image for each class of foreground.
    let labels: Vec<u8> = (0..BATCH * SIDE * SIDE)
        .map(|at| {
            let (y, x) = (at / SIDE % SIDE, at % SIDE);
            let apart = (y as f32 - 128.0).hypot(x as f32 - 128.0);
            let class = (apart / 20.0) as usize;
            if class + 1 < classes {
                class as u8 + 1
            } else {
                0
            }
        })
        .collect();
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| 4.0 * random(&mut state) - 2.0)
        .collect();
    let logits = Tensor::<4>::from_data(TensorData::new(values, shape), &device);
    let target = one_hot(&labels, &[BATCH, SIDE, SIDE], classes).unwrap();
    let target = Tensor::<4>::from_data(target, &device);
    // One more run to warm up.
    let runs = (0..=RUNS).map(|_| {
        let logits = logits.clone().require_grad();
        let start = Instant::now();
        let value = loss.forward(logits.clone(), target.clone());
        let gradient = logits.grad(&value.backward()).unwrap();
        assert!(gradient.sum().into_scalar::<f32>().is_finite());
        start.elapsed().as_secs_f64() * 1e3
    });
    runs.skip(1).fold(f64::INFINITY, f64::min)
}

fn main() {
    let only: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with("--"))
        .collect();
    println!("| loss | 2 classes, ms | 4 classes, ms |\n|---|---:|---:|");
    for info in catalogue() {
        if !only.is_empty() && !only.iter().any(|kind| kind == info.kind) {
            continue;
        }
        let loss: Loss = serde_json::from_value(serde_json::json!({ "kind": info.kind })).unwrap();
        println!(
            "| `{}` | {:.0} | {:.0} |",
            info.kind,
            time(&loss, 2),
            time(&loss, 4)
        );
    }
}
