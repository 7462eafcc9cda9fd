//! Slices of volumes, which is how they are looked at.

use losscope_datasets::Size;
use serde::{Deserialize, Serialize};

/// Across which direction a volume is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// Slices of rows and columns, as they were recorded; an image is the only one.
    #[default]
    Depth,
    /// Slices of planes and columns.
    Height,
    /// Slices of planes and rows.
    Width,
}

/// A slice of a volume.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Across what.
    pub axis: Axis,
    /// Which, from 0.
    pub index: usize,
}

impl Cut {
    /// The slice with the most foreground of labels `[D, H, W]`, the first of several; of a volume without
    /// foreground the middle one.
    pub fn most_foreground(size: Size, labels: &[u8], axis: Axis) -> Self {
        let count = Self { axis, index: 0 }.count(size);
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

    /// How many slices there are across its axis.
    pub fn count(self, size: Size) -> usize {
        match self.axis {
            Axis::Depth => size.depth,
            Axis::Height => size.height,
            Axis::Width => size.width,
        }
    }

    /// Rows and columns of the slice.
    pub fn rows_and_columns(self, size: Size) -> (usize, usize) {
        match self.axis {
            Axis::Depth => (size.height, size.width),
            Axis::Height => (size.depth, size.width),
            Axis::Width => (size.depth, size.height),
        }
    }

    /// The slice `[…, rows, columns]` of values `[…, D, H, W]`.
    ///
    /// # Panics
    /// Where there is no such slice.
    pub fn of<T: Copy>(self, size: Size, values: &[T]) -> Vec<T> {
        let Size { height, width, .. } = size;
        let (rows, columns) = self.rows_and_columns(size);
        let place = |row: usize, column: usize| match self.axis {
            Axis::Depth => (self.index * height + row) * width + column,
            Axis::Height => (row * height + self.index) * width + column,
            Axis::Width => (row * height + column) * width + self.index,
        };
        let mut slice = Vec::with_capacity(values.len() / self.count(size).max(1));
        for values in values.chunks_exact(size.pixels()) {
            for row in 0..rows {
                slice.extend((0..columns).map(|column| values[place(row, column)]));
            }
        }
        slice
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
        // Two channels; a value tells its channel, plane, row and column.
        let values: Vec<usize> = (0..2 * SIZE.pixels())
            .map(|i| i / 24 * 1000 + i / 12 % 2 * 100 + i / 4 % 3 * 10 + i % 4)
            .collect();
        let of = |axis, index| Cut { axis, index }.of(SIZE, &values);
        assert_eq!(of(Axis::Depth, 1)[..5], [100, 101, 102, 103, 110]);
        assert_eq!(of(Axis::Height, 2)[2..6], [22, 23, 120, 121]);
        assert_eq!(of(Axis::Width, 3)[..7], [3, 13, 23, 103, 113, 123, 1003]);
    }

    #[test]
    fn the_slice_to_look_at_has_the_most_foreground() {
        let mut labels = vec![0; SIZE.pixels()];
        let best = |labels: &[u8], axis| Cut::most_foreground(SIZE, labels, axis).index;
        assert_eq!(best(&labels, Axis::Width), 2);
        for (z, y, x) in [(0, 1, 0), (1, 1, 3), (1, 2, 3)] {
            labels[(z * 3 + y) * 4 + x] = 1;
        }
        assert_eq!(best(&labels, Axis::Depth), 1);
        assert_eq!(best(&labels, Axis::Height), 1);
        assert_eq!(best(&labels, Axis::Width), 3);
    }
}
