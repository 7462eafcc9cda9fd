//! What the engine runs on.

use burn::tensor::Device;

use crate::js::EngineError;

/// Launches that are handed to the GPU at once: more than a step has, so that it is one submission.
const LAUNCHES_AT_ONCE: usize = 256;

/// A device without gradients, and what a person calls it.
pub(crate) struct EngineDevice {
    pub(crate) device: Device,
    /// "webgpu" or "cpu".
    pub(crate) backend: &'static str,
    /// The adapter's own name, as far as the browser tells it.
    pub(crate) adapter: String,
}

/// The device of a backend, `"webgpu"` or `"cpu"`.
pub(crate) async fn create(backend: &str) -> Result<EngineDevice, EngineError> {
    match backend {
        "webgpu" => {
            let options = Device::wgpu_options().tasks_max(LAUNCHES_AT_ONCE);
            let (device, setup) = options
                .init_with_setup_async()
                .await
                .map_err(|error| EngineError::WebGpu(error.to_string()))?;
            let adapter = setup.adapter.get_info().name;
            Ok(EngineDevice {
                device,
                backend: "webgpu",
                adapter,
            })
        }
        "cpu" => Ok(EngineDevice {
            device: Device::flex(),
            backend: "cpu",
            adapter: "CPU (WebAssembly with SIMD)".to_owned(),
        }),
        _ => Err(EngineError::Backend(backend.to_owned())),
    }
}
