//! Passes over one image at a time on the CPU, channels last.
// Several arrays of one length side by side, a number at a time: indices say it best.
#![allow(clippy::needless_range_loop)]

pub mod conv;
pub mod norm;
pub mod outer;
pub mod pass;
pub mod place;
mod pointwise;
pub mod resize;
pub(crate) mod simd;
mod unit;

pub use simd::{Rounding, rounding, set_rounding};
