//! Networks on the processor: each image by itself, side by side where there are threads.
//!
//! Where there are none, one image goes forward and back before the next one, and no more memory is taken than
//! one needs. A loss that cannot be told image by image has them all go forward first: they stay in memory until
//! they go back as long as there is [`KEPT`], else they go forward once more.

use std::ops::Range;
use std::sync::Arc;

use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Layout};
use losscope_kernels::cpu::pass::{ImagePass, Weights, transposed};
use losscope_kernels::loss::{FusedLoss, Pushing};
use losscope_kernels::optimiser::Optimiser;
#[cfg(not(target_arch = "wasm32"))]
use rayon::prelude::*;

use crate::networks::{Images, LaneNumbers, LaneStep, Pushed, State};

/// Bytes that images may take while they wait to go back, where they go one behind the other.
pub(crate) const KEPT: usize = 512 << 20;

/// Networks whose parameters and images are in memory.
pub(crate) struct CpuNetworks {
    architecture: Architecture,
    layout: Arc<Layout>,
    device: Device,
    states: Vec<State>,
    /// Images on their way; lanes go one behind the other and share them.
    passes: Vec<ImagePass>,
    /// Gradients that images leave: one each of those that go side by side.
    left: Vec<Vec<f32>>,
    gradients: Vec<f32>,
}

/// How many of so many images go side by side.
fn side_by_side(count: usize) -> usize {
    #[cfg(not(target_arch = "wasm32"))]
    if rayon::current_num_threads() > 1 {
        return count;
    }
    count.min(1)
}

/// Calls a function with what is of each image: its pass, and the parts of two slices.
#[cfg(not(target_arch = "wasm32"))]
fn each<T: Send>(
    passes: &mut [ImagePass],
    from: (&[f32], usize),
    to: (&mut [T], usize),
    function: impl Fn(&mut ImagePass, &[f32], &mut [T]) + Sync,
) {
    passes
        .par_iter_mut()
        .zip(from.0.par_chunks_exact(from.1))
        .zip(to.0.par_chunks_exact_mut(to.1))
        .for_each(|((pass, from), to)| function(pass, from, to));
}

#[cfg(target_arch = "wasm32")]
fn each<T>(
    passes: &mut [ImagePass],
    from: (&[f32], usize),
    to: (&mut [T], usize),
    function: impl Fn(&mut ImagePass, &[f32], &mut [T]),
) {
    let parts = from.0.chunks_exact(from.1).zip(to.0.chunks_exact_mut(to.1));
    for (pass, (from, to)) in passes.iter_mut().zip(parts) {
        function(pass, from, to);
    }
}

impl CpuNetworks {
    pub(crate) fn new(architecture: Architecture, layout: Arc<Layout>, device: &Device) -> Self {
        let gradients = vec![0.0; layout.len];
        Self {
            architecture,
            layout,
            device: device.clone(),
            states: Vec::new(),
            passes: Vec::new(),
            left: Vec::new(),
            gradients,
        }
    }

    pub(crate) fn push(&mut self, state: State) {
        self.states.push(state);
    }

    pub(crate) fn set(&mut self, network: usize, state: State) {
        self.states[network] = state;
    }

    pub(crate) fn remove(&mut self, network: usize) {
        self.states.remove(network);
    }

    pub(crate) fn state(&self, network: usize) -> State {
        self.states[network].clone()
    }

    pub(crate) fn states(&self) -> &[State] {
        &self.states
    }

    pub(crate) fn parameters(&self, network: usize) -> Vec<f32> {
        self.states[network].parameters.clone()
    }

    /// Values of an image and of its logits.
    fn lengths(&self) -> (usize, usize) {
        let net = &self.architecture;
        let pixels = net.size(0).pixels();
        (net.channels * pixels, net.classes * pixels)
    }

    /// Whether all of so many images stay until they go back.
    fn stay(&self, count: usize) -> bool {
        let bytes = ImagePass::bytes(&self.architecture);
        side_by_side(count) >= count || count.saturating_mul(bytes) <= KEPT
    }

    /// Passes images that go side by side forward, the first of them in the pass at `slot`.
    fn group_forward(
        &mut self,
        weights: &Weights<'_>,
        images: &[f32],
        logits: &mut [f32],
        slot: usize,
    ) {
        let (pixels, classes) = self.lengths();
        let end = slot + images.len() / pixels;
        if self.passes.len() < end {
            let pass = ImagePass::new(&self.architecture, &self.layout);
            self.passes.resize(end, pass);
        }
        each(
            &mut self.passes[slot..end],
            (images, pixels),
            (logits, classes),
            |pass, image, logits| pass.forward(weights, image, logits),
        );
    }

    /// Passes the same images back. Their gradients are added to those of the parameters in the images' order,
    /// however many threads there are.
    fn group_backward(&mut self, weights: &Weights<'_>, logit_gradient: &[f32], slot: usize) {
        let (_, classes) = self.lengths();
        let count = logit_gradient.len() / classes;
        if self.left.len() < count {
            self.left.resize(count, vec![0.0; self.layout.len]);
        }
        let left = &mut self.left[..count];
        each(
            &mut self.passes[slot..slot + count],
            (logit_gradient, classes),
            (left, 1),
            |pass, gradient, left| {
                for left in left {
                    left.fill(0.0);
                    pass.backward(weights, gradient, left);
                }
            },
        );
        for left in &self.left[..count] {
            for (sum, &gradient) in self.gradients.iter_mut().zip(left) {
                *sum += gradient;
            }
        }
    }

    /// Logits `[count, classes, height, width]`; each image has a pass of its own afterwards, if they are to stay.
    fn pass_forward(&mut self, weights: &Weights<'_>, images: &Images, stay: bool) -> Vec<f32> {
        let (pixels, classes) = self.lengths();
        let group = side_by_side(images.count).max(1);
        let mut logits = vec![0.0; images.count * classes];
        let groups = images.values.chunks(group * pixels);
        for (index, (images, logits)) in groups.zip(logits.chunks_mut(group * classes)).enumerate()
        {
            let slot = if stay { index * group } else { 0 };
            self.group_forward(weights, images, logits, slot);
        }
        logits
    }

    /// Gradients of the parameters, from those of the logits of all images; they went forward last, and stayed or
    /// go forward again.
    fn pass_backward(
        &mut self,
        weights: &Weights<'_>,
        images: &Images,
        logit_gradient: &[f32],
        stayed: bool,
    ) {
        let (pixels, classes) = self.lengths();
        let group = side_by_side(images.count).max(1);
        self.gradients.fill(0.0);
        let mut again = vec![0.0; if stayed { 0 } else { group * classes }];
        let groups = images.values.chunks(group * pixels);
        for (index, (images, gradient)) in groups
            .zip(logit_gradient.chunks(group * classes))
            .enumerate()
        {
            if stayed {
                self.group_backward(weights, gradient, index * group);
            } else {
                self.group_forward(weights, images, &mut again[..gradient.len()], 0);
                self.group_backward(weights, gradient, 0);
            }
        }
    }

    /// Passes a lane's images forward and back, under a loss that can be told image by image. Returns its value,
    /// then what each class pushes.
    fn pass(&mut self, weights: &Weights<'_>, lane: &LaneStep, loss: &FusedLoss) -> Vec<f32> {
        let Images { values, count } = &*lane.images;
        let (pixels, classes) = self.lengths();
        let area = self.architecture.size(0).pixels();
        let group = side_by_side(*count).max(1);
        self.gradients.fill(0.0);
        let mut pushing = Pushing::new(loss, self.architecture.classes, *count, area);
        let mut logits = vec![0.0; group * classes];
        let mut gradient = logits.clone();
        let groups = values.chunks(group * pixels);
        for (images, labels) in groups.zip(lane.labels.chunks(group * area)) {
            let length = images.len() / pixels * classes;
            let (logits, gradient) = (&mut logits[..length], &mut gradient[..length]);
            self.group_forward(weights, images, logits, 0);
            pushing.add(logits, labels, gradient);
            self.group_backward(weights, gradient, 0);
        }
        let (loss, per_class) = pushing.numbers();
        [vec![loss], per_class].concat()
    }

    fn tensor(&self, logits: Vec<f32>, count: usize) -> Tensor<4> {
        let net = &self.architecture;
        let shape = [count, net.classes, net.size(0).rows(), net.width];
        Tensor::from_data(TensorData::new(logits, shape), &self.device)
    }

    pub(crate) fn forward(&mut self, positions: &[usize], images: &Images) -> Vec<Tensor<4>> {
        let states = std::mem::take(&mut self.states);
        let logits = positions
            .iter()
            .map(|&position| {
                // Nothing goes back: the transposed weights are not looked at.
                let values = &states[position].parameters;
                let weights = Weights {
                    values,
                    transposed: &[],
                };
                let logits = self.pass_forward(&weights, images, false);
                self.tensor(logits, images.count)
            })
            .collect();
        self.states = states;
        logits
    }

    pub(crate) async fn step(
        &mut self,
        lanes: &[LaneStep],
        optimiser: &Optimiser,
        mut loss: impl FnMut(usize, Tensor<4>) -> Pushed,
    ) -> Result<Vec<LaneNumbers>, ExecutionError> {
        let mut numbers = Vec::with_capacity(lanes.len());
        for (position, lane) in lanes.iter().enumerate() {
            let transposed = transposed(&self.layout, &self.states[lane.network].parameters);
            let values = self.states[lane.network].parameters.clone();
            let weights = Weights {
                values: &values,
                transposed: &transposed,
            };
            let (own, value) = match &lane.loss {
                Some(form) => {
                    let own = self.pass(&weights, lane, form);
                    let value = own[0];
                    (Some(own), value)
                }
                None => {
                    let images = &*lane.images;
                    let stay = self.stay(images.count);
                    let logits = self.pass_forward(&weights, images, stay);
                    let logits = self.tensor(logits, images.count);
                    let pushed = loss(position, logits);
                    let value = pushed.loss.into_data_async().await?;
                    let gradient = pushed.gradient.into_data_async().await?;
                    let gradient: Vec<f32> = gradient.iter::<f32>().collect();
                    self.pass_backward(&weights, images, &gradient, stay);
                    (None, value.iter::<f32>().next().unwrap_or(f32::NAN))
                }
            };
            numbers.push(LaneNumbers {
                loss: own.map(|own| self.numbers(own)),
                norms: lane.norms.then(|| self.norms()),
            });
            // The lane stops here: what it is stays to be looked into.
            if !value.is_finite() {
                continue;
            }
            let State {
                parameters,
                first,
                second,
            } = &mut self.states[lane.network];
            optimiser.step(lane.step, parameters, &self.gradients, first, second);
        }
        Ok(numbers)
    }

    /// The gradient of a network's parameters, from that of the logits of images.
    pub(crate) fn gradient_of(
        &mut self,
        network: usize,
        images: &Images,
        logit_gradient: &[f32],
    ) -> Vec<f32> {
        let states = std::mem::take(&mut self.states);
        let values = &states[network].parameters;
        let weights = Weights {
            values,
            transposed: &transposed(&self.layout, values),
        };
        self.pass_backward(&weights, images, logit_gradient, false);
        self.states = states;
        self.gradients.clone()
    }

    /// The layer in which a network breaks on some images, by its position in [`Layout::layers`]: the last whose
    /// parameters are not finite, for on the way back it was the first; else the first that puts out what is not
    /// finite.
    pub(crate) fn first_not_finite(&mut self, network: usize, images: &Images) -> Option<usize> {
        let states = std::mem::take(&mut self.states);
        let values = &states[network].parameters;
        let broken = |range: &Range<usize>| values[range.clone()].iter().any(|v| !v.is_finite());
        let layout = self.layout.clone();
        let parameters = layout.layers().iter().rposition(|layer| {
            let norm = layer.norm.iter().flat_map(|(scale, shift)| [scale, shift]);
            [&layer.weight, &layer.bias]
                .into_iter()
                .chain(norm)
                .any(broken)
        });
        let weights = Weights {
            values,
            transposed: &[],
        };
        let (pixels, classes) = self.lengths();
        let mut logits = vec![0.0; classes];
        let put_out = images.values.chunks_exact(pixels).filter_map(|image| {
            self.group_forward(&weights, image, &mut logits, 0);
            self.passes[0].first_not_finite()
        });
        let found = parameters.or_else(|| put_out.min());
        self.states = states;
        found
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    fn numbers(&self, numbers: Vec<f32>) -> Tensor<1> {
        let count = numbers.len();
        Tensor::from_data(TensorData::new(numbers, [count]), &self.device)
    }

    fn norms(&self) -> Tensor<1> {
        let norms: Vec<f32> = self
            .layout
            .layers()
            .iter()
            .map(|layer| {
                let squares = self.gradients[layer.weight.clone()]
                    .iter()
                    .map(|&gradient| f64::from(gradient) * f64::from(gradient));
                squares.sum::<f64>().sqrt() as f32
            })
            .collect();
        self.numbers(norms)
    }
}
