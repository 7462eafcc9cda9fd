//! Training steps for comparison with other libraries.

use losscope_trainer::TrainerError;
use losscope_trainer::bench::BenchNetwork;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device::{self, EngineDevice};
use crate::js::EngineError;

/// See [`BenchNetwork`].
#[wasm_bindgen]
pub struct TrainingBench {
    device: EngineDevice,
    size: usize,
    batch: usize,
    network: Option<BenchNetwork>,
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
        Ok(Self {
            device: device::create(&backend).await?,
            size,
            batch,
            network: None,
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
    pub fn load(&mut self, weights: &[f32]) -> Result<(), JsValue> {
        let network = BenchNetwork::new(&self.device.device, self.size, self.batch, weights);
        self.network = Some(network.ok_or(EngineError::BenchWeights(weights.len()))?);
        Ok(())
    }

    /// One step on images `[batch, size, size]` and targets of 0 and 1; gives the loss before the update.
    ///
    /// # Errors
    /// When nothing was loaded, or the device fails.
    pub async fn step(&mut self, images: Vec<f32>, targets: Vec<f32>) -> Result<f32, JsValue> {
        let network = self.network.as_mut().ok_or(EngineError::NoSession)?;
        let loss = network.step(images, targets).await;
        Ok(loss.map_err(|error| EngineError::from(TrainerError::Device(error)))?)
    }
}
