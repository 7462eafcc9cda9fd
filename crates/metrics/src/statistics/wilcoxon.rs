//! Whether differences of pairs lean to one side.

use serde::{Deserialize, Serialize};

/// The result of a Wilcoxon signed-rank test, two-sided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Wilcoxon {
    /// Pairs that differ: those that are tested.
    pub pairs: usize,
    /// Pairs that do not, and were left out.
    pub zeros: usize,
    /// Sum of the ranks of the positive differences.
    pub positive: f64,
    /// Sum of the ranks of the negative differences.
    pub negative: f64,
    /// How `p` was computed.
    pub method: WilcoxonMethod,
    /// The chance of ranks at least as one-sided where differences are as likely positive as negative.
    pub p: f64,
    /// Matched-pairs rank-biserial correlation, −1 to 1: (positive − negative) / (positive + negative).
    pub effect: f64,
}

/// How a p-value was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum WilcoxonMethod {
    /// By counting all assignments of signs.
    Exact,
    /// By the normal distribution, corrected for ties and continuity.
    Normal,
}

/// Up to so many pairs all assignments of signs are counted, as in SciPy.
const EXACT: usize = 50;

/// The Wilcoxon signed-rank test of paired differences, which must be finite; `None` where none differs from 0.
///
/// Zeros are left out (Wilcoxon's own way, SciPy's default `zero_method="wilcox"`), tied differences share the mean of
/// their ranks. p is exact for up to 50 pairs without ties, else by the normal distribution with corrections for
/// ties and continuity. SciPy's `wilcoxon` gives the same numbers for the differences without zeros, with
/// `method="exact"` or `method="asymptotic", correction=True`; left to itself, it permutes where there are ties or
/// zeros in up to 13 differences, and takes the normal distribution where there are zeros in more.
pub fn wilcoxon(differences: &[f64]) -> Option<Wilcoxon> {
    let mut differing: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    if differing.is_empty() {
        return None;
    }
    differing.sort_unstable_by(|a, b| a.abs().total_cmp(&b.abs()));
    let (mut positive, mut ties) = (0.0, 0.0);
    let mut ranked = 0;
    for tied in differing.chunk_by(|a, b| a.abs() == b.abs()) {
        let count = tied.len() as f64;
        // Mean of the ranks from `ranked` + 1 to `ranked` + count.
        let rank = ranked as f64 + 0.5 * (count + 1.0);
        positive += rank * tied.iter().filter(|d| **d > 0.0).count() as f64;
        ties += count * count * count - count;
        ranked += tied.len();
    }
    let count = ranked as f64;
    let total = 0.5 * count * (count + 1.0);
    let negative = total - positive;
    let method = if ties == 0.0 && ranked <= EXACT {
        WilcoxonMethod::Exact
    } else {
        WilcoxonMethod::Normal
    };
    let smaller = positive.min(negative);
    Some(Wilcoxon {
        pairs: ranked,
        zeros: differences.len() - ranked,
        positive,
        negative,
        method,
        p: match method {
            WilcoxonMethod::Exact => exact(ranked, smaller as usize),
            WilcoxonMethod::Normal => normal(count, smaller, ties),
        },
        effect: (positive - negative) / total,
    })
}

/// Twice the share of all assignments of signs to the ranks 1 to `count` whose rank sum is `smaller` or less.
fn exact(count: usize, smaller: usize) -> f64 {
    // Number of subsets of the ranks so far with each sum; below 2^50, so exact.
    let mut ways = vec![0.0; smaller + 1];
    ways[0] = 1.0;
    for rank in 1..=count.min(smaller) {
        for sum in (rank..=smaller).rev() {
            ways[sum] += ways[sum - rank];
        }
    }
    let share = ways.iter().sum::<f64>() * 0.5f64.powi(count as i32);
    (2.0 * share).min(1.0)
}

fn normal(count: f64, smaller: f64, ties: f64) -> f64 {
    let mean = 0.25 * count * (count + 1.0);
    let variance = (count * (count + 1.0) * (2.0 * count + 1.0) - 0.5 * ties) / 24.0;
    let distance = (mean - smaller - 0.5).max(0.0);
    libm::erfc(distance / (2.0 * variance).sqrt()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_out_by_hand() {
        // Ranks 1, −2, 3, 4: a sum of 2 or less has 3 of 16 assignments, {}, {1} and {2}.
        let test = wilcoxon(&[0.1, -0.2, 0.3, 0.0, 0.4]).unwrap();
        assert_eq!((test.pairs, test.zeros), (4, 1));
        assert_eq!((test.positive, test.negative), (8.0, 2.0));
        assert_eq!((test.method, test.p), (WilcoxonMethod::Exact, 6.0 / 16.0));
        assert_eq!(test.effect, 0.6);
    }

    #[test]
    fn five_pairs_can_never_be_significant() {
        let test = wilcoxon(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!((test.p, test.effect), (0.0625, 1.0));
    }

    #[test]
    fn ties_share_their_ranks() {
        // |d| of 1, 1, 2: ranks 1.5, 1.5, 3.
        let test = wilcoxon(&[1.0, -1.0, 2.0]).unwrap();
        assert_eq!((test.positive, test.negative), (4.5, 1.5));
        assert_eq!(test.method, WilcoxonMethod::Normal);
    }

    #[test]
    fn no_difference_is_no_test_and_sides_do_not_matter() {
        assert_eq!(wilcoxon(&[0.0, 0.0]), None);
        assert_eq!(wilcoxon(&[]), None);
        let differences = [0.3, -0.1, 0.25, 0.7, -0.4, 0.05];
        let turned = differences.map(|d| -d);
        let (one, other) = (wilcoxon(&differences).unwrap(), wilcoxon(&turned).unwrap());
        assert_eq!((one.p, one.effect), (other.p, -other.effect));
    }
}
