//! The U-Net once more, in float64 and of Burn's own operations: what the kernels are compared with.

use burn::tensor::activation::relu;
use burn::tensor::module::{conv_transpose2d, conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, MaxPoolOptions};
use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Kind, Layer};

const EPSILON: f64 = 1e-5;

/// A network whose parameters are one tensor, so that their gradient is one too.
pub struct BurnUNet {
    architecture: Architecture,
    /// `[parameters]`, as in [`Architecture::layout`]; requires a gradient.
    pub parameters: Tensor<1>,
}

impl BurnUNet {
    /// A network with these parameters, on the CPU.
    pub fn new(architecture: Architecture, parameters: &[f32]) -> Self {
        let device = Device::flex().autodiff();
        let values: Vec<f64> = parameters.iter().map(|&value| f64::from(value)).collect();
        let data = TensorData::new(values, [parameters.len()]);
        let parameters = Tensor::from_data(data, (&device, DType::F64)).require_grad();
        Self {
            architecture,
            parameters,
        }
    }

    fn slice(&self, range: &std::ops::Range<usize>) -> Tensor<1> {
        self.parameters.clone().slice([range.clone()])
    }

    /// `[out, in, h, w]`, or `[in, out, h, w]` of a transposed convolution.
    fn weight(&self, layer: &Layer) -> Tensor<4> {
        let side = layer.kernel();
        let weight = self
            .slice(&layer.weight)
            .reshape([side, side, layer.input, layer.output]);
        match layer.kind {
            Kind::Up2x2 => weight.permute([2, 3, 0, 1]),
            Kind::Conv3x3 | Kind::Head => weight.permute([3, 2, 0, 1]),
        }
    }

    fn unit(&self, layer: &Layer, input: Tensor<4>) -> Tensor<4> {
        let x = self.convolution(layer, input);
        let (Some((scale, shift)), Some(group)) = (&layer.norm, self.architecture.group) else {
            return relu(x);
        };
        let [batch, channels, height, width] = x.dims();
        let x = x.reshape([batch, channels / group, group * height * width]);
        let centred = x.clone() - x.mean_dim(2);
        let variance = (centred.clone() * centred.clone()).mean_dim(2);
        let x = centred / (variance + EPSILON).sqrt();
        let per_channel = |range| self.slice(range).reshape([1, channels, 1, 1]);
        relu(x.reshape([batch, channels, height, width]) * per_channel(scale) + per_channel(shift))
    }

    fn convolution(&self, layer: &Layer, input: Tensor<4>) -> Tensor<4> {
        let around = layer.kernel() / 2;
        let options = ConvOptions::new([1, 1], [around, around], [1, 1], 1);
        let bias = Some(self.slice(&layer.bias));
        conv2d(input, self.weight(layer), bias, options)
    }

    fn block(&self, layers: &[Layer; 2], input: Tensor<4>) -> Tensor<4> {
        self.unit(&layers[1], self.unit(&layers[0], input))
    }

    /// Logits `[B, K, H, W]` of images `[B, C, H, W]` in float64.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let layout = self.architecture.layout();
        let (mut x, mut skips) = (images, Vec::new());
        for layers in &layout.encoder {
            x = self.block(layers, x);
            skips.push(x.clone());
            x = max_pool2d(x, MaxPoolOptions::new([2, 2]));
        }
        x = self.block(&layout.bottleneck, x);
        for (index, layers) in layout.decoder.iter().enumerate() {
            x = match layout.upsampling.get(index) {
                Some(layer) => {
                    let options = ConvTransposeOptions::new([2, 2], [0, 0], [0, 0], [1, 1], 1);
                    conv_transpose2d(
                        x,
                        self.weight(layer),
                        Some(self.slice(&layer.bias)),
                        options,
                    )
                }
                None => {
                    let [batch, channels, height, width] = x.dims();
                    x.reshape([batch, channels, height, 1, width, 1])
                        .expand([batch, channels, height, 2, width, 2])
                        .reshape([batch, channels, 2 * height, 2 * width])
                }
            };
            let skip = skips.pop().expect("a skip connection for each level up");
            x = self.block(layers, Tensor::cat(vec![skip, x], 1));
        }
        self.convolution(&layout.head, x)
    }
}
