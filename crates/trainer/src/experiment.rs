//! The document that says everything about an experiment.

use losscope_datasets::Dataset;
pub use losscope_datasets::import::Fit;
pub use losscope_datasets::synthetic::Family;
use losscope_datasets::synthetic::Synthetic;
use losscope_losses::Loss;
use losscope_unet::NetworkConfig;
use serde::{Deserialize, Serialize};

use crate::TrainerError;

/// The version of the document that this crate reads and writes.
pub const VERSION: u32 = 1;

/// How many losses can be compared at once.
pub(crate) const MAX_LANES: usize = 8;

/// One experiment. Every field has a default, so `{}` is one; an unknown field is an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Experiment {
    /// Version of the document; 1.
    pub version: u32,
    /// Seed of data, splits, weights and batches.
    // Below 2⁵³, so that a page can hold it in a number.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub seed: u64,
    /// What to learn from.
    pub data: DataConfig,
    /// The network of every lane.
    pub network: NetworkConfig,
    /// The optimiser of every lane.
    pub optimiser: OptimiserConfig,
    /// How to train.
    pub training: TrainingConfig,
    /// One loss a lane, 1 to 8.
    #[cfg_attr(feature = "ts", ts(as = "Vec<losscope_losses::LossDocument>"))]
    pub losses: Vec<Loss>,
}

impl Default for Experiment {
    fn default() -> Self {
        Self {
            version: VERSION,
            seed: 7,
            data: DataConfig::default(),
            network: NetworkConfig::default(),
            optimiser: OptimiserConfig::default(),
            training: TrainingConfig::default(),
            losses: vec![Loss::ce(), Loss::dice(), Loss::asym_unified_focal()],
        }
    }
}

/// Where images and labels come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DataConfig {
    /// Drawn by a program.
    Synthetic {
        /// What is drawn.
        #[serde(default = "defaults::family")]
        family: Family,
        /// Height and width in pixels.
        #[serde(default = "defaults::size")]
        size: usize,
        /// Number of images.
        #[serde(default = "defaults::count")]
        count: usize,
        /// Mean share of foreground pixels, 0.002 to 0.5.
        #[serde(default = "defaults::foreground")]
        foreground: f64,
        /// Shares of images to train on, to validate and to test with; they sum to 1.
        #[serde(default = "defaults::split")]
        split: [f64; 3],
    },
    /// Images and masks brought into the page.
    Imported {
        /// The import's identifier.
        id: String,
        /// Shares of images to train on, to validate and to test with; they sum to 1.
        #[serde(default = "defaults::split")]
        split: [f64; 3],
    },
    /// A folder of images and masks on disk.
    Folder {
        /// Where it is.
        path: String,
        /// Height and width to work at, in pixels.
        #[serde(default = "defaults::size")]
        size: usize,
        /// How images come to that size.
        #[serde(default = "defaults::fit")]
        fit: Fit,
        /// Shares of images to train on, to validate and to test with; they sum to 1.
        #[serde(default = "defaults::split")]
        split: [f64; 3],
    },
}

mod defaults {
    use super::{Family, Fit};

    pub(super) fn fit() -> Fit {
        Fit::Resize
    }
    pub(super) fn family() -> Family {
        Family::Polyp
    }
    pub(super) fn size() -> usize {
        64
    }
    pub(super) fn count() -> usize {
        96
    }
    pub(super) fn foreground() -> f64 {
        0.03
    }
    pub(super) fn split() -> [f64; 3] {
        [0.6, 0.2, 0.2]
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self::Synthetic {
            family: defaults::family(),
            size: defaults::size(),
            count: defaults::count(),
            foreground: defaults::foreground(),
            split: defaults::split(),
        }
    }
}

impl DataConfig {
    /// Shares of images to train on, to validate and to test with.
    pub fn split(&self) -> [f64; 3] {
        match self {
            Self::Synthetic { split, .. }
            | Self::Imported { split, .. }
            | Self::Folder { split, .. } => *split,
        }
    }

    /// Draws the data if they are synthetic; `None` if they have to be brought.
    ///
    /// # Errors
    /// When size, count or foreground fraction are out of range.
    pub fn generate(&self, seed: u64) -> Result<Option<Dataset>, TrainerError> {
        match *self {
            Self::Synthetic {
                family,
                size,
                count,
                foreground,
                ..
            } => Ok(Some(
                Synthetic {
                    family,
                    size,
                    count,
                    foreground,
                    seed,
                }
                .generate()?,
            )),
            Self::Imported { .. } | Self::Folder { .. } => Ok(None),
        }
    }
}

/// Which optimiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum OptimiserKind {
    /// Adam (Kingma and Ba, arXiv 1412.6980): β 0.9 and 0.999, ε 1e-8.
    Adam,
    /// Stochastic gradient descent with momentum.
    Sgd,
}

/// The optimiser.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct OptimiserConfig {
    /// Which.
    pub kind: OptimiserKind,
    /// Above 0, up to 10.
    pub learning_rate: f64,
    /// Of SGD only: 0 to below 1.
    pub momentum: f64,
}

impl Default for OptimiserConfig {
    fn default() -> Self {
        Self {
            kind: OptimiserKind::Adam,
            learning_rate: 1e-3,
            momentum: 0.9,
        }
    }
}

/// How to train.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TrainingConfig {
    /// Images a step, 1 to 64.
    pub batch_size: usize,
    /// Steps, 1 to 1,000,000.
    pub steps: usize,
    /// Steps between evaluations, at least 1.
    pub evaluate_every: usize,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            batch_size: 8,
            steps: 300,
            evaluate_every: 20,
        }
    }
}

impl Experiment {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// When it is no JSON, has an unknown field, or a value is out of its range: the field is named.
    pub fn from_json(text: &str) -> Result<Self, TrainerError> {
        let experiment: Self = serde_json::from_str(text)?;
        experiment.validate()?;
        Ok(experiment)
    }

    /// Checks every range that does not depend on the data.
    ///
    /// # Errors
    /// Names the first field that is out of its range.
    pub fn validate(&self) -> Result<(), TrainerError> {
        if self.version != VERSION {
            return Err(TrainerError::Version(self.version));
        }
        if !(1..=MAX_LANES).contains(&self.losses.len()) {
            return Err(TrainerError::Lanes {
                given: self.losses.len(),
            });
        }
        let OptimiserConfig {
            learning_rate,
            momentum,
            ..
        } = self.optimiser;
        let TrainingConfig {
            batch_size,
            steps,
            evaluate_every,
        } = self.training;
        let ranges = [
            (self.seed < 1 << 53, "seed", self.seed as f64, "below 2^53"),
            (
                learning_rate > 0.0 && learning_rate <= 10.0,
                "optimiser.learning_rate",
                learning_rate,
                "above 0 and at most 10",
            ),
            (
                (0.0..1.0).contains(&momentum),
                "optimiser.momentum",
                momentum,
                "at least 0 and below 1",
            ),
            (
                (1..=64).contains(&batch_size),
                "training.batch_size",
                batch_size as f64,
                "from 1 to 64",
            ),
            (
                (1..=1_000_000).contains(&steps),
                "training.steps",
                steps as f64,
                "from 1 to 1,000,000",
            ),
            (
                evaluate_every >= 1,
                "training.evaluate_every",
                evaluate_every as f64,
                "at least 1",
            ),
        ];
        for (fits, field, value, range) in ranges {
            if !fits {
                return Err(TrainerError::Range {
                    field,
                    value,
                    range,
                });
            }
        }
        for loss in &self.losses {
            loss.validate()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_an_experiment_and_survives_a_round_trip() {
        let experiment = Experiment::from_json("{}").unwrap();
        assert_eq!(experiment, Experiment::default());
        let text = serde_json::to_string(&experiment).unwrap();
        assert_eq!(Experiment::from_json(&text).unwrap(), experiment);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, named) in [
            (r#"{"sed": 1}"#, "`sed`"),
            (r#"{"training": {"batchsize": 1}}"#, "`batchsize`"),
            (
                r#"{"data": {"source": "synthetic", "colour": 1}}"#,
                "`colour`",
            ),
            (r#"{"losses": [{"kind": "dicee"}]}"#, "`dicee`"),
            (r#"{"losses": []}"#, "1 to 8 losses"),
            (r#"{"version": 2}"#, "version 2"),
            (
                r#"{"optimiser": {"learning_rate": 0}}"#,
                "optimiser.learning_rate",
            ),
            (r#"{"training": {"batch_size": 0}}"#, "training.batch_size"),
            (
                r#"{"losses": [{"kind": "tversky", "delta": 2}]}"#,
                "delta of tversky",
            ),
        ] {
            let error = Experiment::from_json(text).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
