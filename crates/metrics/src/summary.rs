//! Metrics of an image, and their means over images.

use serde::{Deserialize, Serialize};

use crate::{Confusion, confusion};

/// The metrics of one image, one value per class, background first; `None` where undefined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImageMetrics {
    /// The image's name.
    pub image: String,
    /// Dice coefficient.
    pub dice: Vec<Option<f64>>,
    /// Intersection over union.
    pub iou: Vec<Option<f64>>,
    /// Precision.
    pub precision: Vec<Option<f64>>,
    /// Recall.
    pub recall: Vec<Option<f64>>,
}

impl ImageMetrics {
    /// Of predicted class indices against labels.
    pub fn new(image: String, predicted: &[u8], labels: &[u8], classes: usize) -> Self {
        let counts = confusion(predicted, labels, classes);
        let each = |metric: fn(&Confusion) -> Option<f64>| counts.iter().map(metric).collect();
        Self {
            image,
            dice: each(Confusion::dice),
            iou: each(Confusion::iou),
            precision: each(Confusion::precision),
            recall: each(Confusion::recall),
        }
    }
}

/// Means over foreground classes and images; undefined values are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Mean Dice coefficient.
    pub dice: Option<f64>,
    /// Mean Dice coefficient of each class over images, background first.
    pub class_dice: Vec<Option<f64>>,
    /// Mean intersection over union.
    pub iou: Option<f64>,
    /// Mean precision.
    pub precision: Option<f64>,
    /// Mean recall.
    pub recall: Option<f64>,
    /// How many Dice values were undefined, and left out.
    pub undefined_dice: usize,
}

/// Means over images, each foreground class of each image counting once.
pub fn summarise(images: &[ImageMetrics]) -> Summary {
    let foreground = |metric: fn(&ImageMetrics) -> &[Option<f64>]| {
        images
            .iter()
            .flat_map(move |image| metric(image).iter().skip(1).copied())
    };
    let mean = |metric| mean_of(foreground(metric));
    let classes = images.iter().map(|image| image.dice.len()).max();
    let class_dice = (0..classes.unwrap_or(0)).map(|class| {
        let dice = images.iter().map(|image| image.dice.get(class).copied());
        mean_of(dice.map(Option::flatten))
    });
    Summary {
        dice: mean(|image| &image.dice),
        class_dice: class_dice.collect(),
        iou: mean(|image| &image.iou),
        precision: mean(|image| &image.precision),
        recall: mean(|image| &image.recall),
        undefined_dice: foreground(|image| &image.dice)
            .filter(Option::is_none)
            .count(),
    }
}

/// The mean of what is defined.
fn mean_of(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, count) = values.flatten().fold((0.0, 0usize), |(sum, count), value| {
        (sum + value, count + 1)
    });
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_leave_out_what_is_undefined_and_count_it() {
        let images = [
            ImageMetrics::new("half".into(), &[1, 0, 0, 0], &[1, 1, 0, 0], 2),
            ImageMetrics::new("empty".into(), &[0, 0, 0, 0], &[0, 0, 0, 0], 2),
            ImageMetrics::new("missed".into(), &[0, 0, 0, 0], &[1, 0, 0, 0], 2),
        ];
        let summary = summarise(&images);
        assert_eq!(summary.dice, Some((2.0 / 3.0) / 2.0));
        assert_eq!(summary.recall, Some(0.25));
        let background = (0.8 + 1.0 + 6.0 / 7.0) / 3.0;
        assert_eq!(summary.class_dice[0], Some(background));
        assert_eq!(summary.class_dice[1..], [summary.dice]);
        assert_eq!(summary.precision, Some(1.0));
        assert_eq!(summary.undefined_dice, 1);
    }
}
