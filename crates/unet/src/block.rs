//! The block of every level: twice convolution, normalisation, ReLU.

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{GroupNorm, GroupNormConfig};
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use crate::Norm;
use crate::initialise::Initialiser;

/// Two 3×3 convolutions, each with its normalisation and ReLU.
#[derive(Module, Debug)]
pub(crate) struct DoubleConvolution {
    first: Conv2d,
    first_norm: Option<GroupNorm>,
    second: Conv2d,
    second_norm: Option<GroupNorm>,
}

/// Instance normalisation is group normalisation with one channel a group.
fn normalisation(norm: Norm, channels: usize, initialiser: &Initialiser) -> Option<GroupNorm> {
    let groups = match norm {
        Norm::None => return None,
        Norm::Instance => channels,
        Norm::Group => channels / 4,
    };
    Some(GroupNormConfig::new(groups, channels).init(initialiser.device()))
}

impl DoubleConvolution {
    pub(crate) fn new(
        input: usize,
        output: usize,
        norm: Norm,
        initialiser: &mut Initialiser,
    ) -> Self {
        Self {
            first: initialiser.convolution(input, output, 3),
            first_norm: normalisation(norm, output, initialiser),
            second: initialiser.convolution(output, output, 3),
            second_norm: normalisation(norm, output, initialiser),
        }
    }

    pub(crate) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let normalised = |norm: &Option<GroupNorm>, x| match norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        let x = relu(normalised(&self.first_norm, self.first.forward(input)));
        relu(normalised(&self.second_norm, self.second.forward(x)))
    }
}
