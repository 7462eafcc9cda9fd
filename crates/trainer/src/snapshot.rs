//! One image through every lane: probabilities and the gradient at each pixel.

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
use losscope_datasets::{Axis, Cut, Dataset, Size};
use losscope_losses::Loss;
use losscope_metrics::{ImageMetrics, summarise};

use crate::TrainerError;
use crate::evaluate::predicted_classes;
use crate::lane::Push;
use crate::readback::shares;

/// One image as one lane sees it. Tensors stay on the device, to be drawn there.
#[derive(Debug, Clone)]
pub struct LaneSnapshot {
    /// The lane.
    pub lane: u32,
    /// Steps it has made.
    pub step: usize,
    /// The image's position in the data.
    pub image: usize,
    /// Which slice of a volume the tensors below show; of an image the only one.
    pub cut: Cut,
    /// Class probabilities `[K, rows, columns]`.
    pub probabilities: Tensor<3>,
    /// dL/dlogits `[K, rows, columns]` of the loss of this image (this whole volume) by itself.
    pub logit_gradient: Tensor<3>,
    /// The loss of this image by itself.
    pub loss: f32,
    /// Share of Σ |dL/dlogit| per class of the label.
    pub gradient_share: Vec<f32>,
    /// max |dL/dlogit|, in all of a volume.
    pub gradient_max: f32,
    /// Dice over foreground classes, undefined where there is none in image and prediction.
    pub dice: Option<f64>,
}

/// What a snapshot shows, as numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotValues {
    /// Of the image or slice; its depth is 1.
    pub size: Size,
    /// `[C, rows, columns]`, 0 to 1.
    pub image: Vec<f32>,
    /// Class indices `[rows, columns]`.
    pub labels: Vec<u8>,
    /// `[K, rows, columns]`.
    pub probabilities: Vec<f32>,
    /// dL/dlogits `[K, rows, columns]`.
    pub logit_gradient: Vec<f32>,
}

impl LaneSnapshot {
    /// Reads the tensors back, beside what they are about.
    ///
    /// # Errors
    /// When the device fails.
    ///
    /// # Panics
    /// Where the snapshot is of other data.
    pub async fn values(&self, dataset: &Dataset) -> Result<SnapshotValues, TrainerError> {
        let sample = &dataset.samples[self.image];
        Ok(SnapshotValues {
            size: self.cut.size(dataset.size),
            image: self.cut.of(dataset.size, &sample.pixels),
            labels: self.cut.of(dataset.size, &sample.labels),
            probabilities: numbers(&self.probabilities).await?,
            logit_gradient: numbers(&self.logit_gradient).await?,
        })
    }
}

/// A tensor's numbers, read back.
pub(crate) async fn numbers<const D: usize>(tensor: &Tensor<D>) -> Result<Vec<f32>, TrainerError> {
    let data = tensor.clone().into_data_async().await?;
    Ok(data.iter::<f32>().collect())
}

/// Tensors of a snapshot, before anything is read back.
pub(crate) struct Drawn {
    cut: Cut,
    pub(crate) probabilities: Tensor<3>,
    pub(crate) logit_gradient: Tensor<3>,
    logits: Tensor<4>,
    numbers: Tensor<1>,
}

/// The slice `[K, rows, columns]` of `[1, K, D · H, W]`.
pub(crate) fn slice(values: Tensor<4>, size: Size, cut: Cut) -> Tensor<3> {
    let classes = values.dims()[1];
    let image = cut.size(size);
    let slice = |axis| {
        values
            .reshape([classes, size.depth, size.height, size.width])
            .narrow(axis, cut.index, 1)
            .reshape([classes, image.height, image.width])
    };
    match cut.axis {
        Axis::Axial => slice(1),
        // The top of the volume is shown above, as in `Cut::of`.
        Axis::Coronal => slice(2).flip([1]),
        Axis::Sagittal => slice(3).flip([1]),
    }
}

/// Evaluates the loss of one image at its logits `[1, K, D · H, W]` and takes its gradient there.
pub(crate) fn draw(
    logits: Tensor<4>,
    target: &Tensor<4>,
    loss: &Loss,
    size: Size,
    cut: Cut,
) -> Drawn {
    let push = Push::new(loss, logits.clone(), target, size.depth);
    let largest = push.gradient.clone().abs().max();
    Drawn {
        cut,
        probabilities: slice(softmax(logits.clone(), 1), size, cut),
        logit_gradient: slice(push.gradient, size, cut),
        logits,
        numbers: Tensor::cat(vec![push.loss, largest, push.per_class], 0),
    }
}

impl Drawn {
    /// Reads the numbers back and leaves the tensors where they are.
    pub(crate) async fn read(
        self,
        (lane, step, image): (u32, usize, usize),
        labels: &[u8],
    ) -> Result<LaneSnapshot, TrainerError> {
        let numbers: Vec<f32> = self
            .numbers
            .into_data_async()
            .await?
            .iter::<f32>()
            .collect();
        let classes = self.probabilities.dims()[0];
        let predicted = predicted_classes(self.logits).await?;
        let metrics = ImageMetrics::new(String::new(), &predicted, labels, classes);
        Ok(LaneSnapshot {
            lane,
            step,
            image,
            cut: self.cut,
            probabilities: self.probabilities,
            logit_gradient: self.logit_gradient,
            loss: numbers[0],
            gradient_max: numbers[1],
            gradient_share: shares(&numbers[2..]),
            dice: summarise(&[metrics]).dice,
        })
    }
}
