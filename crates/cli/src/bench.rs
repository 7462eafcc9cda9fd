//! `losscope bench`: times training steps on the CPU, on the problem that `docs/performance.md` describes.

use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor};
use losscope_trainer::TrainerError;
use losscope_trainer::bench::BenchNetwork;
use serde::Serialize;

use crate::CliError;
use crate::arguments::BenchArguments;

const WEIGHTS_SEED: u32 = 1;
const BATCHES_SEED: u32 = 2;
const BATCHES: usize = 4;
const WARM_UP_STEPS: usize = 3;
const MATMUL_SIDE: usize = 2048;
const MATMUL_RUNS: usize = 5;

/// Inputs, outputs and side of the kernel of each layer.
const LAYERS: [(usize, usize, usize); 11] = [
    (1, 8, 3),
    (8, 8, 3),
    (8, 16, 3),
    (16, 16, 3),
    (16, 32, 3),
    (32, 32, 3),
    (48, 16, 3),
    (16, 16, 3),
    (24, 8, 3),
    (8, 8, 3),
    (8, 1, 1),
];

/// What a bench found.
#[derive(Debug, Serialize)]
pub struct BenchResult {
    /// Milliseconds of each step after the warm-up.
    pub step_ms: Vec<f64>,
    /// Loss of each step, the warm-up's too.
    pub losses: Vec<f32>,
    /// 10⁹ floating-point operations a second of a large matrix product.
    pub matmul_gflops: f64,
}

/// mulberry32.
struct Random(u32);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6D2B_79F5);
        let mut t = (self.0 ^ (self.0 >> 15)).wrapping_mul(self.0 | 1);
        t ^= t.wrapping_add((t ^ (t >> 7)).wrapping_mul(t | 61));
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    fn normal(&mut self) -> f64 {
        let (u, v) = (self.uniform(), self.uniform());
        (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }
}

fn weights() -> Vec<f32> {
    let mut random = Random(WEIGHTS_SEED);
    let mut weights = Vec::new();
    for (inputs, outputs, side) in LAYERS {
        let fan_in = inputs * side * side;
        let deviation = (2.0 / fan_in as f64).sqrt();
        weights.extend((0..outputs * fan_in).map(|_| (deviation * random.normal()) as f32));
        weights.extend(std::iter::repeat_n(0.0, outputs));
    }
    weights
}

/// Images of a soft disc on noise, and their masks, `[batch, size, size]` each.
fn batches(size: usize, batch: usize) -> Vec<(Vec<f32>, Vec<f32>)> {
    let mut random = Random(BATCHES_SEED);
    let side = size as f64;
    let mut draw = || {
        let (mut images, mut targets) = (Vec::new(), Vec::new());
        for _ in 0..batch {
            let row = side * (0.25 + 0.5 * random.uniform());
            let column = side * (0.25 + 0.5 * random.uniform());
            let radius = side * (0.12 + 0.16 * random.uniform());
            for y in 0..size {
                for x in 0..size {
                    let distance = (y as f64 + 0.5 - row).hypot(x as f64 + 0.5 - column);
                    let disc = 1.0 / (1.0 + ((distance - radius) / (0.02 * side)).exp());
                    images.push((disc + random.uniform() - 0.5) as f32);
                    targets.push(if distance <= radius { 1.0 } else { 0.0 });
                }
            }
        }
        (images, targets)
    };
    (0..BATCHES).map(|_| draw()).collect()
}

/// The best rate of a large matrix product: what this machine can do.
fn matmul_gflops(device: &Device) -> f64 {
    let shape = [MATMUL_SIDE, MATMUL_SIDE];
    let make = || Tensor::<2>::random(shape, Distribution::Default, device);
    let (a, b) = (make(), make());
    let best = (0..MATMUL_RUNS)
        .map(|_| {
            let started = Instant::now();
            let product = a.clone().matmul(b.clone());
            std::hint::black_box(product.into_data());
            started.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    2.0 * (MATMUL_SIDE as f64).powi(3) / best / 1e9
}

/// Trains from the start for some steps.
///
/// # Errors
/// When the threads cannot be had, or the size cannot be halved twice.
pub fn run(arguments: &BenchArguments) -> Result<BenchResult, CliError> {
    let &BenchArguments {
        threads,
        size,
        batch,
        steps,
        ..
    } = arguments;
    if size == 0 || !size.is_multiple_of(4) || batch == 0 || threads == 0 {
        return Err(CliError::Bench(
            "--size must be a multiple of 4, --batch and --threads at least 1".into(),
        ));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| CliError::Bench(error.to_string()))?;
    let device = Device::flex();
    let mut network = BenchNetwork::new(&device, size, batch, &weights())
        .ok_or_else(|| CliError::Bench("the bench's weights do not fit its network".into()))?;
    let batches = batches(size, batch);
    let (mut step_ms, mut losses) = (Vec::new(), Vec::new());
    for step in 0..WARM_UP_STEPS + steps {
        let (images, targets) = batches[step % BATCHES].clone();
        let started = Instant::now();
        let loss = pollster::block_on(network.step(images, targets));
        losses.push(loss.map_err(TrainerError::Device)?);
        if step >= WARM_UP_STEPS {
            step_ms.push(1e3 * started.elapsed().as_secs_f64());
        }
    }
    Ok(BenchResult {
        step_ms,
        losses,
        matmul_gflops: matmul_gflops(&device),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check numbers of `docs/performance.md`.
    #[test]
    fn the_problem_is_the_one_that_others_solve() {
        let near = |a: f64, b: f64, by: f64| assert!((a - b).abs() < by, "{a} instead of {b}");
        let mut random = Random(WEIGHTS_SEED);
        for expected in [0.627_073_94, 0.002_735_72, 0.527_447_04] {
            near(random.uniform(), expected, 1e-8);
        }
        let weights = weights();
        for (&weight, expected) in weights.iter().zip([0.6620, 0.5731, -0.2406]) {
            near(f64::from(weight), expected, 1e-4);
        }
        let batches = batches(32, 4);
        for (&pixel, expected) in batches[0].0.iter().zip([0.037_955_16, 0.375_287_95]) {
            near(f64::from(pixel), expected, 1e-7);
        }
        let mut network = BenchNetwork::new(&Device::flex(), 32, 4, &weights).unwrap();
        for (step, expected) in [0.814_312, 0.754_594, 0.722_761, 0.693_933]
            .into_iter()
            .enumerate()
        {
            let (images, targets) = batches[step].clone();
            let loss = pollster::block_on(network.step(images, targets)).unwrap();
            near(f64::from(loss), expected, 2e-5);
        }
    }
}
