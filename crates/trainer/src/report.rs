//! What a session says about itself and its lanes.

use losscope_losses::Loss;
use losscope_metrics::{ImageMetrics, ImageValues, summarise};
use serde::{Deserialize, Serialize};

use crate::Experiment;

/// A session as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SessionInfo {
    /// The experiment, its losses as they are now.
    pub experiment: Experiment,
    /// The lanes, in order.
    pub lanes: Vec<LaneInfo>,
    /// Names of the convolutions that [`StepReport::layer_norms`] is about.
    pub layers: Vec<String>,
    /// Number of parameters of one network.
    pub parameters: usize,
    /// The data.
    pub dataset: DatasetInfo,
}

/// A lane as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LaneInfo {
    /// Identifier, which the lane keeps when others go.
    pub id: u32,
    /// Its loss.
    #[cfg_attr(feature = "ts", ts(as = "losscope_losses::LossDocument"))]
    pub loss: Loss,
    /// Steps it has made.
    pub step: usize,
    /// Where it stopped for good; `None` while it can go on.
    pub stopped: Option<Stopped>,
}

/// A lane's loss is no longer finite: it makes no more steps until it starts again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Stopped {
    /// The first step whose loss was not finite.
    pub step: usize,
    /// Where it began: the first layer, from the input, that puts out what is not finite on that step's images; where
    /// the step before had left parameters that are not finite, the one of those nearest to the output. `None` where
    /// the network puts out finite numbers, and the loss makes something else of them.
    pub layer: Option<String>,
}

/// The data of a session.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DatasetInfo {
    /// Name.
    pub name: String,
    /// Slices of a volume; 1 for images.
    pub depth: usize,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// 1 (grey) or 3 (colour).
    pub channels: usize,
    /// Names of the classes, background first.
    pub classes: Vec<String>,
    /// Share of each class in all pixels.
    pub class_fractions: Vec<f64>,
    /// Number of images to train on.
    pub train: usize,
    /// Number of images to validate with.
    pub validation: usize,
    /// Number of images to test with.
    pub test: usize,
    /// Every image.
    pub samples: Vec<SampleInfo>,
}

/// An image of a session.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SampleInfo {
    /// Position in the data.
    pub index: usize,
    /// Name.
    pub name: String,
    /// What it is for.
    pub split: SplitName,
    /// Share of its pixels that are foreground.
    pub foreground_fraction: f64,
}

/// What images are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum SplitName {
    /// To train on.
    Train,
    /// To watch while training.
    Validation,
    /// For the last word.
    Test,
}

/// One step of one lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StepReport {
    /// The lane.
    pub lane: u32,
    /// Steps made, this one included: 1 is the first.
    pub step: usize,
    /// The loss on the step's batch, before the update.
    pub loss: f32,
    /// Share of Σ |dL/dlogit| that comes from pixels of each class, background first; sums to 1, or is 0
    /// throughout where there is no gradient.
    pub gradient_share: Vec<f32>,
    /// Euclidean norm of dL/dweights of each convolution, at some steps.
    pub layer_norms: Option<Vec<f32>>,
}

/// Metrics of one lane over the images of one split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Evaluation {
    /// The lane.
    pub lane: u32,
    /// Steps it had made.
    pub step: usize,
    /// The images' split.
    pub split: SplitName,
    /// Every image.
    pub per_image: Vec<ImageMetrics>,
    /// Means over foreground classes and images, undefined values left out.
    pub mean_dice: Option<f64>,
    /// Mean Dice over images of each class, background first, undefined values left out.
    pub class_dice: Vec<Option<f64>>,
    /// The same of IoU as `mean_dice` of Dice.
    pub mean_iou: Option<f64>,
    /// The same of precision.
    pub mean_precision: Option<f64>,
    /// The same of recall.
    pub mean_recall: Option<f64>,
    /// How many Dice values were undefined.
    pub undefined_dice: usize,
}

/// Any metrics of one lane over the images of one split.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Measurement {
    /// The lane.
    pub lane: u32,
    /// Steps it had made.
    pub step: usize,
    /// The images' split.
    pub split: SplitName,
    /// Every image.
    pub per_image: Vec<ImageValues>,
}

impl Evaluation {
    pub(crate) fn new(
        lane: u32,
        step: usize,
        split: SplitName,
        per_image: Vec<ImageMetrics>,
    ) -> Self {
        let means = summarise(&per_image);
        Self {
            lane,
            step,
            split,
            per_image,
            mean_dice: means.dice,
            class_dice: means.class_dice,
            mean_iou: means.iou,
            mean_precision: means.precision,
            mean_recall: means.recall,
            undefined_dice: means.undefined_dice,
        }
    }
}
