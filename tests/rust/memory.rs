//! What training takes of the memory is what it was said to take.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::{Device, Tensor, TensorData};
use losscope_losses::{Loss, MAX_PIXEL_NODES, catalogue, one_hot};
use losscope_tests::{say, session};
use losscope_trainer::{EXPLAINED, Experiment, SplitName, demand, loss_tensors};
use serde_json::json;

/// Counts what is held of the system's memory.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: the system's allocator does everything; the counters touch none of its memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
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

static MEASURING: Mutex<()> = Mutex::new(());

/// One test at a time: the counters are the program's.
fn alone() -> MutexGuard<'static, ()> {
    MEASURING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most bytes that are held beside those from before, on one thread, as in a browser.
fn most(run: impl FnOnce() + Send) -> usize {
    let thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let thread = thread.unwrap();
    let before = HELD.load(Relaxed);
    MOST.store(before, Relaxed);
    thread.install(run);
    MOST.load(Relaxed).saturating_sub(before)
}

/// How many tensors of the logits' size value and gradient hold at once.
fn tensors(loss: &Loss, classes: usize) -> f64 {
    const BATCH: usize = 2;
    const SIDE: usize = 64;
    let shape = [BATCH, classes, SIDE, SIDE];
    let numbers = shape.iter().product::<usize>();
    let device = Device::flex().autodiff();
    let labels: Vec<u8> = (0..BATCH * SIDE * SIDE)
        .map(|at| ((at / 7 + at / SIDE / 5) % classes) as u8)
        .collect();
    let target = one_hot(&labels, &[BATCH, SIDE, SIDE], classes).unwrap();
    let target = Tensor::<4>::from_data(target, &device);
    let logits = (0..numbers).map(|at| (at as f32 * 0.7).sin()).collect();
    let logits = Tensor::<4>::from_data(TensorData::new(logits, shape), &device);
    let bytes = most(|| {
        let leaf = logits.require_grad();
        let gradients = loss.forward(leaf.clone(), target).backward();
        // Flat where it is, a loss leaves none.
        std::hint::black_box(leaf.grad(&gradients));
    });
    bytes as f64 / (4 * numbers) as f64
}

#[test]
fn composed_losses_hold_as_many_tensors_as_is_counted_on() {
    let _alone = alone();
    let mut largest = (0.0, String::new());
    let mut more = Vec::new();
    for info in catalogue() {
        // At their largest: iterations, say.
        for share in [0.0, 1.0] {
            let mut document = json!({ "kind": info.kind });
            for parameter in info.parameters {
                let value = parameter.min + share * (parameter.max - parameter.min);
                document[parameter.name] = value.into();
            }
            let loss: Loss = serde_json::from_value(document).unwrap();
            for classes in [2, 4] {
                let held = tensors(&loss, classes);
                let counted = match loss_tensors(&loss) {
                    // Composed all the same while a step is taken apart.
                    0 => EXPLAINED as f64,
                    counted => counted as f64,
                };
                if held > counted {
                    more.push(format!("{loss:?}: {held:.1} tensors, not {counted}"));
                }
                if held > largest.0 {
                    largest = (held, info.kind.to_owned());
                }
            }
        }
    }
    say(&format!(
        "{} holds {:.1} tensors, the most",
        largest.1, largest.0
    ));
    assert!(more.is_empty(), "{}", more.join("\n"));
}

#[test]
fn formulas_hold_as_many_tensors_as_is_counted_on() {
    let _alone = alone();
    // As long as a formula may be; each with as many values with a pixel axis as will go in.
    let chains = [
        "exp(-p)*y",
        "log(p)*(1-p)^1.5",
        "max(p,y)/(1+p)",
        "clamp(p*y,0.1,0.9)",
    ];
    for chain in chains {
        let of = |count: usize| {
            let formula = format!("mean({})", vec![chain; count].join("+"));
            serde_json::from_value::<Loss>(json!({ "kind": "formula", "formula": formula }))
        };
        let count = (1..MAX_PIXEL_NODES).rev().find(|&count| of(count).is_ok());
        for count in [1, count.unwrap()] {
            let loss = of(count).unwrap();
            let (held, counted) = (tensors(&loss, 2), loss_tensors(&loss));
            say(&format!(
                "{count} of {chain}: {held:.1} tensors of {counted}"
            ));
            assert!(held <= counted as f64, "{count} of {chain}");
        }
    }
}

#[test]
fn training_takes_no_more_than_was_said_and_not_much_less() {
    let _alone = alone();
    let image = json!({ "source": "synthetic", "family": "polyp", "size": 64, "count": 40 });
    let volume =
        json!({ "source": "synthetic", "family": "brain", "size": 32, "depth": 16, "count": 12 });
    let long = vec!["log(p)*(1-p)^1.5"; 20].join("+");
    let cases = [
        (
            "fused",
            &image,
            2,
            8,
            vec![json!({ "kind": "asym_unified_focal" })],
        ),
        (
            "two lanes",
            &image,
            2,
            8,
            vec![json!({ "kind": "ce" }), json!({ "kind": "dice" })],
        ),
        (
            "composed",
            &image,
            2,
            8,
            vec![json!({ "kind": "lovasz_softmax" })],
        ),
        (
            "formula",
            &image,
            2,
            8,
            vec![json!({ "kind": "formula", "formula": format!("mean({long})") })],
        ),
        ("volumes", &volume, 3, 4, vec![json!({ "kind": "dice" })]),
        (
            "volumes, composed",
            &volume,
            3,
            4,
            vec![json!({ "kind": "dice_ce" })],
        ),
    ];
    let mut wrong = Vec::new();
    for (what, data, dims, batch, losses) in cases {
        let document = json!({
            "data": data,
            "network": { "dims": dims, "base_channels": 16, "depth": 2 },
            "training": { "batch_size": batch },
            "losses": losses,
        });
        let experiment = Experiment::from_json(&document.to_string()).unwrap();
        let mut found = None;
        // Data are not the networks'.
        let dataset = session(&experiment).dataset().clone();
        let held = most(|| {
            let mut session = losscope_trainer::Session::new(
                experiment.clone(),
                dataset.clone(),
                &Device::flex(),
            )
            .unwrap();
            pollster::block_on(async {
                session.step(2).await.unwrap();
                session.evaluate(SplitName::Validation).await.unwrap();
                let lane = session.lanes()[0].id;
                found = Some(session.explain_step(lane).await.unwrap().0.loss);
            });
        });
        assert!(found.unwrap().is_finite(), "{what}");
        let said = demand(&experiment, &dataset, experiment.losses.len(), false);
        let said = said.unwrap().total;
        let megabytes = |bytes: usize| bytes as f64 / 1e6;
        let line = format!(
            "{what}: {:.1} MB of {:.1}",
            megabytes(held),
            megabytes(said)
        );
        say(&line);
        if held > said || said > 4 * held {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
