//! Plain training steps of a given network on given batches, for comparison with other libraries.

use std::sync::Arc;

use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Upsampling};
use losscope_kernels::optimiser::{Adam, Optimiser};
use losscope_unet::{Images, LaneStep, Networks, Pushed, State, weights};

/// A U-Net of base 8 and two levels with nearest-neighbour upsampling and without normalisation, for images
/// of one channel and one logit a pixel; binary cross entropy; Adam at 1e-3 with ε 1e-7.
pub struct BenchNetwork {
    device: Device,
    batch: usize,
    networks: Networks,
    steps: usize,
}

/// Mean of −y log s(z) − (1 − y) log(1 − s(z)).
fn binary_cross_entropy(logits: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    let softplus = (-logits.clone().abs()).exp().log1p();
    (logits.clone().clamp_min(0.0) - logits * targets + softplus).mean()
}

impl BenchNetwork {
    /// For batches of square images, from these weights: of each layer, from input to output, weight
    /// `[out, in, h, w]` and bias. `None` when there are too few or too many.
    pub fn new(device: &Device, size: usize, batch: usize, weights: &[f32]) -> Option<Self> {
        let architecture = Architecture {
            channels: 1,
            classes: 1,
            base: 8,
            depth: 2,
            group: None,
            upsampling: Upsampling::Nearest,
            planes: None,
            height: size,
            width: size,
        };
        let parameters = weights::from_flat(&architecture, weights)?;
        let mut networks = Networks::new(architecture, device).ok()?;
        networks.push(State::new(parameters));
        Some(Self {
            device: device.clone(),
            batch,
            networks,
            steps: 0,
        })
    }

    /// One step on images `[batch, size, size]` and targets of 0 and 1; gives the loss before the update.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn step(
        &mut self,
        images: Vec<f32>,
        targets: Vec<f32>,
    ) -> Result<f32, ExecutionError> {
        self.steps += 1;
        let Architecture { height, width, .. } = *self.networks.architecture();
        let training = self.device.clone().autodiff();
        let shape = [self.batch, 1, height, width];
        let targets = Tensor::<4>::from_data(TensorData::new(targets, shape), &training);
        let lane = LaneStep {
            network: 0,
            images: Arc::new(Images {
                values: images,
                count: self.batch,
            }),
            labels: Arc::default(),
            loss: None,
            step: self.steps,
            norms: false,
        };
        let adam = Optimiser::Adam(Adam {
            learning_rate: 1e-3,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        });
        let mut value = None;
        self.networks
            .step(&[lane], &adam, |_, logits| {
                let leaf = Tensor::from_inner(logits.clone()).require_grad();
                let loss = binary_cross_entropy(leaf.clone(), targets.clone());
                let gradient = leaf.grad(&loss.backward());
                let loss = loss.inner();
                value = Some(loss.clone());
                Pushed {
                    loss,
                    gradient: gradient.unwrap_or_else(|| logits.zeros_like()),
                }
            })
            .await?;
        match value {
            Some(value) => value.into_scalar_async::<f32>().await,
            None => Ok(f32::NAN),
        }
    }
}
