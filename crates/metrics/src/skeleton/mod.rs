//! Centrelines of masks, and how well two masks agree along them.

mod neighbourhood;

use crate::{Grid, grid::Bounds};
use neighbourhood::Topology;

/// The centreline of a mask: one cell wide, in as many pieces, with as many holes and ends as the mask.
///
/// Thinning by Lee, Kashyap and Chu ("Building skeleton models via 3-D medial surface/axis thinning algorithms",
/// CVGIP 56(6), 1994), in a plane as in a volume; the same cells as `skeletonize(mask, method="lee")` of
/// scikit-image, which loses some small pieces, such as a square of 2 × 2 pixels, where one cell stays here. Spacing
/// plays no part.
///
/// # Panics
/// Where `mask` has not one value per cell.
pub fn skeleton(mask: &[bool], grid: &Grid) -> Vec<bool> {
    assert_eq!(mask.len(), grid.cells(), "one value per cell");
    let mut thin = vec![false; mask.len()];
    let Some(bounds) = Bounds::around(&[mask], grid) else {
        return thin;
    };
    let mut body = Body::new(&bounds.cut(mask, grid), bounds.grid(grid).shape);
    body.thin();
    let strides = grid.strides();
    for &cell in &body.cells {
        let inner = body.position(cell);
        let index: usize = (0..3)
            .map(|axis| (inner[axis] + bounds.first[axis]) * strides[axis])
            .sum();
        thin[index] = true;
    }
    thin
}

/// A mask that is being thinned, with a margin of empty cells around it.
struct Body {
    shape: [usize; 3],
    set: Vec<bool>,
    /// Cells still set, ascending.
    cells: Vec<usize>,
}

impl Body {
    fn new(mask: &[bool], shape: [usize; 3]) -> Self {
        let [depth, height, width] = shape.map(|length| length + 2);
        let mut set = vec![false; depth * height * width];
        let mut cells = Vec::new();
        for (line, row) in mask.chunks_exact(shape[2]).enumerate() {
            let (plane, line) = (line / shape[1] + 1, line % shape[1] + 1);
            for (column, _) in row.iter().enumerate().filter(|(_, set)| **set) {
                let cell = (plane * height + line) * width + column + 1;
                set[cell] = true;
                cells.push(cell);
            }
        }
        Self {
            shape: [depth, height, width],
            set,
            cells,
        }
    }

    /// A cell's position in the mask without its margin.
    fn position(&self, cell: usize) -> [usize; 3] {
        let [_, height, width] = self.shape;
        [
            cell / (height * width) - 1,
            cell / width % height - 1,
            cell % width - 1,
        ]
    }

    /// The cells around one, itself included, as bits.
    fn around(&self, cell: usize) -> u32 {
        let [_, height, width] = self.shape;
        let first = cell - height * width - width - 1;
        let mut bits = 0;
        for (line, offset) in
            (0..9).map(|line| (line, line / 3 * height * width + line % 3 * width))
        {
            for column in 0..3 {
                bits |= u32::from(self.set[first + offset + column]) << (3 * line + column);
            }
        }
        bits
    }

    /// Takes cells off one side after another, until no side gives any more.
    fn thin(&mut self) {
        let [depth, height, width] = self.shape.map(|length| length as isize);
        let plane = height * width;
        // The order of the sides decides which of several equally good skeletons is found; it is the one of
        // the authors' code.
        let sides = [-width, width, 1, -1, plane, -plane];
        let sides = if depth == 3 { &sides[..4] } else { &sides };
        let topology = Topology::new();
        let mut candidates = Vec::new();
        loop {
            let mut unchanged = true;
            for &side in sides {
                candidates.clear();
                candidates.extend(self.cells.iter().copied().filter(|&cell| {
                    !self.set[cell.wrapping_add_signed(side)] && {
                        let around = self.around(cell);
                        !topology.is_end(around)
                            && topology.keeps_euler(around)
                            && topology.keeps_connection(around)
                    }
                }));
                let mut removed = false;
                for &cell in &candidates {
                    // Others of the side may have gone since.
                    if topology.keeps_connection(self.around(cell)) {
                        self.set[cell] = false;
                        removed = true;
                    }
                }
                if removed {
                    let set = &self.set;
                    self.cells.retain(|&cell| set[cell]);
                    unchanged = false;
                }
            }
            if unchanged {
                return;
            }
        }
    }
}

/// clDice of a prediction against labels: the harmonic mean of the share of the predicted centreline that lies in
/// the labelled mask and the share of the labelled centreline that lies in the predicted mask (Shit et al.,
/// CVPR 2021). 0 where one mask is empty, `None` where both are.
///
/// # Panics
/// Where a mask has not one value per cell.
pub fn centreline_dice(predicted: &[bool], labels: &[bool], grid: &Grid) -> Option<f64> {
    match (predicted.contains(&true), labels.contains(&true)) {
        (false, false) => return None,
        (true, true) => {}
        _ => return Some(0.0),
    }
    let share = |line: &[bool], mask: &[bool]| {
        let inside = line
            .iter()
            .zip(mask)
            .filter(|(line, mask)| **line && **mask);
        inside.count() as f64 / line.iter().filter(|&&set| set).count() as f64
    };
    let precision = share(&skeleton(predicted, grid), labels);
    let sensitivity = share(&skeleton(labels, grid), predicted);
    if precision + sensitivity == 0.0 {
        return Some(0.0);
    }
    Some(2.0 * precision * sensitivity / (precision + sensitivity))
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
    fn a_bar_becomes_a_line() {
        let bar = mask("....... .#####. .#####. .#####. .......");
        let thin = skeleton(&bar, &Grid::plane(5, 7));
        assert!(thin.iter().zip(&bar).all(|(thin, bar)| !thin || *bar));
        for (index, _) in thin.iter().enumerate().filter(|(_, set)| **set) {
            assert_eq!(index / 7, 2, "in the middle row");
        }
        assert!(thin.iter().filter(|&&set| set).count() >= 3);
    }

    #[test]
    fn what_is_thin_stays() {
        for thin in [
            mask("..... .###. ....."),
            mask("#.... .#... ..##."),
            mask("..... ..#.. ....."),
        ] {
            assert_eq!(skeleton(&thin, &Grid::plane(3, 5)), thin);
        }
    }

    #[test]
    fn a_piece_never_vanishes() {
        for text in [
            "..... .##.. .##..",
            "##### ##### .....",
            "..... ...## ...##",
        ] {
            let thin = skeleton(&mask(text), &Grid::plane(3, 5));
            assert!(thin.contains(&true), "{text}");
        }
        let cube = skeleton(&[true; 8], &Grid::volume([2, 2, 2], [1.0; 3]));
        assert!(cube.contains(&true));
    }

    #[test]
    fn a_hole_stays_a_hole() {
        let ring = mask("##### ##### ##.## ##### #####");
        let thin = skeleton(&ring, &Grid::plane(5, 5));
        assert!(!thin[12] && thin.iter().filter(|&&set| set).count() >= 4);
        // Around the hole there is still a way with no end: every cell has two neighbours at least.
        for (index, _) in thin.iter().enumerate().filter(|(_, set)| **set) {
            let near = (0..25usize).filter(|&other| {
                other != index
                    && thin[other]
                    && (other / 5).abs_diff(index / 5) <= 1
                    && (other % 5).abs_diff(index % 5) <= 1
            });
            assert!(near.count() >= 2);
        }
    }

    #[test]
    fn centreline_dice_by_hand() {
        let grid = Grid::plane(3, 6);
        let labels = mask("...... ###### ......");
        let half = mask("...... ###... ......");
        // All of the predicted line lies in the labels, half of theirs in the prediction.
        assert_eq!(
            centreline_dice(&half, &labels, &grid),
            Some(2.0 * 0.5 / 1.5)
        );
        assert_eq!(centreline_dice(&labels, &labels, &grid), Some(1.0));
        let elsewhere = mask("###### ...... ......");
        assert_eq!(centreline_dice(&elsewhere, &labels, &grid), Some(0.0));
        let empty = vec![false; 18];
        assert_eq!(centreline_dice(&empty, &labels, &grid), Some(0.0));
        assert_eq!(centreline_dice(&empty, &empty, &grid), None);
    }
}
