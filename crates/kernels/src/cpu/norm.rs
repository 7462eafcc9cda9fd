//! Normalisation and ReLU, forward and backward.
//!
//! Groups of channels of one image are normalised by their mean and variance, then scaled and shifted per
//! channel: group normalisation (Wu and He, arXiv 1803.08494), with one channel a group instance
//! normalisation.

use super::place::Place;
use super::simd::{Arithmetic, dispatch};
use crate::architecture::Size;

/// Added to the variance, as in PyTorch and Burn.
pub const EPSILON: f32 = 1e-5;

/// A normalisation of one image.
#[derive(Debug, Clone, Copy)]
pub struct Norm<'a> {
    /// How far it reaches.
    pub size: Size,
    /// Channels.
    pub channels: usize,
    /// Channels of a group.
    pub group: usize,
    /// What is normalised, `[depth, height, width, channels]`.
    pub raw: &'a [f32],
    /// Scale of each channel.
    pub scale: &'a [f32],
    /// Shift of each channel.
    pub shift: &'a [f32],
}

/// Mean and reciprocal deviation of each channel's group.
#[derive(Debug, Clone, Default)]
pub struct Statistics {
    mean: Vec<f32>,
    reciprocal: Vec<f32>,
}

impl Statistics {
    /// Room for so many channels.
    pub fn new(channels: usize) -> Self {
        Self {
            mean: vec![0.0; channels],
            reciprocal: vec![0.0; channels],
        }
    }

    /// How many numbers there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.mean.len() + self.reciprocal.len()
    }
}

/// Calls `$function::<A, N>($arguments, first channel)` for blocks of channels.
macro_rules! blocks {
    ($channels:expr, $function:ident::<$a:ident>($($argument:expr),*)) => {{
        let mut channel = 0;
        while channel < $channels {
            channel += match $channels - channel {
                8.. => { $function::<$a, 8>($($argument,)* channel); 8 }
                4.. => { $function::<$a, 4>($($argument,)* channel); 4 }
                _ => { $function::<$a, 1>($($argument,)* channel); 1 }
            };
        }
    }};
}

dispatch! {
    /// Normalises, applies ReLU, and writes to `output` at `to`; keeps the statistics.
    pub fn norm_relu(task: &Norm<'_>, statistics: &mut Statistics, output: &mut [f32], to: Place) => forward
}

#[inline(always)]
fn forward<A: Arithmetic>(
    task: &Norm<'_>,
    statistics: &mut Statistics,
    output: &mut [f32],
    to: Place,
) {
    statistics.mean.fill(0.0);
    blocks!(task.channels, sums::<A>(task, &mut statistics.mean));
    share(task, &mut statistics.mean);
    statistics.reciprocal.fill(0.0);
    blocks!(
        task.channels,
        squares::<A>(task, &statistics.mean, &mut statistics.reciprocal)
    );
    share(task, &mut statistics.reciprocal);
    for value in &mut statistics.reciprocal {
        *value = 1.0 / (*value + EPSILON).sqrt();
    }
    blocks!(task.channels, write::<A>(task, statistics, output, to));
}

/// Means over groups of sums over channels.
fn share(task: &Norm<'_>, sums: &mut [f32]) {
    let count = (task.group * task.size.pixels()) as f32;
    for group in sums.chunks_mut(task.group) {
        let mean = group.iter().sum::<f32>() / count;
        group.fill(mean);
    }
}

/// `N` values from position `at` on.
#[inline(always)]
fn load<const N: usize>(values: &[f32], at: usize) -> [f32; N] {
    let mut block = [0.0; N];
    block.copy_from_slice(&values[at..at + N]);
    block
}

#[inline(always)]
fn sums<A: Arithmetic, const N: usize>(task: &Norm<'_>, totals: &mut [f32], channel: usize) {
    let row = task.size.width * task.channels;
    let mut total = [0.0f32; N];
    for values in task.raw.chunks_exact(row) {
        // Row by row, so that rounding errors stay small.
        let mut sum = [0.0f32; N];
        for pixel in values.chunks_exact(task.channels) {
            let value = load::<N>(pixel, channel);
            for n in 0..N {
                sum[n] += value[n];
            }
        }
        for n in 0..N {
            total[n] += sum[n];
        }
    }
    totals[channel..channel + N].copy_from_slice(&total);
}

#[inline(always)]
fn squares<A: Arithmetic, const N: usize>(
    task: &Norm<'_>,
    means: &[f32],
    totals: &mut [f32],
    channel: usize,
) {
    let row = task.size.width * task.channels;
    let mean = load::<N>(means, channel);
    let mut total = [0.0f32; N];
    for values in task.raw.chunks_exact(row) {
        let mut sum = [0.0f32; N];
        for pixel in values.chunks_exact(task.channels) {
            let value = load::<N>(pixel, channel);
            for n in 0..N {
                let deviation = value[n] - mean[n];
                sum[n] = A::multiply_add(deviation, deviation, sum[n]);
            }
        }
        for n in 0..N {
            total[n] += sum[n];
        }
    }
    totals[channel..channel + N].copy_from_slice(&total);
}

#[inline(always)]
fn write<A: Arithmetic, const N: usize>(
    task: &Norm<'_>,
    statistics: &Statistics,
    output: &mut [f32],
    to: Place,
    channel: usize,
) {
    let (mean, reciprocal) = (
        load::<N>(&statistics.mean, channel),
        load::<N>(&statistics.reciprocal, channel),
    );
    let (scale, shift) = (
        load::<N>(task.scale, channel),
        load::<N>(task.shift, channel),
    );
    for (y, values) in task
        .raw
        .chunks_exact(task.size.width * task.channels)
        .enumerate()
    {
        let start = to.at_row(task.size, y);
        for (x, pixel) in values.chunks_exact(task.channels).enumerate() {
            let value = load::<N>(pixel, channel);
            let at = start + x * to.pixel + channel;
            let result = &mut output[at..at + N];
            for n in 0..N {
                let normalised = (value[n] - mean[n]) * reciprocal[n];
                result[n] = A::multiply_add(normalised, scale[n], shift[n]).max(0.0);
            }
        }
    }
}

/// Gradients of the parameters behind a convolution, one a channel; they are added to.
#[derive(Debug)]
pub struct ChannelGradients<'a> {
    /// Of the normalisation's scale.
    pub scale: &'a mut [f32],
    /// Of the normalisation's shift.
    pub shift: &'a mut [f32],
}

dispatch! {
    /// Takes `gradient`, with respect to the result `[depth, height, width, channels]`, to one with respect to
    /// what was normalised, and writes that to `output` at `to`.
    pub fn norm_relu_backward(
        task: &Norm<'_>,
        statistics: &Statistics,
        gradient: &mut [f32],
        parameters: &mut ChannelGradients<'_>,
        output: &mut [f32],
        to: Place,
    ) => backward
}

#[inline(always)]
fn backward<A: Arithmetic>(
    task: &Norm<'_>,
    statistics: &Statistics,
    gradient: &mut [f32],
    parameters: &mut ChannelGradients<'_>,
    output: &mut [f32],
    to: Place,
) {
    let mut first = vec![0.0f32; task.channels];
    let mut second = vec![0.0f32; task.channels];
    blocks!(
        task.channels,
        moments::<A>(task, statistics, gradient, &mut first, &mut second)
    );
    for channel in 0..task.channels {
        parameters.shift[channel] += first[channel];
        parameters.scale[channel] += second[channel];
        first[channel] *= task.scale[channel];
        second[channel] *= task.scale[channel];
    }
    share(task, &mut first);
    share(task, &mut second);
    blocks!(
        task.channels,
        apply::<A>(task, statistics, gradient, &first, &second, output, to)
    );
}

/// Σ g and Σ g·x̂ of each channel; where ReLU was at zero, `gradient` becomes zero.
#[inline(always)]
fn moments<A: Arithmetic, const N: usize>(
    task: &Norm<'_>,
    statistics: &Statistics,
    gradient: &mut [f32],
    first: &mut [f32],
    second: &mut [f32],
    channel: usize,
) {
    let (mean, reciprocal) = (
        load::<N>(&statistics.mean, channel),
        load::<N>(&statistics.reciprocal, channel),
    );
    let (scale, shift) = (
        load::<N>(task.scale, channel),
        load::<N>(task.shift, channel),
    );
    let row = task.size.width * task.channels;
    let (mut firsts, mut seconds) = ([0.0f32; N], [0.0f32; N]);
    for (values, gradients) in task
        .raw
        .chunks_exact(row)
        .zip(gradient.chunks_exact_mut(row))
    {
        let (mut sum, mut product) = ([0.0f32; N], [0.0f32; N]);
        let pixels = values.chunks_exact(task.channels);
        for (pixel, gradient) in pixels.zip(gradients.chunks_exact_mut(task.channels)) {
            let value = load::<N>(pixel, channel);
            let slot = &mut gradient[channel..channel + N];
            for n in 0..N {
                let normalised = (value[n] - mean[n]) * reciprocal[n];
                let passes = A::multiply_add(normalised, scale[n], shift[n]) > 0.0;
                let g = if passes { slot[n] } else { 0.0 };
                slot[n] = g;
                sum[n] += g;
                product[n] = A::multiply_add(g, normalised, product[n]);
            }
        }
        for n in 0..N {
            firsts[n] += sum[n];
            seconds[n] += product[n];
        }
    }
    first[channel..channel + N].copy_from_slice(&firsts);
    second[channel..channel + N].copy_from_slice(&seconds);
}

#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn apply<A: Arithmetic, const N: usize>(
    task: &Norm<'_>,
    statistics: &Statistics,
    gradient: &[f32],
    first: &[f32],
    second: &[f32],
    output: &mut [f32],
    to: Place,
    channel: usize,
) {
    let (mean, reciprocal) = (
        load::<N>(&statistics.mean, channel),
        load::<N>(&statistics.reciprocal, channel),
    );
    let scale = load::<N>(task.scale, channel);
    let (first, second) = (load::<N>(first, channel), load::<N>(second, channel));
    let row = task.size.width * task.channels;
    let rows = task.raw.chunks_exact(row).zip(gradient.chunks_exact(row));
    for (y, (values, gradients)) in rows.enumerate() {
        let start = to.at_row(task.size, y);
        let pixels = values.chunks_exact(task.channels);
        for (x, (pixel, gradient)) in pixels
            .zip(gradients.chunks_exact(task.channels))
            .enumerate()
        {
            let (value, gradient) = (load::<N>(pixel, channel), load::<N>(gradient, channel));
            let at = start + x * to.pixel + channel;
            let result = &mut output[at..at + N];
            for n in 0..N {
                let normalised = (value[n] - mean[n]) * reciprocal[n];
                let centred = gradient[n] * scale[n] - first[n];
                result[n] = (centred - normalised * second[n]) * reciprocal[n];
            }
        }
    }
}

dispatch! {
    /// ReLU alone, backward: passes `gradient`, without gaps, where the result, at `at` in `activated`, is above
    /// zero; to rows at `to` in `output`, whose pixels lie one behind the other.
    pub fn relu_backward(size: Size, channels: usize, activated: &[f32], at: Place, gradient: &[f32], output: &mut [f32], to: Place) => relu_generic
}

#[inline(always)]
fn relu_generic<A: Arithmetic>(
    size: Size,
    channels: usize,
    activated: &[f32],
    at: Place,
    gradient: &[f32],
    output: &mut [f32],
    to: Place,
) {
    // In each row channels lie one behind the other, with those of another image between pixels of a skip
    // connection alone.
    let len = size.width * channels;
    for (y, row) in gradient.chunks_exact(len).enumerate() {
        let (from, to) = (at.at_row(size, y), to.at_row(size, y));
        let output = &mut output[to..to + len];
        if at.pixel == channels {
            pass_above_zero(&activated[from..from + len], row, output);
            continue;
        }
        let pixels = row
            .chunks_exact(channels)
            .zip(output.chunks_exact_mut(channels));
        for (x, (gradient, output)) in pixels.enumerate() {
            pass_above_zero(
                &activated[from + x * at.pixel..][..channels],
                gradient,
                output,
            );
        }
    }
}

#[inline(always)]
fn pass_above_zero(activated: &[f32], gradient: &[f32], output: &mut [f32]) {
    for ((output, &activated), &gradient) in output.iter_mut().zip(activated).zip(gradient) {
        *output = if activated > 0.0 { gradient } else { 0.0 };
    }
}

dispatch! {
    /// Adds each channel's sum over an image, at `at` in `values`, to `totals`.
    pub fn channel_sums(size: Size, channels: usize, values: &[f32], at: Place, totals: &mut [f32]) => sums_generic
}

#[inline(always)]
fn sums_generic<A: Arithmetic>(
    size: Size,
    channels: usize,
    values: &[f32],
    at: Place,
    totals: &mut [f32],
) {
    blocks!(channels, block_sums::<A>(size, values, at, totals));
}

#[inline(always)]
fn block_sums<A: Arithmetic, const N: usize>(
    size: Size,
    values: &[f32],
    at: Place,
    totals: &mut [f32],
    channel: usize,
) {
    let mut total = [0.0f32; N];
    for y in 0..size.rows() {
        let start = at.at_row(size, y) + channel;
        let mut sum = [0.0f32; N];
        for x in 0..size.width {
            let value = load::<N>(values, start + x * at.pixel);
            for n in 0..N {
                sum[n] += value[n];
            }
        }
        for n in 0..N {
            total[n] += sum[n];
        }
    }
    for (slot, total) in totals[channel..channel + N].iter_mut().zip(total) {
        *slot += total;
    }
}
