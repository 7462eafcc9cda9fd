//! What outlasts a session.

use std::sync::Arc;

use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_unet::weights;

use super::Session;
use crate::lane::Lane;
use crate::{Checkpoint, TrainerError};

impl Session {
    /// Everything that is needed to go on with the same numbers, but the data.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn checkpoint(&self) -> Result<Vec<u8>, TrainerError> {
        let lanes = self.lanes.iter().map(Lane::saved);
        let lanes = lanes.zip(self.networks.states().await?).collect();
        let experiment = self.experiment.clone();
        Checkpoint::new(experiment, &self.dataset, self.next_lane, lanes).to_bytes()
    }

    /// Goes on from a checkpoint, on the data that its [`Checkpoint::experiment`] is about. On the same kind of
    /// device the numbers are those of a session that was never interrupted.
    ///
    /// # Errors
    /// When the data or the lengths of the networks' states are not those of the checkpoint.
    pub fn restore(
        checkpoint: Checkpoint,
        dataset: Arc<Dataset>,
        device: &Device,
    ) -> Result<Self, TrainerError> {
        let mut session = Self::new(checkpoint.experiment().clone(), dataset, device)?;
        session.next_lane = checkpoint.next_lane();
        let parameters = session.networks.layout().len;
        let lanes = checkpoint.into_lanes(&session.dataset, parameters)?;
        for (position, (lane, state)) in lanes.into_iter().enumerate() {
            session.lanes[position] = Lane::restored(lane);
            session.networks.set(position, state);
        }
        Ok(session)
    }

    /// The weights of a lane as a safetensors file.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn weights(&self, lane: u32) -> Result<Vec<u8>, TrainerError> {
        let position = self.position(lane)?;
        let parameters = self.networks.parameters(position).await?;
        let (lane, size) = (&self.lanes[position], self.dataset.size);
        let about = weights::About {
            version: env!("CARGO_PKG_VERSION").into(),
            network: self.experiment.network.clone(),
            channels: self.dataset.channels,
            classes: self.dataset.classes.clone(),
            size: [size.depth, size.height, size.width],
            loss: serde_json::to_value(&lane.loss)?,
            step: lane.step,
        };
        let architecture = self.networks.architecture();
        Ok(weights::to_safetensors(architecture, &parameters, &about)?)
    }
}
