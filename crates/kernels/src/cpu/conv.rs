//! Convolutions of 3×3 and 1×1 (in volumes 3×3×3 and 1×1×1), forward and with respect to their input.

use super::place::Place;
use super::simd::{Arithmetic, MOST, dispatch, share};
use crate::architecture::Size;

/// A convolution over one image: what is read, what is written.
#[derive(Debug, Clone, Copy)]
pub struct Conv<'a> {
    /// How far it reaches.
    pub size: Size,
    /// Planes of the kernel, 3 or 1.
    pub kernel_planes: usize,
    /// Rows and columns of the kernel, 3 or 1.
    pub kernel: usize,
    /// The image; for a 3×3 kernel, with a pixel of zeros around.
    pub input: &'a [f32],
    /// Where it lies; for a 3×3 kernel, its pixels are `input_channels` apart.
    pub from: Place,
    /// Channels in.
    pub input_channels: usize,
    /// `[kernel_planes, kernel, kernel, input_channels, output_channels]`.
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

/// Weights of some output channels: where the first one is, and how far apart those of two inputs are.
#[derive(Clone, Copy)]
struct Columns<'a> {
    weight: &'a [f32],
    stride: usize,
    /// First of the output channels.
    channel: usize,
    /// How many there are, at most those of the vectors.
    channels: usize,
}

#[inline(always)]
fn convolve_generic<A: Arithmetic>(task: &Conv<'_>, output: &mut [f32]) {
    let mut channel = 0;
    while channel < task.output_channels {
        let left = task.output_channels - channel;
        let mut columns = Columns {
            weight: &task.weight[channel..],
            stride: task.output_channels,
            channel,
            channels: left.min(2 * A::LANES),
        };
        if left >= 2 * A::LANES {
            rows::<A, 2>(task, output, columns);
        } else if left >= A::LANES {
            columns.channels = A::LANES;
            rows::<A, 1>(task, output, columns);
        } else {
            // Filled up with zeros to a vector.
            let inputs = task.weight.chunks_exact(task.output_channels);
            let mut weight = vec![0.0; inputs.len() * A::LANES];
            for (to, from) in weight.chunks_exact_mut(A::LANES).zip(inputs) {
                to[..left].copy_from_slice(&from[channel..]);
            }
            let filled = Columns {
                weight: &weight,
                stride: A::LANES,
                ..columns
            };
            rows::<A, 1>(task, output, filled);
        }
        channel += columns.channels;
    }
}

/// All pixels of `V` vectors of output channels.
#[inline(always)]
fn rows<A: Arithmetic, const V: usize>(task: &Conv<'_>, output: &mut [f32], columns: Columns<'_>) {
    let mut bias = [A::splat(0.0); V];
    if !task.bias.is_empty() {
        let mut values = [0.0; MOST];
        values[..columns.channels]
            .copy_from_slice(&task.bias[columns.channel..][..columns.channels]);
        for (v, bias) in bias.iter_mut().enumerate() {
            // SAFETY: `MOST` is the most that two vectors hold.
            *bias = unsafe { A::load(values.as_ptr().add(v * A::LANES)) };
        }
    }
    for z in 0..task.size.depth() {
        for y in 0..task.size.height {
            let mut x = 0;
            while x < task.size.width {
                let sums = Sums { bias, z, y, x };
                x += match share(A::REGISTERS / V, task.size.width - x) {
                    12 => tile::<A, 12, V>(task, output, columns, sums),
                    8 => tile::<A, 8, V>(task, output, columns, sums),
                    6 => tile::<A, 6, V>(task, output, columns, sums),
                    4 => tile::<A, 4, V>(task, output, columns, sums),
                    2 => tile::<A, 2, V>(task, output, columns, sums),
                    _ => tile::<A, 1, V>(task, output, columns, sums),
                };
            }
        }
    }
}

/// Where some sums begin, and with what.
struct Sums<A: Arithmetic, const V: usize> {
    bias: [A::Vector; V],
    z: usize,
    y: usize,
    x: usize,
}

/// `P` pixels of a row; returns `P`.
#[inline(always)]
fn tile<A: Arithmetic, const P: usize, const V: usize>(
    task: &Conv<'_>,
    output: &mut [f32],
    columns: Columns<'_>,
    Sums { bias, z, y, x }: Sums<A, V>,
) -> usize {
    let inputs = task.input_channels;
    // The pixels of a kernel's row lie one behind the other: one run over their channels.
    let run = task.kernel * inputs;
    let corner = task.from.at(z, y, x)
        - task.kernel_planes / 2 * task.from.plane
        - task.kernel / 2 * (task.from.row + inputs);
    let last = (task.kernel_planes - 1) * task.from.plane
        + (task.kernel - 1) * task.from.row
        + (P - 1) * task.from.pixel;
    let window = &task.input[corner..corner + last + run];
    let stride = columns.stride;
    let rows = task.kernel_planes * task.kernel;
    let weight = &columns.weight[..(rows * run - 1) * stride + V * A::LANES];
    let mut sums = [bias; P];
    for k in 0..rows {
        let row = &window[k / task.kernel * task.from.plane + k % task.kernel * task.from.row..];
        let weight = &weight[k * run * stride..];
        // SAFETY: the largest positions, at the last row, input and pixel, are the last of `window` and `weight`.
        unsafe {
            let pixel = task.from.pixel;
            let mut factor = weight.as_ptr();
            // One address of each three pixels, so that all of them fit into registers.
            let mut values: [*const f32; P] =
                std::array::from_fn(|p| row.as_ptr().wrapping_add(3 * p * pixel));
            for _ in 0..run {
                let factors: [A::Vector; V] =
                    std::array::from_fn(|v| A::load(factor.add(v * A::LANES)));
                for p in 0..P {
                    let value = A::splat(*values[p / 3].add(p % 3 * pixel));
                    for v in 0..V {
                        sums[p][v] = A::fused(value, factors[v], sums[p][v]);
                    }
                }
                factor = factor.wrapping_add(stride);
                for value in &mut values[..P.div_ceil(3)] {
                    *value = value.wrapping_add(1);
                }
            }
        }
    }
    for (p, sums) in sums.into_iter().enumerate() {
        let at = task.to.at(z, y, x + p) + columns.channel;
        let output = &mut output[at..at + columns.channels];
        if columns.channels == V * A::LANES {
            for (v, sum) in sums.into_iter().enumerate() {
                // SAFETY: the slice is as long as the vectors.
                unsafe {
                    let first = output.as_mut_ptr().add(v * A::LANES);
                    let there = A::load(first);
                    A::store(first, written::<A>(task.write, sum, there));
                }
            }
        } else {
            let mut there = [0.0; MOST];
            there[..output.len()].copy_from_slice(output);
            // SAFETY: `MOST` is the most that two vectors hold.
            unsafe {
                let sum = written::<A>(task.write, sums[0], A::load(there.as_ptr()));
                A::store(there.as_mut_ptr(), sum);
            }
            output.copy_from_slice(&there[..output.len()]);
        }
    }
    P
}

#[inline(always)]
fn written<A: Arithmetic>(write: Write, sum: A::Vector, there: A::Vector) -> A::Vector {
    match write {
        Write::Replace => sum,
        Write::Add => A::add(there, sum),
        Write::Relu => A::relu(sum),
    }
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

#[cfg(test)]
mod tests {
    use super::super::outer::{Outer, outer, outer_generic};
    use super::super::simd::Rounded;
    use super::*;

    fn values(count: usize) -> Vec<f32> {
        (0..count)
            .map(|i| ((i * 7919) % 201) as f32 / 100.0 - 1.0)
            .collect()
    }

    fn same(own: &[f32], expected: &[f32], what: &str) {
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(own), bits(expected), "{what}");
    }

    /// What this machine's instructions compute, and what the vectors of four of a browser do.
    #[test]
    fn every_width_of_vectors_gives_the_same_bits() {
        for (outputs, width) in (1..=40).zip((1..=20).cycle()) {
            let (inputs, planes) = (outputs % 5 + 1, outputs % 3);
            let size = Size {
                planes: (planes > 0).then_some(planes),
                height: 3,
                width,
            };
            let kernel_planes = size.planes.map_or(1, |_| 3);
            let taps = 9 * kernel_planes;
            let place = Place::padded(size, inputs);
            let input = values(Place::padded_len(size, inputs));
            let (weight, bias) = (values(taps * inputs * outputs), values(outputs));
            let task = Conv {
                size,
                kernel_planes,
                kernel: 3,
                input: &input,
                from: place,
                input_channels: inputs,
                weight: &weight,
                bias: &bias,
                output_channels: outputs,
                to: Place::dense(size, outputs),
                write: Write::Add,
            };
            let there = values(size.pixels() * outputs);
            let what = format!("{outputs} channels of {size:?}");
            for write in [Write::Replace, Write::Add, Write::Relu] {
                let task = Conv { write, ..task };
                let (mut own, mut plain) = (there.clone(), there.clone());
                convolve(&task, &mut own);
                convolve_generic::<Rounded>(&task, &mut plain);
                same(&own, &plain, &what);
            }
            let before = kernel_planes / 2 * place.plane;
            let task = Outer {
                size,
                input: &input,
                from: Place {
                    offset: place.offset - before - place.row - inputs,
                    ..place
                },
                kernel_planes,
                runs: 3,
                run: 3 * inputs,
                gradient: &there,
                at: Place::dense(size, outputs),
                outputs,
            };
            let (mut own, mut plain) = (weight.clone(), weight.clone());
            outer(&task, &mut own);
            outer_generic::<Rounded>(&task, &mut plain);
            same(&own, &plain, &what);
        }
    }
}
