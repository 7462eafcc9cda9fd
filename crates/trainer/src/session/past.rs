//! Earlier steps.

use burn::tensor::Tensor;
use losscope_unet::{Images, Probe};

use super::Session;
use crate::TrainerError;
use crate::lane::Lane;
use crate::timeline::Timeline;

impl Session {
    /// From now on keeps what lanes are at every `every`th step, within so many bytes: where they are used up,
    /// every other moment goes, and half as many are kept from then on.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn keep_past(&mut self, budget: usize, every: usize) -> Result<(), TrainerError> {
        self.timeline = Some(Timeline::new(budget, every));
        self.remember().await
    }

    /// Steps of which something is kept, in order.
    pub fn past(&self) -> Vec<usize> {
        self.timeline
            .as_ref()
            .map(Timeline::steps)
            .unwrap_or_default()
    }

    /// Keeps the lanes that are due and not kept yet.
    pub(super) async fn remember(&mut self) -> Result<(), TrainerError> {
        let Some(timeline) = &mut self.timeline else {
            return Ok(());
        };
        let lanes = self.lanes.iter().enumerate();
        let (positions, lanes): (Vec<usize>, Vec<&Lane>) = lanes
            .filter(|(_, lane)| lane.stopped.is_none() && timeline.wants(lane.id, lane.step))
            .unzip();
        if positions.is_empty() {
            return Ok(());
        }
        let parameters = self.networks.parameters_of(&positions).await?;
        for (lane, parameters) in lanes.into_iter().zip(parameters) {
            // Keeping one may have made moments sparser.
            if timeline.wants(lane.id, lane.step) {
                timeline.keep(lane.id, lane.step, parameters);
            }
        }
        Ok(())
    }

    /// A lane starts again, or is gone.
    pub(super) fn forget_past(&mut self, lane: u32) {
        if let Some(timeline) = &mut self.timeline {
            timeline.forget(lane);
        }
    }

    /// Logits of lanes as they were at the last kept step up to `step`, with that step.
    pub(super) fn past_logits(
        &self,
        positions: &[usize],
        images: &Images,
        step: usize,
    ) -> Result<Vec<(usize, Tensor<4>)>, TrainerError> {
        positions
            .iter()
            .map(|&position| {
                let lane = self.lanes[position].id;
                let (step, parameters) = self
                    .timeline
                    .as_ref()
                    .and_then(|timeline| timeline.parameters(lane, step))
                    .ok_or(TrainerError::NoPast)?;
                let architecture = *self.networks.architecture();
                let mut probe = Probe::new(architecture, parameters.to_vec(), &self.device);
                Ok((step, probe.forward(images)))
            })
            .collect()
    }
}
