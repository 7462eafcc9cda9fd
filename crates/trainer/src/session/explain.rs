//! Where numbers come from.

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use losscope_datasets::{Axis, Cut};
use losscope_unet::{Probe, State};

use super::Session;
use crate::device_batch::DeviceBatch;
use crate::explain::Parts;
use crate::lane::Push;
use crate::readback::shares;
use crate::snapshot::{SnapshotValues, numbers, slice};
use crate::{Experiment, LaneSnapshot, PixelExplanation, StepExplanation, TrainerError};

impl Session {
    /// What one lane thinks of one pixel of a snapshot, by its row and column.
    ///
    /// # Errors
    /// When there is no such lane or pixel, or the device fails.
    pub async fn explain_pixel(
        &self,
        snapshot: &LaneSnapshot,
        (row, column): (usize, usize),
    ) -> Result<PixelExplanation, TrainerError> {
        let lane = &self.lanes[self.position(snapshot.lane)?];
        let size = snapshot.cut.size(self.dataset.size);
        if row >= size.height || column >= size.width {
            return Err(TrainerError::NoSuchPixel {
                row,
                column,
                height: size.height,
                width: size.width,
            });
        }
        let values = snapshot.values(&self.dataset).await?;
        let whole = self.dataset.size.depth == 1;
        let of = (snapshot.lane, snapshot.step);
        Ok(PixelExplanation::new(
            of,
            &lane.loss,
            &values,
            whole,
            (row, column),
        ))
    }

    /// The step that a lane takes next, taken apart without taking it, and its images as the lane sees them
    /// before it, of volumes the slice with the most foreground. It is worked out on the processor, whatever
    /// the networks are on.
    ///
    /// # Errors
    /// When there is no such lane, it has stopped for good, or the device fails.
    pub async fn explain_step(
        &self,
        lane: u32,
    ) -> Result<(StepExplanation, Vec<SnapshotValues>), TrainerError> {
        let position = self.position(lane)?;
        let lane = &self.lanes[position];
        if lane.stopped.is_some() {
            return Err(TrainerError::Stopped(lane.id));
        }
        let size = self.dataset.size;
        let indices = self.batches.indices(lane.step);
        let Experiment {
            augmentation, seed, ..
        } = &self.experiment;
        let batch = self
            .dataset
            .batch_augmented(&indices, augmentation, *seed, lane.step)?;
        let batch = DeviceBatch::new(&self.dataset, batch)?;
        let target = batch.target(&self.device.clone().autodiff());

        let State {
            parameters: before,
            mut first,
            mut second,
        } = self.networks.state(position).await?;
        let architecture = *self.networks.architecture();
        let mut probe = Probe::new(architecture, before.clone(), &self.device);
        let logits = probe.forward(&batch.images);
        let push = Push::new(&lane.loss, logits.clone(), &target, size.depth);
        let found = numbers(&push.numbers()).await?;
        let logit_gradient = numbers(&push.gradient).await?;
        let parts = Parts::new(
            &logit_gradient,
            &batch.labels,
            (size.height, size.width),
            indices.len(),
            |part| probe.backward(&batch.images, part),
        );

        let mut after = before.clone();
        let (step, gradient) = (lane.step + 1, parts.sum());
        self.optimiser
            .step(step, &mut after, &gradient, &mut first, &mut second);
        let (layers, network) = parts.pulls(probe.layout(), &before, &after);
        let logits_after = Probe::new(architecture, after, &self.device).forward(&batch.images);
        let push_after = Push::new(&lane.loss, logits_after, &target, size.depth);

        let mut seen = Vec::with_capacity(indices.len());
        for (at, &index) in indices.iter().enumerate() {
            let sample = match augmentation.is_off() {
                true => self.dataset.samples[index].clone(),
                false => self
                    .dataset
                    .augmented(index, augmentation, *seed, lane.step)?,
            };
            let cut = Cut::most_foreground(size, &sample.labels, Axis::Axial);
            let image = |tensor: &Tensor<4>| slice(tensor.clone().narrow(0, at, 1), size, cut);
            seen.push(SnapshotValues {
                size: cut.size(size),
                image: cut.of(size, &sample.pixels),
                labels: cut.of(size, &sample.labels),
                probabilities: numbers(&image(&softmax(logits.clone(), 1))).await?,
                logit_gradient: numbers(&image(&push.gradient)).await?,
            });
        }
        let foreground = batch.labels.iter().filter(|&&label| label != 0).count();
        let explanation = StepExplanation {
            lane: lane.id,
            step,
            images: indices,
            foreground: foreground as f64 / batch.labels.len() as f64,
            loss: found[0],
            loss_after: numbers(&push_after.loss).await?[0],
            gradient_share: shares(&found[1..]),
            gradient_max: logit_gradient.iter().fold(0.0, |a, b| a.max(b.abs())),
            layers,
            network,
        };
        Ok((explanation, seen))
    }
}
