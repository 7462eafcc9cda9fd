//! The wasm boundary: Losscope's engine for a browser worker.
//!
//! Thin and typed, without logic: what a page needs of `losscope-trainer`, `losscope-datasets`,
//! `losscope-inspect`, `losscope-study` and `losscope-render`, as classes. It exists on wasm32 only.
#![cfg(target_arch = "wasm32")]

mod apart;
mod apply;
mod augment;
mod device;
mod engine;
mod explain;
mod formula;
mod js;
mod look;
mod loss_bench;
mod measure;
#[cfg(feature = "webgpu")]
mod parity;
mod pictures;
mod start;
#[cfg(feature = "study")]
mod study;
mod training_bench;

pub use apply::{Net, Predicted, draw_truth};
pub use engine::Engine;
pub use formula::{formula_example, formula_words, inspect_formula};
pub use loss_bench::LossBench;
pub use measure::{describe_images, metric_catalogue};
#[cfg(feature = "webgpu")]
pub use parity::{gpu_loss_parity, gpu_parity};
#[cfg(feature = "study")]
pub use study::Studies;
pub use training_bench::TrainingBench;
