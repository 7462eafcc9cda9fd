//! Values and errors between Rust and JavaScript.

use losscope_trainer::TrainerError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use wasm_bindgen::{JsError, JsValue};

/// What the engine can refuse. Every message is a sentence for a person.
#[derive(Debug, Error)]
pub(crate) enum EngineError {
    #[error(transparent)]
    Trainer(#[from] TrainerError),
    #[error(transparent)]
    Apply(#[from] losscope_trainer::apply::ApplyError),
    #[error(transparent)]
    Dataset(#[from] losscope_datasets::StorageError),
    #[error(transparent)]
    Inspect(#[from] losscope_inspect::InspectError),
    #[cfg(feature = "webgpu")]
    #[error(transparent)]
    Gpu(#[from] losscope_render::gpu::GpuError),
    #[error("WebGPU did not start: {0}. Use the CPU, or another browser")]
    WebGpu(String),
    #[error("there is no backend {0:?}: it is \"webgpu\" or \"cpu\"")]
    Backend(String),
    #[error("nothing has been set up to train yet: choose data first")]
    NoSession,
    #[error("the imported images {0:?} are not here: import them again")]
    NoSuchDataset(String),
    #[error("the engine holds as many imported sets as it can: remove one first")]
    TooManyDatasets,
    #[error("a folder on disk can only be read by the command line: import its files instead")]
    Folder,
    #[error("no image was chosen to look at: begin a look first")]
    NoLook,
    #[error(
        "nothing is being measured any more, because the data or the lanes were changed: measure again"
    )]
    NoMeasuring,
    #[error("there is no class {class}: the data have {classes}, and the first is 0")]
    NoSuchClass { class: usize, classes: usize },
    #[error("{0} weights were given, but the bench's network has another number of them")]
    BenchWeights(usize),
    #[error("{0}")]
    Value(String),
}

impl From<EngineError> for JsValue {
    fn from(error: EngineError) -> Self {
        JsError::new(&error.to_string()).into()
    }
}

/// A plain object: maps as objects, nothing as null, bytes as `Uint8Array`.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, EngineError> {
    let serializer =
        serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false);
    value
        .serialize(&serializer)
        .map_err(|error| EngineError::Value(error.to_string()))
}

/// JSON text of a plain object: read by the same reader, with the same errors, as a file.
pub(crate) fn to_json(value: &JsValue) -> Result<String, EngineError> {
    let text = js_sys::JSON::stringify(value)
        .map_err(|_| EngineError::Value("the value is not plain data".into()))?;
    Ok(text.into())
}

/// A plain object as a Rust value.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, EngineError> {
    serde_json::from_str(&to_json(value)?).map_err(|error| EngineError::Value(error.to_string()))
}
