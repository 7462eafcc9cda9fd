//! The document that says everything about an experiment.

pub use losscope_datasets::import::Fit;
use losscope_datasets::import::{
    ClassMapping, ImportOptions, Intensity, Keep, Modality, VolumeUse,
};
pub use losscope_datasets::synthetic::Family;
use losscope_datasets::synthetic::Synthetic;
use losscope_datasets::{Augmentation, Dataset};
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
    /// Seed of data and splits, where they are not to follow `seed`: runs that differ in `seed` alone then learn
    /// and are tested on the same images.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<f64>"))]
    pub data_seed: Option<u64>,
    /// What to learn from.
    pub data: DataConfig,
    /// How training samples are changed before each step, the same in every lane; by default not at all.
    pub augmentation: Augmentation,
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
            data_seed: None,
            data: DataConfig::default(),
            augmentation: Augmentation::default(),
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
        /// Height and width in pixels, 16 to 512.
        #[serde(default = "defaults::size")]
        size: usize,
        /// Slices of each volume, up to 128; 1 for images.
        #[serde(default = "defaults::depth")]
        depth: usize,
        /// Number of images or volumes, 3 to 2000.
        #[serde(default = "defaults::count")]
        count: usize,
        /// Mean share of foreground pixels, 0.001 to 0.5.
        #[serde(default = "defaults::foreground")]
        foreground: f64,
        /// Objects in an image, 1 to 12; 0 for as many as the family usually has.
        #[serde(default = "defaults::objects")]
        objects: usize,
        /// How much images differ in their share of foreground, 0 to 1.
        #[serde(default = "defaults::size_spread")]
        size_spread: f64,
        /// How much the foreground stands out, 0 to 2.
        #[serde(default = "defaults::contrast")]
        contrast: f64,
        /// Strength of the texture around the foreground, 0 to 2.
        #[serde(default = "defaults::texture")]
        texture: f64,
        /// Standard deviation of noise added to pixels of 0 to 1, 0 to 0.5.
        #[serde(default = "defaults::noise")]
        noise: f64,
        /// Share of the foreground that is mislabelled, 0 to 0.5.
        #[serde(default = "defaults::label_noise")]
        label_noise: f64,
        /// By how many pixels the labels' borders are off on average, 0 to 8.
        #[serde(default = "defaults::boundary_jitter")]
        boundary_jitter: f64,
        /// Share of images without foreground, 0 to 0.9.
        #[serde(default = "defaults::empty")]
        empty: f64,
        /// Whether a family of two foreground classes (brain, kidney) has both, not one.
        #[serde(default = "defaults::multiclass")]
        multiclass: bool,
        /// Share of the foreground that is of the second class, 0.05 to 0.95.
        #[serde(default = "defaults::second_class")]
        second_class: f64,
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
        /// What becomes of volumes: with `"whole"` or `"patches"`, `network.dims` is 3.
        #[serde(default, skip_serializing_if = "defaults::is_usual")]
        #[cfg_attr(feature = "ts", ts(as = "Option<VolumeUse>", optional))]
        volumes: VolumeUse,
        /// Slices of a sample, 2 to 128, where volumes are used whole or in patches.
        #[serde(
            default = "defaults::folder_depth",
            skip_serializing_if = "defaults::is_folder_depth"
        )]
        #[cfg_attr(feature = "ts", ts(as = "Option<usize>", optional))]
        depth: usize,
        /// Which slices or patches of a volume are kept.
        #[serde(default, skip_serializing_if = "defaults::is_usual")]
        #[cfg_attr(feature = "ts", ts(as = "Option<Keep>", optional))]
        keep: Keep,
        /// The most slices or patches of one volume, at least 1.
        #[serde(default = "defaults::most", skip_serializing_if = "defaults::is_most")]
        #[cfg_attr(feature = "ts", ts(as = "Option<usize>", optional))]
        most: usize,
        /// Which values become black and white.
        #[serde(default, skip_serializing_if = "defaults::is_usual")]
        #[cfg_attr(feature = "ts", ts(as = "Option<Intensity>", optional))]
        intensity: Intensity,
        /// Which sequences of a brain scan become channels.
        #[serde(default, skip_serializing_if = "defaults::is_usual")]
        #[cfg_attr(feature = "ts", ts(as = "Option<Modality>", optional))]
        modality: Modality,
        /// Which class each value in masks stands for, instead of the rules.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "ts", ts(optional))]
        classes: Option<ClassMapping>,
        /// Shares of images to train on, to validate and to test with; they sum to 1.
        #[serde(default = "defaults::split")]
        split: [f64; 3],
    },
}

/// Defaults of single fields; those of drawn data are the drawing's own.
mod defaults {
    use super::{Family, Fit, ImportOptions, Synthetic};

    /// A function for each field of [`Synthetic`], as serde wants them.
    macro_rules! synthetic {
        ($($field:ident: $type:ty),* $(,)?) => {
            $(pub(super) fn $field() -> $type {
                Synthetic::default().$field
            })*
        };
    }

    synthetic! {
        family: Family,
        size: usize,
        depth: usize,
        count: usize,
        foreground: f64,
        objects: usize,
        size_spread: f64,
        contrast: f64,
        texture: f64,
        noise: f64,
        label_noise: f64,
        boundary_jitter: f64,
        empty: f64,
        multiclass: bool,
        second_class: f64,
    }

    pub(super) fn fit() -> Fit {
        Fit::Resize
    }
    pub(super) fn folder_depth() -> usize {
        ImportOptions::new(size(), fit()).depth
    }
    pub(super) fn most() -> usize {
        ImportOptions::new(size(), fit()).most
    }
    // Documents without these settings stay as they were, and so do keys that are made of them.
    pub(super) fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
        *value == T::default()
    }
    pub(super) fn is_folder_depth(value: &usize) -> bool {
        *value == folder_depth()
    }
    pub(super) fn is_most(value: &usize) -> bool {
        *value == most()
    }
    pub(super) fn split() -> [f64; 3] {
        [0.6, 0.2, 0.2]
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self::synthetic(Synthetic::default(), defaults::split())
    }
}

impl DataConfig {
    /// Data drawn as described, but for the seed, which is the experiment's.
    pub fn synthetic(synthetic: Synthetic, split: [f64; 3]) -> Self {
        let Synthetic {
            family,
            size,
            depth,
            count,
            foreground,
            objects,
            size_spread,
            contrast,
            texture,
            noise,
            label_noise,
            boundary_jitter,
            empty,
            multiclass,
            second_class,
            seed: _,
        } = synthetic;
        Self::Synthetic {
            family,
            size,
            depth,
            count,
            foreground,
            objects,
            size_spread,
            contrast,
            texture,
            noise,
            label_noise,
            boundary_jitter,
            empty,
            multiclass,
            second_class,
            split,
        }
    }

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
    /// When a setting is out of its range, or some do not go together.
    pub fn generate(&self, seed: u64) -> Result<Option<Dataset>, TrainerError> {
        match *self {
            Self::Synthetic {
                family,
                size,
                depth,
                count,
                foreground,
                objects,
                size_spread,
                contrast,
                texture,
                noise,
                label_noise,
                boundary_jitter,
                empty,
                multiclass,
                second_class,
                split: _,
            } => Ok(Some(
                Synthetic {
                    family,
                    size,
                    depth,
                    count,
                    foreground,
                    objects,
                    size_spread,
                    contrast,
                    texture,
                    noise,
                    label_noise,
                    boundary_jitter,
                    empty,
                    multiclass,
                    second_class,
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
    /// Seed of data and splits.
    pub fn data_seed(&self) -> u64 {
        self.data_seed.unwrap_or(self.seed)
    }

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
                self.data_seed() < 1 << 53,
                "data_seed",
                self.data_seed() as f64,
                "below 2^53",
            ),
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
        self.augmentation.validate()?;
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
    fn drawn_data_have_every_dial() {
        let document = r#"{"data": {"source": "synthetic", "family": "kidney", "depth": 16, "size": 32, "count": 4,
            "multiclass": true, "empty": 0.25}}"#;
        let experiment = Experiment::from_json(document).unwrap();
        let dataset = experiment.data.generate(3).unwrap().unwrap();
        let expected = Synthetic {
            depth: 16,
            size: 32,
            count: 4,
            multiclass: true,
            empty: 0.25,
            seed: 3,
            ..Synthetic::new(Family::Kidney)
        };
        assert_eq!(dataset, expected.generate().unwrap());
        assert_eq!(
            experiment.data,
            DataConfig::synthetic(expected, [0.6, 0.2, 0.2])
        );
    }

    #[test]
    fn a_folder_has_what_an_import_has() {
        let short = r#"{"data": {"source": "folder", "path": "here"}}"#;
        let plain = Experiment::from_json(short).unwrap();
        let text = serde_json::to_string(&plain.data).unwrap();
        // Keys of earlier documents stay what they were.
        assert_eq!(
            text,
            r#"{"source":"folder","path":"here","size":64,"fit":"resize","split":[0.6,0.2,0.2]}"#
        );
        let full = r#"{"source":"folder","path":"here","size":32,"fit":"tile","volumes":"patches","depth":8,"keep":"all","most":3,"intensity":{"kind":"window","centre":40.0,"width":400.0},"modality":"flair","classes":{"classes":["background","kidney"],"values":[{"value":"2","class":1}]},"split":[0.6,0.2,0.2]}"#;
        let data: DataConfig = serde_json::from_str(full).unwrap();
        assert_eq!(serde_json::to_string(&data).unwrap(), full);
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
