//! The cells a mask is defined on: a plane of pixels or a volume of voxels, and how far apart they are.

use serde::{Deserialize, Serialize};

/// Shape and spacing of an image, `[depth, height, width]`; a plane has a depth of 1.
///
/// In a plane the depth is no direction: a pixel has four neighbours, not six, and the spacing of the depth
/// plays no part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Grid {
    /// Number of cells along depth, height and width.
    pub shape: [usize; 3],
    /// Distance between the centres of neighbouring cells along depth, height and width; more than 0.
    pub spacing: [f64; 3],
}

impl Grid {
    /// A plane of square pixels one apart.
    pub fn plane(height: usize, width: usize) -> Self {
        Self {
            shape: [1, height, width],
            spacing: [1.0; 3],
        }
    }

    /// A volume of voxels, `[depth, height, width]` and their spacing.
    pub fn volume(shape: [usize; 3], spacing: [f64; 3]) -> Self {
        Self { shape, spacing }
    }

    /// Number of cells.
    pub fn cells(&self) -> usize {
        self.shape.iter().product()
    }

    /// Steps in a flat array from a cell to the next along depth, height and width.
    pub(crate) fn strides(&self) -> [usize; 3] {
        [self.shape[1] * self.shape[2], self.shape[2], 1]
    }
}

/// A box of cells: the first and one past the last along each axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) first: [usize; 3],
    pub(crate) end: [usize; 3],
}

impl Bounds {
    /// The smallest box around all cells set in one of `masks`, `None` where none is.
    pub(crate) fn around(masks: &[&[bool]], grid: &Grid) -> Option<Self> {
        let mut bounds: Option<Self> = None;
        let [_, height, width] = grid.shape;
        for mask in masks {
            for (line, cells) in mask.chunks_exact(width.max(1)).enumerate() {
                let Some(left) = cells.iter().position(|&set| set) else {
                    continue;
                };
                let right = cells.iter().rposition(|&set| set).unwrap_or(left);
                let (depth, row) = (line / height, line % height);
                let seen = bounds.get_or_insert(Self {
                    first: [depth, row, left],
                    end: [depth, row, right],
                });
                for (axis, (low, high)) in [(depth, depth), (row, row), (left, right)]
                    .into_iter()
                    .enumerate()
                {
                    seen.first[axis] = seen.first[axis].min(low);
                    seen.end[axis] = seen.end[axis].max(high + 1);
                }
            }
        }
        bounds
    }

    /// The grid of the box alone.
    pub(crate) fn grid(&self, grid: &Grid) -> Grid {
        Grid {
            shape: std::array::from_fn(|axis| self.end[axis] - self.first[axis]),
            spacing: grid.spacing,
        }
    }

    /// The cells of `mask` inside the box.
    pub(crate) fn cut(&self, mask: &[bool], grid: &Grid) -> Vec<bool> {
        let [plane, row, _] = grid.strides();
        let mut cells = Vec::with_capacity(self.grid(grid).cells());
        for depth in self.first[0]..self.end[0] {
            for height in self.first[1]..self.end[1] {
                let line = depth * plane + height * row;
                cells.extend_from_slice(&mask[line + self.first[2]..line + self.end[2]]);
            }
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_around_masks() {
        let grid = Grid::volume([2, 3, 4], [1.0; 3]);
        let mut first = vec![false; 24];
        let second = {
            let mut mask = first.clone();
            mask[12 + 4 + 3] = true; // depth 1, row 1, column 3
            mask
        };
        first[12 + 8 + 1] = true; // depth 1, row 2, column 1
        let bounds = Bounds::around(&[&first, &second], &grid).unwrap();
        assert_eq!((bounds.first, bounds.end), ([1, 1, 1], [2, 3, 4]));
        assert_eq!(bounds.grid(&grid).shape, [1, 2, 3]);
        assert_eq!(
            bounds.cut(&first, &grid),
            [false, false, false, true, false, false]
        );
        assert_eq!(Bounds::around(&[&[false; 24]], &grid), None);
    }
}
