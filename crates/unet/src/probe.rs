//! One network on the processor, to look into: what its parameters, of now or of some steps ago, make of images.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use losscope_kernels::architecture::{Architecture, Layout};

use crate::cpu::CpuNetworks;
use crate::networks::{Images, State};

/// One network apart from those that are trained. It is on the processor, whatever they are on.
pub struct Probe {
    networks: CpuNetworks,
}

impl Probe {
    /// A network of these parameters, in the order of [`Architecture::layout`]. Tensors that it gives are on
    /// `device`.
    ///
    /// # Panics
    /// Where there are more or fewer parameters than the network has.
    pub fn new(architecture: Architecture, parameters: Vec<f32>, device: &Device) -> Self {
        let layout = Arc::new(architecture.layout());
        assert_eq!(parameters.len(), layout.len, "parameters of this network");
        let mut networks = CpuNetworks::new(architecture, layout, device);
        networks.push(State {
            parameters,
            first: Vec::new(),
            second: Vec::new(),
        });
        Self { networks }
    }

    /// Layers and places of parameters.
    pub fn layout(&self) -> &Layout {
        self.networks.layout()
    }

    /// Logits as of [`crate::Networks::forward`].
    pub fn forward(&mut self, images: &Images) -> Tensor<4> {
        self.networks.forward(&[0], images).remove(0)
    }

    /// The gradient of every parameter, from that of the logits of images. It is linear: what parts of the pixels
    /// give sums to what all give.
    pub fn backward(&mut self, images: &Images, logit_gradient: &[f32]) -> Vec<f32> {
        self.networks.gradient_of(0, images, logit_gradient)
    }
}
