//! Whether two devices compute the same: a random network, forward and backward, layer by layer.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Layer, Upsampling};
use losscope_kernels::optimiser::{Optimiser, Sgd};
use losscope_unet::{Images, LaneStep, Networks, Pushed, State, initial_parameters};
use serde::Serialize;

use crate::TrainerError;

/// How far two devices are apart in one random case. Differences are the largest of a vector's, relative
/// to the largest value in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Parity {
    /// The network and its images, in words.
    pub case: String,
    /// Of the logits.
    pub logits: f32,
    /// Of each layer's gradient: of its weight, bias, scale and shift together.
    pub layers: Vec<LayerParity>,
    /// Whether the first device gave the same bits twice.
    pub repeatable: bool,
}

/// How far two devices are apart in a layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LayerParity {
    /// The layer's path in the network.
    pub layer: String,
    /// Difference of its gradient.
    pub gradient: f32,
}

/// What a device makes of a case.
#[derive(PartialEq)]
struct Passed {
    logits: Vec<f32>,
    gradient: Vec<f32>,
}

/// A random network with random images and a random gradient of its logits.
struct Case {
    net: Architecture,
    parameters: Vec<f32>,
    images: Arc<Images>,
    logit_gradient: Vec<f32>,
}

/// Steele, Lea and Flood's SplitMix64: numbers for cases, the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.next() % choices.len() as u64) as usize]
    }

    /// In -1..1.
    pub(crate) fn numbers(&mut self, count: usize) -> Vec<f32> {
        let number = |_| (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0;
        (0..count).map(number).collect()
    }
}

impl Case {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let group = random.one_of(&[None, Some(1), Some(4)]);
        let depth = random.one_of(&[1, 2, 3]);
        let side = |random: &mut Random| (2 + (random.next() % 4) as usize) << depth;
        let net = Architecture {
            channels: random.one_of(&[1, 2, 3]),
            classes: random.one_of(&[1, 2, 3, 4]),
            base: match group {
                Some(4) => random.one_of(&[4, 8, 12]),
                _ => random.one_of(&[1, 3, 4, 6, 8]),
            },
            depth,
            group,
            upsampling: random.one_of(&[Upsampling::Transposed, Upsampling::Nearest]),
            planes: None,
            height: side(&mut random),
            width: side(&mut random),
        };
        let count = random.one_of(&[1, 2, 3]);
        let pixels = count * net.height * net.width;
        Self {
            net,
            parameters: initial_parameters(&net, seed),
            images: Arc::new(Images {
                values: random.numbers(pixels * net.channels),
                count,
            }),
            logit_gradient: random.numbers(pixels * net.classes),
        }
    }

    fn words(&self) -> String {
        let net = &self.net;
        format!(
            "{} images of {}×{}×{}, {} classes, {} channels, {} levels, groups of {:?}, {:?} upsampling",
            self.images.count,
            net.channels,
            net.height,
            net.width,
            net.classes,
            net.base,
            net.depth,
            net.group,
            net.upsampling
        )
    }

    async fn pass(&self, device: &Device) -> Result<Passed, TrainerError> {
        let mut networks = Networks::new(self.net, device)?;
        networks.push(State::new(self.parameters.clone()));
        // Without momentum, a step leaves the gradient behind as the velocity.
        let optimiser = Optimiser::Sgd(Sgd {
            learning_rate: 1.0,
            momentum: 0.0,
        });
        let lane = LaneStep {
            network: 0,
            images: self.images.clone(),
            labels: Arc::default(),
            loss: None,
            step: 1,
            norms: false,
        };
        let mut seen: Option<Tensor<4>> = None;
        networks
            .step(&[lane], &optimiser, |_, logits| {
                let shape = logits.dims();
                seen = Some(logits);
                let gradient = TensorData::new(self.logit_gradient.clone(), shape);
                Pushed {
                    loss: Tensor::zeros([1], device),
                    gradient: Tensor::from_data(gradient, device),
                }
            })
            .await?;
        let logits = match seen {
            Some(logits) => logits.into_data_async().await?.iter().collect(),
            None => Vec::new(),
        };
        let gradient = networks.state(0).await?.first;
        Ok(Passed { logits, gradient })
    }
}

/// The largest difference, relative to the largest value; infinite where something is not finite.
fn difference<'a>(pairs: impl Iterator<Item = (&'a f32, &'a f32)>) -> f32 {
    let (mut apart, mut largest) = (0.0_f32, f32::MIN_POSITIVE);
    for (a, b) in pairs {
        if !(a.is_finite() && b.is_finite()) {
            return f32::INFINITY;
        }
        apart = apart.max((a - b).abs());
        largest = largest.max(b.abs());
    }
    apart / largest
}

/// Takes a random network on two devices, which keep no gradients, forward and backward.
///
/// # Errors
/// When a device fails.
pub async fn parity(
    seed: u64,
    device: &Device,
    reference: &Device,
) -> Result<Parity, TrainerError> {
    let case = Case::new(seed);
    let (passed, again) = (case.pass(device).await?, case.pass(device).await?);
    let expected = case.pass(reference).await?;
    let layer_parity = |layer: &Layer| {
        let norms = layer.norm.iter().flat_map(|(scale, shift)| [scale, shift]);
        let ranges = [&layer.weight, &layer.bias].into_iter().chain(norms);
        LayerParity {
            layer: layer.name.clone(),
            gradient: difference(ranges.flat_map(|range| {
                let values = passed.gradient[range.clone()].iter();
                values.zip(&expected.gradient[range.clone()])
            })),
        }
    };
    Ok(Parity {
        case: case.words(),
        logits: difference(passed.logits.iter().zip(&expected.logits)),
        layers: case
            .net
            .layout()
            .layers()
            .into_iter()
            .map(layer_parity)
            .collect(),
        repeatable: passed == again,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_agrees_with_itself_and_cases_differ() {
        let device = Device::flex();
        let mut words = std::collections::HashSet::new();
        for seed in 0..20 {
            let parity = pollster::block_on(parity(seed, &device, &device)).unwrap();
            assert!(parity.repeatable, "{}", parity.case);
            assert_eq!(parity.logits, 0.0);
            assert!(parity.layers.iter().all(|layer| layer.gradient == 0.0));
            words.insert(parity.case);
        }
        assert!(words.len() > 15, "{words:?}");
    }

    #[test]
    fn what_differs_is_seen() {
        assert_eq!(difference([1.0, 2.0].iter().zip(&[1.0, 4.0])), 0.5);
        assert_eq!(difference([f32::NAN].iter().zip(&[1.0])), f32::INFINITY);
    }
}
