//! One image at a time, for networks that were trained before.

use js_sys::{Array, Uint8Array};
use losscope_datasets::import::{Limits, Photo, grey_png};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::js::{BoundaryError, to_js};

type JsResult<T = JsValue> = Result<T, JsValue>;

/// A photo, decoded, with its mask where there is one. Whatever it rejects with is an `Error` with a sentence for a
/// person.
#[wasm_bindgen]
pub struct OpenPhoto {
    photo: Photo,
}

#[wasm_bindgen]
impl OpenPhoto {
    /// Decodes an image; the masks, of which there may be none, are a list of names and a list of `Uint8Array`s.
    ///
    /// # Errors
    /// When one cannot be decoded, is a volume, or a mask has another size than the image.
    #[wasm_bindgen(constructor)]
    pub fn new(
        path: &str,
        bytes: Vec<u8>,
        mask_paths: Vec<String>,
        masks: &Array,
    ) -> JsResult<OpenPhoto> {
        let limits = Limits::default();
        let mut photo = Photo::read(path, bytes, &limits).map_err(BoundaryError::from)?;
        if !mask_paths.is_empty() {
            let files = masks
                .iter()
                .map(|mask| mask.dyn_into::<Uint8Array>().map(|mask| mask.to_vec()));
            let masks = mask_paths
                .into_iter()
                .zip(files)
                .map(|(path, file)| file.map(|file| (path, file)))
                .collect::<Result<Vec<_>, _>>()?;
            photo
                .set_masks(masks, &limits)
                .map_err(BoundaryError::from)?;
        }
        Ok(Self { photo })
    }

    /// A sample of a set: values `[channels, height, width]` in 0..=1, and class indices.
    ///
    /// # Errors
    /// When they do not fit that size.
    pub fn from_sample(
        name: &str,
        channels: usize,
        height: usize,
        width: usize,
        values: &[f32],
        labels: Vec<u8>,
    ) -> JsResult<OpenPhoto> {
        let photo = Photo::from_sample(name, (channels, height, width), values, labels);
        Ok(Self {
            photo: photo.map_err(BoundaryError::from)?,
        })
    }

    /// Whether it has a mask.
    pub fn masked(&self) -> bool {
        self.photo.has_mask()
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.photo.size().width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.photo.size().height
    }

    /// Whether any pixel has a colour.
    pub fn colour(&self) -> bool {
        self.photo.is_colour()
    }

    /// As a network of that size sees it, `[channels, height, width]` in 0..=1.
    pub fn values(&self, channels: usize, height: usize, width: usize) -> Vec<f32> {
        self.photo.values(channels, height, width)
    }

    /// Class indices of the mask in the photo's size, for a network of so many classes; `undefined` without a mask.
    ///
    /// # Errors
    /// When a value of the mask is none of the classes.
    pub fn labels(&self, classes: usize) -> JsResult<Option<Vec<u8>>> {
        Ok(self.photo.labels(classes).map_err(BoundaryError::from)?)
    }

    /// To be looked at, of at most so many pixels: `{ width, height, rgba }`.
    ///
    /// # Errors
    /// Never, in fact.
    pub fn shown(&self, pixels: usize) -> JsResult {
        let (width, height, rgba) = self.photo.shown(pixels);
        let shown = to_js(&serde_json::json!({ "width": width, "height": height }))?;
        let bytes = Uint8Array::from(rgba.as_slice());
        js_sys::Reflect::set(&shown, &"rgba".into(), &bytes.into())?;
        Ok(shown)
    }
}

/// Greys, row by row, as a PNG file.
///
/// # Errors
/// When there are more or fewer of them than pixels.
#[wasm_bindgen]
pub fn encode_grey_png(width: usize, height: usize, greys: Vec<u8>) -> JsResult<Vec<u8>> {
    Ok(grey_png(width, height, greys).map_err(BoundaryError::from)?)
}
