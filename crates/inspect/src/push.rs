//! Where a gradient pushes, and how far two of them agree.

use serde::Serialize;

/// Parts of Σ|dL/dz|, or of the picture's area. Foreground and background sum to 1; the border lies in both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shares {
    /// Σ|dL/dz| over all pixels.
    pub total: f64,
    /// Share of foreground pixels; none where there is no gradient at all.
    pub foreground: Option<f64>,
    /// Share of background pixels.
    pub background: Option<f64>,
    /// Share of pixels with one of the other class above, below, left or right.
    pub border: Option<f64>,
}

/// Which pixels have a neighbour (above, below, left or right) of another class.
pub fn border(labels: &[u8], height: usize, width: usize) -> Vec<bool> {
    let differs = |pixel: usize, other: Option<usize>| {
        other.is_some_and(|other| labels[other] != labels[pixel])
    };
    (0..height * width)
        .map(|pixel| {
            let (row, column) = (pixel / width, pixel % width);
            differs(pixel, (row > 0).then(|| pixel - width))
                || differs(pixel, (row + 1 < height).then(|| pixel + width))
                || differs(pixel, (column > 0).then(|| pixel - 1))
                || differs(pixel, (column + 1 < width).then(|| pixel + 1))
        })
        .collect()
}

/// How much of Σ|gradient| comes from where. `labels` and `border` have one entry per pixel.
pub fn shares(gradient: &[f64], labels: &[u8], border: &[bool]) -> Shares {
    let sum = |keep: &dyn Fn(usize) -> bool| {
        (0..gradient.len())
            .filter(|&pixel| keep(pixel))
            .map(|pixel| gradient[pixel].abs())
            .sum::<f64>()
    };
    let total = sum(&|_| true);
    let share = |keep: &dyn Fn(usize) -> bool| (total > 0.0).then(|| sum(keep) / total);
    Shares {
        total,
        foreground: share(&|pixel| labels[pixel] != 0),
        background: share(&|pixel| labels[pixel] == 0),
        border: share(&|pixel| border[pixel]),
    }
}

/// The same of the picture's area: what a push spread evenly would give.
pub fn areas(labels: &[u8], border: &[bool]) -> Shares {
    shares(&vec![1.0; labels.len()], labels, border)
}

/// Cosine of the angle between two gradients: 1 the same direction, −1 the opposite; none where one is zero.
pub fn cosine(a: &[f64], b: &[f64]) -> Option<f64> {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let length = (dot(a, a) * dot(b, b)).sqrt();
    (length > 0.0).then(|| (dot(a, b) / length).clamp(-1.0, 1.0))
}

/// The cosine of each with each, `[n][n]`; exactly 1 of each with itself.
pub fn cosine_matrix(gradients: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
    let entry = |row: usize, column: usize| {
        let found = cosine(&gradients[row], &gradients[column]);
        // The rounding of a square root is no disagreement.
        if row == column {
            found.map(|_| 1.0)
        } else {
            found
        }
    };
    (0..gradients.len())
        .map(|row| {
            (0..gradients.len())
                .map(|column| entry(row, column))
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_is_on_both_sides_of_the_outline() {
        // One foreground pixel in the middle of 3 × 3.
        let labels = [0, 0, 0, 0, 1, 0, 0, 0, 0];
        let found = border(&labels, 3, 3);
        assert_eq!(
            found,
            [false, true, false, true, true, true, false, true, false]
        );
    }

    #[test]
    fn shares_are_of_the_sum_of_sizes() {
        let found = shares(&[-3.0, 1.0, 0.0], &[1, 0, 0], &[true, true, false]);
        assert_eq!(found.total, 4.0);
        assert_eq!(found.foreground, Some(0.75));
        assert_eq!(found.background, Some(0.25));
        assert_eq!(found.border, Some(1.0));
        assert_eq!(shares(&[0.0], &[1], &[false]).foreground, None);
    }

    #[test]
    fn cosines_are_symmetric_and_one_with_themselves() {
        let gradients = vec![vec![1.0, 0.0], vec![-1.0, 1.0], vec![0.0, 0.0]];
        let matrix = cosine_matrix(&gradients);
        assert_eq!(matrix[0][0], Some(1.0));
        assert_eq!(matrix[0][1], matrix[1][0]);
        assert!((matrix[0][1].unwrap() + 0.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!(matrix[2][2], None, "a zero gradient has no direction");
    }
}
