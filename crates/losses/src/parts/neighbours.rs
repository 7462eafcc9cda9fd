//! What looks at a pixel's neighbours, in images and volumes alike: one axis at a time.
//!
//! Images are `[B, C, N]` with their pixels flattened; `spatial` is what N was flattened from.

use burn::tensor::Tensor;

/// Applies `f` along each spatial axis in turn, the last first; it sees `[outer, side, inner]` and keeps that shape.
pub(crate) fn along_each_axis(
    images: Tensor<3>,
    spatial: &[usize],
    f: impl Fn(Tensor<3>) -> Tensor<3>,
) -> Tensor<3> {
    let axes = (0..spatial.len()).rev();
    axes.fold(images, |images, axis| along(images, spatial, axis, &f))
}

/// Applies `f` along one spatial axis.
pub(crate) fn along(
    images: Tensor<3>,
    spatial: &[usize],
    axis: usize,
    f: impl Fn(Tensor<3>) -> Tensor<3>,
) -> Tensor<3> {
    let dims = images.dims();
    let inner = spatial[axis + 1..].iter().product::<usize>();
    let outer = dims.iter().product::<usize>() / (spatial[axis] * inner);
    f(images.reshape([outer, spatial[axis], inner])).reshape(dims)
}

/// What a pixel beyond the border is.
#[derive(Clone, Copy)]
enum Beyond {
    /// Zero.
    Zero,
    /// The pixel at the border: for a minimum or maximum, as if there were none.
    Border,
}

/// The neighbours before and behind each pixel along the middle axis.
fn shifted(x: &Tensor<3>, beyond: Beyond) -> (Tensor<3>, Tensor<3>) {
    let side = x.dims()[1];
    let border = |at: usize| {
        let pixel = x.clone().narrow(1, at, 1);
        match beyond {
            Beyond::Zero => pixel.zeros_like(),
            Beyond::Border => pixel,
        }
    };
    if side == 1 {
        return (border(0), border(0));
    }
    (
        Tensor::cat(vec![border(0), x.clone().narrow(1, 0, side - 1)], 1),
        Tensor::cat(vec![x.clone().narrow(1, 1, side - 1), border(side - 1)], 1),
    )
}

/// The mean over the box of 3 pixels a side around each pixel; beyond the border are zeros, which count.
pub(crate) fn box_mean(images: Tensor<3>, spatial: &[usize]) -> Tensor<3> {
    let sum = along_each_axis(images, spatial, |x| {
        let (before, behind) = shifted(&x, Beyond::Zero);
        before + x + behind
    });
    sum * 3.0_f64.powi(-(spatial.len() as i32))
}

/// The smaller of two; the first where they are equal.
fn smaller(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    let second = b.clone().lower(a.clone());
    a.mask_where(second, b)
}

/// The smaller of two; where they are equal, each has half of the gradient.
fn smaller_shared(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    let equal = a.clone().equal(b.clone());
    let half = (a.clone() + b.clone()) * 0.5;
    smaller(a, b).mask_where(equal, half)
}

/// The larger of two; the first where they are equal.
fn larger(a: Tensor<3>, b: Tensor<3>) -> Tensor<3> {
    let second = b.clone().greater(a.clone());
    a.mask_where(second, b)
}

/// The minimum over a pixel and its direct neighbours along every axis (a cross). Of equal values, the first
/// in the order of the pixels is taken, and lines along two axes share, as the usual pooling does.
pub(crate) fn erode(images: &Tensor<3>, spatial: &[usize]) -> Tensor<3> {
    let line = |axis: usize| {
        along(images.clone(), spatial, axis, |x| {
            let (before, behind) = shifted(&x, Beyond::Border);
            smaller(smaller(before, x), behind)
        })
    };
    (1..spatial.len()).fold(line(0), |least, axis| smaller_shared(least, line(axis)))
}

/// The maximum over the box of 3 pixels a side around each pixel.
pub(crate) fn dilate(images: Tensor<3>, spatial: &[usize]) -> Tensor<3> {
    along_each_axis(images, spatial, |x| {
        let (before, behind) = shifted(&x, Beyond::Border);
        larger(larger(before, x), behind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    fn line(values: &[f32]) -> Tensor<3> {
        let data = TensorData::new(values.to_vec(), [1, 1, values.len()]);
        Tensor::from_data(data, &Device::flex())
    }

    fn values(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    #[test]
    fn boxes_are_means_with_zeros_beyond_the_border() {
        let mean = values(box_mean(line(&[3.0, 6.0, 9.0, 0.0]), &[2, 2]));
        assert!(mean.iter().all(|m| (m - 2.0).abs() < 1e-6), "{mean:?}");
        let mean = values(box_mean(line(&[3.0, 6.0, 9.0]), &[3]));
        assert_eq!(mean, [3.0, 6.0, 5.0]);
    }

    #[test]
    fn erosion_takes_crosses_and_dilation_boxes() {
        // Only the middle of a cross survives erosion, and dilation makes a box of it.
        let cross = line(&[0., 1., 0., 1., 1., 1., 0., 1., 0.]);
        let middle = erode(&cross, &[3, 3]);
        assert_eq!(values(middle.clone()), [0., 0., 0., 0., 1., 0., 0., 0., 0.]);
        assert_eq!(values(dilate(middle, &[3, 3])), [1.0; 9]);
        // The border takes nothing away, in any number of dimensions.
        let full = line(&[1.0; 8]);
        assert_eq!(values(erode(&full, &[2, 2, 2])), [1.0; 8]);
        assert_eq!(values(erode(&full, &[8])), [1.0; 8]);
    }
}
