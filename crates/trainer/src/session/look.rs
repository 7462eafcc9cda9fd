//! What the networks make of images.

use losscope_datasets::{Axis, Cut, Sample};
use losscope_metrics::MetricOptions;

use super::Session;
use crate::device_batch::{DeviceBatch, images};
use crate::evaluate::{batch_metrics, batch_values, class_probabilities, predicted_classes};
use crate::snapshot::draw;
use crate::{Evaluation, LaneSnapshot, Measurement, SplitName, TrainerError};

/// Images that are evaluated at once, at the most.
const EVALUATION_BATCH: usize = 8;

impl Session {
    /// Metrics of every lane over the images of a split.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn evaluate(&mut self, split: SplitName) -> Result<Vec<Evaluation>, TrainerError> {
        let all: Vec<usize> = (0..self.lanes.len()).collect();
        self.evaluate_at(&all, split).await
    }

    /// [`Session::evaluate`] of one lane alone.
    ///
    /// # Errors
    /// When there is no such lane, or the device fails.
    pub async fn evaluate_lane(
        &mut self,
        lane: u32,
        split: SplitName,
    ) -> Result<Vec<Evaluation>, TrainerError> {
        let position = self.position(lane)?;
        self.evaluate_at(&[position], split).await
    }

    /// Images that are evaluated at once: no more than are trained on, so that it takes no more memory.
    fn evaluation_batch(&self) -> usize {
        self.experiment
            .training
            .batch_size
            .clamp(1, EVALUATION_BATCH)
    }

    async fn evaluate_at(
        &mut self,
        positions: &[usize],
        split: SplitName,
    ) -> Result<Vec<Evaluation>, TrainerError> {
        let mut per_image = vec![Vec::new(); positions.len()];
        for indices in self.images(split).to_vec().chunks(self.evaluation_batch()) {
            let images = images(&self.dataset, indices);
            let logits = self.networks.forward(positions, &images).await?;
            for (logits, metrics) in logits.into_iter().zip(&mut per_image) {
                let predicted = predicted_classes(logits).await?;
                metrics.extend(batch_metrics(&self.dataset, indices, &predicted));
            }
        }
        let evaluations = positions.iter().zip(per_image);
        Ok(evaluations
            .map(|(&position, images)| {
                let lane = &self.lanes[position];
                Evaluation::new(lane.id, lane.step, split, images)
            })
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
        let all: Vec<usize> = (0..self.lanes.len()).collect();
        let mut per_image = vec![Vec::new(); all.len()];
        for indices in self.images(split).to_vec().chunks(self.evaluation_batch()) {
            let images = images(&self.dataset, indices);
            let logits = self.networks.forward(&all, &images).await?;
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

    /// The class indices, flat, that every lane finds in some images of the data.
    ///
    /// # Errors
    /// When there is no such image, or the device fails.
    pub async fn predict(&mut self, images: &[usize]) -> Result<Vec<Vec<Vec<u8>>>, TrainerError> {
        for &image in images {
            self.sample(image)?;
        }
        let all: Vec<usize> = (0..self.lanes.len()).collect();
        let pixels = self.dataset.size.pixels();
        let mut found = vec![Vec::new(); all.len()];
        for indices in images.chunks(self.evaluation_batch()) {
            let batch = self::images(&self.dataset, indices);
            let logits = self.networks.forward(&all, &batch).await?;
            for (logits, found) in logits.into_iter().zip(&mut found) {
                let predicted = predicted_classes(logits).await?;
                found.extend(predicted.chunks_exact(pixels).map(<[u8]>::to_vec));
            }
        }
        Ok(found)
    }

    /// One image of the data as every lane sees it; of a volume the slice with the most foreground.
    ///
    /// # Errors
    /// When there is no such image, or the device fails.
    pub async fn snapshot(&mut self, image: usize) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let cut = self.most_foreground(image, Axis::Axial)?;
        self.snapshot_at(image, cut).await
    }

    /// The slice of an image of the data that has the most foreground.
    ///
    /// # Errors
    /// When there is no such image.
    pub fn most_foreground(&self, image: usize, axis: Axis) -> Result<Cut, TrainerError> {
        let labels = &self.sample(image)?.labels;
        Ok(Cut::most_foreground(self.dataset.size, labels, axis))
    }

    pub(super) fn sample(&self, image: usize) -> Result<&Sample, TrainerError> {
        let samples = &self.dataset.samples;
        samples.get(image).ok_or(TrainerError::NoSuchImage {
            index: image,
            count: samples.len(),
        })
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
        let all: Vec<usize> = (0..self.lanes.len()).collect();
        self.look(&all, image, cut, None).await
    }

    /// [`Session::snapshot_at`] of one lane alone.
    ///
    /// # Errors
    /// When there is no such lane, image or slice, or the device fails.
    pub async fn snapshot_lane(
        &mut self,
        lane: u32,
        image: usize,
        cut: Cut,
    ) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let position = self.position(lane)?;
        self.look(&[position], image, cut, None).await
    }

    /// [`Session::snapshot_lane`] as it was at an earlier step: the last one up to `step` that is kept, or else
    /// the first (see [`Session::keep_past`]).
    ///
    /// # Errors
    /// When there is no such lane, image or slice, nothing is kept of earlier steps, or the device fails.
    pub async fn snapshot_past(
        &mut self,
        lane: u32,
        image: usize,
        cut: Cut,
        step: usize,
    ) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let position = self.position(lane)?;
        self.remember().await?;
        self.look(&[position], image, cut, Some(step)).await
    }

    async fn look(
        &mut self,
        positions: &[usize],
        image: usize,
        cut: Cut,
        past: Option<usize>,
    ) -> Result<Vec<LaneSnapshot>, TrainerError> {
        let (labels, size) = (self.sample(image)?.labels.clone(), self.dataset.size);
        let slices = cut.count(size);
        if cut.index >= slices {
            return Err(TrainerError::NoSuchSlice {
                index: cut.index,
                count: slices,
            });
        }
        let batch = DeviceBatch::new(&self.dataset, self.dataset.batch(&[image]))?;
        let target = batch.target(&self.device.clone().autodiff());
        let mut snapshots = Vec::with_capacity(positions.len());
        let seen = match past {
            None => {
                let logits = self.networks.forward(positions, &batch.images).await?;
                let steps = positions.iter().map(|&position| self.lanes[position].step);
                steps.zip(logits).collect()
            }
            Some(step) => self.past_logits(positions, &batch.images, step)?,
        };
        for (&position, (step, logits)) in positions.iter().zip(seen) {
            let lane = &self.lanes[position];
            let drawn = draw(logits, &target, &lane.loss, size, cut);
            snapshots.push(drawn.read((lane.id, step, image), &labels).await?);
        }
        Ok(snapshots)
    }
}
