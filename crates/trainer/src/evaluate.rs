//! Metrics of every lane over a split.

use burn::tensor::{ExecutionError, Tensor};
use losscope_datasets::Dataset;
use losscope_metrics::ImageMetrics;

/// Class indices `[B, D · H, W]` of logits `[B, K, D · H, W]`, flat: the class with the largest logit.
pub(crate) async fn predicted_classes(logits: Tensor<4>) -> Result<Vec<u8>, ExecutionError> {
    let data = logits.argmax(1).into_data_async().await?;
    Ok(data.iter::<i32>().map(|class| class as u8).collect())
}

/// Metrics of each image of a batch, from its predicted classes.
pub(crate) fn batch_metrics(
    dataset: &Dataset,
    indices: &[usize],
    predicted: &[u8],
) -> Vec<ImageMetrics> {
    let pixels = dataset.size.pixels();
    indices
        .iter()
        .zip(predicted.chunks_exact(pixels))
        .map(|(&index, predicted)| {
            let sample = &dataset.samples[index];
            ImageMetrics::new(
                sample.name.clone(),
                predicted,
                &sample.labels,
                dataset.classes.len(),
            )
        })
        .collect()
}
