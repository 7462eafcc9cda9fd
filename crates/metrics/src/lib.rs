//! Segmentation metrics per image and class.
//!
//! What is undefined is `None`, counted apart and never averaged in: Dice and IoU where a class is in
//! neither labels nor prediction, precision where it was not predicted, recall where it is not there.

mod confusion;
mod summary;

pub use confusion::{Confusion, confusion};
pub use summary::{ImageMetrics, Summary, summarise};
