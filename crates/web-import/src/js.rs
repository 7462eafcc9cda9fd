//! Values and errors between Rust and JavaScript.

use losscope_datasets::import::ImportError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use wasm_bindgen::{JsError, JsValue};

/// What an import can refuse. Every message is a sentence for a person.
#[derive(Debug, Error)]
pub(crate) enum BoundaryError {
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("no import is under way: choose files first")]
    NoImport,
    #[error("{0}")]
    Value(String),
}

impl From<BoundaryError> for JsValue {
    fn from(error: BoundaryError) -> Self {
        JsError::new(&error.to_string()).into()
    }
}

/// A plain object: maps as objects, nothing as null, bytes as `Uint8Array`.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, BoundaryError> {
    let serializer =
        serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false);
    value
        .serialize(&serializer)
        .map_err(|error| BoundaryError::Value(error.to_string()))
}

/// A plain object as a Rust value, read as JSON, with the same errors.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, BoundaryError> {
    let text: String = js_sys::JSON::stringify(value)
        .map_err(|_| BoundaryError::Value("the value is not plain data".into()))?
        .into();
    serde_json::from_str(&text).map_err(|error| BoundaryError::Value(error.to_string()))
}
