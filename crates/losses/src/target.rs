//! Labels as one-hot targets.

use burn::tensor::TensorData;

use crate::LossError;

/// One-hot float data `[B, K, …]` of class indices `labels` in shape `[B, …]`.
///
/// # Errors
/// When the labels do not fill the shape, or one of them is not below `classes`.
pub fn one_hot(labels: &[u8], shape: &[usize], classes: usize) -> Result<TensorData, LossError> {
    let (values, shape) = one_hot_values::<f32>(labels, shape, classes)?;
    Ok(TensorData::new(values, shape))
}

/// The same in any float type: the flat values and the shape `[B, K, …]`.
pub(crate) fn one_hot_values<F: From<u8> + Clone>(
    labels: &[u8],
    shape: &[usize],
    classes: usize,
) -> Result<(Vec<F>, Vec<usize>), LossError> {
    let (Some(&batch), expected) = (shape.first(), shape.iter().product::<usize>()) else {
        return Err(LossError::Shape {
            shape: shape.to_vec(),
        });
    };
    if labels.len() != expected || expected == 0 {
        return Err(LossError::Length {
            what: "labels",
            given: labels.len(),
            shape: shape.to_vec(),
            expected,
        });
    }
    let pixels = expected / batch;
    let mut values = vec![F::from(0); expected * classes];
    for (position, &label) in labels.iter().enumerate() {
        let class = usize::from(label);
        if class >= classes {
            return Err(LossError::LabelOutOfRange {
                label,
                position,
                classes,
            });
        }
        let (image, pixel) = (position / pixels, position % pixels);
        values[(image * classes + class) * pixels + pixel] = F::from(1);
    }
    let mut full = vec![batch, classes];
    full.extend_from_slice(&shape[1..]);
    Ok((values, full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_become_channels_behind_the_batch() {
        let (values, shape) = one_hot_values::<f32>(&[0, 2, 1, 1], &[2, 2], 3).unwrap();
        assert_eq!(shape, [2, 3, 2]);
        assert_eq!(values, [1., 0., 0., 0., 0., 1., 0., 0., 1., 1., 0., 0.]);
    }

    #[test]
    fn a_label_that_is_no_class_is_named() {
        let error = one_hot(&[0, 3], &[1, 2], 2).unwrap_err();
        assert_eq!(
            error,
            LossError::LabelOutOfRange {
                label: 3,
                position: 1,
                classes: 2
            }
        );
        assert!(error.to_string().contains("classes 0 to 1"));
    }
}
