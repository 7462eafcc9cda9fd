//! Where numbers come from: one pixel's push, and one step's gradient.

mod pixel;
mod step;
mod terms;

pub use pixel::PixelExplanation;
pub(crate) use step::Parts;
pub use step::{LayerPull, StepExplanation};
pub use terms::{PixelTerm, RegionTerm, Terms};
