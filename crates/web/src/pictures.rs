//! Snapshots as pictures, drawn where the tensors are.

#[cfg(feature = "webgpu")]
mod gpu;

use burn::tensor::{Device, Tensor};
use losscope_datasets::Dataset;
use losscope_render::{Picture, Scene, cpu, scale_for};
use losscope_trainer::{LaneSnapshot, TrainerError};

use crate::js::EngineError;

/// Input, errors, probability and gradient.
pub(crate) type Pictures = [Picture; 4];

/// Where pictures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Canvas {
    #[cfg(feature = "webgpu")]
    Gpu,
    Cpu,
}

/// The pictures of each snapshot, and the |dL/dlogit| each gradient picture has in full colour: the lane's
/// own largest, or, with `shared_scale`, the largest of all lanes.
pub(crate) async fn draw(
    (canvas, device): (Canvas, &Device),
    snapshots: &[LaneSnapshot],
    dataset: &Dataset,
    shared_scale: bool,
) -> Result<Vec<(Pictures, f32)>, EngineError> {
    let largest = snapshots
        .iter()
        .map(|snapshot| snapshot.gradient_max)
        .fold(0.0, f32::max);
    let ranges: Vec<f32> = snapshots
        .iter()
        .map(|snapshot| {
            if shared_scale {
                largest
            } else {
                snapshot.gradient_max
            }
        })
        .collect();
    let pictures = match canvas {
        #[cfg(feature = "webgpu")]
        Canvas::Gpu => gpu::draw(snapshots, dataset, &ranges, device).await?,
        Canvas::Cpu => draw_on_cpu(snapshots, dataset, &ranges).await?,
    };
    Ok(pictures.into_iter().zip(ranges).collect())
}

async fn draw_on_cpu(
    snapshots: &[LaneSnapshot],
    dataset: &Dataset,
    ranges: &[f32],
) -> Result<Vec<Pictures>, EngineError> {
    let (height, width) = (dataset.size.height, dataset.size.width);
    let scale = scale_for(width, height);
    let mut pictures = Vec::with_capacity(snapshots.len());
    for (snapshot, &gradient_max) in snapshots.iter().zip(ranges) {
        let sample = &dataset.samples[snapshot.image];
        let probabilities = read(&snapshot.probabilities).await?;
        let logit_gradient = read(&snapshot.logit_gradient).await?;
        let scene = Scene {
            width,
            height,
            channels: dataset.channels,
            classes: dataset.classes.len(),
            image: &sample.pixels,
            labels: &sample.labels,
            probabilities: &probabilities,
            logit_gradient: &logit_gradient,
            gradient_max,
        };
        pictures.push([
            cpu::input(&scene, scale),
            cpu::errors(&scene, scale),
            cpu::probability(&scene, scale),
            cpu::gradient(&scene, scale),
        ]);
    }
    Ok(pictures)
}

async fn read(tensor: &Tensor<3>) -> Result<Vec<f32>, EngineError> {
    let data = tensor.to_data_async().await.map_err(TrainerError::Device)?;
    Ok(data.iter::<f32>().collect())
}
