//! What can go wrong with an experiment.

use burn::tensor::ExecutionError;
use losscope_losses::LossError;
use losscope_unet::NetworkError;
use losscope_unet::weights::WeightsError;
use thiserror::Error;

use crate::experiment::VERSION;
use crate::{CheckpointError, TooLarge};

/// Why an experiment cannot be run, or did not go on.
#[derive(Debug, Error)]
pub enum TrainerError {
    /// The document is no experiment.
    #[error("the experiment cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// The document is of another version.
    #[error(
        "the experiment is of version {0}, but this Losscope reads version {VERSION}: use the Losscope that wrote it"
    )]
    Version(u32),
    /// A number is out of its range.
    #[error("{field} is {value}, but must be {range}")]
    Range {
        /// The field's path in the document.
        field: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
    /// Too many lanes or none.
    #[error("an experiment compares 1 to {max} losses, but this one has {given}", max = crate::experiment::MAX_LANES)]
    Lanes {
        /// How many there are.
        given: usize,
    },
    /// There is no such lane.
    #[error("there is no lane {0}: it may have been removed")]
    NoSuchLane(u32),
    /// There is no such image.
    #[error("there is no image {index}: the data have {count}")]
    NoSuchImage {
        /// Position asked for.
        index: usize,
        /// How many images there are.
        count: usize,
    },
    /// There is no such pixel.
    #[error("there is no pixel at row {row}, column {column}: the picture has {height} × {width}")]
    NoSuchPixel {
        /// Row asked for, from 0.
        row: usize,
        /// Column asked for, from 0.
        column: usize,
        /// Rows that there are.
        height: usize,
        /// Columns that there are.
        width: usize,
    },
    /// The lane makes no more steps.
    #[error("lane {0} has stopped for good: its loss is no number any more; reset it first")]
    Stopped(u32),
    /// Nothing is kept of earlier steps.
    #[error("nothing is kept of the earlier steps of this session")]
    NoPast,
    /// A lane from elsewhere that does not belong here.
    #[error(
        "a lane that was trained elsewhere did not come back whole, or belongs to another experiment: go on from the last checkpoint"
    )]
    Parcel,
    /// There is no such slice.
    #[error("there is no slice {index} across this axis: the volume has {count}")]
    NoSuchSlice {
        /// Position asked for.
        index: usize,
        /// How many slices there are.
        count: usize,
    },
    /// Other data than a session can go on with.
    #[error(
        "these data have another size, other channels or other classes than those that are trained on: start again with them"
    )]
    OtherData,
    /// Changes of samples that cannot be made.
    #[error(transparent)]
    Augmentation(#[from] losscope_datasets::AugmentationError),
    /// A loss that cannot be evaluated.
    #[error(transparent)]
    Loss(#[from] LossError),
    /// A network that cannot be built.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Data that cannot be made.
    #[error(transparent)]
    Synthetic(#[from] losscope_datasets::synthetic::SyntheticError),
    /// Data that cannot be split.
    #[error(transparent)]
    Split(#[from] losscope_datasets::SplitError),
    /// Metrics that cannot be computed.
    #[error(transparent)]
    Metrics(#[from] losscope_metrics::MetricsError),
    /// Weights that cannot be written.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A session that cannot go on from its checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Too much for the device.
    #[error("{0}")]
    TooLarge(TooLarge),
    /// The device failed.
    #[error(
        "the device stopped answering ({0:?}): go on from the last checkpoint, on the CPU if it happens twice"
    )]
    Device(ExecutionError),
}

impl From<ExecutionError> for TrainerError {
    fn from(error: ExecutionError) -> Self {
        Self::Device(error)
    }
}
