//! What must be done once, before anything else.

use wasm_bindgen::prelude::wasm_bindgen;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Runs when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    // CubeCL's IR registers itself through static constructors. If nothing calls them, the linker wraps
    // every export so that each call runs them all again: seconds a step instead of milliseconds.
    // SAFETY: the linker defines this function; it is called once, before any other export.
    unsafe { __wasm_call_ctors() };
    console_error_panic_hook::set_once();
    // Errors in shaders reach nothing but the log.
    // A logger can only be there already if the module was started twice; then it stays.
    let _ = console_log::init_with_level(log::Level::Warn);
}
