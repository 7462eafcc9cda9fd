//! Where a step's time goes: each kernel alone, at the sizes of the network in `docs/performance.md`, and
//! then a whole step. `cargo run --release -p losscope-kernels --example speed -- [size] [batch] [threads]`
//!
//! With a fourth number it makes so many steps and nothing else: for a program that counts processor time.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use losscope_kernels::architecture::{Architecture, Size, Upsampling};
use losscope_kernels::cpu::conv::{Conv, Write, convolve};
use losscope_kernels::cpu::norm::{channel_sums, relu_backward};
use losscope_kernels::cpu::outer::{Outer, outer};
use losscope_kernels::cpu::pass::{ImagePass, Weights, transposed};
use losscope_kernels::cpu::place::Place;
use losscope_kernels::cpu::resize::{max_pool, max_pool_backward, nearest, nearest_backward};
use losscope_kernels::optimiser::{Adam, Optimiser};

/// Channels in and out of each 3×3 convolution, and how often the image was halved before.
const CONVOLUTIONS: [(usize, usize, usize); 10] = [
    (1, 8, 0),
    (8, 8, 0),
    (8, 16, 1),
    (16, 16, 1),
    (16, 32, 2),
    (32, 32, 2),
    (48, 16, 1),
    (16, 16, 1),
    (24, 8, 0),
    (8, 8, 0),
];

fn values(count: usize) -> Vec<f32> {
    let mut state = 1u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..count).map(next).collect()
}

/// Seconds of a call: the least of many short rounds, so that other work on the machine counts little.
fn seconds(mut call: impl FnMut()) -> f64 {
    let started = Instant::now();
    call();
    let count = (0.001 / started.elapsed().as_secs_f64().max(1e-7)).ceil() as usize;
    (0..60)
        .map(|_| {
            let started = Instant::now();
            (0..count).for_each(|_| call());
            started.elapsed().as_secs_f64() / count as f64
        })
        .fold(f64::INFINITY, f64::min)
}

fn report(name: &str, operations: usize, seconds: f64) -> f64 {
    let rate = operations as f64 / seconds / 1e9;
    println!("{name:<28} {:>9.1} µs {rate:>7.1} GFLOP/s", 1e6 * seconds);
    seconds
}

/// Forward, input's gradient and weights' gradient of a convolution; its other passes.
fn convolution(size: usize, (inputs, outputs, level): (usize, usize, usize)) -> [f64; 4] {
    let side = size >> level;
    let dims = Size {
        planes: None,
        height: side,
        width: side,
    };
    let padded = |channels| values(Place::padded_len(dims, channels));
    let (image, gradient, weight) = (
        padded(inputs),
        padded(outputs),
        values(9 * inputs * outputs),
    );
    let bias = values(outputs);
    let conv = Conv {
        size: dims,
        kernel_planes: 1,
        kernel: 3,
        input: &image,
        from: Place::padded(dims, inputs),
        input_channels: inputs,
        weight: &weight,
        bias: &bias,
        output_channels: outputs,
        to: Place::padded(dims, outputs),
        write: Write::Relu,
    };
    let operations = 2 * 9 * inputs * outputs * side * side;
    let name = |pass: &str| format!("{inputs}→{outputs} at {side}, {pass}");
    let mut output = padded(outputs);
    let forward = report(
        &name("forward"),
        operations,
        seconds(|| convolve(black_box(&conv), &mut output)),
    );
    let mut input_gradient = vec![0.0; side * side * inputs];
    let back = Conv {
        input: &gradient,
        from: Place::padded(dims, outputs),
        input_channels: outputs,
        bias: &[],
        output_channels: inputs,
        to: Place::dense(dims, inputs),
        write: Write::Replace,
        ..conv
    };
    let input_time = match level == 0 && inputs == 1 {
        true => 0.0,
        false => report(
            &name("input"),
            operations,
            seconds(|| convolve(black_box(&back), &mut input_gradient)),
        ),
    };
    let place = Place::padded(dims, inputs);
    let task = Outer {
        size: dims,
        kernel_planes: 1,
        input: &image,
        from: Place { offset: 0, ..place },
        runs: 3,
        run: 3 * inputs,
        gradient: &gradient,
        at: Place::padded(dims, outputs),
        outputs,
    };
    let mut weights = vec![0.0; 9 * inputs * outputs];
    let weight_time = report(
        &name("weights"),
        operations,
        seconds(|| outer(black_box(&task), &mut weights)),
    );
    let (dense, mut raw) = (values(side * side * outputs), padded(outputs));
    let mut totals = vec![0.0; outputs];
    let at = Place::padded(dims, outputs);
    let other = seconds(|| {
        relu_backward(
            dims,
            outputs,
            black_box(&gradient),
            at,
            &dense,
            &mut raw,
            at,
        );
        channel_sums(dims, outputs, black_box(&raw), at, &mut totals);
    });
    let others = report(&name("ReLU, bias"), side * side * outputs * 2, other);
    [forward, input_time, weight_time, others]
}

/// Halving and doubling, there and back.
fn resizing(side: usize, channels: usize) -> f64 {
    let size = Size {
        planes: None,
        height: side,
        width: side,
    };
    let half = size.halved(1);
    let (large, small) = (Place::padded(size, channels), Place::padded(half, channels));
    let image = values(Place::padded_len(size, channels));
    let mut pooled = values(Place::padded_len(half, channels));
    let mut winners = vec![0; half.pixels() * channels];
    let mut gradient = values(size.pixels() * channels);
    let name = |pass: &str| format!("{channels} channels at {side}, {pass}");
    let mut all = report(
        &name("pooled"),
        size.pixels() * channels,
        seconds(|| {
            max_pool(
                size,
                channels,
                black_box(&image),
                large,
                &mut pooled,
                small,
                &mut winners,
            )
        }),
    );
    let from = values(half.pixels() * channels);
    all += report(
        &name("pooled back"),
        size.pixels() * channels,
        seconds(|| max_pool_backward(size, channels, black_box(&from), &winners, &mut gradient)),
    );
    let (mut doubled, mut halved) = (image.clone(), from.clone());
    all += report(
        &name("doubled"),
        size.pixels() * channels,
        seconds(|| nearest(half, channels, black_box(&from), &mut doubled, large)),
    );
    all += report(
        &name("doubled back"),
        size.pixels() * channels,
        seconds(|| nearest_backward(half, channels, black_box(&image), large, &mut halved)),
    );
    all
}

/// Milliseconds of a step, and of its forward passes.
fn step(size: usize, batch: usize, threads: usize, steps: usize) -> (f64, f64) {
    let net = Architecture {
        channels: 1,
        classes: 1,
        base: 8,
        depth: 2,
        group: None,
        upsampling: Upsampling::Nearest,
        planes: None,
        height: size,
        width: size,
    };
    let layout = Arc::new(net.layout());
    let mut parameters = values(layout.len);
    parameters.iter_mut().for_each(|value| *value *= 0.2);
    let (mut first, mut second) = (vec![0.0; layout.len], vec![0.0; layout.len]);
    let pixels = size * size;
    let (images, target) = (values(batch * pixels), values(batch * pixels));
    let worker = || {
        (
            ImagePass::new(&net, &layout),
            vec![0.0; layout.len],
            vec![0.0; pixels],
        )
    };
    let mut workers: Vec<_> = (0..batch).map(|_| worker()).collect();
    let adam = Optimiser::Adam(Adam {
        learning_rate: 1e-3,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
    });
    let mut count = 0;
    let mut run = |back: bool| {
        let values = parameters.clone();
        let turned = transposed(&layout, &values);
        let weights = Weights {
            values: &values,
            transposed: &turned,
        };
        let work =
            |workers: &mut [(ImagePass, Vec<f32>, Vec<f32>)], images: &[f32], target: &[f32]| {
                let parts = images.chunks(pixels).zip(target.chunks(pixels));
                for ((pass, gradients, logits), (image, target)) in workers.iter_mut().zip(parts) {
                    pass.forward(&weights, image, logits);
                    for (logit, &target) in logits.iter_mut().zip(target) {
                        let p = 1.0 / (1.0 + (-*logit).exp());
                        *logit = (p - target) / (batch * pixels) as f32;
                    }
                    if back {
                        gradients.fill(0.0);
                        pass.backward(&weights, logits, gradients);
                    }
                }
            };
        let each = batch.div_ceil(threads);
        let parts = images
            .chunks(each * pixels)
            .zip(target.chunks(each * pixels));
        match threads {
            1 => work(&mut workers, &images, &target),
            _ => std::thread::scope(|scope| {
                for (workers, (images, target)) in workers.chunks_mut(each).zip(parts) {
                    scope.spawn(move || work(workers, images, target));
                }
            }),
        }
        if back {
            let mut sum = vec![0.0; layout.len];
            for (_, gradients, _) in &workers {
                for (sum, &gradient) in sum.iter_mut().zip(gradients) {
                    *sum += gradient;
                }
            }
            count += 1;
            adam.step(count, &mut parameters, &sum, &mut first, &mut second);
        }
    };
    if steps > 0 {
        (0..steps).for_each(|_| run(true));
        return (0.0, 0.0);
    }
    let forward = seconds(|| run(false));
    (1e3 * seconds(|| run(true)), 1e3 * forward)
}

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|word| word.parse().unwrap_or(1));
    let size = arguments.next().unwrap_or(64);
    let batch = arguments.next().unwrap_or(4);
    let threads = arguments.next().unwrap_or(1);
    if let Some(steps) = arguments.next() {
        step(size, batch, threads, steps);
        return;
    }
    let mut sums = [0.0; 4];
    for layer in CONVOLUTIONS {
        for (sum, time) in sums.iter_mut().zip(convolution(size, layer)) {
            *sum += time;
        }
    }
    let resized = resizing(size, 8) + resizing(size / 2, 16);
    let [forward, input, weights, other] = sums.map(|sum| 1e3 * sum * batch as f64);
    println!(
        "\nall of a batch, one behind the other: forward {forward:.2} ms, inputs {input:.2}, weights {weights:.2}, \
         ReLU and bias {other:.2}, resizing {:.2}",
        1e3 * resized * batch as f64
    );
    let (whole, forward) = step(size, batch, threads, 0);
    println!(
        "a step at {size}, batch {batch}, {threads} threads: {whole:.2} ms, of which forward {forward:.2} ms"
    );
}
