//! An experiment under way.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use losscope_datasets::{Batches, Dataset, Split};
use losscope_kernels::architecture::Size;
use losscope_kernels::optimiser::Optimiser;
use losscope_losses::{Loss, LossError};
use losscope_metrics::MetricOptions;
use losscope_unet::{LaneStep, Networks, State, initial_parameters, weights};

use crate::device_batch::{DeviceBatch, images};
use crate::evaluate::{batch_metrics, batch_values, class_probabilities, predicted_classes};
use crate::experiment::MAX_LANES;
use crate::fused::fused;
use crate::lane::{Lane, Push, optimiser};
use crate::readback::PendingReport;
use crate::report::{DatasetInfo, SampleInfo};
use crate::snapshot::draw;
use crate::{
    Axis, Checkpoint, Cut, Evaluation, Experiment, LaneInfo, LaneSnapshot, Measurement,
    SessionInfo, SplitName, StepReport, Stopped, TrainerError, readback,
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
        let split = dataset.split(experiment.data.split(), experiment.data_seed())?;
        let batches = Batches::new(
            &split.train,
            experiment.training.batch_size,
            experiment.seed,
        );
        let size = Size {
            planes: (dataset.size.depth > 1).then_some(dataset.size.depth),
            height: dataset.size.height,
            width: dataset.size.width,
        };
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
            networks: Networks::new(architecture, device)?,
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
        self.lanes.push(Lane::new(id, loss));
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
        self.lanes[position] = Lane::new(lane, loss);
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
            *lane = Lane::new(lane.id, lane.loss.clone());
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
            lanes: self.lanes(),
            layers: self.layers(),
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

    /// Names of the convolutions, from the input on.
    fn layers(&self) -> Vec<String> {
        let layers = self.networks.layout().layers().into_iter();
        layers.map(|layer| layer.name.clone()).collect()
    }

    /// The lanes as they stand.
    pub fn lanes(&self) -> Vec<LaneInfo> {
        self.lanes.iter().map(Lane::info).collect()
    }

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
        let mut pending = Vec::with_capacity(count * self.lanes.len());
        for _ in 0..count {
            pending.extend(self.step_once(&wanted).await?);
        }
        let mut reports = readback::read(pending).await?;
        let layers = self.layers();
        for lane in &mut self.lanes {
            // Reports come after some steps; those that were made behind the last one do not count.
            if lane.stopped.is_none() {
                lane.check(&reports, &layers);
            }
            if let Some(Stopped { step: last, .. }) = lane.stopped {
                reports.retain(|report| report.lane != lane.id || report.step <= last);
            }
        }
        Ok(reports)
    }

    /// Everything that is needed to go on with the same numbers, but the data.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn checkpoint(&self) -> Result<Vec<u8>, TrainerError> {
        let mut lanes = Vec::with_capacity(self.lanes.len());
        for (position, lane) in self.lanes.iter().enumerate() {
            lanes.push((lane.saved(), self.networks.state(position).await?));
        }
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

    /// One step with every wanted lane that has not stopped; nothing but what the device needs is read back.
    async fn step_once(
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
                entry.insert(DeviceBatch::new(&self.dataset, &indices)?);
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
                push.gradient
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

    /// Any metrics of every lane over the images of a split. Where a network that has diverged gives no
    /// probabilities, metrics of them are undefined.
    ///
    /// # Errors
    /// When an option is out of its range, or the device fails.
    pub async fn measure(
        &mut self,
        split: SplitName,
        options: &MetricOptions,
    ) -> Result<Vec<Measurement>, TrainerError> {
        let mut per_image = vec![Vec::new(); self.lanes.len()];
        for indices in self.images(split).to_vec().chunks(EVALUATION_BATCH) {
            let logits = self
                .networks
                .forward(&images(&self.dataset, indices))
                .await?;
            for (logits, values) in logits.into_iter().zip(&mut per_image) {
                let probabilities = class_probabilities(logits.clone()).await?;
                let predicted = predicted_classes(logits).await?;
                values.extend(batch_values(
                    &self.dataset,
                    indices,
                    &predicted,
                    &probabilities,
                    options,
                )?);
            }
        }
        let lanes = self.lanes.iter().zip(per_image);
        Ok(lanes
            .map(|(lane, per_image)| Measurement {
                lane: lane.id,
                step: lane.step,
                split,
                per_image,
            })
            .collect())
    }

    /// One image of the data as every lane sees it; of a volume the slice with the most foreground.
    ///
    /// # Errors
    /// When there is no such image, or the device fails.
    pub async fn snapshot(&mut self, image: usize) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let dataset = self.dataset.clone();
        let labels = dataset
            .samples
            .get(image)
            .map_or(&[][..], |sample| &sample.labels);
        let cut = match labels {
            [] => Cut::default(),
            _ => Cut::most_foreground(dataset.size, labels, Axis::Depth),
        };
        self.snapshot_at(image, cut).await
    }

    /// A slice of a volume of the data as every lane sees it.
    ///
    /// # Errors
    /// When there is no such image or slice, or the device fails.
    pub async fn snapshot_at(
        &mut self,
        image: usize,
        cut: Cut,
    ) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let count = self.dataset.samples.len();
        let dataset = self.dataset.clone();
        let sample = dataset
            .samples
            .get(image)
            .ok_or(TrainerError::NoSuchImage {
                index: image,
                count,
            })?;
        let slices = cut.count(dataset.size);
        if cut.index >= slices {
            return Err(TrainerError::NoSuchSlice {
                index: cut.index,
                count: slices,
            });
        }
        let batch = DeviceBatch::new(&self.dataset, &[image])?;
        let target = batch.target(&self.device.clone().autodiff());
        let mut snapshots = Vec::with_capacity(self.lanes.len());
        let logits = self.networks.forward(&batch.images).await?;
        for (lane, logits) in self.lanes.iter().zip(logits) {
            let drawn = draw(logits, &target, &lane.loss, dataset.size, cut);
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
