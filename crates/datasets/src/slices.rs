//! From volumes to slices, and from large samples to patches.

use serde::{Deserialize, Serialize};

use crate::dataset::{Dataset, Sample, Size};

/// Along which axis of a volume slices lie behind each other. A volume is
/// `[depth, height, width]`: from bottom to top, from front to back, from side to side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Axis {
    /// Along the depth: each slice is `[height, width]`.
    #[default]
    Axial,
    /// Along the height: each slice is `[depth, width]`, the top of the volume above.
    Coronal,
    /// Along the width: each slice is `[depth, height]`, the top of the volume above.
    Sagittal,
}

/// Why a set cannot be cut into patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// A side is 0.
    #[error("a patch cannot have a side of 0 pixels; give it at least 1 each way")]
    Nothing,
    /// The patch does not fit into a sample.
    #[error(
        "patches of {}×{}×{} (depth, height, width) do not fit into samples of {}×{}×{}; choose smaller patches",
        .patch.depth, .patch.height, .patch.width, .sample.depth, .sample.height, .sample.width
    )]
    TooLarge {
        /// Size of the patch asked for.
        patch: Size,
        /// Size of the samples.
        sample: Size,
    },
}

impl Axis {
    /// Slices of one volume of this size, and the size of each.
    pub(crate) fn slices(self, size: Size) -> (usize, Size) {
        match self {
            Self::Axial => (size.depth, Size::image(size.height, size.width)),
            Self::Coronal => (size.height, Size::image(size.depth, size.width)),
            Self::Sagittal => (size.width, Size::image(size.depth, size.height)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Axial => "axial",
            Self::Coronal => "coronal",
            Self::Sagittal => "sagittal",
        }
    }

    /// Of one channel, which voxels are in slice number `slice`, in the order of its pixels.
    pub(crate) fn voxels(self, size: Size, slice: usize) -> Vec<usize> {
        let (row, plane) = (size.width, size.width * size.height);
        let (_, image) = self.slices(size);
        (0..image.height)
            .flat_map(|y| (0..image.width).map(move |x| (x, y)))
            .map(|(x, y)| match self {
                Self::Axial => slice * plane + y * row + x,
                Self::Coronal => (size.depth - 1 - y) * plane + slice * row + x,
                Self::Sagittal => (size.depth - 1 - y) * plane + x * row + slice,
            })
            .collect()
    }
}

impl Dataset {
    /// All slices along an axis as images. Slices of one volume keep its source.
    pub fn slices(&self, axis: Axis) -> Self {
        let (count, size) = axis.slices(self.size);
        let pieces: Vec<(String, Vec<usize>)> = (0..count)
            .map(|slice| {
                let name = format!("{} slice {}", axis.name(), slice + 1);
                (name, axis.voxels(self.size, slice))
            })
            .collect();
        self.pieces(size, &pieces)
    }

    /// Patches that cover every sample, as few as do, overlapping evenly where they must. Patches
    /// of one sample keep its source.
    ///
    /// # Errors
    /// Where a patch is larger than a sample, or has a side of 0.
    pub fn patches(&self, patch: Size) -> Result<Self, PatchError> {
        let sides = |size: Size| [size.depth, size.height, size.width];
        let (patch_sides, sample_sides) = (sides(patch), sides(self.size));
        if patch_sides.contains(&0) {
            return Err(PatchError::Nothing);
        }
        if patch_sides.iter().zip(sample_sides).any(|(&p, s)| p > s) {
            return Err(PatchError::TooLarge {
                patch,
                sample: self.size,
            });
        }
        let starts: [Vec<usize>; 3] =
            std::array::from_fn(|axis| starts(sample_sides[axis], patch_sides[axis]));
        let (row, plane) = (self.size.width, self.size.width * self.size.height);
        let mut pieces = Vec::new();
        for &z in &starts[0] {
            for &y in &starts[1] {
                for &x in &starts[2] {
                    let voxels = (0..patch.pixels())
                        .map(|at| {
                            let (dx, dy) = (at % patch.width, at / patch.width % patch.height);
                            let dz = at / patch.width / patch.height;
                            (z + dz) * plane + (y + dy) * row + x + dx
                        })
                        .collect();
                    pieces.push((format!("patch {}", pieces.len() + 1), voxels));
                }
            }
        }
        Ok(self.pieces(patch, &pieces))
    }

    /// Cuts the named sets of voxels out of every sample.
    fn pieces(&self, size: Size, pieces: &[(String, Vec<usize>)]) -> Self {
        let whole = self.size.pixels();
        let cut = |sample: &Sample, (name, voxels): &(String, Vec<usize>)| Sample {
            name: format!("{} {name}", sample.name),
            source: sample.source.clone(),
            pixels: sample
                .pixels
                .chunks_exact(whole)
                .flat_map(|channel| voxels.iter().map(|&at| channel[at]))
                .collect(),
            labels: voxels.iter().map(|&at| sample.labels[at]).collect(),
        };
        Self {
            name: self.name.clone(),
            size,
            channels: self.channels,
            classes: self.classes.clone(),
            samples: self
                .samples
                .iter()
                .flat_map(|sample| pieces.iter().map(|piece| cut(sample, piece)))
                .collect(),
        }
    }
}

/// Where patches of a length start that cover a longer one, the first at 0, the last at the end.
fn starts(length: usize, patch: usize) -> Vec<usize> {
    let count = length.div_ceil(patch);
    (0..count)
        .map(|n| n * (length - patch) / (count - 1).max(1))
        .collect()
}
