//! Seeded random examples, from the usual to the extreme.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_losses::reference::{Activation, Case};
use losscope_losses::{Loss, LossInfo, ParameterInfo, Prediction, one_hot};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use serde_json::json;

/// What a network puts out, and what it should have.
pub(crate) struct Example {
    pub(crate) what: String,
    /// `[B, C, spatial…]`
    pub(crate) shape: Vec<usize>,
    pub(crate) classes: usize,
    pub(crate) labels: Vec<u8>,
    pub(crate) input: Vec<f64>,
}

impl Example {
    fn activation(&self) -> Activation {
        match self.shape[1] {
            1 => Activation::Sigmoid,
            _ => Activation::Softmax,
        }
    }

    pub(crate) fn case(&self) -> Case<'_> {
        Case {
            input: &self.input,
            shape: &self.shape,
            labels: &self.labels,
            activation: self.activation(),
        }
    }

    /// Value and gradient in that precision.
    pub(crate) fn evaluate(&self, loss: &Loss, dtype: DType) -> (f64, Vec<f64>) {
        let device = Device::flex().autodiff();
        let (batch, channels) = (self.shape[0], self.shape[1]);
        let pixels = self.shape[2..].iter().product::<usize>();
        let input = TensorData::new(self.input.clone(), [batch, channels, pixels]);
        let input = Tensor::<3>::from_data(input, (&device, dtype)).require_grad();
        let target = one_hot(&self.labels, &[batch, pixels], self.classes).unwrap();
        let target = Tensor::<3>::from_data(target, (&device, dtype));
        let prediction = Prediction::from_logits(input.clone()).with_spatial(&self.shape[2..]);
        let value = loss.evaluate(&prediction, target);
        let gradient = input.grad(&value.backward());
        let gradient = gradient.map_or_else(
            || vec![0.0; self.input.len()],
            |gradient| gradient.into_data().iter::<f64>().collect(),
        );
        (value.into_data().iter::<f64>().next().unwrap(), gradient)
    }
}

/// How labels lie, and how sure the network is of what.
pub(crate) const MASKS: [&str; 4] = ["random", "empty", "full", "one pixel"];
pub(crate) const LOGITS: [&str; 7] = [
    "random",
    "±40",
    "beyond single precision",
    "certain and right",
    "certain and wrong",
    "±1e4",
    "zero",
];

pub(crate) fn example(random: &mut ChaCha8Rng, mask: &str, logits: &str) -> Example {
    let spatial = match random.random_range(0..4) {
        0 => vec![random.random_range(1..5), random.random_range(1..6)],
        1 => vec![random.random_range(1..12)],
        2 => vec![random.random_range(2..8), random.random_range(2..8)],
        _ => (0..3).map(|_| random.random_range(1..4)).collect(),
    };
    let batch = random.random_range(1..=3);
    let channels = random.random_range(1..=5);
    sized(random, batch, channels, &spatial, (mask, logits))
}

pub(crate) fn sized(
    random: &mut ChaCha8Rng,
    batch: usize,
    channels: usize,
    spatial: &[usize],
    (mask, logits): (&str, &str),
) -> Example {
    let classes = channels.max(2);
    let pixels = spatial.iter().product::<usize>();
    let chosen = random.random_range(0..batch * pixels);
    let foreground = random.random_range(1..classes);
    let labels: Vec<u8> = (0..batch * pixels)
        .map(|at| match mask {
            "empty" => 0,
            "full" => foreground as u8,
            "one pixel" => u8::from(at == chosen) * foreground as u8,
            _ => random.random_range(0..classes) as u8,
        })
        .collect();
    let input = (0..batch * channels * pixels)
        .map(|at| {
            let (image, channel, pixel) = (
                at / (channels * pixels),
                at / pixels % channels,
                at % pixels,
            );
            let label = usize::from(labels[image * pixels + pixel]);
            let right = if channels == 1 {
                label == 1
            } else {
                label == channel
            };
            let certain = random.random_range(20.0..60.0);
            // The other classes' probabilities are zero.
            let beyond = if right { 1.0 } else { -1.0 } * (certain + 60.0);
            match logits {
                "beyond single precision" => beyond,
                "certain and right" if right => certain,
                "certain and wrong" if right => -certain,
                "certain and right" => -certain,
                "certain and wrong" => certain,
                "±40" => 40.0 * f64::from(random.random_range(-1..=1)),
                "±1e4" => 1e4 * f64::from(random.random_range(-1..=1)),
                "zero" => 0.0,
                _ => random.random_range(-3.0..3.0),
            }
        })
        .collect();
    let mut shape = vec![batch, channels];
    shape.extend(spatial);
    Example {
        what: format!("{mask} mask, {logits} logits, {shape:?}"),
        shape,
        classes,
        labels,
        input,
    }
}

/// A loss with its parameters at their defaults (share `None`), or so far between minimum and maximum.
pub(crate) fn with_parameters(
    info: &LossInfo,
    mut share: impl FnMut(&ParameterInfo) -> Option<f64>,
) -> Loss {
    let mut object = json!({ "kind": info.kind });
    for parameter in info.parameters {
        let value = share(parameter).map_or(parameter.default, |share| {
            let value = parameter.min + share * (parameter.max - parameter.min);
            if parameter.step >= 1.0 {
                value.round()
            } else {
                value
            }
        });
        object[parameter.name] = value.into();
    }
    let loss: Loss = serde_json::from_value(object).unwrap();
    loss.validate().unwrap();
    loss
}
