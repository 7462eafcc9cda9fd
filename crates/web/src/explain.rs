//! Where numbers come from: one pixel's push, and one step's gradient.

use js_sys::{Array, Object};
use losscope_trainer::SnapshotValues;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{Engine, JsResult, pictures_to_js, set};
use crate::js::{EngineError, to_js};
use crate::pictures::scene_pictures;

#[wasm_bindgen]
impl Engine {
    /// What each lane that was shown the image of the last look thinks of one of its pixels.
    ///
    /// # Errors
    /// When no look has begun, there is no such pixel, or the device fails.
    pub async fn explain_pixel(&mut self, row: usize, column: usize) -> JsResult {
        let looking = self.looking.take().ok_or(EngineError::NoLook)?;
        let mut explained = Vec::with_capacity(looking.seen.len());
        let mut failed = None;
        for snapshot in &looking.seen {
            match self.session()?.explain_pixel(snapshot, (row, column)).await {
                Ok(explanation) => explained.push(explanation),
                Err(error) => failed = Some(error),
            }
        }
        self.looking = Some(looking);
        match failed {
            Some(error) => Err(EngineError::from(error).into()),
            None => Ok(to_js(&explained)?),
        }
    }

    /// The step that a lane takes next, taken apart without taking it; `pictures` has those of its batch, with a
    /// gradient scale that all share.
    ///
    /// # Errors
    /// When nothing was configured, there is no such lane, it has stopped for good, or the device fails.
    pub async fn explain_step(&mut self, lane: u32) -> JsResult {
        let session = self.session()?;
        let (explanation, images) = session
            .explain_step(lane)
            .await
            .map_err(EngineError::from)?;
        let (channels, classes) = (session.dataset().channels, session.dataset().classes.len());
        let draw = |values: &SnapshotValues| -> Result<JsValue, EngineError> {
            let drawn = scene_pictures(values, channels, classes, explanation.gradient_max, None);
            pictures_to_js(&drawn)
        };
        let pictures: Array = images.iter().map(draw).collect::<Result<_, _>>()?;
        let object = Object::from(to_js(&explanation)?);
        set(&object, "pictures", &pictures.into())?;
        Ok(object.into())
    }

    /// Steps that can be looked back at, in order.
    ///
    /// # Errors
    /// When nothing was configured.
    pub fn past(&mut self) -> JsResult<Vec<usize>> {
        Ok(self.session()?.past())
    }
}
