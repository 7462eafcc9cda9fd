//! Pictures drawn by kernels on the device.

use burn::tensor::{Device, Tensor, TensorData};
use losscope_datasets::Dataset;
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
    device: &Device,
) -> Result<Vec<Pictures>, EngineError> {
    let (height, width) = (dataset.size.height, dataset.size.width);
    let scale = scale_for(width, height);
    let mut scenes = Vec::with_capacity(snapshots.len());
    for (snapshot, &range) in snapshots.iter().zip(ranges) {
        let sample = &dataset.samples[snapshot.image];
        let image = TensorData::new(sample.pixels.clone(), [dataset.channels, height, width]);
        let labels: Vec<f32> = sample
            .labels
            .iter()
            .map(|&label| f32::from(label))
            .collect();
        let scene = DeviceScene {
            image: Tensor::from_data(image, device),
            labels: Tensor::from_data(TensorData::new(labels, [height, width]), device),
            probabilities: snapshot.probabilities.clone(),
            logit_gradient: snapshot.logit_gradient.clone(),
            gradient_max: Tensor::from_data([range], device),
        };
        scenes.push(gpu::draw(scene, scale)?);
    }
    Ok(gpu::read(scenes).await?)
}
