//! Snapshots as pictures, drawn where the tensors are.

#[cfg(feature = "webgpu")]
mod gpu;

use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_render::{Picture, Scene, cpu, scale_for};
use losscope_trainer::LaneSnapshot;

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

/// How pictures are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawing {
    /// Where.
    pub(crate) canvas: Canvas,
    /// Full colour is the same |dL/dlogit| in all lanes.
    pub(crate) shared_scale: bool,
    /// The class whose probability and gradient are drawn; without one, all foreground.
    pub(crate) class: Option<usize>,
}

/// The pictures of each snapshot, and the |dL/dlogit| each gradient picture has in full colour: the lane's
/// own largest, or that of all lanes.
pub(crate) async fn draw(
    drawing: Drawing,
    device: &Device,
    snapshots: &[LaneSnapshot],
    dataset: &Dataset,
) -> Result<Vec<(Pictures, f32)>, EngineError> {
    let own = snapshots.iter().map(|snapshot| snapshot.gradient_max);
    let largest = own.clone().fold(0.0, f32::max);
    let ranges: Vec<f32> = match drawing.shared_scale {
        true => vec![largest; snapshots.len()],
        false => own.collect(),
    };
    let pictures = match drawing.canvas {
        #[cfg(feature = "webgpu")]
        Canvas::Gpu => gpu::draw(snapshots, dataset, &ranges, drawing.class, device).await?,
        Canvas::Cpu => draw_on_cpu(snapshots, dataset, &ranges, drawing.class).await?,
    };
    Ok(pictures.into_iter().zip(ranges).collect())
}

async fn draw_on_cpu(
    snapshots: &[LaneSnapshot],
    dataset: &Dataset,
    ranges: &[f32],
    class: Option<usize>,
) -> Result<Vec<Pictures>, EngineError> {
    let mut pictures = Vec::with_capacity(snapshots.len());
    for (snapshot, &gradient_max) in snapshots.iter().zip(ranges) {
        let values = snapshot.values(dataset).await?;
        let scene = Scene {
            width: values.size.width,
            height: values.size.height,
            channels: dataset.channels,
            classes: dataset.classes.len(),
            image: &values.image,
            labels: &values.labels,
            probabilities: &values.probabilities,
            logit_gradient: &values.logit_gradient,
            gradient_max,
            class,
        };
        let scale = scale_for(scene.width, scene.height);
        pictures.push([
            cpu::input(&scene, scale),
            cpu::errors(&scene, scale),
            cpu::probability(&scene, scale),
            cpu::gradient(&scene, scale),
        ]);
    }
    Ok(pictures)
}
