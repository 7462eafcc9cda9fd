//! Dealing a set into training, validation and test, whole sources at a time.

use std::collections::HashMap;

use rand::seq::SliceRandom;

use crate::Dataset;
use crate::random::{Purpose, stream};

/// Which samples (indices into [`Dataset::samples`], ascending) are for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Samples to train on.
    pub train: Vec<usize>,
    /// Samples to watch while training.
    pub validation: Vec<usize>,
    /// Samples for the last word.
    pub test: Vec<usize>,
}

/// Why a set cannot be split.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SplitError {
    /// A share is negative or not a number.
    #[error(
        "a split needs three shares between 0 and 1, but one of {0:?} is not; for example, use 0.6, 0.2 and 0.2"
    )]
    Share([f64; 3]),
    /// The shares do not sum to 1.
    #[error(
        "the shares for training, validation and test must sum to 1, but {shares:?} sum to {sum:.3}; change one of them"
    )]
    Sum {
        /// The shares as given.
        shares: [f64; 3],
        /// Their sum.
        sum: f64,
    },
    /// Nothing would be trained on.
    #[error(
        "the share for training is 0, so that nothing could be learned; give training more than 0"
    )]
    NoTraining,
    /// The set has no samples.
    #[error("the set \"{0}\" has no samples to split; import or generate some first")]
    Empty(String),
}

impl Dataset {
    /// Deals the samples into training, validation and test in about the given shares (each 0..=1,
    /// summing to 1), by source and by a shuffle that depends on `seed` alone.
    ///
    /// Where there are at least as many sources as shares above 0, every part with a share above 0
    /// gets at least one source; training comes first where there are fewer.
    ///
    /// # Errors
    /// Where the shares are no shares, or the set is empty.
    pub fn split(&self, fractions: [f64; 3], seed: u64) -> Result<Split, SplitError> {
        if !fractions.iter().all(|share| (0.0..=1.0).contains(share)) {
            return Err(SplitError::Share(fractions));
        }
        let sum: f64 = fractions.iter().sum();
        if (sum - 1.0).abs() > 1e-3 {
            return Err(SplitError::Sum {
                shares: fractions,
                sum,
            });
        }
        if fractions[0] == 0.0 {
            return Err(SplitError::NoTraining);
        }
        if self.samples.is_empty() {
            return Err(SplitError::Empty(self.name.clone()));
        }

        let mut sources = self.by_source();
        sources.shuffle(&mut stream(seed, Purpose::Split, 0));

        // The sources stand in a row, each as long as its samples; it goes where its middle falls.
        let total = self.samples.len() as f64;
        let mut parts: [Vec<Vec<usize>>; 3] = Default::default();
        let mut start = 0.0;
        for source in sources {
            let middle = (start + source.len() as f64 / 2.0) / total;
            start += source.len() as f64;
            let part = if middle < fractions[0] {
                0
            } else if middle < fractions[0] + fractions[1] || fractions[2] == 0.0 {
                1
            } else {
                2
            };
            parts[if fractions[part] == 0.0 { 0 } else { part }].push(source);
        }
        fill_empty_parts(&mut parts, fractions);

        let [train, validation, test] = parts.map(|sources| {
            let mut indices = sources.concat();
            indices.sort_unstable();
            indices
        });
        Ok(Split {
            train,
            validation,
            test,
        })
    }

    /// The samples of each source, sources in order of first appearance.
    fn by_source(&self) -> Vec<Vec<usize>> {
        let mut place = HashMap::new();
        let mut sources: Vec<Vec<usize>> = Vec::new();
        for (index, sample) in self.samples.iter().enumerate() {
            let at = *place.entry(sample.source.as_str()).or_insert(sources.len());
            if at == sources.len() {
                sources.push(Vec::new());
            }
            sources[at].push(index);
        }
        sources
    }
}

/// Moves a source from the richest part to each part that should have one and has none.
fn fill_empty_parts(parts: &mut [Vec<Vec<usize>>; 3], fractions: [f64; 3]) {
    for part in 0..3 {
        if fractions[part] == 0.0 || !parts[part].is_empty() {
            continue;
        }
        let richest = (0..3).max_by_key(|&other| parts[other].len()).unwrap_or(0);
        // Training may take the only source there is; the others may not empty a part.
        if (parts[richest].len() > 1 || part == 0)
            && let Some(source) = parts[richest].pop()
        {
            parts[part].push(source);
        }
    }
}
