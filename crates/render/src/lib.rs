//! Pictures from tensors: images with truth, errors, probabilities and gradients, as RGBA.
//!
//! Each picture is a WGSL kernel in `shaders/`, run where the tensors are, with a twin on the CPU
//! ([`cpu`]). A test in the browser compares the two.

pub mod cpu;
#[cfg(feature = "webgpu")]
pub mod gpu;
pub mod overlay;
mod palette;

/// The longer side of a picture, at the least: a one-pixel outline is thin then.
const LEAST_SIDE: usize = 320;

/// One image and what a network makes of it, on the CPU.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scene<'a> {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// Number of classes, background first.
    pub classes: usize,
    /// `[C, H, W]`, 0 to 1.
    pub image: &'a [f32],
    /// Class indices `[H, W]`.
    pub labels: &'a [u8],
    /// `[K, H, W]`.
    pub probabilities: &'a [f32],
    /// dL/dlogits `[K, H, W]`.
    pub logit_gradient: &'a [f32],
    /// |dL/dlogit| that is drawn in full colour.
    pub gradient_max: f32,
    /// The class whose probability and gradient are drawn; without one, all foreground.
    pub class: Option<usize>,
}

/// A picture, row by row, four bytes a pixel with straight alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `[height, width, 4]`.
    pub rgba: Vec<u8>,
}

/// How many picture pixels an image pixel is wide and high, so that outlines are thin.
pub fn scale_for(width: usize, height: usize) -> usize {
    LEAST_SIDE.div_ceil(width.max(height).max(1))
}
