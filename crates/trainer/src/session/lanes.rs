//! Lanes come, go and start again.

use std::sync::Arc;

use losscope_datasets::{Batches, Dataset};
use losscope_losses::Loss;

use super::Session;
use crate::experiment::MAX_LANES;
use crate::lane::Lane;
use crate::{DataConfig, Experiment, TrainerError};

impl Session {
    /// Adds a lane at step 0.
    ///
    /// # Errors
    /// When there are eight already, a parameter is out of range, or class weights do not fit the data.
    pub fn add_lane(&mut self, loss: Loss) -> Result<(), TrainerError> {
        self.check(&loss)?;
        if self.lanes.len() >= MAX_LANES {
            return Err(TrainerError::Lanes {
                given: self.lanes.len() + 1,
            });
        }
        self.push_lane(loss);
        self.keep_losses();
        Ok(())
    }

    /// The experiment with another loss for a lane.
    ///
    /// # Errors
    /// When there is no such lane.
    pub fn with_loss(&self, lane: u32, loss: Loss) -> Result<Experiment, TrainerError> {
        let position = self.position(lane)?;
        let mut changed = self.experiment.clone();
        changed.losses[position] = loss;
        Ok(changed)
    }

    /// Gives a lane another loss: it starts again from the weights and batches that all lanes started from.
    ///
    /// # Errors
    /// When there is no such lane, a parameter is out of range, or class weights do not fit the data.
    pub fn set_loss(&mut self, lane: u32, loss: Loss) -> Result<(), TrainerError> {
        self.check(&loss)?;
        let position = self.position(lane)?;
        self.lanes[position] = Lane::new(lane, loss);
        self.networks.set(position, self.start.clone());
        self.forget_past(lane);
        self.keep_losses();
        Ok(())
    }

    /// Removes a lane.
    ///
    /// # Errors
    /// When there is no such lane, or it is the last.
    pub fn remove_lane(&mut self, lane: u32) -> Result<(), TrainerError> {
        let position = self.position(lane)?;
        if self.lanes.len() == 1 {
            return Err(TrainerError::Lanes { given: 0 });
        }
        self.lanes.remove(position);
        self.forget_past(lane);
        self.networks.remove(position);
        self.keep_losses();
        Ok(())
    }

    /// Takes every lane back to the common start.
    pub fn reset(&mut self) {
        for (position, lane) in self.lanes.iter_mut().enumerate() {
            *lane = Lane::new(lane.id, lane.loss.clone());
            self.networks.set(position, self.start.clone());
        }
        for lane in self.lanes() {
            self.forget_past(lane.id);
        }
    }

    pub(super) fn push_lane(&mut self, loss: Loss) {
        let id = self.next_lane;
        self.lanes.push(Lane::new(id, loss));
        self.networks.push(self.start.clone());
        self.next_lane += 1;
    }

    /// The experiment's losses are those of the lanes.
    fn keep_losses(&mut self) {
        self.experiment.losses = self.lanes.iter().map(|lane| lane.loss.clone()).collect();
    }

    /// Goes on with other data of the same kind: lanes keep their weights and the steps they made. Data that
    /// are drawn anew, with less foreground say, are.
    ///
    /// # Errors
    /// When size, channels or classes of the data are others, or they cannot be split.
    pub fn set_data(
        &mut self,
        data: DataConfig,
        dataset: Arc<Dataset>,
    ) -> Result<(), TrainerError> {
        let kind = |dataset: &Dataset| (dataset.size, dataset.channels, dataset.classes.clone());
        if kind(&dataset) != kind(&self.dataset) {
            return Err(TrainerError::OtherData);
        }
        let experiment = Experiment {
            data,
            ..self.experiment.clone()
        };
        experiment.validate()?;
        let split = dataset.split(experiment.data.split(), experiment.data_seed())?;
        let batch_size = experiment.training.batch_size;
        self.batches = Batches::new(&split.train, batch_size, experiment.seed);
        (self.experiment, self.dataset, self.split) = (experiment, dataset, split);
        Ok(())
    }
}
