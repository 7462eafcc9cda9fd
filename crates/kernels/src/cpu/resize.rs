//! Halving by the maximum and doubling by repetition, forward and backward.
//!
//! A pixel of the small image stands for 2×2 of the large one, a voxel of the small volume for 2×2×2: its
//! corners, plane by plane and row by row.

use super::place::Place;
use super::simd::{Arithmetic, dispatch};
use crate::architecture::Size;

/// Corners of a voxel; of a pixel the first four.
const CORNERS: usize = 8;

/// From the first corner to each.
fn steps(place: &Place) -> [usize; CORNERS] {
    std::array::from_fn(|corner| {
        corner / 4 * place.plane + corner / 2 % 2 * place.row + corner % 2 * place.pixel
    })
}

/// Calls `$function::<A, corners>($arguments)`.
macro_rules! corners {
    ($size:expr, $function:ident::<$a:ident>($($argument:expr),*)) => {
        match $size.planes {
            Some(_) => $function::<$a, 8>($($argument),*),
            None => $function::<$a, 4>($($argument),*),
        }
    };
}

dispatch! {
    /// Halves an image of `size` by the maximum over corners and keeps which of them it was (the first, where
    /// several are equal), for each value of the result without gaps.
    pub fn max_pool(size: Size, channels: usize, input: &[f32], from: Place, output: &mut [f32], to: Place, winners: &mut [u8]) => pool
}

#[inline(always)]
fn pool<A: Arithmetic>(
    size: Size,
    channels: usize,
    input: &[f32],
    from: Place,
    output: &mut [f32],
    to: Place,
    winners: &mut [u8],
) {
    corners!(
        size,
        pool_corners::<A>(size, channels, input, from, output, to, winners)
    );
}

#[inline(always)]
fn pool_corners<A: Arithmetic, const N: usize>(
    size: Size,
    channels: usize,
    input: &[f32],
    from: Place,
    output: &mut [f32],
    to: Place,
    winners: &mut [u8],
) {
    let (small, steps) = (size.halved(1), steps(&from));
    let mut winners = winners.chunks_exact_mut(channels);
    for z in 0..small.depth() {
        for y in 0..small.height {
            for (x, winners) in (0..small.width).zip(&mut winners) {
                let first = from.at(2 * z, 2 * y, 2 * x);
                let corners: [&[f32]; N] =
                    std::array::from_fn(|corner| &input[first + steps[corner]..][..channels]);
                let output = &mut output[to.at(z, y, x)..][..channels];
                for c in 0..channels {
                    let (mut best, mut winner) = (corners[0][c], 0);
                    for (index, pixel) in corners.iter().enumerate().skip(1) {
                        let larger = pixel[c] > best;
                        best = if larger { pixel[c] } else { best };
                        winner = if larger { index as u8 } else { winner };
                    }
                    output[c] = best;
                    winners[c] = winner;
                }
            }
        }
    }
}

dispatch! {
    /// Adds `pooled`, the gradient of the halved image without gaps, to the corners that won, in `gradient` of
    /// an image of `size` without gaps.
    pub fn max_pool_backward(size: Size, channels: usize, pooled: &[f32], winners: &[u8], gradient: &mut [f32]) => pool_back
}

#[inline(always)]
fn pool_back<A: Arithmetic>(
    size: Size,
    channels: usize,
    pooled: &[f32],
    winners: &[u8],
    gradient: &mut [f32],
) {
    let (small, place) = (size.halved(1), Place::dense(size, channels));
    let corners = if size.planes.is_some() { CORNERS } else { 4 };
    let steps = steps(&place);
    let mut pixels = pooled
        .chunks_exact(channels)
        .zip(winners.chunks_exact(channels));
    for z in 0..small.depth() {
        for y in 0..small.height {
            for (x, (pooled, winners)) in (0..small.width).zip(&mut pixels) {
                let first = place.at(2 * z, 2 * y, 2 * x);
                for (index, step) in steps[..corners].iter().enumerate() {
                    let target = &mut gradient[first + step..][..channels];
                    for c in 0..channels {
                        let won = winners[c] == index as u8;
                        target[c] += if won { pooled[c] } else { 0.0 };
                    }
                }
            }
        }
    }
}

/// Doubles an image of `size` without gaps by repeating each pixel.
pub fn nearest(size: Size, channels: usize, input: &[f32], output: &mut [f32], to: Place) {
    let from = Place::dense(size, channels);
    for z in 0..size.planes.map_or(1, |planes| 2 * planes) {
        for y in 0..2 * size.height {
            for x in 0..2 * size.width {
                let pixel = &input[from.at(z / 2, y / 2, x / 2)..][..channels];
                output[to.at(z, y, x)..][..channels].copy_from_slice(pixel);
            }
        }
    }
}

dispatch! {
    /// The gradient of an image of `size`, without gaps, from that of the doubled image, at `from` in
    /// `gradient`.
    pub fn nearest_backward(size: Size, channels: usize, gradient: &[f32], from: Place, output: &mut [f32]) => nearest_back
}

#[inline(always)]
fn nearest_back<A: Arithmetic>(
    size: Size,
    channels: usize,
    gradient: &[f32],
    from: Place,
    output: &mut [f32],
) {
    corners!(
        size,
        sum_corners::<A>(size, channels, gradient, from, output)
    );
}

#[inline(always)]
fn sum_corners<A: Arithmetic, const N: usize>(
    size: Size,
    channels: usize,
    gradient: &[f32],
    from: Place,
    output: &mut [f32],
) {
    let steps = steps(&from);
    let mut pixels = output.chunks_exact_mut(channels);
    for z in 0..size.depth() {
        for y in 0..size.height {
            for (x, output) in (0..size.width).zip(&mut pixels) {
                let first = from.at(2 * z, 2 * y, 2 * x);
                let corners: [&[f32]; N] =
                    std::array::from_fn(|corner| &gradient[first + steps[corner]..][..channels]);
                for (c, value) in output.iter_mut().enumerate() {
                    let four = |k: usize| {
                        (corners[k][c] + corners[k + 1][c])
                            + (corners[k + 2][c] + corners[k + 3][c])
                    };
                    *value = if N == CORNERS {
                        four(0) + four(4)
                    } else {
                        four(0)
                    };
                }
            }
        }
    }
}
