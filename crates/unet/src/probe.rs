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

    /// The layer in which the network breaks on some images: the first, from the input, that puts out what is not
    /// finite; where parameters are not finite already, the one of those nearest to the output, since gradients come
    /// from there. `None` where all that it puts out is finite.
    pub fn first_not_finite(&mut self, images: &Images) -> Option<String> {
        let position = self.networks.first_not_finite(0, images)?;
        let layers = self.layout().layers();
        Some(layers[position].name.clone())
    }
}

#[cfg(test)]
mod tests {
    use losscope_kernels::architecture::Upsampling;

    use super::*;
    use crate::initial_parameters;

    #[test]
    fn the_layer_that_breaks_first_is_named() {
        for (group, upsampling) in [
            (None, Upsampling::Nearest),
            (None, Upsampling::Transposed),
            (Some(1), Upsampling::Transposed),
        ] {
            let net = Architecture {
                channels: 1,
                classes: 2,
                base: 4,
                depth: 2,
                group,
                upsampling,
                planes: None,
                height: 8,
                width: 8,
            };
            let images = Images {
                values: (0..128).map(|at| (at % 7) as f32 / 7.0).collect(),
                count: 2,
            };
            let sound = initial_parameters(&net, 3);
            let first = |parameters: &[f32]| {
                let mut probe = Probe::new(net, parameters.to_vec(), &Device::flex());
                probe.first_not_finite(&images)
            };
            assert_eq!(first(&sound), None);
            let layout = net.layout();
            for layer in layout.layers() {
                // Everything behind it breaks as well.
                let mut large = sound.clone();
                large[layer.bias.clone()].fill(f32::MAX);
                large[layer.weight.clone()].fill(f32::MAX);
                assert_eq!(first(&large), Some(layer.name.clone()), "{net:?}");
                // What came from behind has reached all before it.
                let mut broken = sound.clone();
                broken[..layer.weight.end].fill(f32::NAN);
                assert_eq!(first(&broken), Some(layer.name.clone()), "{net:?}");
            }
        }
    }
}
