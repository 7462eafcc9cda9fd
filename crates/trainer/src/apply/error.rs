//! What can be wrong with a network or with what it is applied to.

use burn::tensor::ExecutionError;
use losscope_metrics::MetricsError;
use losscope_unet::NetworkError;
use losscope_unet::weights::WeightsError;
use thiserror::Error;

/// Why a network cannot be applied.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// The file is no weights file, or one that cannot be read here.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// There is no such network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The network is for volumes, and there is an image.
    #[error(
        "this network is for volumes of {depth}×{height}×{width} voxels, and these are images: use one that was trained \
         on images or slices"
    )]
    Volumes {
        /// Slices that it takes.
        depth: usize,
        /// Rows that it takes.
        height: usize,
        /// Columns that it takes.
        width: usize,
    },
    /// The network takes other channels than an image has.
    #[error(
        "this network takes {0} channels, such as the sequences of a brain scan, and an image has 1 (grey) or 3 (colour)"
    )]
    Channels(usize),
    /// What the file says of its network is out of every range.
    #[error(
        "the weights file claims a network for {height}×{width} pixels and {classes} classes, more than is applied here \
         (1024×1024 and 16): it is damaged, or is none that Losscope wrote"
    )]
    TooLarge {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// Classes.
        classes: usize,
    },
    /// The network takes too much memory.
    #[error(
        "this network would take {needed} MB of memory at that size, and may take {room}: train one with fewer channels, \
         or on smaller images"
    )]
    Memory {
        /// Megabytes that it takes.
        needed: usize,
        /// Megabytes that it may take.
        room: usize,
    },
    /// An image of another size.
    #[error("the network takes {expected} values, and was given {given}")]
    Values {
        /// How many it takes.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// A mask of another size than its image.
    #[error("the mask has {given} pixels, and its image {expected}: give one of the image's size")]
    Labels {
        /// Pixels of the image.
        expected: usize,
        /// Pixels of the mask.
        given: usize,
    },
    /// The network has diverged.
    #[error(
        "this network gives no numbers any more: its training diverged, so there is nothing to show"
    )]
    Diverged,
    /// Metrics that cannot be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The device failed.
    #[error("the network could not be run ({0:?}): close other programs and try again")]
    Device(ExecutionError),
}
