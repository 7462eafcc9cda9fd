//! Numbers of a step, gathered on the device and read back in one go.

use burn::tensor::{ExecutionError, Tensor};

use crate::StepReport;

/// What a step left on the device: `[loss, Σ|dL/dlogit| per class…, norm per layer…]`.
pub(crate) struct PendingReport {
    lane: u32,
    step: usize,
    classes: usize,
    numbers: Tensor<1>,
}

/// Σ |dL/dlogit| over the pixels of each class, `[K]`, from `[B, K, H, W]` each.
pub(crate) fn push_per_class(logit_gradient: Tensor<4>, target: Tensor<4>) -> Tensor<1> {
    let classes = target.dims()[1];
    (logit_gradient.abs().sum_dim(1) * target)
        .sum_dims(&[0, 2, 3])
        .reshape([classes])
}

/// Shares of their sum, or zeros where it is zero (or no number).
pub(crate) fn shares(pushes: &[f32]) -> Vec<f32> {
    let total: f32 = pushes.iter().sum();
    pushes
        .iter()
        .map(|push| if total > 0.0 { push / total } else { 0.0 })
        .collect()
}

impl PendingReport {
    /// `loss` is its value, then what each class pushes.
    pub(crate) fn new(lane: u32, step: usize, loss: Tensor<1>, norms: Option<Tensor<1>>) -> Self {
        let classes = loss.dims()[0] - 1;
        let numbers = match norms {
            Some(norms) => Tensor::cat(vec![loss, norms], 0),
            None => loss,
        };
        Self {
            lane,
            step,
            classes,
            numbers,
        }
    }
}

/// Reads all pending reports back at once.
pub(crate) async fn read(pending: Vec<PendingReport>) -> Result<Vec<StepReport>, ExecutionError> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let lengths: Vec<usize> = pending
        .iter()
        .map(|report| report.numbers.dims()[0])
        .collect();
    let all = Tensor::cat(
        pending
            .iter()
            .map(|report| report.numbers.clone())
            .collect(),
        0,
    );
    let numbers: Vec<f32> = all.into_data_async().await?.iter::<f32>().collect();
    let mut rest = numbers.as_slice();
    Ok(pending
        .iter()
        .zip(lengths)
        .map(|(report, length)| {
            let (own, behind) = rest.split_at(length);
            rest = behind;
            let (pushes, norms) = own[1..].split_at(report.classes);
            StepReport {
                lane: report.lane,
                step: report.step,
                loss: own[0],
                gradient_share: shares(pushes),
                layer_norms: (!norms.is_empty()).then(|| norms.to_vec()),
            }
        })
        .collect())
}
