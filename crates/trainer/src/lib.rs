//! Experiments: lanes of networks trained in step, and what they report.
//!
//! An [`Experiment`] is one JSON document; a [`Session`] is one under way. Each of its *lanes* is a U-Net
//! with a loss of its own. All lanes start from the same weights and see the same batches, so what
//! differs between them is the loss.
//!
//! Everything that reads numbers back from the device is `async`: in a browser a blocking read would
//! panic. Natively, on the CPU backend, such futures are ready at once.

pub mod apply;
pub mod bench;
mod checkpoint;
mod device_batch;
mod error;
mod evaluate;
mod experiment;
mod explain;
mod fused;
mod lane;
mod loss_parity;
mod parity;
mod readback;
mod report;
mod room;
mod session;
mod snapshot;
mod timeline;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use error::TrainerError;
pub use experiment::{
    DataConfig, Experiment, Family, Fit, OptimiserConfig, OptimiserKind, TrainingConfig, VERSION,
};
pub use explain::{LayerPull, PixelExplanation, PixelTerm, RegionTerm, StepExplanation, Terms};
pub use fused::fused;
pub use loss_parity::{LossParity, loss_parity};
pub use losscope_unet::{EXPLAINED, NetworkConfig, Norm, Room};
pub use parity::{LayerParity, Parity, parity};
pub use report::{
    DatasetInfo, Evaluation, LaneInfo, Measurement, SampleInfo, SessionInfo, SplitName, StepReport,
    Stopped,
};
pub use room::{TooLarge, check_room, demand, loss_tensors};
pub use session::{
    Augmented, LaneParcel, Measured, Measuring, MetricDescription, Session, over_images,
};
pub use snapshot::{LaneSnapshot, SnapshotValues};
