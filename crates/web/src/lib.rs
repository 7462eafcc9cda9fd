//! The wasm boundary: Losscope's engine for a browser worker.
//!
//! Thin and typed, without logic: what a page needs of `losscope-trainer`, `losscope-datasets` and
//! `losscope-render`, as one class. It exists on wasm32 only.
#![cfg(target_arch = "wasm32")]

mod engine;
mod js;
mod loss_bench;
mod pictures;
mod start;

pub use engine::Engine;
pub use loss_bench::LossBench;
