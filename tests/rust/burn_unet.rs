//! The U-Net once more, in float64 and of Burn's own operations: what the kernels are compared with. An image
//! is a volume of one plane.

use burn::tensor::activation::relu;
use burn::tensor::module::{conv_transpose3d, conv3d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
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

    /// `[out, in, d, h, w]`, or `[in, out, d, h, w]` of a transposed convolution.
    fn weight(&self, layer: &Layer) -> Tensor<5> {
        let (planes, side) = (layer.kernel_planes(), layer.kernel());
        let weight =
            self.slice(&layer.weight)
                .reshape([planes, side, side, layer.input, layer.output]);
        match layer.kind {
            Kind::Up2x2 => weight.permute([3, 4, 0, 1, 2]),
            Kind::Conv3x3 | Kind::Head => weight.permute([4, 3, 0, 1, 2]),
        }
    }

    fn unit(&self, layer: &Layer, input: Tensor<5>) -> Tensor<5> {
        let x = self.convolution(layer, input);
        let (Some((scale, shift)), Some(group)) = (&layer.norm, self.architecture.group) else {
            return relu(x);
        };
        let shape @ [batch, channels, planes, height, width] = x.dims();
        let x = x.reshape([batch, channels / group, group * planes * height * width]);
        let centred = x.clone() - x.mean_dim(2);
        let variance = (centred.clone() * centred.clone()).mean_dim(2);
        let x = centred / (variance + EPSILON).sqrt();
        let per_channel = |range| self.slice(range).reshape([1, channels, 1, 1, 1]);
        relu(x.reshape(shape) * per_channel(scale) + per_channel(shift))
    }

    fn convolution(&self, layer: &Layer, input: Tensor<5>) -> Tensor<5> {
        let (before, around) = (layer.kernel_planes() / 2, layer.kernel() / 2);
        let options = ConvOptions::new([1; 3], [before, around, around], [1; 3], 1);
        let bias = Some(self.slice(&layer.bias));
        conv3d(input, self.weight(layer), bias, options)
    }

    fn block(&self, layers: &[Layer; 2], input: Tensor<5>) -> Tensor<5> {
        self.unit(&layers[1], self.unit(&layers[0], input))
    }

    /// Axes that are halved and doubled.
    fn axes(&self) -> std::ops::Range<usize> {
        if self.architecture.planes.is_some() {
            2..5
        } else {
            3..5
        }
    }

    /// Halved by the maximum, one axis after the other.
    fn pool(&self, mut x: Tensor<5>) -> Tensor<5> {
        for axis in self.axes() {
            let mut shape = x.dims();
            shape[axis] /= 2;
            let behind: usize = shape[axis + 1..].iter().product();
            let pairs = shape.iter().product::<usize>() / behind;
            x = x.reshape([pairs, 2, behind]).max_dim(1).reshape(shape);
        }
        x
    }

    /// Doubled by repetition, one axis after the other.
    fn repeat(&self, mut x: Tensor<5>) -> Tensor<5> {
        for axis in self.axes() {
            let mut shape = x.dims();
            let behind: usize = shape[axis + 1..].iter().product();
            let count = shape.iter().product::<usize>() / behind;
            shape[axis] *= 2;
            x = x
                .reshape([count, 1, behind])
                .expand([count, 2, behind])
                .reshape(shape);
        }
        x
    }

    /// Logits `[B, K, H, W]` of images `[B, C, H, W]` in float64.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        self.forward_volumes(images.unsqueeze_dim(2)).squeeze_dim(2)
    }

    /// Logits `[B, K, D, H, W]` of volumes `[B, C, D, H, W]` in float64.
    pub fn forward_volumes(&self, volumes: Tensor<5>) -> Tensor<5> {
        let layout = self.architecture.layout();
        let (mut x, mut skips) = (volumes, Vec::new());
        for layers in &layout.encoder {
            x = self.block(layers, x);
            skips.push(x.clone());
            x = self.pool(x);
        }
        x = self.block(&layout.bottleneck, x);
        for (index, layers) in layout.decoder.iter().enumerate() {
            x = match layout.upsampling.get(index) {
                Some(layer) => {
                    let stride = [layer.kernel_planes(), 2, 2];
                    let options = ConvTransposeOptions::new(stride, [0; 3], [0; 3], [1; 3], 1);
                    let bias = Some(self.slice(&layer.bias));
                    conv_transpose3d(x, self.weight(layer), bias, options)
                }
                None => self.repeat(x),
            };
            let skip = skips.pop().expect("a skip connection for each level up");
            x = self.block(layers, Tensor::cat(vec![skip, x], 1));
        }
        self.convolution(&layout.head, x)
    }
}
