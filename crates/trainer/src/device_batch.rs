//! Batches on a device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use losscope_datasets::Dataset;
use losscope_losses::{LossError, one_hot};
use losscope_unet::Images;

/// Images for the networks, and one-hot targets on a device.
#[derive(Debug, Clone)]
pub(crate) struct DeviceBatch {
    /// `[B, C, H, W]`, normalised.
    pub(crate) images: Arc<Images>,
    /// `[B, K, H, W]`.
    pub(crate) target: Tensor<4>,
}

/// The images of some samples, normalised.
pub(crate) fn images(dataset: &Dataset, indices: &[usize]) -> Images {
    let batch = dataset.batch(indices);
    Images {
        values: batch.images,
        count: batch.batch,
    }
}

impl DeviceBatch {
    pub(crate) fn new(
        dataset: &Dataset,
        indices: &[usize],
        device: &Device,
    ) -> Result<Self, LossError> {
        let batch = dataset.batch(indices);
        let shape = [batch.batch, batch.height, batch.width];
        let target = one_hot(&batch.labels, &shape, dataset.classes.len())?;
        Ok(Self {
            images: Arc::new(Images {
                values: batch.images,
                count: batch.batch,
            }),
            target: Tensor::from_data(target, device),
        })
    }
}
