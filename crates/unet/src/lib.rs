//! The U-Net (Ronneberger et al., arXiv 1505.04597), its initialisation and its weights files.
//!
//! As in the experiments of arXiv 2102.04525: blocks of two 3×3 convolutions with normalisation and ReLU,
//! max-pooling down, transposed convolutions up, one logit per class. Weights are drawn on the CPU from a
//! seed (He et al., arXiv 1502.01852), so that every backend starts from the same numbers.

mod block;
mod config;
mod initialise;
mod unet;
pub mod weights;

pub use config::{NetworkConfig, NetworkError, Norm};
pub use unet::UNet;
