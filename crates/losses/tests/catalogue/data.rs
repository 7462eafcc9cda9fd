//! One image: what formulas speak of.

use losscope_losses::reference::{Activation, Case};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const SIDES: [usize; 2] = [3, 4];

/// Logits `[1, C, 3, 4]` and labels.
#[derive(Clone)]
pub(crate) struct Data {
    classes: usize,
    logits: Vec<f64>,
    pub(crate) labels: Vec<u8>,
    shape: Vec<usize>,
}

impl Data {
    /// Of so many classes, of which only the first `present` are in the labels.
    pub(crate) fn random(classes: usize, present: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let pixels: usize = SIDES.iter().product();
        let logits = (0..classes * pixels).map(|_| random.random_range(-3.0..3.0));
        let logits = logits.collect();
        let labels = (0..pixels).map(|pixel| (pixel % present) as u8).collect();
        Self {
            classes,
            logits,
            labels,
            shape: [&[1, classes], &SIDES[..]].concat(),
        }
    }

    pub(crate) fn case(&self) -> Case<'_> {
        Case {
            input: &self.logits,
            shape: &self.shape,
            labels: &self.labels,
            activation: Activation::Softmax,
        }
    }

    /// One logit a little larger.
    pub(crate) fn moved(&self, position: usize, step: f64) -> Self {
        let mut moved = self.clone();
        moved.logits[position] += step;
        moved
    }

    pub(crate) fn classes(&self) -> usize {
        self.classes
    }

    pub(crate) fn pixels(&self) -> usize {
        self.labels.len()
    }

    /// z
    pub(crate) fn logit(&self, pixel: usize, class: usize) -> f64 {
        self.logits[class * self.pixels() + pixel]
    }

    /// y
    pub(crate) fn label(&self, pixel: usize, class: usize) -> f64 {
        f64::from(usize::from(self.labels[pixel]) == class)
    }

    /// p
    pub(crate) fn probability(&self, pixel: usize, class: usize) -> f64 {
        let all = (0..self.classes).map(|other| self.logit(pixel, other).exp());
        self.logit(pixel, class).exp() / all.sum::<f64>()
    }

    /// Σ over pixels of a term of p and y.
    pub(crate) fn sum(&self, class: usize, term: impl Fn(f64, f64) -> f64) -> f64 {
        let pixels = 0..self.pixels();
        pixels
            .map(|pixel| term(self.probability(pixel, class), self.label(pixel, class)))
            .sum()
    }
}
