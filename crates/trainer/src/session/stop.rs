//! Lanes that have diverged.

use losscope_unet::{Origin, Probe};

use super::Session;
use crate::device_batch::DeviceBatch;
use crate::{Experiment, StepReport, Stopped, TrainerError};

impl Session {
    /// Stops every lane at the first report whose loss is not finite, and finds where that began. Since lanes were at
    /// `origin`, at the steps that are in `began`, they may have gone further.
    pub(super) async fn stop_broken(
        &mut self,
        reports: &[StepReport],
        began: &[usize],
        origin: Option<&Origin>,
    ) -> Result<(), TrainerError> {
        for (position, &began) in began.iter().enumerate() {
            let lane = &self.lanes[position];
            let own = |report: &&StepReport| report.lane == lane.id && !report.loss.is_finite();
            let Some(step) = reports.iter().find(own).map(|report| report.step) else {
                continue;
            };
            if lane.stopped.is_some() {
                continue;
            }
            if let Some(origin) = origin {
                self.networks.take_back(position, origin);
                self.lanes[position].step = began;
                let id = self.lanes[position].id;
                while self.lanes[position].step + 1 < step {
                    self.step_once(|lane| lane == id).await?;
                }
            }
            let layer = self.first_not_finite(position, step).await?;
            let lane = &mut self.lanes[position];
            lane.step = step;
            lane.stopped = Some(Stopped { step, layer });
        }
        Ok(())
    }

    /// The layer in which a lane's network, as it is, breaks on the images of a step.
    async fn first_not_finite(
        &self,
        position: usize,
        step: usize,
    ) -> Result<Option<String>, TrainerError> {
        let indices = self.batches.indices(step - 1);
        let Experiment {
            augmentation, seed, ..
        } = &self.experiment;
        let batch = self
            .dataset
            .batch_augmented(&indices, augmentation, *seed, step - 1)?;
        let batch = DeviceBatch::new(&self.dataset, batch)?;
        let parameters = self.networks.parameters(position).await?;
        let mut probe = Probe::new(*self.networks.architecture(), parameters, &self.device);
        Ok(probe.first_not_finite(&batch.images))
    }
}
