//! Why a synthetic set cannot be made.

use super::{COUNT_RANGE, Family};

/// Why a synthetic set cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SyntheticError {
    /// The side is out of range.
    #[error(
        "synthetic images can be 16 to 512 pixels a side, not {0}; choose a size in that range, for example 64"
    )]
    Size(usize),
    /// The number of slices is out of range.
    #[error(
        "synthetic volumes can have up to 128 slices, not {0}; choose a depth in that range, for example 32, \
         or 1 for images"
    )]
    Depth(usize),
    /// The number of images is out of range.
    #[error(
        "a synthetic set can have 3 to 2000 images, not {0}; choose a count in that range, for example 96"
    )]
    Count(usize),
    /// The share of foreground is out of range.
    #[error(
        "the share of foreground can be 0.001 to 0.5, not {0}; choose a value in that range, for example 0.03"
    )]
    Foreground(f64),
    /// Another setting is out of range.
    #[error(
        "{field} can be {low} to {high}, not {given}; choose a value in that range, for example {example}"
    )]
    Range {
        /// Its name in the settings.
        field: &'static str,
        /// The value as given.
        given: f64,
        /// The smallest value it can have.
        low: f64,
        /// The largest value it can have.
        high: f64,
        /// A value to go on with.
        example: f64,
    },
    /// Volumes of a family that has only images.
    #[error(
        "the family {} has images only, not volumes; set depth to 1, or choose the family brain or kidney", .0.name()
    )]
    Flat(Family),
    /// Several foreground classes of a family that has one.
    #[error(
        "the family {} has one foreground class only; set multiclass to false, or choose the family brain or kidney",
        .0.name()
    )]
    OneClass(Family),
    /// The images that are not empty would have to be nearly all foreground.
    #[error(
        "with a share of {empty} of the images empty, the share of foreground can be at most {most}, not \
         {foreground}; lower either"
    )]
    TooEmpty {
        /// Share of foreground asked for.
        foreground: f64,
        /// Share of empty images asked for.
        empty: f64,
        /// The largest share of foreground that goes with it.
        most: f64,
    },
    /// Size and count together are too much.
    #[error("{}", too_large(*.size, *.depth, *.count, *.most))]
    TooLarge {
        /// Side in pixels.
        size: usize,
        /// Slices.
        depth: usize,
        /// Number of images or volumes asked for.
        count: usize,
        /// Number of images or volumes that would fit.
        most: usize,
    },
}

fn too_large(size: usize, depth: usize, count: usize, most: usize) -> String {
    let (what, extent) = if depth > 1 {
        ("volumes", format!("{depth}×{size}×{size}"))
    } else {
        ("images", format!("{size}×{size}"))
    };
    let way_out = if most < *COUNT_RANGE.start() {
        "choose a smaller size or depth".to_owned()
    } else {
        format!("choose at most {most} {what} at this size, or a smaller size")
    };
    format!(
        "{count} {what} of {extent} pixels would not leave a browser tab enough memory; {way_out}"
    )
}
