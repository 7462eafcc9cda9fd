//! Distances between the surfaces of two masks.

use crate::{Grid, distance::distance_transform, grid::Bounds};

/// How far the surface of each of two masks is from the other's, cell by cell.
///
/// A mask's surface are its cells that have a neighbour outside the mask across a face (four neighbours in a
/// plane, six in a volume); what lies beyond the image is outside.
#[derive(Debug, Clone, PartialEq)]
pub struct SurfaceDistances {
    /// From each surface cell of the prediction to the surface of the labels, ascending.
    pub from_prediction: Vec<f64>,
    /// From each surface cell of the labels to the surface of the prediction, ascending.
    pub from_labels: Vec<f64>,
}

/// A distance that exceeds a tolerance by less than this part of it lies within it: sums of squares of
/// spacings are not exact.
const ROUNDING: f64 = 1e-9;

impl SurfaceDistances {
    /// Of two masks, in the unit of the grid's spacing; `None` where one of them is empty.
    ///
    /// # Panics
    /// Where a mask has not one value per cell.
    pub fn new(predicted: &[bool], labels: &[bool], grid: &Grid) -> Option<Self> {
        if !predicted.contains(&true) || !labels.contains(&true) {
            return None;
        }
        // All surface cells lie in the box around both masks, and beyond it nothing is set.
        let bounds = Bounds::around(&[predicted, labels], grid)?;
        let inner = bounds.grid(grid);
        let predicted = surface(&bounds.cut(predicted, grid), &inner);
        let labels = surface(&bounds.cut(labels, grid), &inner);
        Some(Self {
            from_prediction: distances(&predicted, &labels, &inner),
            from_labels: distances(&labels, &predicted, &inner),
        })
    }

    /// Hausdorff distance: the largest of all.
    pub fn hausdorff(&self) -> f64 {
        last(&self.from_prediction).max(last(&self.from_labels))
    }

    /// The percentile (0 to 100) of each of the two lists of distances, whichever is larger.
    pub fn hausdorff_percentile(&self, percentile: f64) -> f64 {
        let of = |distances| quantile(distances, percentile / 100.0);
        of(&self.from_prediction).max(of(&self.from_labels))
    }

    /// Average symmetric surface distance: the mean of both lists taken together.
    pub fn average(&self) -> f64 {
        let sum: f64 = self.from_prediction.iter().chain(&self.from_labels).sum();
        sum / (self.from_prediction.len() + self.from_labels.len()) as f64
    }

    /// Mean average surface distance: the mean of the two lists' means.
    pub fn mean_of_averages(&self) -> f64 {
        let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
        0.5 * (mean(&self.from_prediction) + mean(&self.from_labels))
    }

    /// Normalised surface distance: the share of all surface cells that are at most `tolerance` away from the
    /// other surface.
    pub fn within(&self, tolerance: f64) -> f64 {
        let limit = tolerance * (1.0 + ROUNDING);
        let near = |list: &[f64]| list.partition_point(|&distance| distance <= limit);
        (near(&self.from_prediction) + near(&self.from_labels)) as f64
            / (self.from_prediction.len() + self.from_labels.len()) as f64
    }
}

fn last(sorted: &[f64]) -> f64 {
    sorted.last().copied().unwrap_or(0.0)
}

/// The quantile, 0 to 1, of ascending values that are at least one: interpolated linearly between the two next to it.
pub(crate) fn quantile(sorted: &[f64], at: f64) -> f64 {
    let place = at * (sorted.len() - 1) as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

/// The cells of a mask that have a neighbour outside it.
fn surface(mask: &[bool], grid: &Grid) -> Vec<bool> {
    let strides = grid.strides();
    let axes = if grid.shape[0] == 1 { 1..3 } else { 0..3 };
    let mut inside = mask.to_vec();
    for axis in axes {
        let (stride, length) = (strides[axis], grid.shape[axis]);
        for (index, inside) in inside.iter_mut().enumerate().filter(|(_, set)| **set) {
            let place = index / stride % length;
            *inside =
                place > 0 && place + 1 < length && mask[index - stride] && mask[index + stride];
        }
    }
    mask.iter()
        .zip(inside)
        .map(|(&set, inside)| set && !inside)
        .collect()
}

/// From each cell of one surface to the nearest of the other, ascending.
fn distances(from: &[bool], to: &[bool], grid: &Grid) -> Vec<f64> {
    let distance = distance_transform(to, grid);
    let mut list: Vec<f64> = from
        .iter()
        .zip(distance)
        .filter_map(|(&set, distance)| set.then_some(distance))
        .collect();
    list.sort_unstable_by(f64::total_cmp);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> Vec<bool> {
        text.bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .map(|byte| byte == b'#')
            .collect()
    }

    #[test]
    fn worked_out_by_hand() {
        let predicted = mask("#.... #.... ..... .....");
        let labels = mask("#.... ..... ..... #....");
        let distances = SurfaceDistances::new(&predicted, &labels, &Grid::plane(4, 5))
            .expect("neither is empty");
        assert_eq!(distances.from_prediction, [0.0, 1.0]);
        assert_eq!(distances.from_labels, [0.0, 2.0]);
        assert_eq!(distances.hausdorff(), 2.0);
        assert_eq!(distances.hausdorff_percentile(95.0), 1.9);
        assert_eq!(distances.average(), 0.75);
        assert_eq!(distances.within(1.0), 0.75);
        assert_eq!(distances.within(0.99), 0.5);
    }

    #[test]
    fn the_two_averages_differ_where_the_surfaces_have_different_sizes() {
        let predicted = mask("#.... ..... ..... .....");
        let labels = mask("##### ..... ..... .....");
        let distances = SurfaceDistances::new(&predicted, &labels, &Grid::plane(4, 5))
            .expect("neither is empty");
        assert_eq!(distances.average(), 10.0 / 6.0);
        assert_eq!(distances.mean_of_averages(), 1.0);
    }

    #[test]
    fn the_surface_has_a_neighbour_outside_across_a_face() {
        let full = vec![true; 25];
        assert_eq!(
            surface(&full, &Grid::plane(5, 5)),
            mask("##### #...# #...# #...# #####")
        );
        // Only a corner is missing: the centre has all its four neighbours.
        let notched = mask(".## ### ###");
        assert_eq!(surface(&notched, &Grid::plane(3, 3)), mask(".## #.# ###"));
        let cube = surface(&[true; 27], &Grid::volume([3, 3, 3], [1.0; 3]));
        assert_eq!(cube.iter().filter(|&&set| set).count(), 26);
    }

    #[test]
    fn a_volume_one_deep_is_a_plane() {
        let full = vec![true; 9];
        assert_eq!(
            surface(&full, &Grid::volume([1, 3, 3], [5.0, 1.0, 1.0])),
            mask("### #.# ###")
        );
    }

    #[test]
    fn undefined_where_one_is_empty() {
        let (empty, full) = (vec![false; 4], vec![true; 4]);
        let grid = Grid::plane(2, 2);
        for (predicted, labels) in [(&empty, &full), (&full, &empty), (&empty, &empty)] {
            assert_eq!(SurfaceDistances::new(predicted, labels, &grid), None);
        }
    }
}
