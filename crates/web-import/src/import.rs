//! The class that a worker holds.

use js_sys::{Function, Object, Reflect, Uint8Array};
use losscope_datasets::import::{ClassMapping, ImportOptions, Importer};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::blob::Blob;
use crate::js::{BoundaryError, from_js, to_js};

type JsResult<T = JsValue> = Result<T, JsValue>;

/// Makes a set of images out of files, one step at a time. Whatever it rejects with is an `Error`
/// with a sentence for a person, and leaves everything else as it was.
#[wasm_bindgen]
#[derive(Default)]
pub struct Import {
    importer: Option<Importer>,
}

impl Import {
    fn importer(&mut self) -> Result<&mut Importer, BoundaryError> {
        self.importer.as_mut().ok_or(BoundaryError::NoImport)
    }

    fn pairing(&mut self) -> JsResult {
        Ok(to_js(self.importer()?.pairing())?)
    }
}

#[wasm_bindgen]
impl Import {
    /// Nothing under way.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins an import with `ImportOptions`; one that was under way is given up.
    ///
    /// # Errors
    /// When an option is out of range.
    pub fn begin(&mut self, options: JsValue) -> JsResult<()> {
        let options: ImportOptions = from_js(&options)?;
        self.importer = Some(Importer::new(options).map_err(BoundaryError::from)?);
        Ok(())
    }

    /// Adds a file or a ZIP archive of so many bytes, which is read when it is needed: `read(offset,
    /// length)` returns those from an offset on as a `Uint8Array`, or throws.
    ///
    /// # Errors
    /// When no import is under way. What is wrong with a file is in the import's report.
    pub fn offer(&mut self, path: &str, size: f64, read: Function) -> JsResult<()> {
        let source = Blob {
            size: size as u64,
            read,
        };
        self.importer()?.offer(path, Box::new(source));
        Ok(())
    }

    /// Finds pairs; returns a `Pairing`: the published set, pairs, and what is in none.
    ///
    /// # Errors
    /// When no import is under way.
    pub fn pair(&mut self) -> JsResult {
        self.importer()?.pair();
        self.pairing()
    }

    /// Makes a pair by hand, of an image and a list of masks; returns the new `Pairing`.
    ///
    /// # Errors
    /// When no import is under way, a file is not there, or there is no mask.
    pub fn set_pair(&mut self, image: &str, masks: Vec<String>) -> JsResult {
        self.importer()?
            .set_pair(image, &masks)
            .map_err(BoundaryError::from)?;
        self.pairing()
    }

    /// Takes the pair of an image apart; returns the new `Pairing`.
    ///
    /// # Errors
    /// When no import is under way, or the image is not there.
    pub fn remove_pair(&mut self, image: &str) -> JsResult {
        self.importer()?
            .remove_pair(image)
            .map_err(BoundaryError::from)?;
        self.pairing()
    }

    /// The bytes of a file, which archives may hold.
    ///
    /// # Errors
    /// When no import is under way, or the file is not there or cannot be read.
    pub fn bytes(&mut self, path: &str) -> JsResult<Vec<u8>> {
        let bytes = self.importer()?.bytes(path);
        Ok(bytes.map_err(BoundaryError::from)?)
    }

    /// Decodes an image with its masks, of which there may be none, to draw on: an `Easel` of at most
    /// so many pixels.
    ///
    /// # Errors
    /// When no import is under way, or a file is not there or cannot be drawn on.
    pub fn easel(&mut self, image: &str, masks: Vec<String>, pixels: usize) -> JsResult {
        let easel = self.importer()?.easel(image, &masks, pixels);
        Ok(to_js(&easel.map_err(BoundaryError::from)?)?)
    }

    /// Decodes an image or makes a sample of a volume; returns `ImportProgress`, or `undefined` when
    /// all is done.
    ///
    /// # Errors
    /// When no import is under way.
    #[wasm_bindgen(js_name = next)]
    pub fn decode_next(&mut self) -> JsResult {
        match self.importer()?.decode_next() {
            Some(progress) => Ok(to_js(&progress)?),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Says with a `ClassMapping` which class each value in masks stands for; best before the first
    /// pair is decoded.
    ///
    /// # Errors
    /// When no import is under way, or the mapping is not valid.
    pub fn set_classes(&mut self, mapping: JsValue) -> JsResult<()> {
        let mapping: ClassMapping = from_js(&mapping)?;
        self.importer()?
            .set_classes(mapping)
            .map_err(BoundaryError::from)?;
        Ok(())
    }

    /// Ends the import: `{ report, dataset }`, the set as the bytes that an engine reads.
    ///
    /// # Errors
    /// When no import is under way, or too little of it can be used.
    pub fn finish(&mut self) -> JsResult {
        let importer = self.importer.take().ok_or(BoundaryError::NoImport)?;
        let import = importer.finish().map_err(BoundaryError::from)?;
        let finished = Object::new();
        set(&finished, "report", &to_js(&import.report)?)?;
        drop(import.report);
        let bytes = import.dataset.to_bytes();
        drop(import.dataset);
        set(
            &finished,
            "dataset",
            &Uint8Array::from(bytes.as_slice()).into(),
        )?;
        Ok(finished.into())
    }

    /// Gives up the import under way, if there is one.
    pub fn cancel(&mut self) {
        self.importer = None;
    }
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), BoundaryError> {
    Reflect::set(object, &name.into(), value)
        .map(|_| ())
        .map_err(|_| BoundaryError::Value(format!("the field {name} cannot be set")))
}
