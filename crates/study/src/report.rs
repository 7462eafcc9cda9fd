//! What a study's results come to.

use losscope_losses::Loss;
use losscope_metrics::Metric;
use losscope_metrics::statistics::{Comparison, Description, Interval, Verdict};
use serde::{Deserialize, Serialize};

use crate::cell::Varied;
use crate::result::Machine;
use crate::{Collection, Study, StudyError, statistics};

/// What a study's results come to: what tables and figures are made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyReport {
    /// The study.
    pub study: Study,
    /// How many cells it has.
    pub cells: usize,
    /// Keys of those without a result.
    pub missing: Vec<String>,
    /// What the cells were trained with, and how many with each.
    pub machines: Vec<Machines>,
    /// What has to be known to read the numbers, in sentences.
    pub notes: Vec<String>,
    /// One for each dataset, foreground fraction and learning rate.
    pub groups: Vec<GroupReport>,
}

/// Cells that were trained with the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machines {
    /// With what.
    #[serde(flatten)]
    pub machine: Machine,
    /// How many.
    pub cells: usize,
}

/// What is the same for all losses that are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The dataset's name.
    pub dataset: String,
    /// Share of foreground that was asked for; `None` of data that are as they are.
    pub foreground: Option<f64>,
    /// The learning rate.
    pub learning_rate: f64,
}

/// Losses on the same images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupReport {
    /// What they have in common.
    #[serde(flatten)]
    pub condition: Condition,
    /// Mean share of foreground of the test images.
    pub test_foreground: f64,
    /// Number of images trained on.
    pub train: usize,
    /// Names of the classes, background first.
    pub classes: Vec<String>,
    /// The test images.
    pub images: Vec<ImageName>,
    /// Every loss.
    pub losses: Vec<LossReport>,
    /// Some of the test images as pictures; only for figures.
    #[serde(skip)]
    pub segmentations: Vec<Segmentation>,
    /// Every metric, the primary one first.
    pub metrics: Vec<MetricReport>,
}

/// A test image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageName {
    /// Its name.
    pub image: String,
    /// What it was taken from.
    pub source: String,
}

/// A test image and what the losses make of it. Pictures are PNG files in base64.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// Columns of each picture.
    pub width: usize,
    /// Rows of each picture.
    pub height: usize,
    /// The image.
    pub pixels: String,
    /// Its classes.
    pub truth: String,
    /// What the run of each loss's first seed found; `None` where that kept no picture of this image.
    pub found: Vec<Option<Found>>,
}

/// What a run found in an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The classes.
    pub picture: String,
    /// The primary metric of this image, mean over foreground classes; `None` where undefined.
    pub value: Option<f64>,
}

/// A loss of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossReport {
    /// Its name.
    pub name: String,
    /// The loss.
    pub loss: Loss,
    /// Those of its parameters that are varied.
    pub varied: Varied,
    /// The seeds there are results of.
    pub seeds: Vec<u64>,
    /// How many of them stopped because the loss was no number any more.
    pub stopped: usize,
    /// Mean over seeds of the validation images' mean Dice.
    pub validation_dice: Option<f64>,
}

/// A metric of a group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricReport {
    /// The metric: mean over the foreground classes of an image.
    pub metric: Metric,
    /// Position of the loss with the best mean; `None` where none has one.
    pub best: Option<usize>,
    /// One for each loss.
    pub losses: Vec<LossSummary>,
    /// Every loss with every other; empty where there is only one.
    pub comparisons: Vec<Comparison>,
}

/// A metric of a loss.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossSummary {
    /// Over images, each the mean over seeds.
    #[serde(flatten)]
    pub description: Description,
    /// Sample standard deviation of the seeds' means.
    pub seed_deviation: Option<f64>,
    /// How many values, of an image and a seed each, are undefined.
    pub undefined_values: usize,
    /// Of how many.
    pub values: usize,
    /// Each image's mean over seeds.
    pub per_image: Vec<Option<f64>>,
    /// Against the best loss; `None` of the best itself.
    pub against_best: Option<Against>,
}

/// A loss against another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// The other's name.
    pub other: String,
    /// Mean of the loss less that of the other, over the images where both have a value.
    pub difference: Option<f64>,
    /// Its bootstrap interval.
    pub interval: Option<Interval>,
    /// p of Wilcoxon's signed-rank test, adjusted by Holm's method for all pairs of losses.
    pub p: Option<f64>,
    /// Matched-pairs rank-biserial correlation; positive where the loss has the higher values.
    pub effect: Option<f64>,
    /// What follows, the loss being the first.
    pub verdict: Verdict,
}

impl StudyReport {
    /// Of the results there are.
    ///
    /// # Errors
    /// When there are none, or their values cannot be compared.
    pub fn new(collection: &Collection) -> Result<Self, StudyError> {
        statistics::report(collection)
    }
}

impl GroupReport {
    /// A metric.
    pub fn metric(&self, metric: Metric) -> Option<&MetricReport> {
        self.metrics.iter().find(|report| report.metric == metric)
    }
}
