//! One network with a loss of its own.

use burn::tensor::Tensor;
use losscope_kernels::optimiser::{Adam, Optimiser, Sgd};
use losscope_losses::Loss;

use crate::checkpoint::SavedLane;
use crate::readback::push_per_class;
use crate::{LaneInfo, OptimiserConfig, OptimiserKind, Stopped};

/// Norms per layer are taken at the first step and then at every fifth.
const LAYER_NORMS_EVERY: usize = 5;

/// A loss, and how far the network that learns under it has come.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    pub(crate) id: u32,
    pub(crate) loss: Loss,
    /// Steps made.
    pub(crate) step: usize,
    /// Why it makes no more.
    pub(crate) stopped: Option<Stopped>,
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
    /// Before the first step.
    pub(crate) fn new(id: u32, loss: Loss) -> Self {
        Self {
            id,
            loss,
            step: 0,
            stopped: None,
        }
    }

    pub(crate) fn saved(&self) -> SavedLane {
        SavedLane {
            id: self.id,
            loss: self.loss.clone(),
            step: self.step,
            stopped: self.stopped.clone(),
        }
    }

    pub(crate) fn restored(saved: SavedLane) -> Self {
        Self {
            id: saved.id,
            loss: saved.loss,
            step: saved.step,
            stopped: saved.stopped,
        }
    }

    pub(crate) fn info(&self) -> LaneInfo {
        LaneInfo {
            id: self.id,
            loss: self.loss.clone(),
            step: self.step,
            stopped: self.stopped.clone(),
        }
    }

    /// Whether the next step reports norms per layer.
    pub(crate) fn norms_due(&self) -> bool {
        self.step == 0 || (self.step + 1).is_multiple_of(LAYER_NORMS_EVERY)
    }
}

/// `[B, K, D, H, W]` from `[B, K, D · H, W]`.
fn volumes(tensor: Tensor<4>, planes: usize) -> Tensor<5> {
    let [batch, classes, rows, width] = tensor.dims();
    tensor.reshape([batch, classes, planes, rows / planes, width])
}

/// A loss at some logits.
pub(crate) struct Push {
    /// `[1]`.
    pub(crate) loss: Tensor<1>,
    /// dL/dlogits, `[B, K, D · H, W]`.
    pub(crate) gradient: Tensor<4>,
    /// Σ |dL/dlogit| over the pixels of each class, `[K]`.
    pub(crate) per_class: Tensor<1>,
}

impl Push {
    /// Evaluates a loss at logits `[B, K, D · H, W]` of so many planes (1 of images) against a target of a
    /// device that keeps gradients; the network is not passed through.
    pub(crate) fn new(loss: &Loss, logits: Tensor<4>, target: &Tensor<4>, planes: usize) -> Self {
        let leaf = Tensor::from_inner(logits.clone()).require_grad();
        // A loss may ask who whose neighbour is.
        let value = match planes {
            1 => loss.forward(leaf.clone(), target.clone()),
            _ => loss.forward(
                volumes(leaf.clone(), planes),
                volumes(target.clone(), planes),
            ),
        };
        let gradients = value.backward();
        // A loss that is flat everywhere leaves no gradient behind.
        let gradient = leaf.grad(&gradients).unwrap_or_else(|| logits.zeros_like());
        Self {
            loss: value.inner(),
            per_class: push_per_class(gradient.clone(), target.clone().inner()),
            gradient,
        }
    }

    /// Its value, then what each class pushes, `[1 + K]`.
    pub(crate) fn numbers(&self) -> Tensor<1> {
        Tensor::cat(vec![self.loss.clone(), self.per_class.clone()], 0)
    }
}
