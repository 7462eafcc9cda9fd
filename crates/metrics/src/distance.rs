//! The exact Euclidean distance transform.

use crate::Grid;

/// Distance of each cell to the nearest one set in `sites` (0 there), in the unit of the grid's spacing;
/// infinite where none is set. `sites` holds the cells of `grid`, width running fastest.
///
/// Exact, in time proportional to the number of cells: along one axis after another, the lower envelope of
/// parabolas (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of Computing 8,
/// 2012).
///
/// # Panics
/// Where `sites` has not one value per cell.
pub fn distance_transform(sites: &[bool], grid: &Grid) -> Vec<f64> {
    let mut squared = squared_distances(sites, grid);
    for value in &mut squared {
        *value = value.sqrt();
    }
    squared
}

/// Squares of those distances.
fn squared_distances(sites: &[bool], grid: &Grid) -> Vec<f64> {
    assert_eq!(sites.len(), grid.cells(), "one site per cell");
    let mut squared: Vec<f64> = sites
        .iter()
        .map(|&site| if site { 0.0 } else { f64::INFINITY })
        .collect();
    if squared.is_empty() {
        return squared;
    }
    along_width(&mut squared, grid);
    let strides = grid.strides();
    for axis in [1, 0] {
        let (length, stride) = (grid.shape[axis], strides[axis]);
        if length == 1 {
            continue;
        }
        let mut envelope = Envelope::new(length, grid.spacing[axis]);
        for block in squared.chunks_exact_mut(length * stride) {
            for offset in 0..stride {
                envelope.lower(block, offset, stride);
            }
        }
    }
    squared
}

/// The first axis by itself: each row swept forwards and backwards.
fn along_width(squared: &mut [f64], grid: &Grid) {
    let spacing = grid.spacing[2];
    for row in squared.chunks_exact_mut(grid.shape[2]) {
        let mut steps = f64::INFINITY;
        for cell in row.iter_mut() {
            steps = if *cell == 0.0 { 0.0 } else { steps + 1.0 };
            *cell = steps;
        }
        steps = f64::INFINITY;
        for cell in row.iter_mut().rev() {
            steps = if *cell == 0.0 { 0.0 } else { steps + 1.0 };
            let distance = cell.min(steps) * spacing;
            *cell = distance * distance;
        }
    }
}

/// The lower envelope of the parabolas that stand on the cells of a line, and room for it.
struct Envelope {
    spacing: f64,
    /// The line's values.
    values: Vec<f64>,
    /// Cells whose parabolas make up the envelope, from left to right.
    vertices: Vec<usize>,
    /// Where each of them takes over from the one before it, in cells.
    starts: Vec<f64>,
}

impl Envelope {
    fn new(length: usize, spacing: f64) -> Self {
        Self {
            spacing,
            values: vec![0.0; length],
            vertices: Vec::with_capacity(length),
            starts: Vec::with_capacity(length),
        }
    }

    /// Replaces the values of a line, `stride` apart from `offset` on, by those of the envelope.
    fn lower(&mut self, block: &mut [f64], offset: usize, stride: usize) {
        let line = offset..;
        for (value, cell) in self
            .values
            .iter_mut()
            .zip(block[line.clone()].iter().step_by(stride))
        {
            *value = *cell;
        }
        self.build();
        if self.vertices.is_empty() {
            return;
        }
        let mut piece = 0;
        for (index, cell) in block[line].iter_mut().step_by(stride).enumerate() {
            while piece + 1 < self.vertices.len() && self.starts[piece + 1] < index as f64 {
                piece += 1;
            }
            let vertex = self.vertices[piece];
            let distance = index.abs_diff(vertex) as f64 * self.spacing;
            *cell = distance * distance + self.values[vertex];
        }
    }

    fn build(&mut self) {
        self.vertices.clear();
        self.starts.clear();
        let square = self.spacing * self.spacing;
        for (index, &value) in self.values.iter().enumerate() {
            if value.is_infinite() {
                continue;
            }
            let start = loop {
                let Some((&last, &start)) = self.vertices.last().zip(self.starts.last()) else {
                    break f64::NEG_INFINITY;
                };
                // Where the parabolas on `last` and `index` meet.
                let (here, there) = (index as f64, last as f64);
                let meet = 0.5 * (here + there)
                    + (value - self.values[last]) / (2.0 * square * (here - there));
                if meet > start {
                    break meet;
                }
                self.vertices.pop();
                self.starts.pop();
            };
            self.vertices.push(index);
            self.starts.push(start);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    /// Depth, row and column of a flat index.
    fn position(index: usize, grid: &Grid) -> [usize; 3] {
        let [plane, row, _] = grid.strides();
        [index / plane, index % plane / row, index % row]
    }

    /// The definition: the least of all distances.
    fn by_definition(sites: &[bool], grid: &Grid) -> Vec<f64> {
        (0..grid.cells())
            .map(|index| {
                let here = position(index, grid);
                sites
                    .iter()
                    .enumerate()
                    .filter(|(_, site)| **site)
                    .map(|(index, _)| {
                        let there = position(index, grid);
                        (0..3)
                            .map(|axis| {
                                let steps = here[axis].abs_diff(there[axis]) as f64;
                                (steps * grid.spacing[axis]).powi(2)
                            })
                            .sum::<f64>()
                            .sqrt()
                    })
                    .fold(f64::INFINITY, f64::min)
            })
            .collect()
    }

    #[test]
    fn worked_out_by_hand() {
        let sites = [
            true, false, false, //
            false, false, false,
        ];
        let grid = Grid {
            shape: [1, 2, 3],
            spacing: [9.0, 3.0, 4.0],
        };
        assert_eq!(
            distance_transform(&sites, &grid),
            [0.0, 4.0, 8.0, 3.0, 5.0, (9.0f64 + 64.0).sqrt()]
        );
    }

    #[test]
    fn it_is_the_least_of_all_distances() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for round in 0..300 {
            let shape = [
                if round % 2 == 0 {
                    1
                } else {
                    random.random_range(1..6)
                },
                random.random_range(1..13),
                random.random_range(1..13),
            ];
            let spacing = std::array::from_fn(|_| random.random_range(0.2..5.0));
            let grid = Grid::volume(shape, spacing);
            let share = [0.0, 0.02, 0.1, 0.5, 1.0][round % 5];
            let sites: Vec<bool> = (0..grid.cells())
                .map(|_| random.random_bool(share))
                .collect();
            for (ours, expected) in distance_transform(&sites, &grid)
                .into_iter()
                .zip(by_definition(&sites, &grid))
            {
                assert!(
                    ours == expected || (ours - expected).abs() < 1e-12 * expected,
                    "{ours} instead of {expected} on {grid:?}"
                );
            }
        }
    }
}
