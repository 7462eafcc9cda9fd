//! What the engine runs on.

#[cfg(feature = "webgpu")]
mod webgpu;

use burn::tensor::Device;

use losscope_trainer::Room;

use crate::js::EngineError;
use crate::pictures::Canvas;

/// A device without gradients, and what a person calls it.
#[derive(Clone)]
pub(crate) struct EngineDevice {
    pub(crate) device: Device,
    /// "webgpu" or "cpu".
    pub(crate) backend: &'static str,
    /// The adapter's own name, as far as the browser tells it.
    pub(crate) adapter: String,
    pub(crate) canvas: Canvas,
    /// Memory for training.
    pub(crate) room: Room,
}

/// The device of a backend, `"webgpu"` or `"cpu"`.
pub(crate) async fn create(backend: &str) -> Result<EngineDevice, EngineError> {
    match backend {
        #[cfg(feature = "webgpu")]
        "webgpu" => webgpu::create().await,
        #[cfg(not(feature = "webgpu"))]
        "webgpu" => Err(EngineError::WebGpu(
            "this engine was built for the CPU alone".to_owned(),
        )),
        "cpu" => Ok(EngineDevice {
            device: Device::flex(),
            backend: "cpu",
            adapter: "CPU (WebAssembly with SIMD)".to_owned(),
            canvas: Canvas::Cpu,
            // Of the four gigabytes that WebAssembly can address, some are for data and pictures.
            room: Room {
                buffer: 1 << 31,
                total: 3 << 30,
                at_once: false,
            },
        }),
        _ => Err(EngineError::Backend(backend.to_owned())),
    }
}
