//! Networks on WebGPU: all lanes in the same launches, by the kernels in `shaders/network/`.

mod kernel;
mod layout;
mod plan;

use std::sync::Arc;

use burn::backend::Cube;
use burn::backend::wgpu::{CubeTensor, into_contiguous};
use burn::tensor::{DType, Device, ExecutionError, Shape, Tensor, TensorData};
use cubecl::client::Client;
use cubecl::server::Handle;
use losscope_kernels::architecture::Architecture;
use losscope_kernels::loss::{FusedLoss, Push};
use losscope_kernels::optimiser::Optimiser;

use crate::networks::{Images, LaneNumbers, LaneStep, Pushed, State};
use kernel::{Kernel, WORKGROUP, launch};
use layout::{GpuLayout, fours};
use plan::{Given, Plan};

/// Networks whose parameters and images are on a GPU.
pub(crate) struct GpuNetworks {
    net: Architecture,
    layout: GpuLayout,
    device: Device,
    /// Any tensor of the device: its client launches kernels.
    anchor: CubeTensor,
    /// Parameters and moments, `[networks, …]`; `None` while there is no network.
    tensors: Option<[Tensor<2>; 3]>,
    /// A copy of them as they are now, made ahead; whatever changes them takes it away.
    origin: Option<[Tensor<2>; 3]>,
    gradients: Option<Handle>,
    plan: Option<Plan>,
    /// Where each layer's weights lie, for their norms.
    layers: Handle,
    /// What was last done, and its buffer: most steps are like the one before.
    step: Option<(Vec<u32>, Handle)>,
}

fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// A tensor's buffer; `None` where it is not on a GPU.
fn primitive<const D: usize>(tensor: Tensor<D>) -> Option<CubeTensor> {
    tensor
        .try_into_primitive::<Cube>()
        .ok()
        .map(into_contiguous)
}

impl GpuNetworks {
    /// `None` where the device is no GPU.
    pub(crate) fn new(net: Architecture, device: &Device) -> Option<Self> {
        let anchor = primitive(Tensor::<1>::zeros([4], device))?;
        let layout = GpuLayout::new(&net);
        let mut numbers = vec![layout.len as u32, 0];
        for (place, layer) in layout.layers().into_iter().zip(net.layout().layers()) {
            let side = layer.kernel();
            let len = side * side * place.inputs * 4 * place.outputs;
            numbers.extend([place.weight as u32, (place.weight + len) as u32]);
        }
        numbers[1] = (numbers.len() as u32 - 2) / 2;
        let layers = anchor.client.create_from_slice(&bytes(&numbers));
        Some(Self {
            net,
            layout,
            device: device.clone(),
            anchor,
            tensors: None,
            origin: None,
            gradients: None,
            plan: None,
            layers,
            step: None,
        })
    }

    fn client(&self) -> Client {
        self.anchor.client.clone()
    }

    /// A state as rows `[1, …]`.
    fn rows(&self, state: &State) -> [Tensor<2>; 3] {
        [&state.parameters, &state.first, &state.second].map(|values| {
            let values = self.layout.with_padding(values);
            let length = values.len();
            Tensor::from_data(TensorData::new(values, [1, length]), &self.device)
        })
    }

    pub(crate) fn push(&mut self, state: &State) {
        self.origin = None;
        let rows = self.rows(state);
        self.tensors = Some(match self.tensors.take() {
            None => rows,
            Some([a, b, c]) => {
                let [x, y, z] = rows;
                [(a, x), (b, y), (c, z)].map(|(all, row)| Tensor::cat(vec![all, row], 0))
            }
        });
        self.gradients = None;
    }

    pub(crate) fn set(&mut self, network: usize, state: &State) {
        self.origin = None;
        let rows = self.rows(state);
        if let Some([a, b, c]) = self.tensors.take() {
            let [x, y, z] = rows;
            let length = 4 * self.layout.len;
            self.tensors = Some(
                [(a, x), (b, y), (c, z)]
                    .map(|(all, row)| all.slice_assign([network..network + 1, 0..length], row)),
            );
        }
    }

    /// Parameters and moments of all networks, in buffers of their own.
    fn copy(&self) -> Option<[Tensor<2>; 3]> {
        let tensors = self.tensors.as_ref()?;
        // Kernels write into the buffers themselves: a clone would be the same.
        Some(tensors.each_ref().map(|tensor| tensor.clone() * 1.0))
    }

    /// The same, made ahead where that was possible.
    pub(crate) fn origin(&mut self) -> Option<[Tensor<2>; 3]> {
        self.origin.take().or_else(|| self.copy())
    }

    /// Makes that copy now, since launches are going to the GPU anyway: later it would take a submission of its own.
    pub(crate) fn keep_origin(&mut self) {
        self.origin = self.copy();
    }

    pub(crate) fn take_back(&mut self, network: usize, origin: &[Tensor<2>; 3]) {
        self.origin = None;
        let length = 4 * self.layout.len;
        if let Some([a, b, c]) = self.tensors.take() {
            let [x, y, z] = origin
                .each_ref()
                .map(|all| all.clone().narrow(0, network, 1));
            self.tensors = Some(
                [(a, x), (b, y), (c, z)]
                    .map(|(all, row)| all.slice_assign([network..network + 1, 0..length], row)),
            );
        }
    }

    pub(crate) fn remove(&mut self, network: usize) {
        self.origin = None;
        if let Some(tensors) = self.tensors.take() {
            let count = tensors[0].dims()[0];
            if count > 1 {
                self.tensors = Some(tensors.map(|all| {
                    let rest = [0..network, network + 1..count];
                    let parts = rest.into_iter().filter(|rows| !rows.is_empty());
                    Tensor::cat(parts.map(|rows| all.clone().slice([rows])).collect(), 0)
                }));
            }
        }
        self.gradients = None;
    }

    pub(crate) async fn state(&self, network: usize) -> Result<State, ExecutionError> {
        let Some(tensors) = &self.tensors else {
            return Ok(State::new(Vec::new()));
        };
        let mut values = Vec::with_capacity(3);
        for tensor in tensors {
            values.push(self.row(tensor, network).await?);
        }
        let [parameters, first, second] = <[Vec<f32>; 3]>::try_from(values).unwrap_or_default();
        Ok(State {
            parameters,
            first,
            second,
        })
    }

    pub(crate) async fn states(&self) -> Result<Vec<State>, ExecutionError> {
        let Some([parameters, first, second]) = &self.tensors else {
            return Ok(Vec::new());
        };
        let parameters = self.rows_of(parameters).await?;
        let moments = self.rows_of(first).await?.into_iter();
        let moments = moments.zip(self.rows_of(second).await?);
        let states = parameters.into_iter().zip(moments);
        Ok(states
            .map(|(parameters, (first, second))| State {
                parameters,
                first,
                second,
            })
            .collect())
    }

    pub(crate) async fn parameters(&self, network: usize) -> Result<Vec<f32>, ExecutionError> {
        match &self.tensors {
            Some([parameters, ..]) => self.row(parameters, network).await,
            None => Ok(Vec::new()),
        }
    }

    /// One readback: where several are wanted, of all there are.
    pub(crate) async fn parameters_of(
        &self,
        networks: &[usize],
    ) -> Result<Vec<Vec<f32>>, ExecutionError> {
        let Some([parameters, ..]) = &self.tensors else {
            return Ok(vec![Vec::new(); networks.len()]);
        };
        if let [network] = networks {
            return Ok(vec![self.row(parameters, *network).await?]);
        }
        let all = self.rows_of(parameters).await?;
        Ok(networks.iter().map(|&at| all[at].clone()).collect())
    }

    /// The networks' parts of a tensor of all.
    async fn rows_of(&self, tensor: &Tensor<2>) -> Result<Vec<Vec<f32>>, ExecutionError> {
        let length = tensor.dims()[1];
        let values: Vec<f32> = tensor.clone().into_data_async().await?.iter().collect();
        let rows = values.chunks_exact(length);
        Ok(rows.map(|row| self.layout.without_padding(row)).collect())
    }

    /// A network's part of a tensor of all.
    async fn row(&self, tensor: &Tensor<2>, network: usize) -> Result<Vec<f32>, ExecutionError> {
        let row = tensor.clone().narrow(0, network, 1);
        let data = row.into_data_async().await?;
        let values: Vec<f32> = data.iter::<f32>().collect();
        Ok(self.layout.without_padding(&values))
    }

    /// Images `[batch, height, width, channels / 4]`, batch behind batch.
    fn upload(&self, batches: &[&Images]) -> Handle {
        let net = &self.net;
        let (area, wide) = (net.height * net.width, 4 * fours(net.channels));
        let count: usize = batches.iter().map(|images| images.count).sum();
        let mut pixels = vec![0.0f32; count * area * wide];
        let planes = batches
            .iter()
            .flat_map(|images| images.values.chunks_exact(area));
        for (index, plane) in planes.enumerate() {
            let (image, channel) = (index / net.channels, index % net.channels);
            let image = &mut pixels[image * area * wide..][..area * wide];
            for (pixel, &value) in image.chunks_exact_mut(wide).zip(plane) {
                pixel[channel] = value;
            }
        }
        let bytes: Vec<u8> = pixels.into_iter().flat_map(f32::to_le_bytes).collect();
        self.client().create_from_slice(&bytes)
    }

    /// The buffer that says what is done: images of a lane; per lane its network and its batch.
    fn step_buffer(&mut self, count: usize, lanes: &[(usize, usize)]) -> Handle {
        let mut numbers = vec![count as u32, 0];
        numbers.extend(
            lanes
                .iter()
                .flat_map(|&(network, batch)| [network as u32, batch as u32]),
        );
        match &self.step {
            Some((known, handle)) if *known == numbers => handle.clone(),
            _ => {
                let handle = self.client().create_from_slice(&bytes(&numbers));
                self.step = Some((numbers, handle.clone()));
                handle
            }
        }
    }

    /// Parameters and moments of all networks.
    fn handles(&self) -> Option<[Handle; 3]> {
        let tensors = self.tensors.as_ref()?;
        let mut handles = tensors
            .iter()
            .map(|tensor| primitive(tensor.clone()).map(|t| t.handle));
        Some([handles.next()??, handles.next()??, handles.next()??])
    }

    /// Room for the gradients of all networks.
    fn gradients(&mut self) -> Handle {
        let networks = self
            .tensors
            .as_ref()
            .map_or(1, |tensors| tensors[0].dims()[0]);
        let client = self.client();
        self.gradients
            .get_or_insert_with(|| client.empty(networks * self.layout.len * 16))
            .clone()
    }

    fn make_plan(&mut self, images: usize) {
        if self.plan.as_ref().is_none_or(|plan| plan.capacity < images) {
            // The old one's buffers are free for the new one.
            self.plan = None;
            self.plan = Some(Plan::new(&self.client(), &self.net, &self.layout, images));
        }
    }

    fn tensor<const D: usize>(&self, handle: &Handle, shape: [usize; D]) -> Tensor<D> {
        Tensor::from_primitive::<Cube>(CubeTensor::new_contiguous(
            self.anchor.client.clone(),
            self.anchor.device.clone(),
            Shape::from(shape.to_vec()),
            handle.clone(),
            DType::F32,
        ))
    }

    /// Room for the logits of a pass, `[images, classes, height, width]`.
    fn logits_buffer(&self, images: usize) -> Handle {
        let net = &self.net;
        self.client()
            .empty(images * net.classes * net.height * net.width * 4)
    }

    /// Logits of the lanes of a pass.
    fn per_lane(&self, logits: &Handle, lanes: usize, count: usize) -> Vec<Tensor<4>> {
        let net = &self.net;
        let shape = [lanes * count, net.classes, net.height, net.width];
        let all: Tensor<4> = self.tensor(logits, shape);
        (0..lanes)
            .map(|lane| all.clone().narrow(0, lane * count, count))
            .collect()
    }

    /// Logits of every network for the same images.
    pub(crate) fn forward(&mut self, images: &Images) -> Vec<Tensor<4>> {
        let networks = self
            .tensors
            .as_ref()
            .map_or(0, |tensors| tensors[0].dims()[0]);
        let Some([parameters, ..]) = self.handles() else {
            return Vec::new();
        };
        let lanes: Vec<(usize, usize)> = (0..networks).map(|network| (network, 0)).collect();
        let step = self.step_buffer(images.count, &lanes);
        let gradients = self.gradients();
        self.make_plan(networks * images.count);
        let Some(plan) = &self.plan else {
            return Vec::new();
        };
        let logits = self.logits_buffer(networks * images.count);
        let given = Given {
            step: &step,
            logits: &logits,
            images: &self.upload(&[images]),
            parameters: &parameters,
            gradients: &gradients,
            logit_gradient: None,
            count: images.count,
            lanes: networks,
        };
        plan.forward(&self.client(), &given);
        self.per_lane(&logits, networks, images.count)
    }

    pub(crate) fn step(
        &mut self,
        lanes: &[LaneStep],
        optimiser: &Optimiser,
        mut loss: impl FnMut(usize, Tensor<4>) -> Pushed,
    ) -> Vec<LaneNumbers> {
        self.origin = None;
        let (Some(first), Some([parameters, first_moments, second_moments])) =
            (lanes.first(), self.handles())
        else {
            return Vec::new();
        };
        let count = first.images.count;
        let mut batches: Vec<&Images> = Vec::new();
        let mut labels: Vec<&[u8]> = Vec::new();
        let entries: Vec<(usize, usize)> = lanes
            .iter()
            .map(|lane| {
                let known = batches
                    .iter()
                    .position(|&batch| std::ptr::eq(batch, Arc::as_ptr(&lane.images)));
                let batch = known.unwrap_or_else(|| {
                    batches.push(&lane.images);
                    labels.push(&lane.labels);
                    batches.len() - 1
                });
                (lane.network, batch)
            })
            .collect();
        let step = self.step_buffer(count, &entries);
        let gradients = self.gradients();
        self.make_plan(lanes.len() * count);
        let client = self.client();
        let images = self.upload(&batches);
        let Some(plan) = &self.plan else {
            return Vec::new();
        };
        let logits = self.logits_buffer(lanes.len() * count);
        let mut given = Given {
            step: &step,
            logits: &logits,
            images: &images,
            parameters: &parameters,
            gradients: &gradients,
            logit_gradient: None,
            count,
            lanes: lanes.len(),
        };
        plan.forward(&client, &given);
        let fused = self.fused_losses(lanes, &labels, &step, &logits, count);
        let mut pushed: Option<Tensor<4>> = fused.as_ref().map(|(gradient, _)| gradient.clone());
        let all = self.per_lane(&logits, lanes.len(), count);
        for (lane, (task, logits)) in lanes.iter().zip(all).enumerate() {
            if task.loss.is_none() {
                let own = loss(lane, logits).gradient;
                pushed = Some(match pushed {
                    None => own,
                    // Every lane has its rows already.
                    Some(rows) if fused.is_some() => {
                        let [_, classes, height, width] = own.dims();
                        let place = lane * count..(lane + 1) * count;
                        rows.slice_assign([place, 0..classes, 0..height, 0..width], own)
                    }
                    Some(rows) => Tensor::cat(vec![rows, own], 0),
                });
            }
        }
        let Some(push) = pushed.and_then(primitive) else {
            return Vec::new();
        };
        given.logit_gradient = Some(&push.handle);
        plan.backward(&client, &given);

        let moments = [&first_moments, &second_moments];
        self.optimise(lanes, optimiser, &given, moments);
        let norms = self.norms(lanes, &step, &gradients);
        let numbers = 1 + self.net.classes;
        let per_lane = |all: &Option<Tensor<1>>, wanted: bool, lane: usize, length: usize| {
            let all = all.as_ref().filter(|_| wanted)?;
            Some(all.clone().narrow(0, lane * length, length))
        };
        let losses = fused.map(|(_, numbers)| numbers);
        let layers = self.layout.layers().len();
        lanes
            .iter()
            .enumerate()
            .map(|(lane, task)| LaneNumbers {
                loss: per_lane(&losses, task.loss.is_some(), lane, numbers),
                norms: per_lane(&norms, task.norms, lane, layers),
            })
            .collect()
    }

    /// The norm of each layer's weight gradient, `[lanes · layers]`, if any lane wants it.
    fn norms(&self, lanes: &[LaneStep], step: &Handle, gradients: &Handle) -> Option<Tensor<1>> {
        if !lanes.iter().any(|lane| lane.norms) {
            return None;
        }
        let client = self.client();
        let layers = self.layout.layers().len();
        let norms = client.empty(lanes.len() * layers * 4);
        let buffers = [step, &self.layers, gradients, &norms];
        launch(&client, Kernel::Norms, [layers, 1, lanes.len()], &buffers);
        Some(self.tensor(&norms, [lanes.len() * layers]))
    }

    /// Gradients of the logits of all lanes (zero where a lane's loss is not of the kernels' form), and each
    /// lane's loss and pushes, `[lanes · (1 + classes)]`. `None` if no lane has such a loss.
    fn fused_losses(
        &self,
        lanes: &[LaneStep],
        labels: &[&[u8]],
        step: &Handle,
        logits: &Handle,
        count: usize,
    ) -> Option<(Tensor<4>, Tensor<1>)> {
        if lanes.iter().all(|lane| lane.loss.is_none()) {
            return None;
        }
        let (client, net) = (self.client(), &self.net);
        let (pixels, classes) = (net.height * net.width, net.classes);
        let images = lanes.len() * count;
        let what = client.create_from_slice(&bytes(&[pixels as u32, classes as u32]));
        let labels: Vec<u32> = labels
            .iter()
            .flat_map(|labels| labels.iter().map(|&label| u32::from(label)))
            .collect();
        let labels = client.create_from_slice(&bytes(&labels));
        let losses: Vec<u8> = lanes
            .iter()
            .flat_map(|lane| lane.loss.unwrap_or_default().numbers())
            .flat_map(f32::to_le_bytes)
            .collect();
        let losses = client.create_from_slice(&losses);
        let sums = client.empty(images * classes * 16);
        let gradient = client.empty(images * classes * pixels * 4);
        let numbers = client.empty(lanes.len() * (1 + classes) * 4);
        launch(
            &client,
            Kernel::LossSums,
            [classes, 1, images],
            &[step, &what, logits, &labels, &losses, &sums],
        );
        launch(
            &client,
            Kernel::LossGradient,
            [pixels.div_ceil(WORKGROUP), 1, images],
            &[step, &what, logits, &labels, &losses, &sums, &gradient],
        );
        launch(
            &client,
            Kernel::LossNumbers,
            [classes, 1, lanes.len()],
            &[step, &what, &gradient, &labels, &losses, &sums, &numbers],
        );
        let shape = [images, classes, net.height, net.width];
        let numbers = self.tensor(&numbers, [lanes.len() * (1 + classes)]);
        Some((self.tensor(&gradient, shape), numbers))
    }

    /// The kernels of a loss alone, at logits of `count` images.
    pub(crate) async fn push_at(
        &mut self,
        loss: &FusedLoss,
        logits: &[f32],
        labels: &[u8],
        count: usize,
    ) -> Result<Push, ExecutionError> {
        let lane = LaneStep {
            network: 0,
            images: Arc::new(Images {
                values: Vec::new(),
                count,
            }),
            labels: Arc::default(),
            loss: Some(*loss),
            step: 1,
            norms: false,
        };
        let step = self.step_buffer(count, &[(0, 0)]);
        let bytes: Vec<u8> = logits
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        let given = self.client().create_from_slice(&bytes);
        let (mut gradient, mut numbers) = (Vec::new(), Vec::new());
        if let Some(pushed) = self.fused_losses(&[lane], &[labels], &step, &given, count) {
            gradient = pushed.0.into_data_async().await?.iter().collect();
            numbers = pushed.1.into_data_async().await?.iter().collect();
        }
        Ok(Push {
            loss: numbers.first().copied().unwrap_or(f32::NAN),
            per_class: numbers.into_iter().skip(1).collect(),
            gradient,
        })
    }

    fn optimise(
        &self,
        lanes: &[LaneStep],
        optimiser: &Optimiser,
        given: &Given<'_>,
        moments: [&Handle; 2],
    ) {
        let client = self.client();
        let (kind, beta_1, beta_2, epsilon) = match optimiser {
            Optimiser::Adam(adam) => (0, adam.beta_1, adam.beta_2, adam.epsilon),
            Optimiser::Sgd(sgd) => (1, sgd.momentum, 0.0, 0.0),
        };
        let mut what = bytes(&[self.layout.len as u32, kind]);
        what.extend(
            [beta_1, beta_2, epsilon]
                .into_iter()
                .flat_map(f32::to_le_bytes),
        );
        let rates: Vec<u8> = lanes
            .iter()
            .flat_map(|lane| match optimiser {
                Optimiser::Adam(adam) => <[f32; 2]>::from(adam.corrections(lane.step)),
                Optimiser::Sgd(sgd) => [sgd.learning_rate, 1.0],
            })
            .flat_map(f32::to_le_bytes)
            .collect();
        let (what, rates) = (
            client.create_from_slice(&what),
            client.create_from_slice(&rates),
        );
        launch(
            &client,
            Kernel::Optimise,
            [self.layout.len.div_ceil(WORKGROUP), 1, lanes.len()],
            &[
                given.step,
                &what,
                &rates,
                given.parameters,
                given.gradients,
                moments[0],
                moments[1],
            ],
        );
    }
}
