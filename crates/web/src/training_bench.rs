//! Plain training steps of a given network on given batches, for comparison with other libraries.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Upsampling};
use losscope_kernels::optimiser::{Adam, Optimiser};
use losscope_trainer::TrainerError;
use losscope_unet::{Images, LaneStep, Networks, State, weights};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device::{self, EngineDevice};
use crate::js::EngineError;

/// A U-Net of base 8 and two levels with nearest-neighbour upsampling and without normalisation, for images
/// of one channel and one logit a pixel; binary cross entropy; Adam at 1e-3 with ε 1e-7.
#[wasm_bindgen]
pub struct TrainingBench {
    device: EngineDevice,
    architecture: Architecture,
    batch: usize,
    networks: Networks,
    steps: usize,
}

/// Mean of −y log s(z) − (1 − y) log(1 − s(z)).
fn binary_cross_entropy(logits: Tensor<4>, targets: Tensor<4>) -> Tensor<1> {
    let softplus = (-logits.clone().abs()).exp().log1p();
    (logits.clone().clamp_min(0.0) - logits * targets + softplus).mean()
}

#[wasm_bindgen]
impl TrainingBench {
    /// A bench on `"webgpu"` or `"cpu"` for batches of square images.
    ///
    /// # Errors
    /// When there is no such backend, no adapter or no device.
    pub async fn create(
        backend: String,
        size: usize,
        batch: usize,
    ) -> Result<TrainingBench, JsValue> {
        let device = device::create(&backend).await?;
        let architecture = Architecture {
            channels: 1,
            classes: 1,
            base: 8,
            depth: 2,
            group: None,
            upsampling: Upsampling::Nearest,
            height: size,
            width: size,
        };
        let networks = Networks::new(architecture, &device.device);
        Ok(Self {
            device,
            architecture,
            batch,
            networks,
            steps: 0,
        })
    }

    /// The adapter's own name, as far as the browser tells it.
    pub fn adapter(&self) -> String {
        self.device.adapter.clone()
    }

    /// Starts from these weights: of each layer, from input to output, weight `[out, in, h, w]` and bias.
    ///
    /// # Errors
    /// When there are too few or too many.
    pub fn load(&mut self, numbers: &[f32]) -> Result<(), JsValue> {
        let parameters =
            weights::from_flat(&self.architecture, numbers).ok_or(EngineError::BenchWeights {
                given: numbers.len(),
                expected: self.architecture.layout().len,
            })?;
        if self.steps == 0 {
            self.networks.push(State::new(parameters));
        } else {
            self.networks.set(0, State::new(parameters));
        }
        self.steps = 0;
        Ok(())
    }

    /// One step on images `[batch, size, size]` and targets of 0 and 1; gives the loss before the update.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn step(&mut self, images: Vec<f32>, targets: Vec<f32>) -> Result<f32, JsValue> {
        self.steps += 1;
        let Architecture { height, width, .. } = self.architecture;
        let training: Device = self.device.device.clone().autodiff();
        let shape = [self.batch, 1, height, width];
        let targets = Tensor::<4>::from_data(TensorData::new(targets, shape), &training);
        let lane = LaneStep {
            network: 0,
            images: Arc::new(Images {
                values: images,
                count: self.batch,
            }),
            step: self.steps,
            norms: false,
        };
        let adam = Adam {
            learning_rate: 1e-3,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        };
        let mut value = None;
        self.networks
            .step(&[lane], &Optimiser::Adam(adam), |_, logits| {
                let leaf = Tensor::from_inner(logits.clone()).require_grad();
                let loss = binary_cross_entropy(leaf.clone(), targets.clone());
                let gradient = leaf.grad(&loss.backward());
                value = Some(loss.inner());
                gradient.unwrap_or_else(|| logits.zeros_like())
            })
            .await
            .map_err(|error| EngineError::from(TrainerError::Device(error)))?;
        let Some(value) = value else {
            return Ok(f32::NAN);
        };
        let value = value.into_scalar_async::<f32>().await;
        Ok(value.map_err(|error| EngineError::from(TrainerError::Device(error)))?)
    }
}
