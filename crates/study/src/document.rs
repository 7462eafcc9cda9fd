//! The document that says everything about a study.

use losscope_metrics::statistics::Bootstrap;
use losscope_metrics::{Metric, MetricOptions};
use losscope_trainer::Experiment;
use serde::{Deserialize, Serialize};

use crate::grid::Grid;
use crate::{Cell, StudyError, expand};

/// The version of the document that this crate reads and writes.
pub const VERSION: u32 = 1;

/// A study. Every field has a default, so `{}` is one; an unknown field is an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Study {
    /// Version of the document; 1.
    pub version: u32,
    /// Its name, the title of its report.
    pub name: String,
    /// What all cells have in common; its `training` and the number and size of its images are the budget.
    pub base: Experiment,
    /// What they differ in.
    pub grid: Grid,
    /// What is measured on the test images.
    pub metrics: MetricOptions,
    /// The metric that figures show and losses are ranked by.
    pub primary: Metric,
    /// How intervals are made.
    pub bootstrap: Bootstrap,
    /// How many test images each cell keeps as pictures, for a figure of what the losses make of them; 0 to 12. They
    /// lie in the results, which are no place for pictures of patients.
    pub pictures: usize,
}

impl Default for Study {
    fn default() -> Self {
        Self {
            version: VERSION,
            name: "study".to_owned(),
            base: Experiment::default(),
            grid: Grid::default(),
            metrics: MetricOptions {
                metrics: vec![
                    Metric::Hd95,
                    Metric::Nsd,
                    Metric::Ece,
                    Metric::EceForeground,
                ],
                ..MetricOptions::default()
            },
            primary: Metric::Dice,
            bootstrap: Bootstrap::default(),
            pictures: 0,
        }
    }
}

impl Study {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// When it is no JSON, has an unknown field, or a cell of it is out of range.
    pub fn from_json(text: &str) -> Result<Self, StudyError> {
        let study: Self = serde_json::from_str(text).map_err(StudyError::Document)?;
        study.cells()?;
        Ok(study)
    }

    /// The document, with every default filled in.
    ///
    /// # Errors
    /// Never, in fact: JSON takes whatever a study holds.
    pub fn to_json(&self) -> Result<String, StudyError> {
        let text = serde_json::to_string_pretty(self).map_err(StudyError::Document)?;
        Ok(text + "\n")
    }

    /// Its cells: datasets, in each foreground fractions, learning rates, seeds and, fastest, losses.
    ///
    /// # Errors
    /// When something in the document is out of range, twice there or too much.
    pub fn cells(&self) -> Result<Vec<Cell>, StudyError> {
        if self.version != VERSION {
            return Err(StudyError::Version(self.version));
        }
        expand::expand(self)
    }
}
