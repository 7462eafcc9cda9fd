//! Snapshots as pictures, drawn where the tensors are.

#[cfg(feature = "webgpu")]
mod gpu;

#[cfg(feature = "webgpu")]
use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_render::{Picture, Scene, cpu, scale_for};
use losscope_trainer::{LaneSnapshot, SnapshotValues};

use crate::js::EngineError;

/// Input, errors, probability and gradient.
pub(crate) type Pictures = [Picture; 4];

/// Where pictures are drawn.
#[derive(Debug, Clone)]
pub(crate) enum Canvas {
    #[cfg(feature = "webgpu")]
    Gpu(Device),
    Cpu,
}

/// How pictures are drawn.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    /// Where.
    pub(crate) canvas: Canvas,
    /// |dL/dlogit| in full colour; without one, each lane's own largest.
    pub(crate) gradient_max: Option<f32>,
    /// The class whose probability and gradient are drawn; without one, all foreground.
    pub(crate) class: Option<usize>,
}

/// The pictures of each snapshot, and the |dL/dlogit| that its gradient picture has in full colour.
pub(crate) async fn draw(
    drawing: Drawing,
    snapshots: &[LaneSnapshot],
    dataset: &Dataset,
) -> Result<Vec<(Pictures, f32)>, EngineError> {
    let ranges: Vec<f32> = snapshots
        .iter()
        .map(|snapshot| drawing.gradient_max.unwrap_or(snapshot.gradient_max))
        .collect();
    let pictures = match &drawing.canvas {
        #[cfg(feature = "webgpu")]
        Canvas::Gpu(device) => {
            gpu::draw(snapshots, dataset, &ranges, drawing.class, device).await?
        }
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
        let (channels, classes) = (dataset.channels, dataset.classes.len());
        pictures.push(scene_pictures(
            &values,
            channels,
            classes,
            gradient_max,
            class,
        ));
    }
    Ok(pictures)
}

/// The pictures of numbers that were read back.
pub(crate) fn scene_pictures(
    values: &SnapshotValues,
    channels: usize,
    classes: usize,
    gradient_max: f32,
    class: Option<usize>,
) -> Pictures {
    let scene = Scene {
        width: values.size.width,
        height: values.size.height,
        channels,
        classes,
        image: &values.image,
        labels: &values.labels,
        probabilities: &values.probabilities,
        logit_gradient: &values.logit_gradient,
        gradient_max,
        class,
    };
    let scale = scale_for(scene.width, scene.height);
    [
        cpu::input(&scene, scale),
        cpu::errors(&scene, scale),
        cpu::probability(&scene, scale),
        cpu::gradient(&scene, scale),
    ]
}
