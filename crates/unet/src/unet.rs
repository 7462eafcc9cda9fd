//! The network.

use burn::module::{Module, ModuleVisitor, Param, ParamId};
use burn::nn::conv::{Conv2d, ConvTranspose2d};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};

use crate::block::DoubleConvolution;
use crate::initialise::Initialiser;
use crate::{NetworkConfig, NetworkError};

/// A 2D U-Net: images `[B, C, H, W]` to logits `[B, K, H, W]`.
#[derive(Module, Debug)]
pub struct UNet {
    encoder: Vec<DoubleConvolution>,
    bottleneck: DoubleConvolution,
    upsampling: Vec<ConvTranspose2d>,
    decoder: Vec<DoubleConvolution>,
    head: Conv2d,
    pool: MaxPool2d,
}

/// A convolution's weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Path in the network, as in weights files: `encoder.0.first`.
    pub name: String,
    /// Identifier of its weights.
    pub weights: ParamId,
}

impl UNet {
    /// A network for images of `channels` channels and `size` (height, width) pixels, with He-initialised
    /// weights that depend on the seed alone.
    ///
    /// # Errors
    /// When the configuration is out of range or the image cannot be halved so often.
    pub fn new(
        config: &NetworkConfig,
        channels: usize,
        classes: usize,
        size: (usize, usize),
        seed: u64,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        config.validate(size.0, size.1)?;
        let initialiser = &mut Initialiser::new(seed, device);
        let &NetworkConfig {
            base_channels,
            depth,
            norm,
            ..
        } = config;
        let width = |level: usize| base_channels << level;
        let encoder = (0..depth)
            .map(|level| {
                let input = if level == 0 {
                    channels
                } else {
                    width(level - 1)
                };
                DoubleConvolution::new(input, width(level), norm, initialiser)
            })
            .collect();
        let bottleneck = DoubleConvolution::new(width(depth - 1), width(depth), norm, initialiser);
        let (mut upsampling, mut decoder) = (Vec::new(), Vec::new());
        for level in (0..depth).rev() {
            upsampling.push(initialiser.upsampling(width(level + 1), width(level)));
            decoder.push(DoubleConvolution::new(
                2 * width(level),
                width(level),
                norm,
                initialiser,
            ));
        }
        let head = initialiser.convolution(base_channels, classes, 1);
        let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
        Ok(Self {
            encoder,
            bottleneck,
            upsampling,
            decoder,
            head,
            pool,
        })
    }

    /// Logits `[B, K, H, W]` of images `[B, C, H, W]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let mut skips = Vec::with_capacity(self.encoder.len());
        let mut x = images;
        for block in &self.encoder {
            x = block.forward(x);
            skips.push(x.clone());
            x = self.pool.forward(x);
        }
        x = self.bottleneck.forward(x);
        for ((upsampling, block), skip) in self
            .upsampling
            .iter()
            .zip(&self.decoder)
            .zip(skips.into_iter().rev())
        {
            x = block.forward(Tensor::cat(vec![skip, upsampling.forward(x)], 1));
        }
        self.head.forward(x)
    }

    /// Every convolution, from input to output.
    pub fn layers(&self) -> Vec<Layer> {
        let mut visitor = LayerVisitor::default();
        self.visit(&mut visitor);
        // Burn visits fields in their order: the decoder behind all upsampling. Here they alternate.
        let depth = self.encoder.len();
        let (mut layers, behind) = (visitor.layers, 2 * depth + 2);
        let mut tail = layers.split_off(behind);
        let head = tail.pop();
        let decoder = tail.split_off(depth);
        for (upsampling, pair) in tail.into_iter().zip(decoder.chunks(2)) {
            layers.push(upsampling);
            layers.extend_from_slice(pair);
        }
        layers.extend(head);
        layers
    }
}

#[derive(Default)]
struct LayerVisitor {
    path: Vec<String>,
    layers: Vec<Layer>,
}

impl ModuleVisitor for LayerVisitor {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        // Only convolutions have weights of rank four; the last part of the path is "weight".
        if D == 4 {
            let name = self.path[..self.path.len().saturating_sub(1)].join(".");
            self.layers.push(Layer {
                name,
                weights: param.id,
            });
        }
    }
}
