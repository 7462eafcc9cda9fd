//! Whether this browser's WebGPU computes what the CPU does.

use burn::tensor::Device;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::device;
use crate::js::{EngineError, to_js};

/// [`losscope_trainer::parity`] of WebGPU with the CPU, for a random network.
///
/// # Errors
/// When there is no WebGPU, or it fails.
#[wasm_bindgen]
pub async fn gpu_parity(seed: u32) -> Result<JsValue, JsValue> {
    let gpu = device::create("webgpu").await?.device;
    let parity = losscope_trainer::parity(seed.into(), &gpu, &Device::flex()).await;
    Ok(to_js(&parity.map_err(EngineError::from)?)?)
}

/// [`losscope_trainer::loss_parity`] of WebGPU with the CPU, for a random loss.
///
/// # Errors
/// When there is no WebGPU, or it fails.
#[wasm_bindgen]
pub async fn gpu_loss_parity(seed: u32) -> Result<JsValue, JsValue> {
    let gpu = device::create("webgpu").await?.device;
    let parity = losscope_trainer::loss_parity(seed.into(), &gpu, &Device::flex()).await;
    Ok(to_js(&parity.map_err(EngineError::from)?)?)
}
