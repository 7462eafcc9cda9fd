//! The wasm boundary of imports, for a browser worker apart from the one that trains.
//!
//! Thin and typed, without logic: what a page needs of `losscope_datasets::import`, as a class. It
//! brings no network and no device, so that it is small and soon there. It exists on wasm32 only.
#![cfg(target_arch = "wasm32")]

mod import;
mod js;
mod photo;

pub use import::Import;
pub use photo::{OpenPhoto, encode_grey_png};

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}
