//! What comes of a cell.

use losscope_metrics::{ImageValues, Metric, MetricOptions, MetricValues};
use losscope_trainer::Stopped;
use serde::{Deserialize, Serialize};

use crate::{Cell, StudyError, TestPicture};

/// What a file must begin with to be taken for a result.
const FORMAT: &str = "losscope-cell-1";

/// What comes of a cell: a file that says everything about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellResult {
    /// `losscope-cell-1`.
    pub format: String,
    /// The study's name.
    pub study: String,
    /// The cell, with its experiment.
    pub cell: Cell,
    /// What was measured, and how.
    pub metrics: MetricOptions,
    /// What it was trained with.
    pub machine: Machine,
    /// What it was trained on.
    pub data: DataSummary,
    /// Steps it made.
    pub steps: usize,
    /// Where its loss stopped being a number; it made no steps beyond.
    pub stopped: Option<Stopped>,
    /// Loss of the last steps, each on its batch; `None` where it was no number.
    pub last_losses: Vec<Option<f32>>,
    /// Mean Dice over foreground classes and validation images, to choose by; `None` without any.
    pub validation_dice: Option<f64>,
    /// Every test image.
    pub images: Vec<ImageResult>,
    /// Some of them as pictures, where the study asks for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<TestPicture>,
    /// How long it took.
    pub seconds: f64,
}

/// What a cell was trained with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Machine {
    /// Version of Losscope.
    pub version: String,
    /// `cpu` or `webgpu`.
    pub backend: String,
    /// The processor or graphics adapter.
    pub adapter: String,
}

/// What a cell was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Of every pixel and label, 16 hexadecimal digits: other data have another.
    pub fingerprint: String,
    /// Names of the classes, background first.
    pub classes: Vec<String>,
    /// Number of images to train on.
    pub train: usize,
    /// Number of images to validate with.
    pub validation: usize,
    /// Number of images to test with.
    pub test: usize,
    /// Mean share of foreground pixels of the test images.
    pub test_foreground: f64,
}

/// A test image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImageResult {
    /// Its name.
    pub image: String,
    /// What it was taken from; images of one source are not independent.
    pub source: String,
    /// Each metric, in the order of the catalogue.
    pub values: Vec<MetricValues>,
}

impl CellResult {
    pub(crate) fn format() -> String {
        FORMAT.to_owned()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is no result, or one of another version.
    pub fn from_json(text: &[u8]) -> Result<Self, StudyError> {
        let wrong = |error: serde_json::Error| StudyError::Result(error.to_string());
        let result: Self = serde_json::from_slice(text).map_err(wrong)?;
        result.check()?;
        Ok(result)
    }

    /// Whether it is a result of this version, whose key may name a file.
    pub(crate) fn check(&self) -> Result<(), StudyError> {
        if self.format != FORMAT {
            return Err(StudyError::Result(format!(
                "its format is {}, but this Losscope reads {FORMAT}",
                self.format
            )));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !self.cell.key.chars().all(plain) || !self.cell.key.ends_with(&self.cell.hash) {
            return Err(StudyError::Result(format!(
                "its cell's key is {:?}, which no Losscope gives",
                self.cell.key
            )));
        }
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// Never, in fact: JSON takes whatever a result holds.
    pub fn to_json(&self) -> Result<Vec<u8>, StudyError> {
        serde_json::to_vec(self).map_err(|error| StudyError::Result(error.to_string()))
    }

    /// One number per test image: the mean over foreground classes that have a value.
    pub fn per_image(&self, metric: Metric) -> Vec<Option<f64>> {
        let values = |image: &ImageResult| {
            let of = image.values.iter().find(|values| values.metric == metric)?;
            of.foreground()
        };
        self.images.iter().map(values).collect()
    }
}

impl ImageResult {
    pub(crate) fn new(values: ImageValues, source: String) -> Self {
        Self {
            image: values.image,
            source,
            values: values.values,
        }
    }
}
