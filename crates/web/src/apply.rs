//! Trained networks that are applied to photos.

use js_sys::{Array, Float32Array, Object, Uint8Array};
use losscope_render::overlay;
use losscope_trainer::SplitName;
use losscope_trainer::apply::{ApplyError, Prediction, TrainedNet};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::engine::{Engine, JsResult, picture_to_js, set};
use crate::js::{EngineError, to_js};

/// A network from a weights file. Whatever it rejects with is an `Error` with a sentence for a person.
#[wasm_bindgen]
pub struct Net {
    net: TrainedNet,
}

#[wasm_bindgen]
impl Net {
    /// Of the bytes of a weights file.
    ///
    /// # Errors
    /// When they are none, of another version or damaged, or its network is not for photos.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> JsResult<Net> {
        let net = TrainedNet::read(bytes, None).map_err(EngineError::from)?;
        Ok(Self { net })
    }

    /// What its file says of it, a `NetInfo`.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn info(&self) -> JsResult {
        Ok(to_js(&self.net.info())?)
    }

    /// What it makes of an image `[channels, height, width]` of its own size, 0 to 1.
    ///
    /// # Errors
    /// When the image has another number of values, or the network gives no numbers.
    pub async fn predict(&self, values: Vec<f32>) -> JsResult<Predicted> {
        let prediction = self.net.predict(values).await.map_err(EngineError::from)?;
        Ok(Predicted { prediction })
    }
}

/// What a network makes of an image. It is as small as what the network saw; everything is made of it in the size
/// that is asked for.
#[wasm_bindgen]
pub struct Predicted {
    prediction: Prediction,
}

#[wasm_bindgen]
impl Predicted {
    /// The mask `[height, width]` as greys: foreground white.
    pub fn mask(&self, height: usize, width: usize) -> Vec<u8> {
        self.prediction.greys(height, width)
    }

    /// The probability of foreground `[height, width]`, 0 to 255.
    pub fn probability(&self, height: usize, width: usize) -> Vec<u8> {
        self.prediction.probability_greys(height, width)
    }

    /// The mask's outlines, to lay over a photo.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn draw_outlines(&self, height: usize, width: usize, thickness: usize) -> JsResult {
        let mask = self.prediction.mask(height, width);
        let drawn = overlay::outlines(&mask, (height, width), thickness, false);
        Ok(picture_to_js(&drawn)?)
    }

    /// The probability of foreground in colours.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn draw_probability(&self, height: usize, width: usize) -> JsResult {
        let plane = self.prediction.probability(None, height, width);
        Ok(picture_to_js(&overlay::heat(&plane, (height, width)))?)
    }

    /// What the mask gets wrong against labels `[height, width]`, to lay over a photo.
    ///
    /// # Errors
    /// When there are more or fewer labels than pixels.
    pub fn draw_errors(&self, labels: &[u8], height: usize, width: usize) -> JsResult {
        check(labels, height, width)?;
        let mask = self.prediction.mask(height, width);
        let drawn = overlay::mistakes(&mask, labels, (height, width));
        Ok(picture_to_js(&drawn)?)
    }

    /// Metrics against labels `[height, width]`, an `ImageValues`.
    ///
    /// # Errors
    /// When there are more or fewer labels than pixels.
    pub fn measure(&self, image: &str, labels: &[u8], height: usize, width: usize) -> JsResult {
        let values = self.prediction.measure(image, labels, (height, width));
        Ok(to_js(&values.map_err(EngineError::from)?)?)
    }
}

/// Broken outlines of the labels `[height, width]` that were given, to lay over a photo.
///
/// # Errors
/// When there are more or fewer labels than pixels.
#[wasm_bindgen]
pub fn draw_truth(labels: &[u8], height: usize, width: usize, thickness: usize) -> JsResult {
    check(labels, height, width)?;
    let drawn = overlay::outlines(labels, (height, width), thickness, true);
    Ok(picture_to_js(&drawn)?)
}

#[wasm_bindgen]
impl Engine {
    /// At most so many images that no lane trains on, test images where there are any: a list of `{ name, channels,
    /// height, width, values, labels }`. None of volumes.
    ///
    /// # Errors
    /// When nothing was configured.
    pub fn held_out(&mut self, limit: usize) -> JsResult<Array> {
        let session = self.session()?;
        let dataset = session.dataset();
        let found = Array::new();
        if dataset.size.depth > 1 {
            return Ok(found);
        }
        let split = match session.images(SplitName::Test) {
            [] => session.images(SplitName::Validation),
            test => test,
        };
        for &index in split.iter().take(limit) {
            let sample = &dataset.samples[index];
            let (channels, size) = (dataset.channels as u32, dataset.size);
            let object = Object::new();
            set(&object, "name", &sample.name.as_str().into())?;
            set(&object, "channels", &channels.into())?;
            set(&object, "height", &(size.height as u32).into())?;
            set(&object, "width", &(size.width as u32).into())?;
            let values = Float32Array::from(sample.pixels.as_slice());
            set(&object, "values", &values.into())?;
            let labels = Uint8Array::from(sample.labels.as_slice());
            set(&object, "labels", &labels.into())?;
            found.push(&object);
        }
        Ok(found)
    }
}

fn check(labels: &[u8], height: usize, width: usize) -> Result<(), EngineError> {
    match labels.len() == height * width {
        true => Ok(()),
        false => Err(EngineError::Apply(ApplyError::Labels {
            expected: height * width,
            given: labels.len(),
        })),
    }
}
