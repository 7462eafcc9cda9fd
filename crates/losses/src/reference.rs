//! The reference path: a loss and its gradient in float64 on the CPU backend.

use burn::tensor::{DType, Device, Tensor, TensorData};

use crate::target::one_hot_values;
use crate::{Loss, LossError, Prediction};

/// What the input of an evaluation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// Logits of K = C classes.
    Softmax,
    /// One logit per pixel (C = 1), two classes.
    Sigmoid,
    /// Probabilities of K = C classes; the gradient is with respect to them, channels independent.
    Probs,
}

/// Input, labels and what they mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case<'a> {
    /// Flat input in C order.
    pub input: &'a [f64],
    /// `[B, C, spatial…]`.
    pub shape: &'a [usize],
    /// Flat class indices `[B, spatial…]`.
    pub labels: &'a [u8],
    /// What the input is.
    pub activation: Activation,
}

/// Value and gradient with respect to the input, flat in its layout.
///
/// # Errors
/// When input, labels and shape do not fit each other, or a parameter is out of its range.
pub fn value_and_gradient(loss: &Loss, case: &Case) -> Result<(f64, Vec<f64>), LossError> {
    loss.validate()?;
    if let [_, channels, ..] = *case.shape {
        loss.validate_classes(classes(channels, case.activation))?;
    }
    with_gradient(case, |prediction, target| {
        loss.evaluate(prediction, target.clone())
    })
}

/// Value and gradient of anything that is computed as a loss is.
pub(crate) fn with_gradient(
    case: &Case,
    evaluate: impl Fn(&Prediction, &Tensor<3>) -> Tensor<1>,
) -> Result<(f64, Vec<f64>), LossError> {
    let (input, target) = tensors(case)?;
    let prediction = match case.activation {
        Activation::Probs => Prediction::from_probabilities(input.clone()),
        Activation::Softmax | Activation::Sigmoid => Prediction::from_logits(input.clone()),
    };
    // An image without sides is a single pixel.
    let spatial = match &case.shape[2..] {
        [] => &[1],
        sides => sides,
    };
    let value = evaluate(&prediction.with_spatial(spatial), &target);
    let gradients = value.backward();
    let gradient = input
        .grad(&gradients)
        .unwrap_or_else(|| input.clone().inner().zeros_like());
    Ok((
        value.into_scalar::<f64>(),
        gradient.into_data().iter::<f64>().collect(),
    ))
}

fn classes(channels: usize, activation: Activation) -> usize {
    match activation {
        Activation::Sigmoid => 2,
        Activation::Softmax | Activation::Probs => channels,
    }
}

/// The input `[B, C, N]`, which requires a gradient, and the one-hot target `[B, K, N]`.
fn tensors(case: &Case) -> Result<(Tensor<3>, Tensor<3>), LossError> {
    let &Case {
        input,
        shape,
        labels,
        activation,
    } = case;
    let [batch, channels, spatial @ ..] = shape else {
        return Err(LossError::Shape {
            shape: shape.to_vec(),
        });
    };
    // A shape whose product overflows is as wrong as an empty one.
    let expected = shape
        .iter()
        .try_fold(1_usize, |product, &side| product.checked_mul(side))
        .unwrap_or(0);
    let sigmoid = activation == Activation::Sigmoid;
    // One channel is a sigmoid's, and only a sigmoid's: a softmax over one class is constant.
    if expected == 0 || sigmoid != (*channels == 1) {
        return Err(LossError::Shape {
            shape: shape.to_vec(),
        });
    }
    if input.len() != expected {
        return Err(LossError::Length {
            what: "input",
            given: input.len(),
            shape: shape.to_vec(),
            expected,
        });
    }
    let pixels = spatial.iter().product::<usize>();
    let classes = classes(*channels, activation);
    let device = Device::flex().autodiff();
    let options = (&device, DType::F64);
    let (one_hot, one_hot_shape) = one_hot_values::<f64>(labels, &[*batch, pixels], classes)?;
    let input = TensorData::new(input.to_vec(), [*batch, *channels, pixels]);
    Ok((
        Tensor::<3>::from_data(input, options).require_grad(),
        Tensor::<3>::from_data(TensorData::new(one_hot, one_hot_shape), options),
    ))
}
