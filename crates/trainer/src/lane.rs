//! One network with a loss of its own.

use burn::module::Module;
use burn::optim::{
    AdamConfig, GradientsParams, ModuleOptimizer, SgdConfig, momentum::MomentumConfig,
};
use losscope_losses::Loss;
use losscope_unet::UNet;

use crate::device_batch::DeviceBatch;
use crate::readback::{PendingReport, layer_norms, push_per_class};
use crate::{LaneInfo, OptimiserConfig, OptimiserKind};

/// Norms per layer are taken at the first step and then at every fifth: they cost two kernels a layer.
const LAYER_NORMS_EVERY: usize = 5;

/// A network, its loss and its optimiser.
pub(crate) struct Lane {
    pub(crate) id: u32,
    pub(crate) loss: Loss,
    pub(crate) step: usize,
    network: UNet,
    optimiser: ModuleOptimizer,
    learning_rate: f64,
}

fn optimiser(config: &OptimiserConfig) -> ModuleOptimizer {
    match config.kind {
        OptimiserKind::Adam => AdamConfig::new().with_epsilon(1e-8).init(),
        // Without dampening, as elsewhere; Burn's default would shrink the gradient to nine tenths.
        OptimiserKind::Sgd => {
            let momentum = MomentumConfig::new()
                .with_momentum(config.momentum)
                .with_dampening(0.0);
            SgdConfig::new().with_momentum(Some(momentum)).init()
        }
    }
}

impl Lane {
    /// A lane at the start, from the weights that all lanes share.
    pub(crate) fn new(id: u32, loss: Loss, start: &UNet, config: &OptimiserConfig) -> Self {
        let learning_rate = config.learning_rate;
        Self {
            id,
            loss,
            step: 0,
            network: start.clone(),
            optimiser: optimiser(config),
            learning_rate,
        }
    }

    pub(crate) fn info(&self) -> LaneInfo {
        LaneInfo {
            id: self.id,
            loss: self.loss.clone(),
            step: self.step,
        }
    }

    /// The network without gradients.
    pub(crate) fn valid(&self) -> UNet {
        self.network.valid()
    }

    /// One step on a batch of the training device. Nothing is read back.
    pub(crate) fn train(&mut self, batch: &DeviceBatch) -> PendingReport {
        let logits = self.network.forward(batch.images.clone());
        // A leaf of zeros catches dL/dlogits in the same backward pass.
        let probe = logits.zeros_like().detach().require_grad();
        let loss = self
            .loss
            .forward(logits + probe.clone(), batch.target.clone());
        let mut gradients = loss.backward();
        let logit_gradient = probe
            .grad_remove(&mut gradients)
            .unwrap_or_else(|| probe.clone().inner().zeros_like());
        let pushes = push_per_class(logit_gradient, batch.target.clone().inner());
        let gradients = GradientsParams::from_grads(gradients, &self.network);
        self.step += 1;
        let norms = match self.step {
            step if step == 1 || step.is_multiple_of(LAYER_NORMS_EVERY) => {
                layer_norms(&self.network, &gradients)
            }
            _ => Vec::new(),
        };
        self.network = self
            .optimiser
            .step(self.learning_rate, self.network.clone(), gradients);
        PendingReport::new(self.id, self.step, loss.inner(), pushes, norms)
    }
}
