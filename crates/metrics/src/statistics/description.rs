//! A few numbers that stand for many.

use serde::{Deserialize, Serialize};

use super::{Bootstrap, Interval, Sources, deviation, mean};
use crate::error::MetricsError;
use crate::surface::quantile;

/// What a metric is like over images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Description {
    /// Number of images with a value.
    pub images: usize,
    /// Number of images where it is undefined; they are in no other number here.
    pub undefined: usize,
    /// Number of sources the images with a value come from.
    pub sources: usize,
    /// Mean over images; `None` without any.
    pub mean: Option<f64>,
    /// Sample standard deviation over images (divisor n − 1); `None` of fewer than two.
    pub deviation: Option<f64>,
    /// Bootstrap interval of the mean; `None` of fewer than two sources.
    pub interval: Option<Interval>,
    /// The least value.
    pub least: Option<f64>,
    /// The median.
    pub median: Option<f64>,
    /// The greatest value.
    pub greatest: Option<f64>,
}

/// Describes one value per image.
///
/// # Errors
/// Where there is not one value per image of `sources`, or the bootstrap's settings are out of range.
pub fn describe(
    values: &[Option<f64>],
    sources: &Sources,
    bootstrap: &Bootstrap,
) -> Result<Description, MetricsError> {
    bootstrap.check()?;
    let groups = sources.group("the list to describe", values)?;
    let mut defined: Vec<f64> = values.iter().copied().flatten().collect();
    defined.sort_unstable_by(f64::total_cmp);
    Ok(Description {
        images: defined.len(),
        undefined: values.len() - defined.len(),
        sources: groups.len(),
        mean: mean(defined.iter().copied()),
        deviation: deviation(&defined),
        interval: bootstrap.interval(&groups),
        least: defined.first().copied(),
        median: (!defined.is_empty()).then(|| quantile(&defined, 0.5)),
        greatest: defined.last().copied(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_out_by_hand() {
        let values = [Some(1.0), None, Some(4.0), Some(2.0), Some(5.0)];
        let sources = Sources::independent(5);
        let described = describe(&values, &sources, &Bootstrap::default()).unwrap();
        assert_eq!((described.images, described.undefined), (4, 1));
        assert_eq!(described.mean, Some(3.0));
        assert_eq!(described.deviation, Some((10.0f64 / 3.0).sqrt()));
        assert_eq!(
            (described.least, described.median, described.greatest),
            (Some(1.0), Some(3.0), Some(5.0))
        );
        assert!(
            described
                .interval
                .is_some_and(|interval| interval.contains(3.0))
        );
    }

    #[test]
    fn nothing_is_described_by_nothing() {
        let sources = Sources::independent(2);
        let described = describe(&[None, None], &sources, &Bootstrap::default()).unwrap();
        assert_eq!((described.images, described.undefined), (0, 2));
        assert_eq!((described.mean, described.median), (None, None));
        let few = Bootstrap {
            resamples: 3,
            ..Bootstrap::default()
        };
        assert!(describe(&[None, None], &sources, &few).is_err());
    }
}
