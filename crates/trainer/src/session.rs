//! An experiment under way.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use burn::tensor::Device;
use losscope_datasets::{Batches, Dataset, Split};
use losscope_kernels::optimiser::Optimiser;
use losscope_losses::{Loss, LossError};
use losscope_unet::{LaneStep, Networks, State, initial_parameters, weights};

use crate::device_batch::{DeviceBatch, images};
use crate::evaluate::{batch_metrics, predicted_classes};
use crate::experiment::MAX_LANES;
use crate::lane::{Lane, Push, optimiser};
use crate::readback::PendingReport;
use crate::report::{DatasetInfo, SampleInfo};
use crate::snapshot::draw;
use crate::{
    Evaluation, Experiment, LaneSnapshot, SessionInfo, SplitName, StepReport, TrainerError,
    readback,
};

/// Images that are evaluated at once.
const EVALUATION_BATCH: usize = 8;

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
        let split = dataset.split(experiment.data.split(), experiment.seed)?;
        let batches = Batches::new(
            &split.train,
            experiment.training.batch_size,
            experiment.seed,
        );
        let size = (dataset.size.height, dataset.size.width);
        let (channels, classes) = (dataset.channels, dataset.classes.len());
        let architecture = experiment.network.architecture(channels, classes, size)?;
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
            networks: Networks::new(architecture, device),
            lanes: Vec::new(),
            next_lane: 0,
        };
        for loss in session.experiment.losses.clone() {
            session.check(&loss)?;
            session.push_lane(loss);
        }
        Ok(session)
    }

    fn push_lane(&mut self, loss: Loss) {
        let id = self.next_lane;
        self.lanes.push(Lane { id, loss, step: 0 });
        self.networks.push(self.start.clone());
        self.next_lane += 1;
    }

    /// Whether a loss can be evaluated on the data.
    fn check(&self, loss: &Loss) -> Result<(), LossError> {
        loss.validate()?;
        loss.validate_classes(self.dataset.classes.len())
    }

    fn position(&self, lane: u32) -> Result<usize, TrainerError> {
        self.lanes
            .iter()
            .position(|candidate| candidate.id == lane)
            .ok_or(TrainerError::NoSuchLane(lane))
    }

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

    /// Gives a lane another loss: it starts again from the weights and batches that all lanes started from.
    ///
    /// # Errors
    /// When there is no such lane, a parameter is out of range, or class weights do not fit the data.
    pub fn set_loss(&mut self, lane: u32, loss: Loss) -> Result<(), TrainerError> {
        self.check(&loss)?;
        let position = self.position(lane)?;
        self.lanes[position] = Lane {
            id: lane,
            loss,
            step: 0,
        };
        self.networks.set(position, self.start.clone());
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
        self.networks.remove(position);
        self.keep_losses();
        Ok(())
    }

    /// Takes every lane back to the common start.
    pub fn reset(&mut self) {
        for (position, lane) in self.lanes.iter_mut().enumerate() {
            lane.step = 0;
            self.networks.set(position, self.start.clone());
        }
    }

    /// The experiment's losses are those of the lanes.
    fn keep_losses(&mut self) {
        self.experiment.losses = self.lanes.iter().map(|lane| lane.loss.clone()).collect();
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

    /// The session as it stands.
    pub fn info(&self) -> SessionInfo {
        let dataset = &self.dataset;
        let mut samples: Vec<SampleInfo> =
            [SplitName::Train, SplitName::Validation, SplitName::Test]
                .into_iter()
                .flat_map(|split| self.images(split).iter().map(move |&index| (index, split)))
                .map(|(index, split)| {
                    let sample = &dataset.samples[index];
                    let foreground_fraction = sample.foreground_fraction();
                    SampleInfo {
                        index,
                        name: sample.name.clone(),
                        split,
                        foreground_fraction,
                    }
                })
                .collect();
        samples.sort_by_key(|sample| sample.index);
        SessionInfo {
            experiment: self.experiment.clone(),
            lanes: self.lanes.iter().map(Lane::info).collect(),
            layers: self
                .networks
                .layout()
                .layers()
                .into_iter()
                .map(|layer| layer.name.clone())
                .collect(),
            parameters: self.networks.layout().len,
            dataset: DatasetInfo {
                name: dataset.name.clone(),
                height: dataset.size.height,
                width: dataset.size.width,
                channels: dataset.channels,
                classes: dataset.classes.clone(),
                class_fractions: dataset.class_fractions(),
                train: self.split.train.len(),
                validation: self.split.validation.len(),
                test: self.split.test.len(),
                samples,
            },
        }
    }

    /// Makes `count` steps with every lane and reads their reports back at once, lane by lane within a step.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn step(&mut self, count: usize) -> Result<Vec<StepReport>, TrainerError> {
        let mut pending = Vec::with_capacity(count * self.lanes.len());
        for _ in 0..count {
            pending.extend(self.step_once().await?);
        }
        Ok(readback::read(pending).await?)
    }

    /// One step with every lane; nothing but what the device needs is read back.
    async fn step_once(&mut self) -> Result<Vec<PendingReport>, TrainerError> {
        let training_device = self.device.clone().autodiff();
        // Lanes at the same step share their batch.
        let mut uploaded: HashMap<usize, DeviceBatch> = HashMap::new();
        for lane in &self.lanes {
            if let Entry::Vacant(entry) = uploaded.entry(lane.step) {
                let indices = self.batches.indices(lane.step);
                entry.insert(DeviceBatch::new(&self.dataset, &indices, &training_device)?);
            }
        }
        let steps: Vec<LaneStep> = self
            .lanes
            .iter()
            .enumerate()
            .map(|(network, lane)| LaneStep {
                network,
                images: uploaded[&lane.step].images.clone(),
                step: lane.step + 1,
                norms: lane.norms_due(),
            })
            .collect();
        let mut pushes = Vec::with_capacity(self.lanes.len());
        let lanes = &self.lanes;
        let norms = self
            .networks
            .step(&steps, &self.optimiser, |position, logits| {
                let lane = &lanes[position];
                let push = Push::new(&lane.loss, logits, &uploaded[&lane.step].target);
                pushes.push((push.loss, push.per_class));
                push.gradient
            })
            .await?;
        for lane in &mut self.lanes {
            lane.step += 1;
        }
        Ok(self
            .lanes
            .iter()
            .zip(pushes.into_iter().zip(norms))
            .map(|(lane, ((loss, per_class), norms))| {
                PendingReport::new(lane.id, lane.step, loss, per_class, norms)
            })
            .collect())
    }

    /// Metrics of every lane over the images of a split.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn evaluate(&mut self, split: SplitName) -> Result<Vec<Evaluation>, TrainerError> {
        let mut per_image = vec![Vec::new(); self.lanes.len()];
        for indices in self.images(split).to_vec().chunks(EVALUATION_BATCH) {
            let logits = self
                .networks
                .forward(&images(&self.dataset, indices))
                .await?;
            for (logits, metrics) in logits.into_iter().zip(&mut per_image) {
                let predicted = predicted_classes(logits).await?;
                metrics.extend(batch_metrics(&self.dataset, indices, &predicted));
            }
        }
        let evaluations = self.lanes.iter().zip(per_image);
        Ok(evaluations
            .map(|(lane, images)| Evaluation::new(lane.id, lane.step, split, images))
            .collect())
    }

    /// One image of the data as every lane sees it.
    ///
    /// # Errors
    /// When there is no such image, or the device fails.
    pub async fn snapshot(&mut self, image: usize) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let count = self.dataset.samples.len();
        let dataset = self.dataset.clone();
        let sample = dataset
            .samples
            .get(image)
            .ok_or(TrainerError::NoSuchImage {
                index: image,
                count,
            })?;
        let batch = DeviceBatch::new(&self.dataset, &[image], &self.device.clone().autodiff())?;
        let mut snapshots = Vec::with_capacity(self.lanes.len());
        let logits = self.networks.forward(&batch.images).await?;
        for (lane, logits) in self.lanes.iter().zip(logits) {
            let drawn = draw(logits, &batch, &lane.loss);
            snapshots.push(
                drawn
                    .read((lane.id, lane.step, image), &sample.labels)
                    .await?,
            );
        }
        Ok(snapshots)
    }

    /// The weights of a lane as a safetensors file.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn weights(&self, lane: u32) -> Result<Vec<u8>, TrainerError> {
        let position = self.position(lane)?;
        let state = self.networks.state(position).await?;
        let architecture = self.networks.architecture();
        Ok(weights::to_safetensors(architecture, &state.parameters)?)
    }
}
