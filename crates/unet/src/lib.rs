//! The U-Net (Ronneberger et al., arXiv 1505.04597), its initialisation and its weights files.
//!
//! As in the experiments of arXiv 2102.04525: blocks of two 3×3 convolutions with normalisation and ReLU,
//! max-pooling down, transposed convolutions up, one logit per class. [`Networks`] are the networks of
//! several lanes on one device, trained in step.

mod config;
mod cpu;
mod demand;
#[cfg(feature = "webgpu")]
mod gpu;
mod initialise;
mod networks;
mod probe;
pub mod weights;

pub use config::{NetworkConfig, NetworkError, Norm, Upsampling};
pub use demand::{Demand, EXPLAINED, Load, Room};
pub use initialise::initial_parameters;
pub use networks::{Images, LaneNumbers, LaneStep, Networks, Origin, Pushed, State};
pub use probe::Probe;
