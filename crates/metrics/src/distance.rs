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
    /// 1 / (2 spacing² k) for k cells.
    slopes: Vec<f64>,
    /// The parabolas that make it up, from left to right.
    pieces: Vec<Piece>,
}

/// A parabola, and where it takes over from the one before it.
#[derive(Clone, Copy)]
struct Piece {
    vertex: usize,
    value: f64,
    start: f64,
}

impl Envelope {
    fn new(length: usize, spacing: f64) -> Self {
        Self {
            spacing,
            slopes: (0..length)
                .map(|cells| 0.5 / (spacing * spacing * cells as f64))
                .collect(),
            pieces: Vec::with_capacity(length),
        }
    }

    /// Replaces the values of a line, `stride` apart from `offset` on, by those of the envelope.
    fn lower(&mut self, block: &mut [f64], offset: usize, stride: usize) {
        self.pieces.clear();
        for (vertex, &value) in block[offset..].iter().step_by(stride).enumerate() {
            if value.is_finite() {
                self.add(vertex, value);
            }
        }
        let mut pieces = self.pieces.iter();
        let Some(mut piece) = pieces.next() else {
            return;
        };
        for (index, cell) in block[offset..].iter_mut().step_by(stride).enumerate() {
            while let Some(next) = pieces
                .as_slice()
                .first()
                .filter(|next| next.start < index as f64)
            {
                piece = next;
                pieces.next();
            }
            let distance = index.abs_diff(piece.vertex) as f64 * self.spacing;
            *cell = distance * distance + piece.value;
        }
    }

    fn add(&mut self, vertex: usize, value: f64) {
        let mut start = f64::NEG_INFINITY;
        while let Some(last) = self.pieces.last() {
            // Where the two parabolas meet.
            start = 0.5 * (vertex + last.vertex) as f64
                + (value - last.value) * self.slopes[vertex - last.vertex];
            if start > last.start {
                break;
            }
            self.pieces.pop();
            start = f64::NEG_INFINITY;
        }
        self.pieces.push(Piece {
            vertex,
            value,
            start,
        });
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
