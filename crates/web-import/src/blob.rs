//! A file that the page has, read in parts.

use std::io;

use js_sys::{Function, Uint8Array};
use losscope_datasets::import::Source;
use wasm_bindgen::{JsCast, JsValue};

/// A file of the browser, by a function that reads a part of it.
#[derive(Debug)]
pub(crate) struct Blob {
    pub(crate) size: u64,
    /// `(offset, length) => Uint8Array`
    pub(crate) read: Function,
}

impl Source for Blob {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let length = into
            .len()
            .min(usize::try_from(self.size.saturating_sub(offset)).unwrap_or(usize::MAX));
        if length == 0 {
            return Ok(0);
        }
        let read = self.read.call2(
            &JsValue::NULL,
            &(offset as f64).into(),
            &(length as f64).into(),
        );
        let part = read
            .ok()
            .and_then(|part| part.dyn_into::<Uint8Array>().ok());
        let part = part.ok_or_else(|| {
            io::Error::other("the browser could not open it; it may have been moved or changed")
        })?;
        let count = (part.length() as usize).min(length);
        part.subarray(0, count as u32).copy_to(&mut into[..count]);
        Ok(count)
    }
}
