//! One image through every lane: probabilities and the gradient at each pixel.

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;
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
    /// Class probabilities `[K, H, W]`.
    pub probabilities: Tensor<3>,
    /// dL/dlogits `[K, H, W]` of the loss of this image by itself.
    pub logit_gradient: Tensor<3>,
    /// The loss of this image by itself.
    pub loss: f32,
    /// Share of Σ |dL/dlogit| per class of the label.
    pub gradient_share: Vec<f32>,
    /// max |dL/dlogit|.
    pub gradient_max: f32,
    /// Dice over foreground classes, undefined where there is none in image and prediction.
    pub dice: Option<f64>,
}

/// Tensors of a snapshot, before anything is read back.
pub(crate) struct Drawn {
    pub(crate) probabilities: Tensor<3>,
    pub(crate) logit_gradient: Tensor<3>,
    logits: Tensor<4>,
    numbers: Tensor<1>,
}

/// Evaluates the loss of one image at its logits `[1, K, H, W]` and takes its gradient there.
pub(crate) fn draw(logits: Tensor<4>, target: &Tensor<4>, loss: &Loss) -> Drawn {
    let push = Push::new(loss, logits.clone(), target);
    let largest = push.gradient.clone().abs().max();
    Drawn {
        probabilities: softmax(logits.clone(), 1).squeeze_dim(0),
        logit_gradient: push.gradient.squeeze_dim(0),
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
            probabilities: self.probabilities,
            logit_gradient: self.logit_gradient,
            loss: numbers[0],
            gradient_max: numbers[1],
            gradient_share: shares(&numbers[2..]),
            dice: summarise(&[metrics]).dice,
        })
    }
}
