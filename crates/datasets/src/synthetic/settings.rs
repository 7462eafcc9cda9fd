//! What can be set about a synthetic set, and the ranges.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::{Family, SyntheticError};
use crate::dataset::{MAX_PIXELS, Size};

/// The smallest and the largest side of a synthetic image, in pixels.
pub const SIZE_RANGE: RangeInclusive<usize> = 16..=512;
/// The fewest and the most slices of a synthetic volume; 1 stands for images.
pub const DEPTH_RANGE: RangeInclusive<usize> = 1..=128;
/// The fewest and the most images of a synthetic set.
pub const COUNT_RANGE: RangeInclusive<usize> = 3..=2000;
/// The smallest and the largest share of foreground.
pub const FOREGROUND_RANGE: RangeInclusive<f64> = 0.001..=0.5;
/// The images that have foreground can have no more of it than this on average: there must be
/// something around it.
pub const FOREGROUND_LIMIT: f64 = 0.6;

/// A synthetic set, described. Each image depends on the seed and its own number alone, except for
/// how much foreground it gets, and for slices, which depend on the number of their volume.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Synthetic {
    /// What the images look like.
    pub family: Family,
    /// Side of the square images (or slices) in pixels, 16..=512.
    pub size: usize,
    /// Slices of each volume, 2..=128; or 1 for images. Families that are volumes (see
    /// [`Family::is_volume`]) give slices of their volumes as images.
    pub depth: usize,
    /// Number of images or volumes, 3..=2000.
    pub count: usize,
    /// Share of foreground pixels over the whole set, 0.001..=0.5, before [`Self::label_noise`] and
    /// [`Self::boundary_jitter`]. Where that comes to less than a pixel an image, some images have
    /// none.
    pub foreground: f64,
    /// Number of objects in an image: polyps, lesions, tumours, vessels that leave the optic disc.
    /// 1..=12; or 0 for as many as the family usually has. Objects may touch, and there are never
    /// so many that one would have fewer than some ten pixels.
    pub objects: usize,
    /// How much images (and objects of one image) differ in their share of foreground: 0 for not
    /// at all, 0.5 for a third to three times the mean, 1 for a tenth to five times.
    pub size_spread: f64,
    /// How much the foreground stands out, 0..=2: 1 as in the family's pictures, 0 not at all.
    pub contrast: f64,
    /// Strength of the texture of what is around the foreground, 0..=2: 1 as in the family's
    /// pictures, 0 smooth.
    pub texture: f64,
    /// Standard deviation of noise added to the pixels (which run from 0 to 1), 0..=0.5.
    pub noise: f64,
    /// Share of the foreground that is mislabelled, 0..=0.5: half of it objects that are missed as
    /// a whole, half of it patches along borders that have the label of the other side, as many
    /// gained as lost. Pictures show the truth.
    pub label_noise: f64,
    /// By how many pixels the labels' borders wander off the true ones, 0..=8: the mean distance,
    /// to either side.
    pub boundary_jitter: f64,
    /// Share of images without any foreground, 0..=0.9; the others have the more.
    pub empty: f64,
    /// Whether a family of two foreground classes (see [`Family::foreground_classes`]) has both;
    /// otherwise they are one.
    pub multiclass: bool,
    /// With `multiclass`, the share of the foreground that is of the second class (the core of a
    /// brain tumour, the tumour on a kidney), 0.05..=0.95. Otherwise it still is how the pictures
    /// look.
    pub second_class: f64,
    /// The same seed gives the same bytes.
    // Below 2⁵³, so that a page can hold it in a number.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seed: u64,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self {
            family: Family::Polyp,
            size: 64,
            depth: 1,
            count: 96,
            foreground: 0.03,
            objects: 0,
            size_spread: 0.5,
            contrast: 1.0,
            texture: 1.0,
            noise: 0.0,
            label_noise: 0.0,
            boundary_jitter: 0.0,
            empty: 0.0,
            multiclass: false,
            second_class: 0.3,
            seed: 7,
        }
    }
}

impl Synthetic {
    /// The default settings for a family.
    pub fn new(family: Family) -> Self {
        Self {
            family,
            ..Self::default()
        }
    }

    /// Size of every sample.
    pub(super) fn sample_size(&self) -> Size {
        Size {
            depth: self.depth,
            height: self.size,
            width: self.size,
        }
    }

    /// Number of samples without foreground.
    pub(super) fn empty_samples(&self) -> usize {
        (self.empty * self.count as f64).round() as usize
    }

    /// Checks every range, and what does not go together.
    pub(super) fn validate(&self) -> Result<(), SyntheticError> {
        if !SIZE_RANGE.contains(&self.size) {
            return Err(SyntheticError::Size(self.size));
        }
        if !DEPTH_RANGE.contains(&self.depth) {
            return Err(SyntheticError::Depth(self.depth));
        }
        if !COUNT_RANGE.contains(&self.count) {
            return Err(SyntheticError::Count(self.count));
        }
        if !FOREGROUND_RANGE.contains(&self.foreground) {
            return Err(SyntheticError::Foreground(self.foreground));
        }
        for (field, given, low, high, example) in [
            ("objects", self.objects as f64, 0.0, 12.0, 0.0),
            ("size_spread", self.size_spread, 0.0, 1.0, 0.5),
            ("contrast", self.contrast, 0.0, 2.0, 1.0),
            ("texture", self.texture, 0.0, 2.0, 1.0),
            ("noise", self.noise, 0.0, 0.5, 0.05),
            ("label_noise", self.label_noise, 0.0, 0.5, 0.1),
            ("boundary_jitter", self.boundary_jitter, 0.0, 8.0, 1.0),
            ("empty", self.empty, 0.0, 0.9, 0.2),
            ("second_class", self.second_class, 0.05, 0.95, 0.3),
        ] {
            if !(low..=high).contains(&given) {
                return Err(SyntheticError::Range {
                    field,
                    given,
                    low,
                    high,
                    example,
                });
            }
        }
        if self.depth > 1 && !self.family.is_volume() {
            return Err(SyntheticError::Flat(self.family));
        }
        if self.multiclass && self.family.foreground_classes().len() < 2 {
            return Err(SyntheticError::OneClass(self.family));
        }
        let with_foreground = (self.count - self.empty_samples()) as f64 / self.count as f64;
        let most = FOREGROUND_LIMIT * with_foreground;
        if self.foreground > most {
            return Err(SyntheticError::TooEmpty {
                foreground: self.foreground,
                empty: self.empty,
                most: (most * 1000.0).floor() / 1000.0,
            });
        }
        let most = MAX_PIXELS / self.sample_size().pixels();
        if self.count > most {
            return Err(SyntheticError::TooLarge {
                size: self.size,
                depth: self.depth,
                count: self.count,
                most,
            });
        }
        Ok(())
    }
}
