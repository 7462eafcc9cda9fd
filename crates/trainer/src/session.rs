//! An experiment under way.

use std::collections::HashMap;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;
use losscope_datasets::{Batches, Dataset, Split};
use losscope_losses::{Loss, LossError};
use losscope_unet::{UNet, weights};

use crate::device_batch::DeviceBatch;
use crate::evaluate::{batch_metrics, predicted_classes};
use crate::experiment::MAX_LANES;
use crate::lane::Lane;
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
    /// The weights that every lane starts from.
    start: UNet,
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
        let training_device = device.clone().autodiff();
        let start = UNet::new(
            &experiment.network,
            channels,
            classes,
            size,
            experiment.seed,
            &training_device,
        )?;
        let device = device.clone();
        let mut session = Self {
            experiment,
            dataset,
            split,
            batches,
            device,
            start,
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
        self.lanes.push(Lane::new(
            self.next_lane,
            loss,
            &self.start,
            &self.experiment.optimiser,
        ));
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
        self.lanes[position] = Lane::new(lane, loss, &self.start, &self.experiment.optimiser);
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
        self.keep_losses();
        Ok(())
    }

    /// Takes every lane back to the common start.
    pub fn reset(&mut self) {
        for lane in &mut self.lanes {
            *lane = Lane::new(
                lane.id,
                lane.loss.clone(),
                &self.start,
                &self.experiment.optimiser,
            );
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
                .start
                .layers()
                .into_iter()
                .map(|layer| layer.name)
                .collect(),
            parameters: self.start.num_params(),
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
        let training_device = self.device.clone().autodiff();
        let mut pending = Vec::with_capacity(count * self.lanes.len());
        for _ in 0..count {
            // Lanes at the same step share one upload.
            let mut uploaded: HashMap<usize, DeviceBatch> = HashMap::new();
            for lane in &mut self.lanes {
                let batch = match uploaded.get(&lane.step) {
                    Some(batch) => batch.clone(),
                    None => {
                        let indices = self.batches.indices(lane.step);
                        let batch = DeviceBatch::new(&self.dataset, &indices, &training_device)?;
                        uploaded.insert(lane.step, batch.clone());
                        batch
                    }
                };
                pending.push(lane.train(&batch));
            }
        }
        Ok(readback::read(pending).await?)
    }

    /// Metrics of every lane over the images of a split.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn evaluate(&self, split: SplitName) -> Result<Vec<Evaluation>, TrainerError> {
        let networks: Vec<UNet> = self.lanes.iter().map(Lane::valid).collect();
        let mut per_image = vec![Vec::new(); networks.len()];
        for indices in self.images(split).chunks(EVALUATION_BATCH) {
            let batch = DeviceBatch::new(&self.dataset, indices, &self.device)?;
            for (network, metrics) in networks.iter().zip(&mut per_image) {
                let predicted = predicted_classes(network.forward(batch.images.clone())).await?;
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
    pub async fn snapshot(&self, image: usize) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let count = self.dataset.samples.len();
        let sample = self
            .dataset
            .samples
            .get(image)
            .ok_or(TrainerError::NoSuchImage {
                index: image,
                count,
            })?;
        let batch = DeviceBatch::new(&self.dataset, &[image], &self.device.clone().autodiff())?;
        let mut snapshots = Vec::with_capacity(self.lanes.len());
        for lane in &self.lanes {
            let logits = lane.valid().forward(batch.images.clone().inner());
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
        Ok(weights::to_safetensors(&self.lanes[position].valid()).await?)
    }
}
