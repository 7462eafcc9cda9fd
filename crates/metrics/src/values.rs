//! What was measured.

use serde::{Deserialize, Serialize};

use crate::metric::Metric;
use crate::statistics::mean;

/// A metric of one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MetricValues {
    /// The metric.
    pub metric: Metric,
    /// One value per class, background first; `None` where undefined.
    pub per_class: Vec<Option<f64>>,
}

impl MetricValues {
    /// Mean over the foreground classes that have a value; `None` where none has.
    pub fn foreground(&self) -> Option<f64> {
        mean(self.per_class.iter().skip(1).copied().flatten())
    }
}

/// The metrics of one image, those that were asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImageValues {
    /// The image's name.
    pub image: String,
    /// Each metric, in the order of the catalogue.
    pub values: Vec<MetricValues>,
}

impl ImageValues {
    /// One metric, `None` where it was not asked for.
    pub fn metric(&self, metric: Metric) -> Option<&MetricValues> {
        self.values.iter().find(|values| values.metric == metric)
    }
}

/// One number per image, as [`crate::statistics`] takes them: of a class, or the mean over foreground classes where
/// `class` is `None`. `None` where it is undefined or was not asked for.
pub fn per_image(images: &[ImageValues], metric: Metric, class: Option<usize>) -> Vec<Option<f64>> {
    images
        .iter()
        .map(|image| {
            let values = image.metric(metric)?;
            match class {
                Some(class) => values.per_class.get(class).copied().flatten(),
                None => values.foreground(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_per_image() {
        let image = |per_class: &[Option<f64>]| ImageValues {
            image: "image".into(),
            values: vec![MetricValues {
                metric: Metric::Hd95,
                per_class: per_class.to_vec(),
            }],
        };
        let images = [
            image(&[Some(9.0), Some(2.0), Some(4.0)]),
            image(&[None, Some(1.0), None]),
            image(&[Some(9.0), None, None]),
        ];
        let of = |class| per_image(&images, Metric::Hd95, class);
        assert_eq!(of(None), [Some(3.0), Some(1.0), None]);
        assert_eq!(of(Some(2)), [Some(4.0), None, None]);
        assert_eq!(of(Some(7)), [None; 3]);
        assert_eq!(per_image(&images, Metric::Dice, None), [None; 3]);
    }
}
