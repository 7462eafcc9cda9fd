//! One network with a loss of its own.

use burn::tensor::Tensor;
use losscope_kernels::optimiser::{Adam, Optimiser, Sgd};
use losscope_losses::Loss;

use crate::readback::push_per_class;
use crate::{LaneInfo, OptimiserConfig, OptimiserKind};

/// Norms per layer are taken at the first step and then at every fifth.
const LAYER_NORMS_EVERY: usize = 5;

/// A loss, and how far the network that learns under it has come.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    pub(crate) id: u32,
    pub(crate) loss: Loss,
    /// Steps made.
    pub(crate) step: usize,
}

pub(crate) fn optimiser(config: &OptimiserConfig) -> Optimiser {
    let learning_rate = config.learning_rate as f32;
    match config.kind {
        OptimiserKind::Adam => Optimiser::Adam(Adam {
            learning_rate,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
        }),
        OptimiserKind::Sgd => Optimiser::Sgd(Sgd {
            learning_rate,
            momentum: config.momentum as f32,
        }),
    }
}

impl Lane {
    pub(crate) fn info(&self) -> LaneInfo {
        LaneInfo {
            id: self.id,
            loss: self.loss.clone(),
            step: self.step,
        }
    }

    /// Whether the next step reports norms per layer.
    pub(crate) fn norms_due(&self) -> bool {
        self.step == 0 || (self.step + 1).is_multiple_of(LAYER_NORMS_EVERY)
    }
}

/// A loss at some logits.
pub(crate) struct Push {
    /// `[1]`.
    pub(crate) loss: Tensor<1>,
    /// dL/dlogits, `[B, K, H, W]`.
    pub(crate) gradient: Tensor<4>,
    /// Σ |dL/dlogit| over the pixels of each class, `[K]`.
    pub(crate) per_class: Tensor<1>,
}

impl Push {
    /// Evaluates a loss at logits `[B, K, H, W]` against a target of a device that keeps gradients; the
    /// network is not passed through.
    pub(crate) fn new(loss: &Loss, logits: Tensor<4>, target: &Tensor<4>) -> Self {
        let leaf = Tensor::from_inner(logits.clone()).require_grad();
        let value = loss.forward(leaf.clone(), target.clone());
        let gradients = value.backward();
        // A loss that is flat everywhere leaves no gradient behind.
        let gradient = leaf.grad(&gradients).unwrap_or_else(|| logits.zeros_like());
        Self {
            loss: value.inner(),
            per_class: push_per_class(gradient.clone(), target.clone().inner()),
            gradient,
        }
    }
}
