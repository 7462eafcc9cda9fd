//! A loss and its gradient on one picture.

use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_losses::{Loss, one_hot};

use crate::{InspectError, Picture};

/// Puts losses to pictures, in float64 on the CPU.
#[derive(Debug)]
pub struct Bench {
    device: Device,
}

/// What a loss says of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The loss.
    pub value: f64,
    /// dL/dz `[H, W]`: how it would change if the foreground's logit of a pixel grew a little.
    pub gradient: Vec<f64>,
}

impl Default for Bench {
    fn default() -> Self {
        Self {
            device: Device::flex().autodiff(),
        }
    }
}

impl Bench {
    /// Value and gradient of a loss on a picture.
    ///
    /// # Errors
    /// When a parameter is out of its range, or a label is neither 0 nor 1.
    pub async fn evaluate(
        &self,
        loss: &Loss,
        picture: &Picture,
    ) -> Result<Evaluation, InspectError> {
        const CLASSES: usize = 2;
        loss.validate()?;
        loss.validate_classes(CLASSES)?;
        let (height, width) = (picture.height(), picture.width());
        let options = (&self.device, DType::F64);
        let logits = TensorData::new(picture.logits().to_vec(), [1, 1, height, width]);
        let logits = Tensor::<4>::from_data(logits, options).require_grad();
        let target = one_hot(picture.labels(), &[1, height, width], CLASSES)?;
        let value = loss.forward(logits.clone(), Tensor::from_data(target, options));
        let gradients = value.backward();
        // A loss that is flat everywhere leaves no gradient behind.
        let gradient = match logits.grad(&gradients) {
            Some(gradient) => gradient.into_data_async().await?.iter::<f64>().collect(),
            None => vec![0.0; height * width],
        };
        let value = value.into_scalar_async::<f64>().await?;
        Ok(Evaluation { value, gradient })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same as the losses' own reference, whose gradient is that of the sigmoid's logit too.
    #[test]
    fn agrees_with_the_reference() {
        use losscope_losses::reference::{Activation, Case, value_and_gradient};
        let logits = vec![-2.0, 0.3, 1.5, 4.0, -0.7, 0.0];
        let labels = vec![0, 1, 1, 0, 0, 1];
        let picture = Picture::from_logits(2, 3, logits.clone(), labels.clone()).unwrap();
        let case = Case {
            input: &logits,
            shape: &[1, 1, 2, 3],
            labels: &labels,
            activation: Activation::Sigmoid,
        };
        for info in losscope_losses::catalogue() {
            let loss: Loss =
                serde_json::from_value(serde_json::json!({ "kind": info.kind })).unwrap();
            let found = pollster::block_on(Bench::default().evaluate(&loss, &picture)).unwrap();
            let (value, gradient) = value_and_gradient(&loss, &case).unwrap();
            assert_eq!(found, Evaluation { value, gradient }, "{}", info.kind);
        }
    }
}
