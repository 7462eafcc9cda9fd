//! Networks on the processor: each image by itself, side by side where there are threads.

use std::sync::Arc;

use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use losscope_kernels::architecture::{Architecture, Layout};
use losscope_kernels::cpu::pass::{ImagePass, Weights, transposed};
use losscope_kernels::loss::push;
use losscope_kernels::optimiser::Optimiser;
#[cfg(not(target_arch = "wasm32"))]
use rayon::prelude::*;

use crate::networks::{Images, LaneNumbers, LaneStep, State};

/// One image's buffers, and the gradients that it leaves.
#[derive(Debug, Clone)]
struct Worker {
    pass: ImagePass,
    gradients: Vec<f32>,
}

/// Networks whose parameters and images are in memory.
pub(crate) struct CpuNetworks {
    architecture: Architecture,
    layout: Arc<Layout>,
    device: Device,
    states: Vec<State>,
    /// One an image of a batch; lanes go one behind the other and share them.
    workers: Vec<Worker>,
    gradients: Vec<f32>,
}

/// Calls a function with each image's worker and the parts of two slices that belong to the image.
#[cfg(not(target_arch = "wasm32"))]
fn each(
    workers: &mut [Worker],
    from: (&[f32], usize),
    to: (&mut [f32], usize),
    function: impl Fn(&mut Worker, &[f32], &mut [f32]) + Sync,
) {
    workers
        .par_iter_mut()
        .zip(from.0.par_chunks_exact(from.1))
        .zip(to.0.par_chunks_exact_mut(to.1))
        .for_each(|((worker, from), to)| function(worker, from, to));
}

#[cfg(target_arch = "wasm32")]
fn each(
    workers: &mut [Worker],
    from: (&[f32], usize),
    to: (&mut [f32], usize),
    function: impl Fn(&mut Worker, &[f32], &mut [f32]),
) {
    let parts = from.0.chunks_exact(from.1).zip(to.0.chunks_exact_mut(to.1));
    for (worker, (from, to)) in workers.iter_mut().zip(parts) {
        function(worker, from, to);
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
            workers: Vec::new(),
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

    pub(crate) fn parameters(&self, network: usize) -> Vec<f32> {
        self.states[network].parameters.clone()
    }

    /// Values of an image and of its logits.
    fn lengths(&self) -> (usize, usize) {
        let net = &self.architecture;
        let pixels = net.size(0).pixels();
        (net.channels * pixels, net.classes * pixels)
    }

    fn make_workers(&mut self, count: usize) {
        if self.workers.len() < count {
            let worker = Worker {
                pass: ImagePass::new(&self.architecture, &self.layout),
                gradients: vec![0.0; self.layout.len],
            };
            self.workers.resize(count, worker);
        }
    }

    /// Logits `[count, classes, height, width]`.
    fn pass_forward(&mut self, weights: &Weights<'_>, images: &Images) -> Vec<f32> {
        self.make_workers(images.count);
        let (pixels, classes) = self.lengths();
        let mut logits = vec![0.0; images.count * classes];
        each(
            &mut self.workers,
            (&images.values, pixels),
            (&mut logits, classes),
            |worker, image, logits| worker.pass.forward(weights, image, logits),
        );
        logits
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
                let logits = self.pass_forward(&weights, images);
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
        mut loss: impl FnMut(usize, Tensor<4>) -> Tensor<4>,
    ) -> Result<Vec<LaneNumbers>, ExecutionError> {
        let mut numbers = Vec::with_capacity(lanes.len());
        for (position, lane) in lanes.iter().enumerate() {
            let transposed = transposed(&self.layout, &self.states[lane.network].parameters);
            let values = self.states[lane.network].parameters.clone();
            let weights = Weights {
                values: &values,
                transposed: &transposed,
            };
            let logits = self.pass_forward(&weights, &lane.images);
            let count = lane.images.count;
            let (gradient, own) = match &lane.loss {
                Some(form) => {
                    let push = push(
                        form,
                        &logits,
                        &lane.labels,
                        self.architecture.classes,
                        count,
                    );
                    let own = [vec![push.loss], push.per_class].concat();
                    (push.gradient, Some(self.numbers(own)))
                }
                None => {
                    let logits = self.tensor(logits, count);
                    let gradient = loss(position, logits).into_data_async().await?;
                    (gradient.iter::<f32>().collect(), None)
                }
            };
            self.pass_backward(&weights, &gradient);
            numbers.push(LaneNumbers {
                loss: own,
                norms: lane.norms.then(|| self.norms()),
            });
            let State {
                parameters,
                first,
                second,
            } = &mut self.states[lane.network];
            optimiser.step(lane.step, parameters, &self.gradients, first, second);
        }
        Ok(numbers)
    }

    /// The gradient of a network's parameters for the images that were passed through last.
    pub(crate) fn gradient_of(&mut self, network: usize, logit_gradient: &[f32]) -> Vec<f32> {
        let states = std::mem::take(&mut self.states);
        let values = &states[network].parameters;
        let weights = Weights {
            values,
            transposed: &transposed(&self.layout, values),
        };
        self.pass_backward(&weights, logit_gradient);
        self.states = states;
        self.gradients.clone()
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Gradients of the parameters, summed over images in their order, however many threads there are.
    fn pass_backward(&mut self, weights: &Weights<'_>, logit_gradient: &[f32]) {
        let (_, classes) = self.lengths();
        let count = logit_gradient.len() / classes;
        let workers = &mut self.workers[..count];
        let mut nothing = vec![0.0; count];
        each(
            workers,
            (logit_gradient, classes),
            (&mut nothing, 1),
            |worker, gradient, _| {
                worker.gradients.fill(0.0);
                worker
                    .pass
                    .backward(weights, gradient, &mut worker.gradients);
            },
        );
        self.gradients.fill(0.0);
        for worker in workers {
            for (sum, &gradient) in self.gradients.iter_mut().zip(&worker.gradients) {
                *sum += gradient;
            }
        }
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
