//! The networks of several lanes on one device.

use std::sync::Arc;

use burn::tensor::{Device, ExecutionError, Tensor};
use losscope_kernels::architecture::{Architecture, Layout};
use losscope_kernels::loss::{FusedLoss, Push, push};
use losscope_kernels::optimiser::Optimiser;

use crate::NetworkError;
use crate::cpu::CpuNetworks;
#[cfg(feature = "webgpu")]
use crate::gpu::GpuNetworks;

/// Images for a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    /// `[count, channels, height, width]`, of volumes `[count, channels, depth, height, width]`; normalised.
    pub values: Vec<f32>,
    /// How many there are.
    pub count: usize,
}

/// Everything that training one network has left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// As in [`Architecture::layout`].
    pub parameters: Vec<f32>,
    /// First moment of Adam, or velocity of gradient descent.
    pub first: Vec<f32>,
    /// Second moment of Adam.
    pub second: Vec<f32>,
}

impl State {
    /// Before the first step.
    pub fn new(parameters: Vec<f32>) -> Self {
        let zeros = vec![0.0; parameters.len()];
        Self {
            parameters,
            first: zeros.clone(),
            second: zeros,
        }
    }
}

/// What one lane does in a step.
#[derive(Debug, Clone)]
pub struct LaneStep {
    /// Which network, in the order in which they were added.
    pub network: usize,
    /// What it learns from.
    pub images: Arc<Images>,
    /// Class indices of the images' pixels, `[count, height, width]` or, of volumes,
    /// `[count, depth, height, width]`; only looked at with `loss`.
    pub labels: Arc<Vec<u8>>,
    /// Its loss, where it is of the kernels' form.
    pub loss: Option<FusedLoss>,
    /// The step's number, from 1.
    pub step: usize,
    /// Whether the norm of each layer's gradient is wanted.
    pub norms: bool,
}

/// What a loss that is not of the kernels' form makes of a lane's logits.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// Its value, `[1]`.
    pub loss: Tensor<1>,
    /// dL/dlogits, as the logits are.
    pub gradient: Tensor<4>,
}

/// What a step leaves on the device.
#[derive(Debug, Clone)]
pub struct LaneNumbers {
    /// Of a loss of the kernels' form: its value, then Σ |dL/dlogit| over the pixels of each class.
    pub loss: Option<Tensor<1>>,
    /// The Euclidean norm of each layer's weight gradient, where it was wanted.
    pub norms: Option<Tensor<1>>,
}

/// The networks of several lanes, of one architecture, on one device.
pub struct Networks {
    architecture: Architecture,
    layout: Arc<Layout>,
    backend: Backend,
}

/// Networks as they were at some step, on their device.
#[derive(Debug, Clone)]
pub struct Origin(#[cfg(feature = "webgpu")] [Tensor<2>; 3]);

enum Backend {
    Cpu(CpuNetworks),
    #[cfg(feature = "webgpu")]
    Gpu(Box<GpuNetworks>),
}

impl Backend {
    fn new(
        architecture: Architecture,
        layout: &Arc<Layout>,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        #[cfg(feature = "webgpu")]
        if let Some(networks) = GpuNetworks::new(architecture, device) {
            return match architecture.planes {
                None => Ok(Self::Gpu(networks.into())),
                Some(_) => Err(NetworkError::VolumesOnGpu),
            };
        }
        let networks = CpuNetworks::new(architecture, layout.clone(), device);
        Ok(Self::Cpu(networks))
    }
}

impl Networks {
    /// No network yet; they will be on `device`, which keeps no gradients.
    ///
    /// # Errors
    /// When the device is a GPU and the networks are for volumes.
    pub fn new(architecture: Architecture, device: &Device) -> Result<Self, NetworkError> {
        let layout = Arc::new(architecture.layout());
        let backend = Backend::new(architecture, &layout, device)?;
        Ok(Self {
            architecture,
            layout,
            backend,
        })
    }

    /// Size and kind of each network.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Layers and places of parameters.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Adds a network behind the others.
    pub fn push(&mut self, state: State) {
        match &mut self.backend {
            Backend::Cpu(networks) => networks.push(state),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.push(&state),
        }
    }

    /// Replaces a network.
    pub fn set(&mut self, network: usize, state: State) {
        match &mut self.backend {
            Backend::Cpu(networks) => networks.set(network, state),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.set(network, &state),
        }
    }

    /// Removes a network; those behind it move up.
    pub fn remove(&mut self, network: usize) {
        match &mut self.backend {
            Backend::Cpu(networks) => networks.remove(network),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.remove(network),
        }
    }

    /// A network's state.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn state(&self, network: usize) -> Result<State, ExecutionError> {
        match &self.backend {
            Backend::Cpu(networks) => Ok(networks.state(network)),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.state(network).await,
        }
    }

    /// The states of all networks, read back at once.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn states(&self) -> Result<Vec<State>, ExecutionError> {
        match &self.backend {
            Backend::Cpu(networks) => Ok(networks.states().to_vec()),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.states().await,
        }
    }

    /// A network's parameters alone.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn parameters(&self, network: usize) -> Result<Vec<f32>, ExecutionError> {
        match &self.backend {
            Backend::Cpu(networks) => Ok(networks.parameters(network)),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.parameters(network).await,
        }
    }

    /// The parameters of several networks, read back at once.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn parameters_of(&self, networks: &[usize]) -> Result<Vec<Vec<f32>>, ExecutionError> {
        match &self.backend {
            Backend::Cpu(all) => Ok(networks.iter().map(|&at| all.parameters(at)).collect()),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(all) => all.parameters_of(networks).await,
        }
    }

    /// Logits `[count, classes, height, width]` of some networks (positions) for the same images, on the device;
    /// of volumes `[count, classes, depth · height, width]`.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn forward(
        &mut self,
        positions: &[usize],
        images: &Images,
    ) -> Result<Vec<Tensor<4>>, ExecutionError> {
        match &mut self.backend {
            Backend::Cpu(networks) => Ok(networks.forward(positions, images)),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => {
                // All at once, whoever asks: they share their launches.
                let logits = networks.forward(images);
                Ok(positions.iter().map(|&at| logits[at].clone()).collect())
            }
        }
    }

    /// A loss of the kernels' form at logits `[count, classes, …]` against class indices `[count, …]`, by the kernels of
    /// the device.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn push_at(
        &mut self,
        loss: &FusedLoss,
        logits: &[f32],
        labels: &[u8],
        count: usize,
    ) -> Result<Push, ExecutionError> {
        match &mut self.backend {
            Backend::Cpu(_) => Ok(push(loss, logits, labels, self.architecture.classes, count)),
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.push_at(loss, logits, labels, count).await,
        }
    }

    /// All networks as they are, to go back to: where numbers come back from the device only after some steps, one
    /// may have learned too far. `None` where they are at hand after each; there a network under a loss that is not
    /// finite stays as it is.
    pub fn origin(&mut self) -> Option<Origin> {
        match &mut self.backend {
            Backend::Cpu(_) => None,
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.origin().map(Origin),
        }
    }

    /// Makes the next [`Networks::origin`] ahead, among launches that are on their way to the device.
    pub fn keep_origin(&mut self) {
        match &mut self.backend {
            Backend::Cpu(_) => {}
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.keep_origin(),
        }
    }

    /// Takes a network back to what it was.
    #[cfg_attr(not(feature = "webgpu"), allow(unused_variables))]
    pub fn take_back(&mut self, network: usize, origin: &Origin) {
        match &mut self.backend {
            Backend::Cpu(_) => {}
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => networks.take_back(network, &origin.0),
        }
    }

    /// One step of some lanes. For lanes without a loss of the kernels' form, `loss` takes a lane's position
    /// in `lanes` and its logits, as of [`Networks::forward`], to its value and gradient.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn step(
        &mut self,
        lanes: &[LaneStep],
        optimiser: &Optimiser,
        loss: impl FnMut(usize, Tensor<4>) -> Pushed,
    ) -> Result<Vec<LaneNumbers>, ExecutionError> {
        match &mut self.backend {
            Backend::Cpu(networks) => networks.step(lanes, optimiser, loss).await,
            #[cfg(feature = "webgpu")]
            Backend::Gpu(networks) => Ok(networks.step(lanes, optimiser, loss)),
        }
    }
}
