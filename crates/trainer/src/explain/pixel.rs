//! One pixel: what the network thinks of it, and where the loss pushes it.

use losscope_losses::Loss;
use serde::Serialize;

use super::Terms;
use crate::fused;
use crate::snapshot::SnapshotValues;

/// One pixel of one image as one lane sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PixelExplanation {
    /// The lane.
    pub lane: u32,
    /// Steps it had made.
    pub step: usize,
    /// The pixel's class.
    pub label: u8,
    /// p of each class.
    pub probabilities: Vec<f32>,
    /// dL/dz of each class, of the loss of this image by itself.
    pub gradient: Vec<f32>,
    /// Σ |dL/dz| over classes: how hard the loss pushes here.
    pub push: f64,
    /// Share of the pushes of all pixels shown; `None` where there are none.
    pub share: Option<f64>,
    /// How many pixels of those shown are pushed harder, plus one.
    pub rank: usize,
    /// How many pixels are shown.
    pub pixels: usize,
    /// The formula with the pixel's numbers; `None` of losses of other forms, and of slices of volumes.
    pub terms: Option<Terms>,
}

impl PixelExplanation {
    /// Of the pixel at a row and column of what a snapshot shows; `whole` unless that is a slice of more.
    ///
    /// # Panics
    /// Where the pixel is outside.
    pub fn new(
        (lane, step): (u32, usize),
        loss: &Loss,
        values: &SnapshotValues,
        whole: bool,
        (row, column): (usize, usize),
    ) -> Self {
        let pixels = values.labels.len();
        let pixel = row * values.size.width + column;
        let of = |all: &[f32], pixel: usize| -> Vec<f32> {
            all.iter().skip(pixel).step_by(pixels).copied().collect()
        };
        let push = |pixel: usize| -> f64 {
            let gradient = values.logit_gradient.iter().skip(pixel).step_by(pixels);
            gradient.map(|&g| f64::from(g.abs())).sum()
        };
        let own = push(pixel);
        let all: Vec<f64> = (0..pixels).map(push).collect();
        let total: f64 = all.iter().sum();
        let form = fused(loss).filter(|_| whole);
        Self {
            lane,
            step,
            label: values.labels[pixel],
            probabilities: of(&values.probabilities, pixel),
            gradient: of(&values.logit_gradient, pixel),
            push: own,
            share: (total > 0.0).then(|| own / total),
            rank: 1 + all.iter().filter(|&&other| other > own).count(),
            pixels,
            terms: form.map(|form| Terms::new(&form, &values.probabilities, &values.labels, pixel)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use losscope_datasets::Size;

    #[test]
    fn pixels_are_ranked_by_their_push() {
        let values = SnapshotValues {
            size: Size {
                depth: 1,
                height: 2,
                width: 2,
            },
            image: vec![0.0; 4],
            labels: vec![0, 0, 1, 0],
            probabilities: vec![0.9, 0.8, 0.7, 0.6, 0.1, 0.2, 0.3, 0.4],
            logit_gradient: vec![0.1, 0.2, -0.4, 0.1, -0.1, -0.2, 0.4, -0.1],
        };
        let ce = serde_json::from_str(r#"{ "kind": "ce" }"#).unwrap();
        let explain = |at| PixelExplanation::new((7, 30), &ce, &values, true, at);
        let lesion = explain((1, 0));
        assert_eq!((lesion.rank, lesion.pixels, lesion.label), (1, 4, 1));
        assert_eq!(lesion.probabilities, [0.7, 0.3]);
        assert_eq!(lesion.gradient, [-0.4, 0.4]);
        assert!((lesion.share.unwrap() - 0.5).abs() < 1e-6);
        let term = lesion.terms.unwrap().pixel.unwrap();
        assert!((term.value - -(0.3f64.ln()) / 4.0).abs() < 1e-6, "{term:?}");
        assert_eq!(explain((0, 1)).rank, 2);
        // As hard as each other.
        assert_eq!((explain((0, 0)).rank, explain((1, 1)).rank), (3, 3));
        let slice = PixelExplanation::new((7, 30), &ce, &values, false, (0, 0));
        assert_eq!(slice.terms, None);
    }
}
