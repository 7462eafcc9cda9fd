//! Images as training would change them.

use js_sys::{Array, Object};
use losscope_datasets::Augmentation;
use losscope_render::{Scene, cpu};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{Engine, JsResult, picture_to_js, set};
use crate::js::{EngineError, from_js};

/// The longer side of a preview, at the least.
const LEAST_SIDE: usize = 160;

#[wasm_bindgen]
impl Engine {
    /// An image as `count` training steps from `first` on would see it under these settings, with the outlines of its
    /// classes: a list of `{ step, changed, picture }`.
    ///
    /// # Errors
    /// When nothing was configured, there is no such image, or a setting is out of range.
    pub fn preview_augmentation(
        &mut self,
        settings: JsValue,
        image: usize,
        first: usize,
        count: usize,
    ) -> JsResult<Array> {
        let settings: Augmentation = from_js(&settings)?;
        let session = self.session()?;
        let previews = Array::new();
        for step in first..first + count.min(24) {
            let shown = session
                .augmented(image, &settings, step)
                .map_err(EngineError::from)?;
            let dataset = session.dataset();
            let size = shown.cut.size(dataset.size);
            let scene = Scene {
                width: size.width,
                height: size.height,
                channels: dataset.channels,
                classes: dataset.classes.len(),
                image: &shown.cut.of(dataset.size, &shown.sample.pixels),
                labels: &shown.cut.of(dataset.size, &shown.sample.labels),
                probabilities: &[],
                logit_gradient: &[],
                gradient_max: 0.0,
                class: None,
            };
            let scale = LEAST_SIDE.div_ceil(size.width.max(size.height).max(1));
            let preview = Object::new();
            set(&preview, "step", &(step as u32).into())?;
            set(&preview, "changed", &shown.changed.into())?;
            let picture = picture_to_js(&cpu::input(&scene, scale))?;
            set(&preview, "picture", &picture)?;
            previews.push(&preview);
        }
        Ok(previews)
    }
}
