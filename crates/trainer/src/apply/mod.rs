//! Trained networks, applied to images from anywhere.

mod error;
mod net;
mod prediction;

pub use error::ApplyError;
pub use net::{NetInfo, TrainedNet};
pub use prediction::{MEASURED_WHOLE, Prediction};
