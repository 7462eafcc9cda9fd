//! Passes through random networks, for images and for volumes, against plain loops in double precision;
//! gradients against finite differences of those.

use std::sync::Arc;

use losscope_kernels::architecture::{Architecture, Upsampling};
use losscope_kernels::cpu::pass::{ImagePass, Weights, transposed};

mod naive;

use naive::Naive;

struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    /// From −1 to 1.
    fn value(&mut self) -> f32 {
        self.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0
    }

    fn values(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.value()).collect()
    }
}

fn architecture(
    random: &mut Random,
    volume: bool,
    group: Option<usize>,
    upsampling: Upsampling,
) -> Architecture {
    let depth = 1 + random.below(2);
    let side = |random: &mut Random, most: usize| (1 + random.below(most)) << depth;
    Architecture {
        channels: 1 + random.below(3),
        classes: 1 + random.below(4),
        base: match group {
            Some(4) => 4 + 4 * random.below(3),
            _ => 1 + random.below(9),
        },
        depth,
        group,
        upsampling,
        planes: volume.then(|| side(random, 3)),
        height: side(random, if volume { 3 } else { 6 }),
        width: side(random, if volume { 4 } else { 7 }),
    }
}

/// Every combination, several times.
fn architectures(random: &mut Random) -> Vec<Architecture> {
    let mut all = Vec::new();
    for volume in [false, true] {
        for group in [None, Some(1), Some(4)] {
            for upsampling in [Upsampling::Transposed, Upsampling::Nearest] {
                all.extend((0..2).map(|_| architecture(random, volume, group, upsampling)));
            }
        }
    }
    all
}

/// Drawn at random throughout, scales near 1.
fn parameters(net: &Architecture, random: &mut Random) -> Vec<f32> {
    let layout = net.layout();
    let mut parameters: Vec<f32> = random
        .values(layout.len)
        .iter()
        .map(|value| 0.2 * value)
        .collect();
    for layer in layout.layers() {
        let deviation = (3.0 / layer.fan_in() as f32).sqrt();
        for weight in &mut parameters[layer.weight.clone()] {
            *weight *= 5.0 * deviation;
        }
        if let Some((scale, _)) = layer.norm.clone() {
            parameters[scale].iter_mut().for_each(|scale| *scale += 1.0);
        }
    }
    parameters
}

fn dot(a: &[f64], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| a * f64::from(b)).sum()
}

#[test]
fn logits_and_gradients_are_those_of_plain_loops() {
    let random = &mut Random(3);
    for net in architectures(random) {
        let layout = Arc::new(net.layout());
        let start = parameters(&net, random);
        let pixels = net.size(0).pixels();
        let push = random.values(net.classes * pixels);
        let mut pass = ImagePass::new(&net, &layout);
        let turned = transposed(&layout, &start);
        let weights = Weights {
            values: &start,
            transposed: &turned,
        };
        let wide: Vec<f64> = start.iter().map(|&value| f64::from(value)).collect();
        // The second image meets what the first has left behind.
        for second in [false, true] {
            let image = random.values(net.channels * pixels);
            let mut logits = vec![0.0; net.classes * pixels];
            pass.forward(&weights, &image, &mut logits);
            let mut gradient = vec![0.0; layout.len];
            pass.backward(&weights, &push, &mut gradient);

            let naive = |parameters: &[f64]| Naive { net, parameters }.logits(&image);
            let expected = naive(&wide);
            let largest = expected
                .iter()
                .fold(1e-3f64, |most, value| most.max(value.abs()));
            for (&own, expected) in logits.iter().zip(&expected) {
                let apart = (f64::from(own) - expected).abs() / largest;
                assert!(apart < 2e-5, "logits of {net:?} are {apart} apart");
            }

            if !second {
                continue;
            }
            // Along a random direction of the parameters of each layer.
            for layer in layout.layers() {
                let mut ranges = vec![layer.weight.clone()];
                // Behind a normalisation of each channel, a bias changes nothing: its gradient is noise.
                if net.group != Some(1) || layer.norm.is_none() {
                    ranges.push(layer.bias.clone());
                }
                let norms = layer.norm.iter();
                ranges.extend(norms.flat_map(|(scale, shift)| [scale.clone(), shift.clone()]));
                for range in ranges {
                    // Signs of the gradient: nothing cancels, so that the tolerance means something.
                    let direction: Vec<f64> = gradient[range.clone()]
                        .iter()
                        .map(|value| {
                            f64::from(value.signum()) * f64::from(0.5 + random.value().abs())
                        })
                        .collect();
                    let step = 1e-7;
                    let moved = |by: f64| {
                        let mut parameters = wide.clone();
                        for (value, along) in parameters[range.clone()].iter_mut().zip(&direction) {
                            *value += by * along;
                        }
                        dot(&naive(&parameters), &push)
                    };
                    let expected = (moved(step) - moved(-step)) / (2.0 * step);
                    let own = dot(&direction, &gradient[range.clone()]);
                    let scale = expected.abs().max(1e-2 * largest);
                    let apart = (own - expected).abs() / scale;
                    // A value next to zero may pass a ReLU in one precision and not in the other.
                    assert!(
                        apart < 1e-2,
                        "{} {range:?} of {net:?}: {own} instead of {expected}",
                        layer.name
                    );
                }
            }
        }
    }
}
