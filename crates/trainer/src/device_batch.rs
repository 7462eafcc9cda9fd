//! Batches on a device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use losscope_datasets::{Batch, Dataset};
use losscope_losses::{LossError, one_hot};
use losscope_unet::Images;

/// Images and labels of some samples; targets go to a device when a loss asks for them.
#[derive(Debug, Clone)]
pub(crate) struct DeviceBatch {
    /// `[B, C, H, W]`, of volumes `[B, C, D, H, W]`; normalised.
    pub(crate) images: Arc<Images>,
    /// Class indices `[B, H, W]`, of volumes `[B, D, H, W]`.
    pub(crate) labels: Arc<Vec<u8>>,
    one_hot: TensorData,
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
    /// Of a batch of the data.
    pub(crate) fn new(dataset: &Dataset, batch: Batch) -> Result<Self, LossError> {
        let rows = dataset.size.depth * batch.height;
        let shape = [batch.batch, rows, batch.width];
        let one_hot = one_hot(&batch.labels, &shape, dataset.classes.len())?;
        Ok(Self {
            images: Arc::new(Images {
                values: batch.images,
                count: batch.batch,
            }),
            labels: Arc::new(batch.labels),
            one_hot,
        })
    }

    /// One-hot targets `[B, K, H, W]`, of volumes `[B, K, D · H, W]`, on a device.
    pub(crate) fn target(&self, device: &Device) -> Tensor<4> {
        Tensor::from_data(self.one_hot.clone(), device)
    }
}
