//! What value and gradient of the paper's losses cost on the CPU, for 8 images of 256 × 256 pixels: composed
//! of Burn's operations and differentiated by Burn, and by the kernels that the trainer uses. A table in
//! Markdown: `cargo bench -p losscope-trainer --bench losses`.

// Part of no library: what cannot go wrong here may be unwrapped.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use burn::tensor::{Device, Tensor, TensorData};
use losscope_kernels::loss::push;
use losscope_losses::{Loss, catalogue, one_hot};
use losscope_trainer::fused;

const BATCH: usize = 8;
const SIDE: usize = 256;
const RUNS: usize = 7;

/// Counts what is asked of the system's allocator.
struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: the system's allocator does everything; the counters touch none of its memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Relaxed);
        let held = HELD.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(held, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(place, layout) }
    }
}

/// The median run: milliseconds, and MB allocated altogether and held at most.
struct Cost {
    ms: f64,
    allocated: f64,
    most: f64,
}

fn cost(mut run: impl FnMut()) -> Cost {
    // Once to warm up.
    run();
    let held = HELD.load(Relaxed);
    MOST.store(held, Relaxed);
    let before = ALLOCATED.load(Relaxed);
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    Cost {
        ms: times[RUNS / 2],
        allocated: megabytes(ALLOCATED.load(Relaxed) - before) / RUNS as f64,
        most: megabytes(MOST.load(Relaxed) - held),
    }
}

/// A disc in the middle of each image for each class of foreground.
fn labels(classes: usize) -> Vec<u8> {
    let label = |at: usize| {
        let (y, x) = (at / SIDE % SIDE, at % SIDE);
        let middle = SIDE as f32 / 2.0;
        let ring = ((y as f32 - middle).hypot(x as f32 - middle) / 20.0) as usize;
        if ring + 1 < classes {
            ring as u8 + 1
        } else {
            0
        }
    };
    (0..BATCH * SIDE * SIDE).map(label).collect()
}

/// Pseudo-random numbers from −2 to 2.
fn logits(count: usize) -> Vec<f32> {
    let mut state = 1_u64;
    let number = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 22) as f32 - 2.0
    };
    (0..count).map(number).collect()
}

fn compare(loss: &Loss, classes: usize) -> Option<(Cost, Cost)> {
    let form = fused(loss)?;
    let device = Device::flex().autodiff();
    let shape = [BATCH, classes, SIDE, SIDE];
    let (values, labels) = (logits(shape.iter().product()), labels(classes));
    let leaf = Tensor::<4>::from_data(TensorData::new(values.clone(), shape), &device);
    let target = one_hot(&labels, &[BATCH, SIDE, SIDE], classes).unwrap();
    let target = Tensor::<4>::from_data(target, &device);
    let composed = cost(|| {
        let leaf = leaf.clone().require_grad();
        let value = loss.forward(leaf.clone(), target.clone());
        let gradient = leaf.grad(&value.backward()).unwrap();
        std::hint::black_box((value.into_scalar::<f32>(), gradient));
    });
    let kernels = cost(|| {
        std::hint::black_box(push(&form, &values, &labels, classes, BATCH));
    });
    Some((composed, kernels))
}

fn main() {
    println!(
        "| loss | classes | composed, ms | kernels, ms | times faster | composed, MB in all (at most) | kernels, MB in all (at most) |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for info in catalogue() {
        let loss: Loss = serde_json::from_value(serde_json::json!({ "kind": info.kind })).unwrap();
        for classes in [2, 4] {
            let Some((composed, kernels)) = compare(&loss, classes) else {
                continue;
            };
            println!(
                "| `{}` | {classes} | {:.0} | {:.0} | {:.1} | {:.0} ({:.0}) | {:.0} ({:.0}) |",
                info.kind,
                composed.ms,
                kernels.ms,
                composed.ms / kernels.ms,
                composed.allocated,
                composed.most,
                kernels.allocated,
                kernels.most,
            );
        }
    }
}
