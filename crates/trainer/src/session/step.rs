//! Training.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use burn::tensor::Tensor;
use losscope_unet::{LaneStep, Pushed};

use super::Session;
use crate::device_batch::DeviceBatch;
use crate::fused::fused;
use crate::lane::{Lane, Push};
use crate::readback::PendingReport;
use crate::{Experiment, StepReport, Stopped, TrainerError, readback};

impl Session {
    /// Makes `count` steps with every lane that has not stopped and reads their reports back at once, lane by
    /// lane within a step. A lane stops at the first step whose loss is not finite; that step's report is its
    /// last.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn step(&mut self, count: usize) -> Result<Vec<StepReport>, TrainerError> {
        self.step_where(count, |_| true).await
    }

    /// [`Session::step`] with one lane alone. Lanes do not touch each other, so it makes no difference to their
    /// numbers in which order they take their steps.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn step_lane(
        &mut self,
        lane: u32,
        count: usize,
    ) -> Result<Vec<StepReport>, TrainerError> {
        self.position(lane)?;
        self.step_where(count, |id| id == lane).await
    }

    async fn step_where(
        &mut self,
        count: usize,
        wanted: impl Fn(u32) -> bool,
    ) -> Result<Vec<StepReport>, TrainerError> {
        // What lanes start from is kept too.
        self.remember().await?;
        let began: Vec<usize> = self.lanes.iter().map(|lane| lane.step).collect();
        let origin = self.networks.origin();
        let mut pending = Vec::with_capacity(count * self.lanes.len());
        let mut reports = Vec::new();
        for _ in 0..count {
            pending.extend(self.step_once(&wanted).await?);
            if origin.is_none() {
                // Numbers are at hand: no lane learns on when it has broken.
                let now = readback::read(std::mem::take(&mut pending)).await?;
                self.stop_broken(&now, &began, None).await?;
                reports.extend(now);
            }
            self.remember().await?;
        }
        self.networks.keep_origin();
        reports.extend(readback::read(pending).await?);
        self.stop_broken(&reports, &began, origin.as_ref()).await?;
        for lane in &self.lanes {
            // Reports come after some steps; those that were made behind the last one do not count.
            if let Some(Stopped { step: last, .. }) = lane.stopped {
                reports.retain(|report| report.lane != lane.id || report.step <= last);
            }
        }
        Ok(reports)
    }

    /// One step with every wanted lane that has not stopped; nothing but what the device needs is read back.
    pub(super) async fn step_once(
        &mut self,
        wanted: impl Fn(u32) -> bool,
    ) -> Result<Vec<PendingReport>, TrainerError> {
        let training_device = self.device.clone().autodiff();
        let goes = |lane: &Lane| lane.stopped.is_none() && wanted(lane.id);
        let networks = self.lanes.iter().enumerate();
        let (networks, lanes): (Vec<usize>, Vec<&Lane>) =
            networks.filter(|(_, lane)| goes(lane)).unzip();
        if lanes.is_empty() {
            return Ok(Vec::new());
        }
        // Lanes at the same step share their batch.
        let mut uploaded: HashMap<usize, DeviceBatch> = HashMap::new();
        for lane in &lanes {
            if let Entry::Vacant(entry) = uploaded.entry(lane.step) {
                let indices = self.batches.indices(lane.step);
                let Experiment {
                    augmentation, seed, ..
                } = &self.experiment;
                let batch =
                    self.dataset
                        .batch_augmented(&indices, augmentation, *seed, lane.step)?;
                entry.insert(DeviceBatch::new(&self.dataset, batch)?);
            }
        }
        let steps: Vec<LaneStep> = networks
            .into_iter()
            .zip(&lanes)
            .map(|(network, lane)| LaneStep {
                network,
                images: uploaded[&lane.step].images.clone(),
                labels: uploaded[&lane.step].labels.clone(),
                loss: fused(&lane.loss),
                step: lane.step + 1,
                norms: lane.norms_due(),
            })
            .collect();
        let planes = self.dataset.size.depth;
        let mut composed: HashMap<usize, Tensor<1>> = HashMap::new();
        let numbers = self
            .networks
            .step(&steps, &self.optimiser, |position, logits| {
                let lane = lanes[position];
                let target = uploaded[&lane.step].target(&training_device);
                let push = Push::new(&lane.loss, logits, &target, planes);
                composed.insert(position, push.numbers());
                Pushed {
                    loss: push.loss,
                    gradient: push.gradient,
                }
            })
            .await?;
        let mut going: Vec<&mut Lane> = self.lanes.iter_mut().filter(|lane| goes(lane)).collect();
        for lane in &mut going {
            lane.step += 1;
        }
        Ok(going
            .iter()
            .zip(numbers)
            .enumerate()
            .filter_map(|(position, (lane, numbers))| {
                let loss = numbers.loss.or_else(|| composed.remove(&position))?;
                Some(PendingReport::new(lane.id, lane.step, loss, numbers.norms))
            })
            .collect())
    }
}
