//! Exact Euclidean distance transforms out of tensor operations, on any device and in any number of
//! dimensions: along the last axis by running maxima, then along each other axis in turn
//! `d²[i] = min_j (f[j] + (i − j)²)`.

use burn::tensor::{Int, Tensor};

use super::neighbours::along;

/// How many values one step of the minimum may hold: memory stays bounded whatever the image's size.
const CHUNK: usize = 1 << 21;

/// Squared distances of each pixel to the nearest one inside and to the nearest one outside of a region.
pub(crate) struct Distances {
    /// To the nearest pixel of the region: 0 inside.
    pub(crate) outside: Tensor<3>,
    /// To the nearest pixel that is not of the region: 0 outside.
    pub(crate) inside: Tensor<3>,
}

/// Squared distances of `region`, which is 0 or 1, `[B, C, N]`; all zero for an image whose region is
/// empty or everything. Nothing here has a gradient.
pub(crate) fn squared_distances(region: &Tensor<3>, spatial: &[usize]) -> Distances {
    let region = region.clone().without_autodiff();
    let images = region.dims()[0];
    let outside = -region.clone() + 1.0;
    // Neither empty nor everything.
    let defined = region.clone().max_dim(2) * outside.clone().max_dim(2);
    // Farther than any two pixels are.
    let far = spatial
        .iter()
        .map(|&side| (side * side) as f64)
        .sum::<f64>()
        + 1.0;
    let both = Tensor::cat(vec![outside, region], 0);
    let last = spatial.len() - 1;
    let along_lines = along(both, spatial, last, |x| within_lines(x, far));
    let squared = (0..last).rev().fold(along_lines, |squared, axis| {
        along(squared, spatial, axis, nearest)
    });
    let squared = squared * defined.repeat_dim(0, 2);
    Distances {
        outside: squared.clone().narrow(0, 0, images),
        inside: squared.narrow(0, images, images),
    }
}

/// 0, 1, 2, … along a line, as `like` is.
fn positions(side: usize, like: &Tensor<3>) -> Tensor<1> {
    Tensor::<1, Int>::arange(0..side as i64, &like.device())
        .float()
        .cast(like.dtype())
}

/// The squared distance of each pixel to the nearest zero of its line along the middle axis, at most `far`.
fn within_lines(ones: Tensor<3>, far: f64) -> Tensor<3> {
    let side = ones.dims()[1];
    let positions = positions(side, &ones).reshape([1, side, 1]);
    // How far behind the last zero, or far away before the first.
    let behind = |ones: Tensor<3>| {
        let zeros = positions.clone() - ones * (far + side as f64);
        positions.clone() - zeros.cummax(1)
    };
    let before = behind(ones.clone().flip([1])).flip([1]);
    let behind = behind(ones);
    let nearer = before.clone().lower(behind.clone());
    let distance = behind.mask_where(nearer, before).clamp_max(far.sqrt());
    (distance.clone() * distance).clamp_max(far)
}

/// `min_j (f[j] + (i − j)²)` along the middle axis.
fn nearest(f: Tensor<3>) -> Tensor<3> {
    let [outer, side, inner] = f.dims();
    let positions = positions(side, &f);
    // Lines last: minima over neighbouring values are fastest.
    let lines = f.swap_dims(1, 2).reshape([outer * inner, 1, side]);
    let rows = (CHUNK / (outer * inner * side)).clamp(1, side);
    let chunks = (0..side).step_by(rows).map(|start| {
        let rows = rows.min(side - start);
        let from = positions.clone().narrow(0, start, rows);
        let apart = from.reshape([1, rows, 1]) - positions.clone().reshape([1, 1, side]);
        let reached = lines.clone() + apart.clone() * apart;
        reached.min_dim(2).reshape([outer, inner, rows])
    });
    Tensor::cat(chunks.collect(), 2).swap_dims(1, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    /// Distances by trying every pair of pixels.
    fn brute(region: &[f32], spatial: &[usize], of: f32) -> Vec<f32> {
        let place = |mut index: usize| {
            let mut place = vec![0_i64; spatial.len()];
            for (axis, side) in spatial.iter().enumerate().rev() {
                place[axis] = (index % side) as i64;
                index /= side;
            }
            place
        };
        let targets: Vec<_> = (0..region.len())
            .filter(|&i| region[i] == of)
            .map(place)
            .collect();
        if targets.is_empty() || targets.len() == region.len() {
            return vec![0.0; region.len()];
        }
        let squared =
            |a: &[i64], b: &[i64]| -> i64 { a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum() };
        (0..region.len())
            .map(|i| {
                let here = place(i);
                targets.iter().map(|t| squared(&here, t)).min().unwrap() as f32
            })
            .collect()
    }

    #[test]
    fn distances_are_those_to_the_nearest_pixel() {
        let mut state = 1_u64;
        for spatial in [
            &[7][..],
            &[1, 1],
            &[1, 9],
            &[6, 5],
            &[13, 11],
            &[3, 4, 5],
            &[70, 40],
        ] {
            let pixels = spatial.iter().product::<usize>();
            for share in [0, 2, 8, 16] {
                let region: Vec<f32> = (0..pixels)
                    .map(|_| {
                        state = state
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        f32::from((state >> 60) < share)
                    })
                    .collect();
                let data = TensorData::new(region.clone(), [1, 1, pixels]);
                let tensor = Tensor::<3>::from_data(data, &Device::flex());
                let made = squared_distances(&tensor, spatial);
                let values = |t: Tensor<3>| t.into_data().iter::<f32>().collect::<Vec<_>>();
                assert_eq!(values(made.outside), brute(&region, spatial, 1.0));
                assert_eq!(values(made.inside), brute(&region, spatial, 0.0));
            }
        }
    }
}
