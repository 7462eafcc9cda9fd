//! Volumes of grey: where their voxels are, and which of them an object gets.

use super::shape::{coordinate, lowest};

/// Which slices of a volume are wanted.
#[derive(Clone, Copy)]
pub(super) enum Planes<'a> {
    /// So many, from one end to the other.
    All(usize),
    /// One for each entry; true where it is to pass by the foreground.
    Chosen(&'a [bool]),
}

impl Planes<'_> {
    /// Number of slices.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Chosen(empty) => empty.len(),
        }
    }

    /// Heights of the slices. A whole volume reaches from −1 to 1 in the units of `reach`; chosen
    /// slices lie evenly within `inside`, and empty ones at the places of `outside` in turn.
    pub(super) fn heights(&self, reach: [f32; 2], inside: [f32; 2], outside: &[f32]) -> Vec<f32> {
        let between = |[low, high]: [f32; 2], number: usize, count: usize| {
            low + (high - low) * (number as f32 + 0.5) / count.max(1) as f32
        };
        match self {
            Self::All(count) => (0..*count).map(|n| between(reach, n, *count)).collect(),
            Self::Chosen(empty) => {
                let full = empty.iter().filter(|&&empty| !empty).count();
                let (mut fulls, mut empties) = (0, 0);
                empty
                    .iter()
                    .map(|&empty| {
                        if empty {
                            empties += 1;
                            outside[(empties - 1) % outside.len().max(1)]
                        } else {
                            fulls += 1;
                            between(inside, fulls - 1, full)
                        }
                    })
                    .collect()
            }
        }
    }

    /// Whether slice number `plane` may show foreground.
    pub(super) fn may_hold(&self, plane: usize) -> bool {
        match self {
            Self::All(_) => true,
            Self::Chosen(empty) => !empty[plane],
        }
    }
}

/// What part of space a volume shows.
pub(super) struct View {
    /// The point in its middle (of the plane; heights are given as they are).
    pub(super) centre: [f32; 2],
    /// Half the width of the picture.
    pub(super) half: f32,
    /// Pixels on a side.
    pub(super) size: usize,
    /// Height of each slice.
    pub(super) heights: Vec<f32>,
}

impl View {
    /// The points of all voxels, slice by slice, row by row.
    pub(super) fn points(&self) -> impl Iterator<Item = [f32; 3]> + '_ {
        self.heights.iter().flat_map(move |&z| {
            (0..self.size).flat_map(move |row| {
                let y = self.centre[1] + self.half * coordinate(row, self.size);
                (0..self.size).map(move |column| {
                    let x = self.centre[0] + self.half * coordinate(column, self.size);
                    [x, y, z]
                })
            })
        })
    }

    /// Width of a pixel.
    pub(super) fn pixel(&self) -> f32 {
        2.0 * self.half / self.size as f32
    }
}

/// Gives the `count` voxels of the lowest levels that are still background, and whose slice may
/// hold foreground, the label `class`; the levels (smooth, below 0 deep inside) are shifted so that 0 is
/// the border.
pub(super) fn claim(
    levels: &mut [f32],
    labels: &mut [u8],
    planes: Planes,
    count: usize,
    class: u8,
) {
    let plane = labels.len() / planes.count().max(1);
    let allowed: Vec<f32> = levels
        .iter()
        .enumerate()
        .map(|(at, &level)| {
            if labels[at] == 0 && planes.may_hold(at / plane) {
                level
            } else {
                f32::INFINITY
            }
        })
        .collect();
    let lowest = lowest(&allowed, count);
    for &at in &lowest.chosen {
        labels[at] = class;
    }
    let nothing = lowest.chosen.is_empty();
    for (at, level) in levels.iter_mut().enumerate() {
        *level = if nothing || !planes.may_hold(at / plane) {
            f32::INFINITY
        } else {
            *level - lowest.highest
        };
    }
}

/// How far a point lies out of an ellipsoid: −1 in its centre, 0 on its surface; about in units of
/// its radii.
pub(super) fn ellipsoid(point: [f32; 3], centre: [f32; 3], radii: [f32; 3]) -> f32 {
    let mut sum = 0.0;
    for axis in 0..3 {
        let offset = (point[axis] - centre[axis]) / radii[axis];
        sum += offset * offset;
    }
    sum.sqrt() - 1.0
}

/// Relabels the `count` voxels of label `from` that have the lowest levels as `to`. Returns the
/// levels, shifted so that 0 is the border; infinite where there are none.
pub(super) fn claim_within(
    levels: &[f32],
    labels: &mut [u8],
    from: u8,
    to: u8,
    count: usize,
) -> Vec<f32> {
    let allowed: Vec<f32> = levels
        .iter()
        .zip(labels.iter())
        .map(|(&level, &label)| if label == from { level } else { f32::INFINITY })
        .collect();
    let lowest = lowest(&allowed, count);
    for &at in &lowest.chosen {
        labels[at] = to;
    }
    if lowest.chosen.is_empty() {
        return vec![f32::INFINITY; levels.len()];
    }
    levels.iter().map(|level| level - lowest.highest).collect()
}
