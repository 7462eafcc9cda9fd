//! Slices of volumes, which is how they are looked at.

use serde::{Deserialize, Serialize};

use crate::{Axis, Size};

/// A slice of a volume; an image is the only slice along the depth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Cut {
    /// Along what the slices lie behind each other.
    pub axis: Axis,
    /// Which, from 0.
    pub index: usize,
}

impl Cut {
    /// The slice with the most foreground of labels `[D, H, W]`, the first of several; of a volume without
    /// foreground the middle one.
    pub fn most_foreground(size: Size, labels: &[u8], axis: Axis) -> Self {
        let (count, _) = axis.slices(size);
        let foreground = |index| {
            let slice = Self { axis, index }.of(size, labels);
            slice.into_iter().filter(|&label| label > 0).count()
        };
        let (mut index, mut most) = (count / 2, 0);
        for candidate in 0..count {
            let pixels = foreground(candidate);
            if pixels > most {
                (index, most) = (candidate, pixels);
            }
        }
        Self { axis, index }
    }

    /// How many slices there are along its axis.
    pub fn count(self, size: Size) -> usize {
        self.axis.slices(size).0
    }

    /// Size of the slice.
    pub fn size(self, volume: Size) -> Size {
        self.axis.slices(volume).1
    }

    /// The slice `[…, rows, columns]` of values `[…, D, H, W]`.
    ///
    /// # Panics
    /// Where there is no such slice.
    pub fn of<T: Copy>(self, size: Size, values: &[T]) -> Vec<T> {
        let voxels = self.axis.voxels(size, self.index);
        let channels = values.chunks_exact(size.pixels());
        channels
            .flat_map(|channel| voxels.iter().map(|&at| channel[at]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size {
        depth: 2,
        height: 3,
        width: 4,
    };

    #[test]
    fn a_slice_has_what_lies_in_it() {
        // Two channels; a value tells its channel, plane, row and column. The top of a volume is above.
        let values: Vec<usize> = (0..2 * SIZE.pixels())
            .map(|i| i / 24 * 1000 + i / 12 % 2 * 100 + i / 4 % 3 * 10 + i % 4)
            .collect();
        let of = |axis, index| Cut { axis, index }.of(SIZE, &values);
        assert_eq!(of(Axis::Axial, 1)[..5], [100, 101, 102, 103, 110]);
        assert_eq!(of(Axis::Coronal, 2)[2..6], [122, 123, 20, 21]);
        assert_eq!(of(Axis::Sagittal, 3)[..7], [103, 113, 123, 3, 13, 23, 1103]);
    }

    #[test]
    fn the_slice_to_look_at_has_the_most_foreground() {
        let mut labels = vec![0; SIZE.pixels()];
        let best = |labels: &[u8], axis| Cut::most_foreground(SIZE, labels, axis).index;
        assert_eq!(best(&labels, Axis::Sagittal), 2);
        for (z, y, x) in [(0, 1, 0), (1, 1, 3), (1, 2, 3)] {
            labels[(z * 3 + y) * 4 + x] = 1;
        }
        assert_eq!(best(&labels, Axis::Axial), 1);
        assert_eq!(best(&labels, Axis::Coronal), 1);
        assert_eq!(best(&labels, Axis::Sagittal), 3);
    }
}
