//! Gradients of weights: sums over pixels of outer products.

use super::place::Place;
use super::simd::{Arithmetic, MOST, dispatch, share};
use crate::architecture::Size;

/// Rows whose inputs and gradients stay in the cache while every tap is summed over them.
const ROWS: usize = 8;

/// Sums `x ⊗ g` over the pixels of an image, for runs of inputs.
#[derive(Debug, Clone, Copy)]
pub struct Outer<'a> {
    /// How far it reaches.
    pub size: Size,
    /// Inputs.
    pub input: &'a [f32],
    /// Where the first run of the first pixel begins.
    pub from: Place,
    /// How many planes of runs there are, one plane further each.
    pub kernel_planes: usize,
    /// How many runs there are in each, one row further each.
    pub runs: usize,
    /// Inputs of a run, one behind the other from each pixel on.
    pub run: usize,
    /// Gradients.
    pub gradient: &'a [f32],
    /// Where they lie.
    pub at: Place,
    /// Gradients of a pixel.
    pub outputs: usize,
}

dispatch! {
    /// Adds to `weights`, `[kernel_planes, runs, run, outputs]`.
    pub fn outer(task: &Outer<'_>, weights: &mut [f32]) => outer_generic
}

/// Some rows' gradients: where those of an output lie.
#[derive(Clone, Copy)]
struct Gradients<'a> {
    values: &'a [f32],
    at: Place,
    /// First of the outputs.
    output: usize,
    /// How many there are, at most those of the vectors.
    outputs: usize,
}

#[inline(always)]
pub(super) fn outer_generic<A: Arithmetic>(task: &Outer<'_>, weights: &mut [f32]) {
    let mut filled = Vec::new();
    for z in 0..task.size.depth() {
        for first in (0..task.size.height).step_by(ROWS) {
            let rows = Rows {
                z,
                first,
                count: ROWS.min(task.size.height - first),
            };
            outputs::<A>(task, weights, rows, &mut filled);
        }
    }
}

/// Some rows of a plane.
#[derive(Clone, Copy)]
struct Rows {
    z: usize,
    first: usize,
    count: usize,
}

/// Every output. `filled` is room for gradients.
#[inline(always)]
fn outputs<A: Arithmetic>(
    task: &Outer<'_>,
    weights: &mut [f32],
    rows: Rows,
    filled: &mut Vec<f32>,
) {
    let mut output = 0;
    while output < task.outputs {
        let left = task.outputs - output;
        let mut gradients = Gradients {
            values: task.gradient,
            at: task.at.from_row(rows.z, rows.first).from_channel(output),
            output,
            outputs: left.min(2 * A::LANES),
        };
        if left >= 2 * A::LANES {
            runs::<A, 2>(task, weights, rows, gradients);
        } else if left >= A::LANES {
            gradients.outputs = A::LANES;
            runs::<A, 1>(task, weights, rows, gradients);
        } else {
            // Filled up with zeros to a vector.
            filled.resize(ROWS * task.size.width * A::LANES, 0.0);
            let at = Place::dense(task.size, A::LANES);
            for y in 0..rows.count {
                for x in 0..task.size.width {
                    filled[at.at(0, y, x)..][..left]
                        .copy_from_slice(&task.gradient[gradients.at.at(0, y, x)..][..left]);
                }
            }
            let gradients = Gradients {
                values: filled,
                at,
                ..gradients
            };
            runs::<A, 1>(task, weights, rows, gradients);
        }
        output += gradients.outputs;
    }
}

/// All inputs with `V` vectors of gradients.
#[inline(always)]
fn runs<A: Arithmetic, const V: usize>(
    task: &Outer<'_>,
    weights: &mut [f32],
    rows: Rows,
    gradients: Gradients<'_>,
) {
    for shift in 0..task.kernel_planes * task.runs {
        let row = task
            .from
            .from_row(rows.z + shift / task.runs, rows.first + shift % task.runs);
        let mut input = 0;
        while input < task.run {
            let from = row.from_channel(input);
            let to = &mut weights[(shift * task.run + input) * task.outputs..];
            input += match share(A::REGISTERS / V, task.run - input) {
                12 => tile::<A, 12, V>(task, to, rows.count, from, gradients),
                8 => tile::<A, 8, V>(task, to, rows.count, from, gradients),
                6 => tile::<A, 6, V>(task, to, rows.count, from, gradients),
                4 => tile::<A, 4, V>(task, to, rows.count, from, gradients),
                2 => tile::<A, 2, V>(task, to, rows.count, from, gradients),
                _ => tile::<A, 1, V>(task, to, rows.count, from, gradients),
            };
        }
    }
}

/// `M` inputs; returns `M`.
#[inline(always)]
fn tile<A: Arithmetic, const M: usize, const V: usize>(
    task: &Outer<'_>,
    weights: &mut [f32],
    rows: usize,
    from: Place,
    gradients: Gradients<'_>,
) -> usize {
    let mut sums = [[A::splat(0.0); V]; M];
    for y in 0..rows {
        let values = &task.input[from.at(0, y, 0)..from.at(0, y, task.size.width - 1) + M];
        let at = &gradients.at;
        let gradient =
            &gradients.values[at.at(0, y, 0)..at.at(0, y, task.size.width - 1) + V * A::LANES];
        for x in 0..task.size.width {
            // SAFETY: both slices end with what the last column reads.
            unsafe {
                let value = values.as_ptr().add(x * from.pixel);
                let gradient = gradient.as_ptr().add(x * at.pixel);
                let gradient: [A::Vector; V] =
                    std::array::from_fn(|v| A::load(gradient.add(v * A::LANES)));
                for m in 0..M {
                    let value = A::splat(*value.add(m));
                    for v in 0..V {
                        sums[m][v] = A::fused(value, gradient[v], sums[m][v]);
                    }
                }
            }
        }
    }
    for (m, sums) in sums.into_iter().enumerate() {
        let weights = &mut weights[m * task.outputs + gradients.output..][..gradients.outputs];
        let mut values = [0.0; MOST];
        for (v, sum) in sums.into_iter().enumerate() {
            // SAFETY: `MOST` is the most that two vectors hold.
            unsafe { A::store(values.as_mut_ptr().add(v * A::LANES), sum) };
        }
        for (weight, sum) in weights.iter_mut().zip(values) {
            *weight += sum;
        }
    }
    M
}
