//! The network's kernels against the same network of Burn's own operations, in float64.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Upsampling};
use losscope_kernels::optimiser::{Adam, Optimiser};
use losscope_tests::burn_unet::BurnUNet;
use losscope_unet::{Images, LaneStep, Networks, Pushed, State};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

fn values(random: &mut ChaCha8Rng, count: usize, scale: f32) -> Vec<f32> {
    (0..count)
        .map(|_| scale * random.random_range(-1.0f32..1.0))
        .collect()
}

/// Parameters drawn at random throughout, scales and shifts of normalisations too.
fn parameters(architecture: &Architecture, random: &mut ChaCha8Rng) -> Vec<f32> {
    let layout = architecture.layout();
    let mut parameters = values(random, layout.len, 0.2);
    for layer in layout.layers() {
        let deviation = (3.0 / layer.fan_in() as f32).sqrt();
        for weight in &mut parameters[layer.weight.clone()] {
            *weight *= 5.0 * deviation;
        }
        if let Some((scale, _)) = &layer.norm {
            for scale in &mut parameters[scale.clone()] {
                *scale += 1.0;
            }
        }
    }
    parameters
}

fn architectures(random: &mut ChaCha8Rng) -> Vec<Architecture> {
    let mut all = Vec::new();
    for group in [None, Some(1), Some(4)] {
        for (upsampling, volume) in [
            (Upsampling::Transposed, false),
            (Upsampling::Nearest, false),
            (Upsampling::Transposed, true),
            (Upsampling::Nearest, true),
        ] {
            for _ in 0..3 {
                let depth = random.random_range(1..=if volume { 2 } else { 3 });
                let most = if volume { 3 } else { 5 };
                let side = |random: &mut ChaCha8Rng| random.random_range(2..=most) << depth;
                let base = match group {
                    Some(4) => [4, 8, 12][random.random_range(0..3)],
                    _ => random.random_range(1..=9),
                };
                all.push(Architecture {
                    channels: random.random_range(1..=3),
                    classes: random.random_range(1..=4),
                    base,
                    depth,
                    group,
                    upsampling,
                    planes: volume.then(|| random.random_range(1..=3) << depth),
                    height: side(random),
                    width: side(random),
                });
            }
        }
    }
    all
}

/// The largest difference, as a share of the largest expected value.
fn difference(actual: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(actual.len(), expected.len());
    let largest = expected.iter().fold(1e-6, |a: f64, b| a.max(b.abs()));
    actual
        .iter()
        .zip(expected)
        .fold(0.0, |a: f64, (x, y)| a.max((x - y).abs()))
        / largest
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

#[test]
fn logits_and_gradients_are_those_of_burns_operations() {
    let random = &mut ChaCha8Rng::seed_from_u64(11);
    let device = Device::flex();
    for architecture in architectures(random) {
        let net = architecture;
        let count = random.random_range(1..=3);
        let start = parameters(&net, random);
        let images = values(random, count * net.channels * net.size(0).pixels(), 1.5);
        let push = values(random, count * net.classes * net.size(0).pixels(), 0.1);

        let reference = BurnUNet::new(net, &start);
        let wide: Vec<f64> = images.iter().map(|&value| f64::from(value)).collect();
        let planes = net.size(0).depth();
        let shape = [count, net.channels, planes, net.height, net.width];
        let input = Tensor::from_data(
            TensorData::new(wide, shape),
            (&device.clone().autodiff(), DType::F64),
        );
        let logits = reference.forward_volumes(input);
        let shape = [count, net.classes, planes, net.height, net.width];
        let factors: Vec<f64> = push.iter().map(|&value| f64::from(value)).collect();
        let factors = Tensor::<5>::from_data(
            TensorData::new(factors, shape),
            (&device.clone().autodiff(), DType::F64),
        );
        let gradients = (logits.clone() * factors).sum().backward();
        let expected = numbers(reference.parameters.grad(&gradients).unwrap());

        // A step of gradient descent at rate 1 tells the gradient.
        let mut networks = Networks::new(net, &device).unwrap();
        networks.push(State::new(start.clone()));
        let images = Arc::new(Images {
            values: images,
            count,
        });
        let lane = LaneStep {
            network: 0,
            images,
            step: 1,
            labels: Arc::default(),
            loss: None,
            norms: true,
        };
        let optimiser = Optimiser::Sgd(losscope_kernels::optimiser::Sgd {
            learning_rate: 1.0,
            momentum: 0.0,
        });
        let mut own_logits = Vec::new();
        let norms = pollster::block_on(networks.step(&[lane], &optimiser, |_, logits| {
            own_logits = numbers(logits.clone());
            Pushed {
                loss: Tensor::zeros([1], &device),
                gradient: Tensor::from_data(TensorData::new(push.clone(), logits.dims()), &device),
            }
        }))
        .unwrap();
        let state = pollster::block_on(networks.state(0)).unwrap();
        let gradient: Vec<f64> = state.first.iter().map(|&value| f64::from(value)).collect();

        assert!(
            difference(&own_logits, &numbers(logits)) < 2e-5,
            "logits of {net:?}"
        );
        for layer in net.layout().layers() {
            let mut ranges = vec![layer.weight.clone()];
            // Behind a normalisation of each channel, a bias changes nothing: its gradient is noise.
            if net.group != Some(1) || layer.norm.is_none() {
                ranges.push(layer.bias.clone());
            }
            ranges.extend(
                layer
                    .norm
                    .iter()
                    .flat_map(|(scale, shift)| [scale.clone(), shift.clone()]),
            );
            for range in ranges {
                let apart = difference(&gradient[range.clone()], &expected[range.clone()]);
                assert!(apart < 5e-4, "{} {range:?} of {net:?}: {apart}", layer.name);
            }
        }
        let norm = |range: &std::ops::Range<usize>| {
            expected[range.clone()]
                .iter()
                .map(|g| g * g)
                .sum::<f64>()
                .sqrt()
        };
        let expected: Vec<f64> = net
            .layout()
            .layers()
            .iter()
            .map(|l| norm(&l.weight))
            .collect();
        let norms = numbers(norms.into_iter().next().unwrap().norms.unwrap());
        assert!(difference(&norms, &expected) < 1e-4, "norms of {net:?}");
    }
}

/// Burn's Adam on the same gradients.
#[test]
fn adam_is_burns_adam() {
    use burn::module::{Module, Param};
    use burn::optim::{AdamConfig, GradientsParams};

    #[derive(Module, Debug)]
    struct Flat {
        values: Param<Tensor<1>>,
    }

    let random = &mut ChaCha8Rng::seed_from_u64(5);
    let device = Device::flex().autodiff();
    let start = values(random, 50, 1.0);
    let mut flat = Flat {
        values: Param::from_data(TensorData::new(start.clone(), [50]), &device),
    };
    let mut burn = AdamConfig::new().with_epsilon(1e-8).init();
    let adam = Adam {
        learning_rate: 0.01,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-8,
    };
    let mut state = State::new(start);
    for step in 1..=20 {
        let gradient = values(random, 50, 1.0);
        let factors = Tensor::<1>::from_data(TensorData::new(gradient.clone(), [50]), &device);
        let gradients = (flat.values.val() * factors).sum().backward();
        let gradients = GradientsParams::from_grads(gradients, &flat);
        flat = burn.step(0.01, flat, gradients);
        let State {
            parameters,
            first,
            second,
        } = &mut state;
        adam.step(step, parameters, &gradient, first, second);
    }
    let own: Vec<f64> = state
        .parameters
        .iter()
        .map(|&value| f64::from(value))
        .collect();
    assert!(difference(&own, &numbers(flat.values.val())) < 1e-5);
}
