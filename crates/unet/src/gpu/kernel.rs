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
    LossSums,
    LossGradient,
    LossNumbers,
}

macro_rules! shader {
    ($name:literal) => {
        include_str!(concat!("../../../../shaders/network/", $name, ".wgsl"))
    };
}

impl Kernel {
    /// Whether the invocations of a workgroup sum something up together.
    fn sums(self) -> bool {
        matches!(
            self,
            Self::Norm
                | Self::NormBackward
                | Self::Norms
                | Self::Outer { .. }
                | Self::LossSums
                | Self::LossNumbers
        )
    }

    /// Whether it binds the step, whether it sums over workgroups, and its own source.
    fn parts(self) -> (bool, bool, &'static str) {
        match self {
            Self::Convolution { .. } => (true, false, shader!("convolution")),
            Self::Norm => (true, true, shader!("norm")),
            Self::NormBackward => (true, true, shader!("norm_backward")),
            Self::ReluBackward => (false, false, shader!("relu_backward")),
            Self::Outer { .. } => (true, false, shader!("outer")),
            Self::Pool => (false, false, shader!("pool")),
            Self::PoolBackward => (false, false, shader!("pool_backward")),
            Self::Up { .. } => (true, false, shader!("up")),
            Self::UpBackward { .. } => (true, false, shader!("up_backward")),
            Self::Head => (true, false, shader!("head")),
            Self::HeadBackward => (true, false, shader!("head_backward")),
            Self::Optimise => (true, false, shader!("optimise")),
            Self::Norms => (true, true, shader!("norms")),
            Self::LossSums => (true, true, shader!("loss_sums")),
            Self::LossGradient => (true, false, shader!("loss_gradient")),
            Self::LossNumbers => (true, true, shader!("loss_numbers")),
        }
    }
}

/// A kernel as it is compiled for a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Compiled {
    kernel: Kernel,
    side_by_side: usize,
}

impl KernelSource for Compiled {
    fn source(&self) -> SourceTemplate {
        let (step, sums, own) = self.kernel.parts();
        let mut source = String::new();
        if step {
            source.push_str(shader!("common"));
        }
        if sums {
            source.push_str(shader!("sum"));
        }
        match self.kernel {
            Kernel::LossSums | Kernel::LossGradient => {
                source.push_str(shader!("loss"));
                source.push_str(shader!("loss_pixel"));
            }
            Kernel::LossNumbers => source.push_str(shader!("loss")),
            _ => {}
        }
        source.push_str(own);
        let template =
            SourceTemplate::new(source).register("side_by_side", self.side_by_side.to_string());
        match self.kernel {
            Kernel::Convolution { transposed } => {
                template.register("transposed", transposed.to_string())
            }
            Kernel::Outer { taps } => template.register("taps", taps.to_string()),
            Kernel::Up { nearest } | Kernel::UpBackward { nearest } => {
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

/// How many invocations sum something up together: many on a GPU. Where a program plays one, as many as it
/// computes at once: there, waiting for each other is what costs.
pub(super) fn side_by_side(client: &Client) -> usize {
    match client.properties().hardware.plane_size_max {
        0..=4 => 4,
        _ => WORKGROUP,
    }
}

/// Runs a kernel over `count` workgroups.
pub(super) fn launch(client: &Client, kernel: Kernel, count: [usize; 3], buffers: &[&Handle]) {
    let [x, y, z] = count.map(|count| count as u32);
    let buffers = buffers
        .iter()
        .map(|&handle| handle.clone().binding())
        .collect();
    let side_by_side = side_by_side(client);
    let size = if kernel.sums() {
        side_by_side
    } else {
        WORKGROUP
    };
    let compiled = Compiled {
        kernel,
        side_by_side,
    };
    client.launch(
        Box::new(SourceKernel::new(compiled, CubeDim::new_1d(size as u32))),
        CubeCount::Static(x, y, z),
        KernelArguments::new().with_buffers(buffers),
    );
}
