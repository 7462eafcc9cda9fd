//! Batches on a device.

use burn::tensor::{Device, Tensor, TensorData};
use losscope_datasets::Dataset;
use losscope_losses::{LossError, one_hot};

/// Images and one-hot targets on a device.
#[derive(Debug, Clone)]
pub(crate) struct DeviceBatch {
    /// `[B, C, H, W]`, normalised.
    pub(crate) images: Tensor<4>,
    /// `[B, K, H, W]`.
    pub(crate) target: Tensor<4>,
}

impl DeviceBatch {
    pub(crate) fn new(
        dataset: &Dataset,
        indices: &[usize],
        device: &Device,
    ) -> Result<Self, LossError> {
        let batch = dataset.batch(indices);
        let (count, height, width) = (batch.batch, batch.height, batch.width);
        let target = one_hot(
            &batch.labels,
            &[count, height, width],
            dataset.classes.len(),
        )?;
        let images = TensorData::new(batch.images, [count, batch.channels, height, width]);
        Ok(Self {
            images: Tensor::from_data(images, device),
            target: Tensor::from_data(target, device),
        })
    }
}
