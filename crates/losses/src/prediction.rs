//! Probabilities and their logarithms, from whatever a network puts out.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, softmax};

use crate::EPSILON;

/// Class probabilities of every pixel, `[B, K, N]` with the N pixels flattened: no loss here looks at
/// a pixel's neighbours, so one form serves 2D and 3D.
#[derive(Debug, Clone)]
pub struct Prediction {
    probabilities: Tensor<3>,
    log_probabilities: Tensor<3>,
    /// Whether the probabilities of a pixel sum to one by construction.
    normalised: bool,
}

impl Prediction {
    /// From logits `[B, C, …]`: softmax over the channels, or, for one channel z, the two classes
    /// `[1 − s(z), s(z)]` of a sigmoid. Logarithms are those of log-softmax, finite for finite logits.
    pub fn from_logits<const D: usize>(logits: Tensor<D>) -> Self {
        let logits = flatten(logits);
        // A sigmoid of z is a softmax of [0, z].
        let logits = match logits.dims()[1] {
            1 => Tensor::cat(vec![logits.zeros_like(), logits], 1),
            _ => logits,
        };
        Self {
            probabilities: softmax(logits.clone(), 1),
            log_probabilities: log_softmax(logits, 1),
            normalised: true,
        }
    }

    /// From probabilities `[B, K, …]`, exact zeros and ones allowed; channels count as independent.
    /// The logarithm of a probability below the smallest positive `f32` is taken there.
    pub fn from_probabilities<const D: usize>(probabilities: Tensor<D>) -> Self {
        let probabilities = flatten(probabilities);
        let log_probabilities = probabilities
            .clone()
            .clamp_min(f64::from(f32::MIN_POSITIVE))
            .log();
        Self {
            probabilities,
            log_probabilities,
            normalised: false,
        }
    }

    /// p, `[B, K, N]`.
    pub fn probabilities(&self) -> Tensor<3> {
        self.probabilities.clone()
    }

    /// log p, `[B, K, N]`, unclipped.
    pub fn log_probabilities(&self) -> Tensor<3> {
        self.log_probabilities.clone()
    }

    /// log (1 − p), `[B, K, N]`: for a softmax the logarithm of the sum of the other classes, finite for
    /// finite logits.
    pub(crate) fn log_complements(&self) -> Tensor<3> {
        let log = self.log_probabilities();
        let classes = log.dims()[1];
        if !self.normalised {
            let complements = -self.probabilities() + 1.0;
            return complements.clamp_min(f64::from(f32::MIN_POSITIVE)).log();
        }
        let of_others = (0..classes).map(|class| {
            let others = (0..classes).filter(|&other| other != class);
            let others = others.map(|other| log.clone().narrow(1, other, 1));
            log_sum_exp(Tensor::cat(others.collect(), 1))
        });
        Tensor::cat(of_others.collect(), 1)
    }

    /// 1 − p where the one-hot `target` is one, `[B, K, N]`; elsewhere it means nothing.
    pub(crate) fn miss(&self, target: &Tensor<3>) -> Tensor<3> {
        let probabilities = self.probabilities();
        if !self.normalised {
            return -probabilities + 1.0;
        }
        // As the sum of the other classes: no cancellation where p rounds to one.
        (probabilities * (-target.clone() + 1.0))
            .sum_dim(1)
            .expand(target.dims())
    }

    /// q = clip(p, ε, 1 − ε): where the clip holds, the gradient is exactly zero.
    pub fn clipped(&self) -> Tensor<3> {
        self.probabilities.clone().clamp(EPSILON, 1.0 - EPSILON)
    }
}

/// log Σ exp over the classes, `[B, 1, N]`.
fn log_sum_exp(x: Tensor<3>) -> Tensor<3> {
    if x.dims()[1] == 1 {
        return x;
    }
    // A shift only: the gradient is the same without that of the maximum.
    let largest = x.clone().max_dim(1).detach();
    (x - largest.clone()).exp().sum_dim(1).log() + largest
}

/// `[B, C, …]` as `[B, C, N]`.
pub(crate) fn flatten<const D: usize>(tensor: Tensor<D>) -> Tensor<3> {
    let dims = tensor.dims();
    let pixels = dims[2..].iter().product::<usize>();
    tensor.reshape([dims[0], dims[1], pixels])
}
