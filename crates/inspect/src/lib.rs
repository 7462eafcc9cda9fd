//! What a loss does, without training anything: the numbers behind Losscope's loss bench.
//!
//! Everything here is a [`Picture`] of two classes (logits and labels) put to a loss in float64 on the CPU
//! ([`Bench::evaluate`]): one pixel for a [`curve`], a disc with given error rates for a [`surface`], a
//! [`scene`] that someone painted. Nothing blocks, so that it runs in a browser's worker as well.

mod bench;
pub mod curve;
mod error;
mod picture;
pub mod push;
pub mod scene;
pub mod surface;
pub mod unified;

pub use bench::{Bench, Evaluation};
pub use error::InspectError;
pub use picture::Picture;
