//! Metrics of every lane over a split.

use burn::tensor::{ExecutionError, Tensor};
use losscope_datasets::Dataset;
use losscope_kernels::loss::probabilities;
use losscope_metrics::{
    Case, Grid, ImageMetrics, ImageValues, Metric, MetricOptions, MetricValues, MetricsError,
    evaluate,
};

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

/// Probabilities `[B, K, D · H, W]` of logits, flat.
pub(crate) async fn class_probabilities(logits: Tensor<4>) -> Result<Vec<f32>, ExecutionError> {
    let [_, classes, rows, width] = logits.dims();
    let logits: Vec<f32> = logits.into_data_async().await?.iter().collect();
    Ok(probabilities(&logits, classes, rows * width))
}

/// Any metrics of each image of a batch, distances in pixels.
pub(crate) fn batch_values(
    dataset: &Dataset,
    indices: &[usize],
    predicted: &[u8],
    probabilities: &[f32],
    options: &MetricOptions,
) -> Result<Vec<ImageValues>, MetricsError> {
    let size = dataset.size;
    let (pixels, classes) = (size.pixels(), dataset.classes.len());
    let grid = match size.depth {
        1 => Grid::plane(size.height, size.width),
        depth => Grid::volume([depth, size.height, size.width], [1.0; 3]),
    };
    indices
        .iter()
        .zip(predicted.chunks_exact(pixels))
        .zip(probabilities.chunks_exact(classes * pixels))
        .map(|((&index, predicted), probabilities)| {
            let sample = &dataset.samples[index];
            let case = Case {
                predicted,
                labels: &sample.labels,
                probabilities: Some(probabilities),
                classes,
                grid,
            };
            let values = if probabilities.iter().all(|p| p.is_finite()) {
                evaluate(&case, options)?
            } else {
                without_probabilities(&case, options)?
            };
            Ok(ImageValues {
                image: sample.name.clone(),
                values,
            })
        })
        .collect()
}

/// The same metrics, those of probabilities undefined.
fn without_probabilities(
    case: &Case,
    options: &MetricOptions,
) -> Result<Vec<MetricValues>, MetricsError> {
    let wanted = |metric: &Metric| !metric.needs_probabilities();
    let others = MetricOptions {
        metrics: options.metrics.iter().copied().filter(wanted).collect(),
        ..options.clone()
    };
    let mut values = evaluate(case, &others)?;
    let undefined = Metric::all()
        .filter(|metric| metric.needs_probabilities() && options.metrics.contains(metric));
    values.extend(undefined.map(|metric| MetricValues {
        metric,
        per_class: vec![None; case.classes],
    }));
    values.sort_by_key(|values| values.metric);
    Ok(values)
}
