//! An experiment under way.

mod apart;
mod augment;
#[cfg(test)]
mod example;
mod explain;
mod info;
mod keep;
mod lanes;
mod look;
mod measure;
mod past;
mod step;
mod stop;

pub use apart::LaneParcel;
pub use augment::Augmented;
pub use measure::{Measured, Measuring, MetricDescription, over_images};

use std::sync::Arc;

use burn::tensor::Device;
use losscope_datasets::{Batches, Dataset, Split};
use losscope_kernels::architecture::{Architecture, Size};
use losscope_kernels::optimiser::Optimiser;
use losscope_losses::{Loss, LossError};
use losscope_unet::{NetworkError, Networks, State, initial_parameters};

use crate::lane::{Lane, optimiser};
use crate::timeline::Timeline;
use crate::{Experiment, SplitName, TrainerError};

/// The network of an experiment for its data.
///
/// # Errors
/// When there is no such network for images or volumes of this size.
pub(crate) fn architecture(
    experiment: &Experiment,
    dataset: &Dataset,
) -> Result<Architecture, NetworkError> {
    let size = Size {
        planes: (dataset.size.depth > 1).then_some(dataset.size.depth),
        height: dataset.size.height,
        width: dataset.size.width,
    };
    let (channels, classes) = (dataset.channels, dataset.classes.len());
    experiment.network.architecture(channels, classes, size)
}

/// Lanes of networks that learn the same images under different losses.
pub struct Session {
    experiment: Experiment,
    dataset: Arc<Dataset>,
    split: Split,
    batches: Batches,
    /// Without gradients.
    device: Device,
    optimiser: Optimiser,
    /// The state that every lane starts from.
    start: State,
    /// One a lane, in their order.
    networks: Networks,
    lanes: Vec<Lane>,
    next_lane: u32,
    /// Where earlier steps are kept, if they are.
    timeline: Option<Timeline>,
}

impl Session {
    /// Lanes at step 0, one for each loss of the experiment, on a device without gradients
    /// (`Device::flex()`, or one of WebGPU).
    ///
    /// # Errors
    /// When something in the experiment is out of range or does not fit the data.
    pub fn new(
        experiment: Experiment,
        dataset: Arc<Dataset>,
        device: &Device,
    ) -> Result<Self, TrainerError> {
        experiment.validate()?;
        let split = dataset.split(experiment.data.split(), experiment.data_seed())?;
        let batches = Batches::new(
            &split.train,
            experiment.training.batch_size,
            experiment.seed,
        );
        let architecture = architecture(&experiment, &dataset)?;
        let start = State::new(initial_parameters(&architecture, experiment.seed));
        let optimiser = optimiser(&experiment.optimiser);
        let mut session = Self {
            experiment,
            dataset,
            split,
            batches,
            device: device.clone(),
            optimiser,
            start,
            networks: Networks::new(architecture, device)?,
            lanes: Vec::new(),
            next_lane: 0,
            timeline: None,
        };
        for loss in session.experiment.losses.clone() {
            session.check(&loss)?;
            session.push_lane(loss);
        }
        Ok(session)
    }

    /// The experiment, its losses as they are now.
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// The data.
    pub fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Images of a split, as positions in the data.
    pub fn images(&self, split: SplitName) -> &[usize] {
        match split {
            SplitName::Train => &self.split.train,
            SplitName::Validation => &self.split.validation,
            SplitName::Test => &self.split.test,
        }
    }

    fn position(&self, lane: u32) -> Result<usize, TrainerError> {
        self.lanes
            .iter()
            .position(|candidate| candidate.id == lane)
            .ok_or(TrainerError::NoSuchLane(lane))
    }

    /// Whether a loss can be evaluated on the data.
    fn check(&self, loss: &Loss) -> Result<(), LossError> {
        loss.validate()?;
        loss.validate_classes(self.dataset.classes.len())
    }
}
