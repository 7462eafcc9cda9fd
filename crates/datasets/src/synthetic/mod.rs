//! Synthetic images whose share of foreground is a dial.

mod polyp;
mod shape;
mod spread;
mod texture;

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, MAX_PIXELS, Size, binary_classes};

/// The smallest and the largest side of a synthetic image, in pixels.
pub const SIZE_RANGE: std::ops::RangeInclusive<usize> = 16..=512;
/// The fewest and the most images of a synthetic set.
pub const COUNT_RANGE: std::ops::RangeInclusive<usize> = 3..=2000;
/// The smallest and the largest share of foreground.
pub const FOREGROUND_RANGE: std::ops::RangeInclusive<f64> = 0.002..=0.5;

/// What the synthetic images look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Family {
    /// Colour pictures as from a colonoscope; the foreground is polyps.
    Polyp,
}

/// A synthetic set, described. Each image depends on the seed and its own number alone, except
/// for how much foreground it gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Synthetic {
    /// What the images look like.
    pub family: Family,
    /// Side of the square images in pixels, 16..=512.
    pub size: usize,
    /// Number of images, 3..=2000.
    pub count: usize,
    /// Share of foreground pixels over the whole set, 0.002..=0.5. Single images have between
    /// about a third and three times as much. Where that comes to less than a pixel an image, some
    /// images have none.
    pub foreground: f64,
    /// The same seed gives the same bytes.
    pub seed: u64,
}

/// Why a synthetic set cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SyntheticError {
    /// The side is out of range.
    #[error(
        "synthetic images can be 16 to 512 pixels a side, not {0}; choose a size in that range, for example 64"
    )]
    Size(usize),
    /// The number of images is out of range.
    #[error(
        "a synthetic set can have 3 to 2000 images, not {0}; choose a count in that range, for example 96"
    )]
    Count(usize),
    /// The share of foreground is out of range.
    #[error(
        "the share of foreground can be 0.002 to 0.5, not {0}; choose a value in that range, for example 0.03"
    )]
    Foreground(f64),
    /// Size and count together are too much.
    #[error(
        "{count} images of {size}×{size} pixels would not leave a browser tab enough memory; \
         choose at most {most} images at this size, or a smaller size"
    )]
    TooLarge {
        /// Side in pixels.
        size: usize,
        /// Number of images asked for.
        count: usize,
        /// Number of images that would fit.
        most: usize,
    },
}

impl Synthetic {
    /// Makes the set.
    ///
    /// # Errors
    /// Where size, count or foreground are out of their ranges.
    pub fn generate(&self) -> Result<Dataset, SyntheticError> {
        if !SIZE_RANGE.contains(&self.size) {
            return Err(SyntheticError::Size(self.size));
        }
        if !COUNT_RANGE.contains(&self.count) {
            return Err(SyntheticError::Count(self.count));
        }
        if !FOREGROUND_RANGE.contains(&self.foreground) {
            return Err(SyntheticError::Foreground(self.foreground));
        }
        let size = Size::image(self.size, self.size);
        let most = MAX_PIXELS / size.pixels();
        if self.count > most {
            return Err(SyntheticError::TooLarge {
                size: self.size,
                count: self.count,
                most,
            });
        }

        let targets =
            spread::foreground_pixels(self.foreground, size.pixels(), self.count, self.seed);
        let samples = targets
            .into_iter()
            .enumerate()
            .map(|(index, pixels)| match self.family {
                Family::Polyp => polyp::sample(self.size, pixels, self.seed, index),
            })
            .collect();
        Ok(Dataset {
            name: match self.family {
                Family::Polyp => "Synthetic polyps".to_owned(),
            },
            size,
            channels: 3,
            classes: binary_classes(),
            samples,
        })
    }
}
