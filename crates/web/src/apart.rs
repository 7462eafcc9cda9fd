//! Lanes that are trained by the engine of another worker: what goes there, and what comes back.

use js_sys::{Object, Uint8Array};
use losscope_trainer::{DataConfig, LaneParcel};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{Engine, JsResult, set};
use crate::js::{EngineError, to_js};

#[wasm_bindgen]
impl Engine {
    /// The imported images that are trained on, as `add_dataset` takes them: `{ id, bytes }`, or null where data are
    /// drawn.
    ///
    /// # Errors
    /// When nothing was configured.
    pub fn imported(&mut self) -> JsResult {
        let session = self.session()?;
        let DataConfig::Imported { id, .. } = &session.experiment().data else {
            return Ok(JsValue::NULL);
        };
        let object = Object::new();
        set(&object, "id", &id.into())?;
        let bytes = session.dataset().to_bytes();
        set(&object, "bytes", &Uint8Array::from(bytes.as_slice()).into())?;
        Ok(object.into())
    }

    /// A lane as it is, for `step_parcel` of another engine.
    ///
    /// # Errors
    /// When nothing was configured, or there is no such lane.
    pub async fn pack(&mut self, lane: u32) -> JsResult<Vec<u8>> {
        let parcel = self.session()?.pack(lane).await;
        let bytes = parcel.and_then(|parcel| parcel.to_bytes());
        Ok(bytes.map_err(EngineError::from)?)
    }

    /// From how many steps one is kept to look back at.
    ///
    /// # Errors
    /// When nothing was configured.
    pub fn past_every(&mut self) -> JsResult<usize> {
        Ok(self.session()?.past_every())
    }

    /// Makes `count` steps with a lane of another engine, which keeps one of `every` so many: `{ reports, parcel }`.
    ///
    /// # Errors
    /// When the parcel does not belong to the experiment that was resumed here, or the device fails.
    pub async fn step_parcel(&mut self, parcel: Vec<u8>, count: usize, every: usize) -> JsResult {
        let parcel = LaneParcel::from_bytes(&parcel).map_err(EngineError::from)?;
        let stepped = self.session()?.step_parcel(parcel, count, every).await;
        let (reports, parcel) = stepped.map_err(EngineError::from)?;
        let bytes = parcel.to_bytes().map_err(EngineError::from)?;
        let object = Object::new();
        set(&object, "reports", &to_js(&reports)?)?;
        set(
            &object,
            "parcel",
            &Uint8Array::from(bytes.as_slice()).into(),
        )?;
        Ok(object.into())
    }

    /// A lane becomes what it has become in another engine.
    ///
    /// # Errors
    /// When nothing was configured, or the parcel does not belong here.
    pub fn unpack(&mut self, parcel: Vec<u8>) -> JsResult<()> {
        let parcel = LaneParcel::from_bytes(&parcel).map_err(EngineError::from)?;
        Ok(self.session()?.unpack(parcel).map_err(EngineError::from)?)
    }
}
