//! Lanes against each other, on the same images.

use serde::{Deserialize, Serialize};

use super::verdict::{self, Verdict};
use super::{Bootstrap, Interval, OverSeeds, Sources, Wilcoxon, holm, mean, over_seeds, wilcoxon};
use crate::error::MetricsError;
use crate::metric::{Best, Metric};

/// A lane's values of a metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LaneValues {
    /// Its name, for sentences.
    pub name: String,
    /// For each seed, one value per image, in the same order for all seeds and lanes; `None` where undefined.
    pub seeds: Vec<Vec<Option<f64>>>,
}

/// How lanes are compared.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ComparisonOptions {
    /// How intervals are made; the level of tests is 1 less their level.
    pub bootstrap: Bootstrap,
}

/// Two lanes compared by one metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Comparison {
    /// The metric.
    pub metric: Metric,
    /// Name of the first lane.
    pub first: String,
    /// Name of the second lane.
    pub second: String,
    /// Number of images where both have a value: those compared.
    pub images: usize,
    /// Number of sources those come from: the number of independent pairs.
    pub sources: usize,
    /// Number of images where the first has no value.
    pub undefined_first: usize,
    /// Number of images where the second has none.
    pub undefined_second: usize,
    /// Number of seeds of the lane that has fewer.
    pub seeds: usize,
    /// Mean of the first over the images compared.
    pub mean_first: Option<f64>,
    /// Mean of the second over the images compared.
    pub mean_second: Option<f64>,
    /// Mean of first − second, image by image; where a metric is best at 1, of their distances from 1.
    pub difference: Option<f64>,
    /// Bootstrap interval of that mean, by source; `None` of fewer than two sources.
    pub interval: Option<Interval>,
    /// Signed-rank test of the sources' mean differences; `None` where none differs.
    pub wilcoxon: Option<Wilcoxon>,
    /// Its p, adjusted by Holm's method for all comparisons made together.
    pub adjusted_p: Option<f64>,
    /// How many comparisons that were.
    pub comparisons: usize,
    /// What follows.
    pub verdict: Verdict,
    /// The same in words, with the numbers it rests on.
    pub sentence: String,
}

/// Compares each lane with each other: first with second, first with third, …, second with third, ….
///
/// A lane's values are averaged over its seeds. Two lanes are compared on the images where both have a value. One is
/// called better only where the bootstrap interval of the mean difference does not contain 0, the signed-rank test's p,
/// adjusted by Holm's method for all pairs of lanes, is below 1 − level, and both lean the same way.
///
/// # Errors
/// Where there are fewer than two lanes, a seed has not one value per image of `sources`, or the bootstrap's settings
/// are out of range.
pub fn compare(
    metric: Metric,
    lanes: &[LaneValues],
    sources: &Sources,
    options: &ComparisonOptions,
) -> Result<Vec<Comparison>, MetricsError> {
    options.bootstrap.check()?;
    if lanes.len() < 2 {
        return Err(MetricsError::NothingToCompare(lanes.len()));
    }
    let lanes = lanes
        .iter()
        .map(|lane| Ok((lane.name.as_str(), checked(lane, sources)?)))
        .collect::<Result<Vec<_>, MetricsError>>()?;
    let mut comparisons = Vec::new();
    for (index, first) in lanes.iter().enumerate() {
        for second in &lanes[index + 1..] {
            comparisons.push(pair(metric, first, second, sources, options)?);
        }
    }
    // A pair without any difference is a test whose p is 1.
    let p_values: Vec<f64> = comparisons
        .iter()
        .map(|comparison| comparison.wilcoxon.map_or(1.0, |test| test.p))
        .collect();
    let count = comparisons.len();
    for (comparison, adjusted) in comparisons.iter_mut().zip(holm(&p_values)) {
        comparison.comparisons = count;
        comparison.adjusted_p = comparison.wilcoxon.map(|_| adjusted);
        verdict::pronounce(comparison, options.bootstrap.level);
    }
    Ok(comparisons)
}

fn checked(lane: &LaneValues, sources: &Sources) -> Result<OverSeeds, MetricsError> {
    for values in &lane.seeds {
        if values.len() != sources.images() {
            return Err(MetricsError::Images {
                what: format!("a seed of {}", lane.name),
                given: values.len(),
                expected: sources.images(),
            });
        }
    }
    let mut over = over_seeds(&lane.seeds)?;
    // A lane without seeds has no value for any image.
    over.per_image.resize(sources.images(), None);
    Ok(over)
}

fn pair(
    metric: Metric,
    (first_name, first): &(&str, OverSeeds),
    (second_name, second): &(&str, OverSeeds),
    sources: &Sources,
    options: &ComparisonOptions,
) -> Result<Comparison, MetricsError> {
    let both: Vec<Option<(f64, f64)>> = first
        .per_image
        .iter()
        .zip(&second.per_image)
        .map(|(first, second)| first.zip(*second))
        .collect();
    // What is compared: the values, or how far they are from 1.
    let compared = |value: f64| match metric.info().best {
        Best::Highest | Best::Lowest => value,
        Best::One => (value - 1.0).abs(),
    };
    let differences: Vec<Option<f64>> = both
        .iter()
        .map(|pair| pair.map(|(first, second)| compared(first) - compared(second)))
        .collect();
    let groups = sources.group("a lane", &differences)?;
    let of_sources: Vec<f64> = groups
        .iter()
        .filter_map(|group| mean(group.iter().copied()).map(rounded))
        .collect();
    let undefined = |lane: &OverSeeds| lane.per_image.iter().filter(|v| v.is_none()).count();
    let paired = || both.iter().copied().flatten();
    Ok(Comparison {
        metric,
        first: (*first_name).into(),
        second: (*second_name).into(),
        images: paired().count(),
        sources: groups.len(),
        undefined_first: undefined(first),
        undefined_second: undefined(second),
        seeds: first.seeds.min(second.seeds),
        mean_first: mean(paired().map(|(first, _)| first)),
        mean_second: mean(paired().map(|(_, second)| second)),
        difference: mean(differences.iter().copied().flatten()),
        interval: options.bootstrap.interval(&groups),
        wilcoxon: wilcoxon(&of_sources),
        adjusted_p: None,
        comparisons: 1,
        verdict: Verdict::Undecided,
        sentence: String::new(),
    })
}

/// To twelve decimals: means of the same numbers summed in another order must not count as different, nor equal
/// differences have an order.
fn rounded(difference: f64) -> f64 {
    (difference * 1e12).round() / 1e12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_in_another_order_make_no_difference() {
        let seeds = [0.7, 0.8, 0.9, 0.61, 0.34];
        let of = |name: &str, order: &[usize]| LaneValues {
            name: name.into(),
            seeds: order
                .iter()
                .map(|&seed| {
                    (0..8)
                        .map(|image| Some(seeds[seed] / f64::from(image + 1)))
                        .collect()
                })
                .collect(),
        };
        let lanes = [of("CE", &[0, 1, 2, 3, 4]), of("Dice", &[4, 2, 0, 3, 1])];
        let sources = Sources::independent(8);
        let options = ComparisonOptions::default();
        let comparison = &compare(Metric::Dice, &lanes, &sources, &options).unwrap()[0];
        assert_ne!(comparison.difference, Some(0.0), "the case shows nothing");
        assert_eq!(comparison.wilcoxon, None);
        assert_eq!((comparison.verdict, comparison.seeds), (Verdict::Same, 5));
    }

    #[test]
    fn lists_of_different_lengths_are_an_error_that_names_the_lane() {
        let lane = |name: &str, images: usize| LaneValues {
            name: name.into(),
            seeds: vec![vec![Some(0.5); images]],
        };
        let options = ComparisonOptions::default();
        let compared = compare(
            Metric::Dice,
            &[lane("CE", 3), lane("Dice", 2)],
            &Sources::independent(3),
            &options,
        );
        let error = compared.unwrap_err().to_string();
        assert_eq!(
            error,
            "a seed of Dice has 2 values for 3 images: there must be one for each"
        );
    }
}
