//! Convolutions of 3×3 and 1×1, forward and with respect to their input.

use super::place::Place;
use super::simd::{Arithmetic, dispatch};

/// A convolution over one image: what is read, what is written.
#[derive(Debug, Clone, Copy)]
pub struct Conv<'a> {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Rows and columns of the kernel, 3 or 1.
    pub kernel: usize,
    /// The image; for a 3×3 kernel, with a pixel of zeros around.
    pub input: &'a [f32],
    /// Where it lies; for a 3×3 kernel, its pixels are `input_channels` apart.
    pub from: Place,
    /// Channels in.
    pub input_channels: usize,
    /// `[kernel, kernel, input_channels, output_channels]`.
    pub weight: &'a [f32],
    /// `[output_channels]`, or empty for none.
    pub bias: &'a [f32],
    /// Channels out.
    pub output_channels: usize,
    /// Where the result goes.
    pub to: Place,
    /// What is done with the sums.
    pub write: Write,
}

/// What is done with sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// They replace what is there.
    Replace,
    /// They are added to what is there.
    Add,
    /// They replace what is there, or zero does where they are below it.
    Relu,
}

dispatch! {
    /// Convolves one image into `output`.
    pub fn convolve(task: &Conv<'_>, output: &mut [f32]) => convolve_generic
}

#[inline(always)]
fn convolve_generic<A: Arithmetic>(task: &Conv<'_>, output: &mut [f32]) {
    let mut channel = 0;
    while channel < task.output_channels {
        let left = task.output_channels - channel;
        channel += match left {
            8.. => columns::<A, 8>(task, output, channel),
            4.. => columns::<A, 4>(task, output, channel),
            2.. => columns::<A, 2>(task, output, channel),
            _ => columns::<A, 1>(task, output, channel),
        };
    }
}

/// All pixels of `N` output channels; returns `N`.
#[inline(always)]
fn columns<A: Arithmetic, const N: usize>(
    task: &Conv<'_>,
    output: &mut [f32],
    channel: usize,
) -> usize {
    let mut bias = [0.0; N];
    if !task.bias.is_empty() {
        bias.copy_from_slice(&task.bias[channel..channel + N]);
    }
    for y in 0..task.height {
        let mut x = 0;
        while x < task.width {
            x += match task.width - x {
                4.. => tile::<A, 4, N>(task, output, channel, bias, y, x),
                2.. => tile::<A, 2, N>(task, output, channel, bias, y, x),
                _ => tile::<A, 1, N>(task, output, channel, bias, y, x),
            };
        }
    }
    N
}

/// `P` pixels of a row, `N` channels each; returns `P`.
#[inline(always)]
fn tile<A: Arithmetic, const P: usize, const N: usize>(
    task: &Conv<'_>,
    output: &mut [f32],
    channel: usize,
    bias: [f32; N],
    y: usize,
    x: usize,
) -> usize {
    let (inputs, outputs) = (task.input_channels, task.output_channels);
    // The pixels of a kernel's row lie one behind the other: one run over their channels.
    let run = task.kernel * inputs;
    let corner = task.from.at(y, x) - task.kernel / 2 * (task.from.row + inputs);
    let last = (task.kernel - 1) * task.from.row + (P - 1) * task.from.pixel;
    let window = &task.input[corner..corner + last + run];
    let weight = &task.weight[channel..channel + (task.kernel * run - 1) * outputs + N];
    let mut sums = [bias; P];
    for ky in 0..task.kernel {
        let row = &window[ky * task.from.row..];
        let weight = &weight[ky * run * outputs..];
        for k in 0..run {
            // SAFETY: the largest positions, at the last ky, k and p, are the last of `window` and `weight`.
            unsafe {
                let factors = weight
                    .as_ptr()
                    .add(k * outputs)
                    .cast::<[f32; N]>()
                    .read_unaligned();
                for p in 0..P {
                    let value = *row.get_unchecked(p * task.from.pixel + k);
                    for n in 0..N {
                        sums[p][n] = A::multiply_add(value, factors[n], sums[p][n]);
                    }
                }
            }
        }
    }
    for (p, sum) in sums.into_iter().enumerate() {
        let at = task.to.at(y, x + p) + channel;
        for (value, sum) in output[at..at + N].iter_mut().zip(sum) {
            *value = match task.write {
                Write::Replace => sum,
                Write::Add => *value + sum,
                Write::Relu => sum.max(0.0),
            };
        }
    }
    P
}

/// Weights `[taps, outputs, inputs]` of the convolution that takes a gradient back to the input, from
/// `[taps, inputs, outputs]`: turned by half a turn if `turn`, inputs and outputs exchanged.
pub fn transpose(
    weight: &[f32],
    inputs: usize,
    outputs: usize,
    turn: bool,
    transposed: &mut [f32],
) {
    let taps = weight.len() / (inputs * outputs);
    for (tap, from) in weight.chunks_exact(inputs * outputs).enumerate() {
        let tap = if turn { taps - 1 - tap } else { tap };
        let to = &mut transposed[tap * inputs * outputs..][..inputs * outputs];
        for (i, row) in from.chunks_exact(outputs).enumerate() {
            for (o, &value) in row.iter().enumerate() {
                to[o * inputs + i] = value;
            }
        }
    }
}
