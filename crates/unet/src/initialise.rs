//! Weights drawn on the CPU, the same for every backend.

use burn::module::Param;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::tensor::{Device, Tensor, TensorData};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Draws weights in the order in which layers are made.
pub(crate) struct Initialiser<'a> {
    random: ChaCha8Rng,
    device: &'a Device,
}

impl<'a> Initialiser<'a> {
    pub(crate) fn new(seed: u64, device: &'a Device) -> Self {
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            device,
        }
    }

    pub(crate) fn device(&self) -> &Device {
        self.device
    }

    /// He initialisation: normal with variance 2 / fan-in, which keeps the variance through a ReLU.
    fn he(&mut self, shape: [usize; 4], fan_in: usize) -> Param<Tensor<4>> {
        let deviation = (2.0 / fan_in as f64).sqrt();
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| {
                let normal: f64 = StandardNormal.sample(&mut self.random);
                (deviation * normal) as f32
            })
            .collect();
        Param::from_data(TensorData::new(values, shape), self.device)
    }

    fn zeros(&self, channels: usize) -> Option<Param<Tensor<1>>> {
        Some(Param::from_tensor(Tensor::zeros([channels], self.device)))
    }

    /// A convolution with bias that keeps the image's size; `kernel` is odd.
    pub(crate) fn convolution(&mut self, input: usize, output: usize, kernel: usize) -> Conv2d {
        let around = kernel / 2;
        let mut layer = Conv2dConfig::new([input, output], [kernel, kernel])
            .with_padding(PaddingConfig2d::Explicit(around, around, around, around))
            .init(self.device);
        layer.weight = self.he([output, input, kernel, kernel], input * kernel * kernel);
        layer.bias = self.zeros(output);
        layer
    }

    /// A transposed convolution with bias that doubles the image's size. Its kernel is as wide as its
    /// stride, so each output pixel comes from one input pixel: fan-in is the number of channels.
    pub(crate) fn upsampling(&mut self, input: usize, output: usize) -> ConvTranspose2d {
        let mut layer = ConvTranspose2dConfig::new([input, output], [2, 2])
            .with_stride([2, 2])
            .init(self.device);
        layer.weight = self.he([input, output, 2, 2], input);
        layer.bias = self.zeros(output);
        layer
    }
}
