//! Several runs of one lane, which differ in their seeds only.

use serde::{Deserialize, Serialize};

use super::{deviation, mean};
use crate::error::MetricsError;

/// The values of a lane over its seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct OverSeeds {
    /// Number of seeds.
    pub seeds: usize,
    /// Per image, the mean over the seeds for which it has a value; `None` where it has none for any.
    pub per_image: Vec<Option<f64>>,
    /// Per seed, the mean over the images that have a value for it.
    pub per_seed: Vec<Option<f64>>,
    /// Sample standard deviation of the seeds' means: how much a run differs from another. `None` of fewer than
    /// two.
    pub deviation: Option<f64>,
    /// How many values, of one image and seed each, were undefined and left out.
    pub undefined: usize,
}

/// Of the values of each seed: for each, one per image, in the same order.
///
/// # Errors
/// Where the seeds do not all have the same number of images.
pub fn over_seeds(seeds: &[Vec<Option<f64>>]) -> Result<OverSeeds, MetricsError> {
    let images = seeds.first().map_or(0, Vec::len);
    for (number, seed) in seeds.iter().enumerate() {
        if seed.len() != images {
            return Err(MetricsError::Images {
                what: format!("seed number {}", number + 1),
                given: seed.len(),
                expected: images,
            });
        }
    }
    let per_seed: Vec<_> = seeds
        .iter()
        .map(|seed| mean(seed.iter().copied().flatten()))
        .collect();
    let means: Vec<f64> = per_seed.iter().copied().flatten().collect();
    Ok(OverSeeds {
        seeds: seeds.len(),
        per_image: (0..images)
            .map(|image| mean(seeds.iter().filter_map(|seed| seed[image])))
            .collect(),
        per_seed,
        deviation: deviation(&means),
        undefined: seeds
            .iter()
            .flatten()
            .filter(|value| value.is_none())
            .count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_over_seeds_and_over_images() {
        let seeds = [
            vec![Some(0.5), Some(0.25), None],
            vec![Some(1.0), None, None],
        ];
        let over = over_seeds(&seeds).unwrap();
        assert_eq!(over.per_image, [Some(0.75), Some(0.25), None]);
        assert_eq!(over.per_seed, [Some(0.375), Some(1.0)]);
        assert_eq!((over.seeds, over.undefined), (2, 3));
        assert_eq!(over.deviation, Some((2.0 * 0.3125f64.powi(2)).sqrt()));
        assert!(over_seeds(&[vec![None], vec![]]).is_err());
        assert_eq!(over_seeds(&seeds[..1]).unwrap().deviation, None);
    }
}
