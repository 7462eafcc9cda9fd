//! What to make of the files.

use serde::{Deserialize, Serialize};

#[cfg(feature = "import")]
use super::ImportError;

/// The smallest and the largest working size, in pixels.
pub const SIZE_RANGE: std::ops::RangeInclusive<usize> = 16..=512;
/// The fewest and the most slices of a sample with depth.
pub const DEPTH_RANGE: std::ops::RangeInclusive<usize> = 2..=128;

/// How an image becomes samples of the working size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Fit {
    /// The whole image is scaled to a square; what is not square gets squeezed. One sample.
    Resize,
    /// The image is cut, unscaled, into as many squares side by side as fit around its middle; the
    /// rest at the borders is left out. An image smaller than one square is resized.
    Tile,
}

/// What becomes of a file with several slices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum VolumeUse {
    /// Slices are samples of one source.
    #[default]
    Slices,
    /// The volume is scaled to one sample of the working depth and size. The values of the slices
    /// that fall into one are averaged; labels are those of the middle one.
    Whole,
    /// The volume is cut, unscaled, into boxes of the working depth and size that lie side by side
    /// around its middle. A volume smaller than one box is scaled.
    Patches,
}

/// Which slices or boxes of a volume are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Keep {
    /// Those with foreground.
    #[default]
    Foreground,
    /// All of them.
    All,
}

/// Which values of a file become black and white. Images of 8 bits always keep their scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Intensity {
    /// The window that the file names (DICOM) or that is usual for its set (KiTS: centre 40, width
    /// 400 HU); else, in a volume or a slice, from the lowest to the highest value but for half a
    /// per cent at either end, and in an image of more than 8 bits from the lowest to the highest.
    #[default]
    Auto,
    /// From the lowest to the highest value of the file.
    Full,
    /// A window, in the values of the file: Hounsfield units in CT.
    Window {
        /// The value that becomes middle grey.
        centre: f32,
        /// From black to white; above 0.
        width: f32,
    },
    /// From three standard deviations below the mean of the file to three above.
    ZScore,
}

/// Which sequences of a brain scan that has several (BraTS) become channels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Modality {
    /// All four, in the order FLAIR, T1, T1 with contrast agent, T2.
    #[default]
    All,
    /// FLAIR only.
    Flair,
    /// T1 only.
    T1,
    /// T1 with contrast agent only.
    T1ce,
    /// T2 only.
    T2,
}

/// What to make of the files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportOptions {
    /// Side of the samples in pixels, 16..=512.
    pub size: usize,
    /// How an image or a slice becomes samples.
    pub fit: Fit,
    /// What becomes of volumes.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(as = "Option<VolumeUse>", optional))]
    pub volumes: VolumeUse,
    /// Slices of a sample, 2..=128, where volumes are used whole or in patches.
    #[serde(default = "depth")]
    #[cfg_attr(feature = "ts", ts(as = "Option<usize>", optional))]
    pub depth: usize,
    /// Which slices or patches of a volume are kept.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(as = "Option<Keep>", optional))]
    pub keep: Keep,
    /// The most slices or patches of one volume, at least 1; of more, evenly spaced ones are kept.
    #[serde(default = "most")]
    #[cfg_attr(feature = "ts", ts(as = "Option<usize>", optional))]
    pub most: usize,
    /// Which values become black and white.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(as = "Option<Intensity>", optional))]
    pub intensity: Intensity,
    /// Which sequences of a brain scan become channels.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(as = "Option<Modality>", optional))]
    pub modality: Modality,
}

fn depth() -> usize {
    16
}

fn most() -> usize {
    32
}

impl ImportOptions {
    /// Samples of `size`×`size` pixels, and everything else as usual.
    pub fn new(size: usize, fit: Fit) -> Self {
        Self {
            size,
            fit,
            volumes: VolumeUse::default(),
            depth: depth(),
            keep: Keep::default(),
            most: most(),
            intensity: Intensity::default(),
            modality: Modality::default(),
        }
    }

    /// Slices of each sample.
    pub fn sample_depth(&self) -> usize {
        match self.volumes {
            VolumeUse::Slices => 1,
            VolumeUse::Whole | VolumeUse::Patches => self.depth,
        }
    }

    /// # Errors
    /// What is out of range.
    #[cfg(feature = "import")]
    pub(super) fn check(&self) -> Result<(), ImportError> {
        if !SIZE_RANGE.contains(&self.size) {
            return Err(ImportError::Size(self.size));
        }
        if self.volumes != VolumeUse::Slices && !DEPTH_RANGE.contains(&self.depth) {
            return Err(ImportError::Depth(self.depth));
        }
        if self.most == 0 {
            return Err(ImportError::Most);
        }
        if let Intensity::Window { centre, width } = self.intensity
            && !(centre.is_finite() && width.is_finite() && width > 0.0)
        {
            return Err(ImportError::Window { centre, width });
        }
        Ok(())
    }
}
