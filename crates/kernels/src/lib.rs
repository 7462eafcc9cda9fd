//! The U-Net's forward and backward passes, made for the few channels of a teaching network.
//!
//! General tensor libraries are fast where channels are many. In a network of 8 to 64 of them most of the
//! time goes elsewhere: into copies, small matrix products, and (on a GPU) the launching of kernels. Here
//! each convolution reads images where they lie, and its normalisation, ReLU, skip connection and gradients
//! belong to it. [`cpu`] has the kernels for a processor; their twins in WGSL are in `shaders/network/`.

pub mod architecture;
pub mod cpu;
pub mod loss;
pub mod optimiser;
