//! The page's WebGPU device.

use std::cell::RefCell;

use burn::tensor::Device;
use losscope_trainer::Room;

use super::EngineDevice;
use crate::js::EngineError;
use crate::pictures::Canvas;

/// Launches that are handed to the GPU at once: more than a step has, so that it is one submission.
const LAUNCHES_AT_ONCE: usize = 256;

/// A browser does not tell how much memory there is on a graphics card; this much is on most.
const MEMORY: usize = 3 << 30;

thread_local! {
    /// A page has one WebGPU device at most: Burn refuses a second one beside it.
    static WEBGPU: RefCell<Option<EngineDevice>> = const { RefCell::new(None) };
}

/// The device, made at the first call.
pub(super) async fn create() -> Result<EngineDevice, EngineError> {
    if let Some(known) = WEBGPU.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let options = Device::wgpu_options().tasks_max(LAUNCHES_AT_ONCE);
    let (device, setup) = options
        .init_with_setup_async()
        .await
        .map_err(|error| EngineError::WebGpu(error.to_string()))?;
    let limits = setup.device.limits();
    let made = EngineDevice {
        canvas: Canvas::Gpu(device.clone()),
        device,
        backend: "webgpu",
        adapter: setup.adapter.get_info().name,
        room: Room {
            buffer: limits.max_storage_buffer_binding_size as usize,
            total: MEMORY,
            at_once: true,
        },
    };
    WEBGPU.set(Some(made.clone()));
    Ok(made)
}
