//! Random changes of training samples: scaling, rotation, mirroring, elastic deformation and
//! brightness, as in the pipeline of "Unified Focal loss" (arXiv 2102.04525; MIScnn's defaults are
//! [`Augmentation::paper`]).
//!
//! What happens to a sample is a pure function of the seed, the sample and the step, so that every
//! lane trains on the same changes. Volumes change in their slices' plane, all slices alike.

mod plan;
mod warp;

use serde::{Deserialize, Serialize};

use crate::random::{Purpose, stream};
use crate::{Batch, Dataset, Sample};
use plan::Plan;

/// How samples are changed before a step trains on them. By default not at all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Augmentation {
    /// Probability that a sample is scaled; and, each on its own, that it is rotated, mirrored,
    /// deformed, brightened. 0..=1.
    pub probability: f64,
    /// Smallest and largest factor of size, each 0.5..=2; `[1, 1]` is off.
    pub scale: [f64; 2],
    /// Largest angle either way, in degrees, 0..=180; 0 is off.
    pub rotation: f64,
    /// Whether to mirror: left and right, upside down, or both, each as likely.
    pub mirror: bool,
    /// Largest elastic shift (root mean square over a sample), as a share of the side, 0..=0.1; 0
    /// is off. Bumps are about a third of the side wide.
    pub elastic: f64,
    /// Smallest and largest factor on the pixels, each 0.1..=4; `[1, 1]` is off. What would be
    /// brighter than 1 is cut, as by a camera; of the rest, normalisation leaves no difference.
    pub brightness: [f64; 2],
}

impl Default for Augmentation {
    fn default() -> Self {
        Self {
            probability: 0.15,
            scale: [1.0; 2],
            rotation: 0.0,
            mirror: false,
            elastic: 0.0,
            brightness: [1.0; 2],
        }
    }
}

/// Why samples cannot be changed in this way.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AugmentationError {
    /// A setting is out of its range.
    #[error(
        "augmentation.{field} can be {low} to {high}, not {given}; choose a value in that range"
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
    },
    /// The smallest factor is above the largest.
    #[error(
        "the smallest augmentation.{field} is {low} and the largest {high}; give the smaller one first"
    )]
    Order {
        /// Its name in the settings.
        field: &'static str,
        /// The first value.
        low: f64,
        /// The second value.
        high: f64,
    },
}

impl Augmentation {
    /// MIScnn's defaults, which the paper trained with: each change with probability 0.15, scale
    /// 0.85 to 1.25, rotation up to 15°, mirroring, brightness 0.5 to 2. The elastic deformation
    /// (there, α up to 900 and σ about 11 pixels) comes to about 0.03 of a side of 400 pixels.
    pub fn paper() -> Self {
        Self {
            probability: 0.15,
            scale: [0.85, 1.25],
            rotation: 15.0,
            mirror: true,
            elastic: 0.03,
            brightness: [0.5, 2.0],
        }
    }

    /// Whether it changes nothing.
    pub fn is_off(&self) -> bool {
        let Self {
            probability,
            scale,
            rotation,
            mirror,
            elastic,
            brightness,
        } = *self;
        let no_change = scale == [1.0; 2] && brightness == [1.0; 2] && rotation == 0.0;
        probability == 0.0 || (no_change && !mirror && elastic == 0.0)
    }

    /// Checks every range.
    ///
    /// # Errors
    /// Names the first setting that is out of its range.
    pub fn validate(&self) -> Result<(), AugmentationError> {
        for (field, given, low, high) in [
            ("probability", self.probability, 0.0, 1.0),
            ("scale", self.scale[0], 0.5, 2.0),
            ("scale", self.scale[1], 0.5, 2.0),
            ("rotation", self.rotation, 0.0, 180.0),
            ("elastic", self.elastic, 0.0, 0.1),
            ("brightness", self.brightness[0], 0.1, 4.0),
            ("brightness", self.brightness[1], 0.1, 4.0),
        ] {
            if !(low..=high).contains(&given) {
                return Err(AugmentationError::Range {
                    field,
                    given,
                    low,
                    high,
                });
            }
        }
        for (field, [low, high]) in [("scale", self.scale), ("brightness", self.brightness)] {
            if low > high {
                return Err(AugmentationError::Order { field, low, high });
            }
        }
        Ok(())
    }
}

impl Dataset {
    /// Sample number `index` as training step `step` sees it.
    ///
    /// # Errors
    /// Where a setting is out of its range.
    ///
    /// # Panics
    /// Where the index is outside [`Dataset::samples`].
    pub fn augmented(
        &self,
        index: usize,
        augmentation: &Augmentation,
        seed: u64,
        step: usize,
    ) -> Result<Sample, AugmentationError> {
        augmentation.validate()?;
        Ok(self.change(index, augmentation, seed, step))
    }

    /// The given samples as the batch of training step `step`: changed, then normalised as
    /// [`Dataset::batch`] does.
    ///
    /// # Errors
    /// Where a setting is out of its range.
    ///
    /// # Panics
    /// Where an index is outside [`Dataset::samples`].
    pub fn batch_augmented(
        &self,
        indices: &[usize],
        augmentation: &Augmentation,
        seed: u64,
        step: usize,
    ) -> Result<Batch, AugmentationError> {
        augmentation.validate()?;
        if augmentation.is_off() {
            return Ok(self.batch(indices));
        }
        let samples: Vec<Sample> = indices
            .iter()
            .map(|&index| self.change(index, augmentation, seed, step))
            .collect();
        Ok(self.batch_of(samples.iter()))
    }

    fn change(&self, index: usize, settings: &Augmentation, seed: u64, step: usize) -> Sample {
        // A set has far fewer than 2²⁴ samples.
        let number = ((step as u64) << 24) | index as u64;
        let mut rng = stream(seed, Purpose::Augmentation, number);
        let plan = Plan::draw(settings, &mut rng);
        let mut sample = self.samples[index].clone();
        plan.apply(&mut sample, self.size);
        sample
    }
}
