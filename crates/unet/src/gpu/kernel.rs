//! Launching the kernels in `shaders/network/` on Burn's WebGPU client.

use burn::backend::wgpu::{KernelSource, SourceKernel, SourceTemplate};
use cubecl::client::Client;
use cubecl::prelude::KernelId;
use cubecl::server::{Handle, KernelArguments};
use cubecl::{CubeCount, CubeDim};

/// Invocations of a workgroup, as in the shaders.
pub(super) const WORKGROUP: usize = 64;

/// One of the kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    Convolution {
        transposed: bool,
    },
    Norm,
    NormBackward,
    ReluBackward,
    /// Columns of the layer's kernel.
    Outer {
        taps: u32,
    },
    Pool,
    PoolBackward,
    Up {
        nearest: bool,
    },
    UpBackward {
        nearest: bool,
    },
    Head,
    HeadBackward,
    Optimise,
    Norms,
}

macro_rules! shader {
    ($name:literal) => {
        include_str!(concat!("../../../../shaders/network/", $name, ".wgsl"))
    };
}

impl Kernel {
    /// Whether it binds the step, whether it sums over workgroups, and its own source.
    fn parts(self) -> (bool, bool, &'static str) {
        match self {
            Self::Convolution { .. } => (true, false, shader!("convolution")),
            Self::Norm => (true, true, shader!("norm")),
            Self::NormBackward => (true, true, shader!("norm_backward")),
            Self::ReluBackward => (false, false, shader!("relu_backward")),
            Self::Outer { .. } => (true, true, shader!("outer")),
            Self::Pool => (false, false, shader!("pool")),
            Self::PoolBackward => (false, false, shader!("pool_backward")),
            Self::Up { .. } => (true, false, shader!("up")),
            Self::UpBackward { .. } => (true, false, shader!("up_backward")),
            Self::Head => (true, false, shader!("head")),
            Self::HeadBackward => (true, false, shader!("head_backward")),
            Self::Optimise => (true, false, shader!("optimise")),
            Self::Norms => (true, true, shader!("norms")),
        }
    }
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        let (step, sums, own) = self.parts();
        let mut source = String::new();
        if step {
            source.push_str(shader!("common"));
        }
        if sums {
            source.push_str(shader!("sum"));
        }
        source.push_str(own);
        let template = SourceTemplate::new(source);
        match self {
            Self::Convolution { transposed } => {
                template.register("transposed", transposed.to_string())
            }
            Self::Outer { taps } => template.register("taps", taps.to_string()),
            Self::Up { nearest } | Self::UpBackward { nearest } => {
                template.register("nearest", nearest.to_string())
            }
            _ => template,
        }
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info(*self)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Runs a kernel over `count` workgroups.
pub(super) fn launch(client: &Client, kernel: Kernel, count: [usize; 3], buffers: &[&Handle]) {
    let [x, y, z] = count.map(|count| count as u32);
    let buffers = buffers
        .iter()
        .map(|&handle| handle.clone().binding())
        .collect();
    client.launch(
        Box::new(SourceKernel::new(kernel, CubeDim::new_1d(WORKGROUP as u32))),
        CubeCount::Static(x, y, z),
        KernelArguments::new().with_buffers(buffers),
    );
}
