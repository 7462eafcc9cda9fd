//! Passes over one image at a time on the CPU, channels last.

pub mod conv;
pub mod norm;
pub mod outer;
pub mod pass;
pub mod place;
pub mod resize;
pub(crate) mod simd;
mod unit;
