//! How far probabilities can be believed.

/// Probabilities of a class against whether each cell is of it: counts and sums for the metrics of calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    bins: Vec<Bin>,
    brier: f64,
    log_likelihood: f64,
    /// Likelihoods that are not in `log_likelihood` yet, multiplied.
    likelihood: f64,
    count: usize,
}

/// The cells whose probability lies in one interval.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many there are.
    pub count: usize,
    /// How many of them are of the class.
    pub positive: usize,
    /// Sum of their probabilities.
    pub confidence: f64,
}

/// Probabilities are kept this far from 0 and 1 in a logarithm: what single precision can tell from 1.
const CLIP: f64 = 1e-7;

impl Calibration {
    /// Of no cells yet, with `bins` intervals of equal width, at least one.
    pub fn new(bins: usize) -> Self {
        Self {
            bins: vec![Bin::default(); bins.max(1)],
            brier: 0.0,
            log_likelihood: 0.0,
            likelihood: 1.0,
            count: 0,
        }
    }

    /// Counts a cell with this probability of the class, 0 to 1, and whether it is of it.
    pub fn add(&mut self, probability: f64, positive: bool) {
        let bins = self.bins.len();
        // Interval k of K is k/K < p ≤ (k+1)/K, and p = 0 is in the first.
        let place = probability * bins as f64;
        let below = place as usize;
        let on_an_end = below as f64 == place;
        let bin = &mut self.bins[below.saturating_sub(usize::from(on_an_end)).min(bins - 1)];
        bin.count += 1;
        bin.positive += usize::from(positive);
        bin.confidence += probability;
        let target = if positive { 1.0 } else { 0.0 };
        self.brier += (probability - target) * (probability - target);
        let right = if positive {
            probability
        } else {
            1.0 - probability
        };
        // One logarithm for some thirty cells, long before their product could leave the range of numbers.
        self.likelihood *= right.clamp(CLIP, 1.0);
        if self.likelihood < 1e-200 {
            self.log_likelihood += libm::log(self.likelihood);
            self.likelihood = 1.0;
        }
        self.count += 1;
    }

    /// The intervals, for a reliability diagram.
    pub fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// Expected calibration error: Σ over intervals of |share of the class − mean probability|, weighted by their
    /// cells. `None` without cells.
    pub fn expected_error(&self) -> Option<f64> {
        let gaps = |bin: &Bin| (bin.positive as f64 - bin.confidence).abs();
        self.mean(self.bins.iter().map(gaps).sum())
    }

    /// Brier score: mean of the squared differences between probability and 1 or 0. `None` without cells.
    pub fn brier(&self) -> Option<f64> {
        self.mean(self.brier)
    }

    /// Mean negative log-likelihood, natural logarithm. `None` without cells.
    pub fn negative_log_likelihood(&self) -> Option<f64> {
        // Not −0 where all is certain and right.
        self.mean(0.0 - self.log_likelihood - libm::log(self.likelihood))
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.count > 0).then(|| sum / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_out_by_hand() {
        let mut cells = Calibration::new(2);
        for (probability, positive) in [(0.25, false), (0.5, true), (0.75, true), (1.0, true)] {
            cells.add(probability, positive);
        }
        // (0, 0.5]: one of two, mean 0.375; (0.5, 1]: two of two, mean 0.875.
        assert_eq!(cells.expected_error(), Some(0.5 * 0.125 + 0.5 * 0.125));
        assert_eq!(cells.brier(), Some((0.0625 + 0.25 + 0.0625) / 4.0));
        let likelihood = 0.75f64.ln() + 0.5f64.ln() + 0.75f64.ln();
        let error = cells.negative_log_likelihood().unwrap() + likelihood / 4.0;
        assert!(error.abs() < 1e-15);
    }

    #[test]
    fn certainty_in_a_wrong_cell_is_finite_and_in_a_right_one_free() {
        let mut wrong = Calibration::new(10);
        wrong.add(0.0, true);
        assert_eq!(wrong.negative_log_likelihood(), Some(-libm::log(1e-7)));
        assert_eq!(wrong.bins()[0].count, 1);
        let mut right = Calibration::new(10);
        right.add(1.0, true);
        right.add(0.0, false);
        assert_eq!(right.negative_log_likelihood(), Some(0.0));
        assert_eq!(right.expected_error(), Some(0.0));
        assert_eq!(Calibration::new(10).brier(), None);
    }
}
