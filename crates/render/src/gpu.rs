//! Every picture on the device that holds the tensors, by the kernels in `shaders/`.

use burn::backend::Cube;
use burn::backend::wgpu::{
    CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, ExecutionError, Int, Shape, Tensor};
use cubecl::prelude::KernelId;
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};
use thiserror::Error;

use crate::Picture;

/// Invocations of a workgroup, as in the shaders.
const WORKGROUP: u32 = 64;

/// Why nothing was drawn.
#[derive(Debug, Error)]
pub enum GpuError {
    /// The tensors are not on a WebGPU device.
    #[error("pictures can only be drawn on a WebGPU device from tensors that are on it")]
    NotOnGpu,
    /// The device failed.
    #[error("the pictures could not be read from the device: {0:?}")]
    Read(ExecutionError),
}

/// One image and what a network makes of it, on a WebGPU device.
#[derive(Debug, Clone)]
pub struct DeviceScene {
    /// `[C, H, W]`, 0 to 1; C is 1 or 3.
    pub image: Tensor<3>,
    /// Class indices `[H, W]`.
    pub labels: Tensor<2>,
    /// `[K, H, W]`.
    pub probabilities: Tensor<3>,
    /// dL/dlogits `[K, H, W]`.
    pub logit_gradient: Tensor<3>,
    /// `[1]`: |dL/dlogit| that is drawn in full colour.
    pub gradient_max: Tensor<1>,
    /// The class whose probability and gradient are drawn; without one, all foreground.
    pub class: Option<usize>,
}

/// The four pictures of a scene: packed pixels, still on the device.
#[derive(Debug)]
pub struct DevicePictures {
    /// Pictures one behind the other: input, errors, probability, gradient.
    packed: Tensor<1, Int>,
    width: usize,
    height: usize,
}

/// A kernel, and everything that its source is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct PictureKernel {
    name: &'static str,
    source: &'static str,
    /// width, height, scale, channels, classes.
    numbers: [usize; 5],
    class: Option<usize>,
}

impl KernelSource for PictureKernel {
    fn source(&self) -> SourceTemplate {
        let [width, height, scale, channels, classes] = self.numbers;
        let source = format!(
            "{}\n{}",
            include_str!("../../../shaders/common.wgsl"),
            self.source
        );
        SourceTemplate::new(source)
            .register("image", include_str!("../../../shaders/image.wgsl"))
            .register("outline", include_str!("../../../shaders/outline.wgsl"))
            .register("width", width.to_string())
            .register("height", height.to_string())
            .register("scale", scale.to_string())
            .register("channels", channels.to_string())
            .register("classes", classes.to_string())
            .register(
                "class",
                self.class.map_or(-1, |class| class as i64).to_string(),
            )
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((self.name, self.numbers, self.class))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

fn primitive<const D: usize>(tensor: Tensor<D>) -> Result<CubeTensor, GpuError> {
    tensor
        .try_into_primitive::<Cube>()
        .map(into_contiguous)
        .map_err(|_| GpuError::NotOnGpu)
}

/// Runs a kernel over `pixels` picture pixels; its output is its last binding.
fn launch(kernel: PictureKernel, inputs: &[&CubeTensor], pixels: usize) -> Tensor<1, Int> {
    let like = inputs[0];
    let buffer = like.client.empty(pixels * size_of::<u32>());
    let output = CubeTensor::new_contiguous(
        like.client.clone(),
        like.device.clone(),
        Shape::new([pixels]),
        buffer,
        DType::U32,
    );
    let bindings = inputs
        .iter()
        .copied()
        .chain([&output])
        .map(|tensor| tensor.handle.clone().binding())
        .collect();
    like.client.launch(
        Box::new(SourceKernel::new(kernel, CubeDim::new_1d(WORKGROUP))),
        CubeCount::Static((pixels as u32).div_ceil(WORKGROUP), 1, 1),
        KernelArguments::new().with_buffers(bindings),
    );
    Tensor::from_primitive::<Cube>(output)
}

/// Draws input, errors, probability and gradient of a scene, `scale` picture pixels to an image pixel.
///
/// # Errors
/// When a tensor is not on a WebGPU device.
pub fn draw(scene: DeviceScene, scale: usize) -> Result<DevicePictures, GpuError> {
    let [channels, height, width] = scene.image.dims();
    let numbers = [
        width,
        height,
        scale,
        channels,
        scene.probabilities.dims()[0],
    ];
    let pixels = width * height * scale * scale;
    let image = primitive(scene.image)?;
    let labels = primitive(scene.labels)?;
    let probabilities = primitive(scene.probabilities)?;
    let logit_gradient = primitive(scene.logit_gradient)?;
    let range = primitive(scene.gradient_max)?;
    let kernel = |name, source| PictureKernel {
        name,
        source,
        numbers,
        class: scene.class,
    };
    let packed = vec![
        launch(
            kernel("input", include_str!("../../../shaders/input.wgsl")),
            &[&image, &labels],
            pixels,
        ),
        launch(
            kernel("errors", include_str!("../../../shaders/errors.wgsl")),
            &[&image, &labels, &probabilities],
            pixels,
        ),
        launch(
            kernel(
                "probability",
                include_str!("../../../shaders/probability.wgsl"),
            ),
            &[&labels, &probabilities],
            pixels,
        ),
        launch(
            kernel("gradient", include_str!("../../../shaders/gradient.wgsl")),
            &[&logit_gradient, &range],
            pixels,
        ),
    ];
    Ok(DevicePictures {
        packed: Tensor::cat(packed, 0),
        width: width * scale,
        height: height * scale,
    })
}

/// Reads the pictures of several scenes back at once: input, errors, probability and gradient of each.
///
/// # Errors
/// When the device fails.
pub async fn read(scenes: Vec<DevicePictures>) -> Result<Vec<[Picture; 4]>, GpuError> {
    if scenes.is_empty() {
        return Ok(Vec::new());
    }
    let sizes: Vec<(usize, usize)> = scenes
        .iter()
        .map(|scene| (scene.width, scene.height))
        .collect();
    let packed = Tensor::cat(scenes.into_iter().map(|scene| scene.packed).collect(), 0);
    let data = packed.into_data_async().await.map_err(GpuError::Read)?;
    // Red in the lowest byte: the little-endian bytes of a packed pixel are its RGBA.
    let bytes: &[u8] = data.as_bytes();
    let mut rest = bytes;
    Ok(sizes
        .into_iter()
        .map(|(width, height)| {
            [(); 4].map(|()| {
                let (own, behind) = rest.split_at(width * height * 4);
                rest = behind;
                Picture {
                    width,
                    height,
                    rgba: own.to_vec(),
                }
            })
        })
        .collect())
}
