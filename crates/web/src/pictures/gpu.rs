//! Pictures drawn by kernels on the device.

use burn::tensor::{Device, Tensor, TensorData};
use losscope_datasets::{Dataset, Size};
use losscope_render::gpu::{self, DeviceScene};
use losscope_render::scale_for;
use losscope_trainer::LaneSnapshot;

use super::Pictures;
use crate::js::EngineError;

/// The pictures of each snapshot, read back together.
pub(super) async fn draw(
    snapshots: &[LaneSnapshot],
    dataset: &Dataset,
    ranges: &[f32],
    class: Option<usize>,
    device: &Device,
) -> Result<Vec<Pictures>, EngineError> {
    let mut scenes = Vec::with_capacity(snapshots.len());
    for (snapshot, &range) in snapshots.iter().zip(ranges) {
        let sample = &dataset.samples[snapshot.image];
        let Size { height, width, .. } = snapshot.cut.size(dataset.size);
        let image = snapshot.cut.of(dataset.size, &sample.pixels);
        let image = TensorData::new(image, [dataset.channels, height, width]);
        let labels = snapshot.cut.of(dataset.size, &sample.labels);
        let labels: Vec<f32> = labels.into_iter().map(f32::from).collect();
        let scene = DeviceScene {
            image: Tensor::from_data(image, device),
            labels: Tensor::from_data(TensorData::new(labels, [height, width]), device),
            probabilities: snapshot.probabilities.clone(),
            logit_gradient: snapshot.logit_gradient.clone(),
            gradient_max: Tensor::from_data([range], device),
            class,
        };
        scenes.push(gpu::draw(scene, scale_for(width, height))?);
    }
    Ok(gpu::read(scenes).await?)
}
