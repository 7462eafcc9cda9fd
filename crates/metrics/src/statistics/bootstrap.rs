//! How far off a mean could be, by drawing the images again and again.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::error::MetricsError;
use crate::surface::quantile;

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Bootstrap {
    /// How often the images are drawn; 100 to 1000000.
    pub resamples: usize,
    /// Share of resampled means within the interval; 0.5 to 0.999.
    pub level: f64,
    /// Seed of the drawing: the same seed gives the same interval.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            resamples: 10_000,
            level: 0.95,
            seed: 7,
        }
    }
}

/// An interval of a mean, by the percentile bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Share of resampled means within it.
    pub level: f64,
    /// How often the images were drawn.
    pub resamples: usize,
}

impl Interval {
    /// Whether a value lies in it, ends included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

impl Bootstrap {
    pub(super) fn check(&self) -> Result<(), MetricsError> {
        if !(100..=1_000_000).contains(&self.resamples) {
            return Err(MetricsError::Option {
                option: "the number of resamples",
                value: self.resamples as f64,
                range: "from 100 to 1000000",
            });
        }
        if !(0.5..=0.999).contains(&self.level) {
            return Err(MetricsError::Option {
                option: "the level of intervals",
                value: self.level,
                range: "from 0.5 to 0.999",
            });
        }
        Ok(())
    }

    /// The interval of the mean of all values, which are given by source. As many sources are drawn as there are,
    /// with replacement, and from each as many of its values as it has, with replacement; where each source has
    /// one value, that is the plain bootstrap of images. `None` of fewer than two sources, which say nothing of
    /// how sources differ.
    pub(super) fn interval(&self, groups: &[Vec<f64>]) -> Option<Interval> {
        if groups.len() < 2 {
            return None;
        }
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        // 32 bits, so that the same are drawn where a usize has 32.
        let mut draw = |count: usize| random.random_range(0..count as u32) as usize;
        let mut means: Vec<f64> = (0..self.resamples)
            .map(|_| {
                let (mut sum, mut count) = (0.0, 0);
                for _ in groups {
                    let group = &groups[draw(groups.len())];
                    count += group.len();
                    if let [only] = group[..] {
                        sum += only;
                        continue;
                    }
                    for _ in group {
                        sum += group[draw(group.len())];
                    }
                }
                sum / count as f64
            })
            .collect();
        means.sort_unstable_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - self.level);
        Some(Interval {
            low: quantile(&means, tail),
            high: quantile(&means, 1.0 - tail),
            level: self.level,
            resamples: self.resamples,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(values: &[f64]) -> Vec<Vec<f64>> {
        values.iter().map(|&value| vec![value]).collect()
    }

    #[test]
    fn three_images_drawn_in_all_ways() {
        // Of 27 equally likely draws one has mean 0 and one mean 9: 3.7 % each, more than the tails hold.
        let values = single(&[0.0, 3.0, 9.0]);
        let interval = Bootstrap::default().interval(&values).unwrap();
        assert_eq!((interval.low, interval.high), (0.0, 9.0));
        // At 80 % the tails of 10 % end within the next values: 1 (3 of 27) and 7 (3 of 27).
        let narrow = Bootstrap {
            level: 0.8,
            ..Bootstrap::default()
        };
        let interval = narrow.interval(&values).unwrap();
        assert_eq!((interval.low, interval.high), (1.0, 7.0));
    }

    #[test]
    fn many_images_give_the_interval_of_the_normal_distribution() {
        // The mean of 400 values of 0 and 1: standard error 0.025.
        let values: Vec<f64> = (0..400).map(|index| f64::from(index % 2)).collect();
        let interval = Bootstrap::default().interval(&single(&values)).unwrap();
        assert!((interval.low - (0.5 - 1.96 * 0.025)).abs() < 0.003);
        assert!((interval.high - (0.5 + 1.96 * 0.025)).abs() < 0.003);
    }

    #[test]
    fn images_of_one_source_do_not_narrow_the_interval() {
        let sources = single(&[0.1, 0.4, 0.5, 0.9]);
        let repeated: Vec<Vec<f64>> = sources.iter().map(|s| vec![s[0]; 50]).collect();
        let bootstrap = Bootstrap::default();
        let few = bootstrap.interval(&sources).unwrap();
        let many = bootstrap.interval(&repeated).unwrap();
        assert!(((few.high - few.low) - (many.high - many.low)).abs() < 0.02);
        let taken_for_images = bootstrap.interval(&single(&repeated.concat())).unwrap();
        assert!(taken_for_images.high - taken_for_images.low < 0.3 * (many.high - many.low));
    }

    #[test]
    fn images_are_drawn_within_their_source() {
        // Six sources that are alike, of two images that are not: a mean of twelve tosses of a coin.
        let coins = vec![vec![0.0, 1.0]; 6];
        let interval = Bootstrap::default().interval(&coins).unwrap();
        assert_eq!((interval.low, interval.high), (0.25, 0.75));
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_and_one_source_none() {
        let values = single(&[0.3, 0.35, 0.6, 0.2, 0.9]);
        let bootstrap = Bootstrap::default();
        assert_eq!(bootstrap.interval(&values), bootstrap.interval(&values));
        let other = Bootstrap {
            seed: 8,
            ..bootstrap
        };
        assert_ne!(bootstrap.interval(&values), other.interval(&values));
        assert_eq!(bootstrap.interval(&[vec![0.3, 0.5]]), None);
    }
}
