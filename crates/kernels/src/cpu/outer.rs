//! Gradients of weights: sums over pixels of outer products.

use super::place::Place;
use super::simd::{Arithmetic, dispatch};

/// Rows whose inputs and gradients stay in the cache while every tap is summed over them.
const ROWS: usize = 8;

/// Sums `x ⊗ g` over the pixels of an image, for runs of inputs.
#[derive(Debug, Clone, Copy)]
pub struct Outer<'a> {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Inputs.
    pub input: &'a [f32],
    /// Where the first run of the first pixel begins.
    pub from: Place,
    /// How many runs there are, one row further each.
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
    /// Adds to `weights`, `[runs, run, outputs]`.
    pub fn outer(task: &Outer<'_>, weights: &mut [f32]) => outer_generic
}

#[inline(always)]
fn outer_generic<A: Arithmetic>(task: &Outer<'_>, weights: &mut [f32]) {
    let mut first = 0;
    while first < task.height {
        let rows = first..task.height.min(first + ROWS);
        for shift in 0..task.runs {
            let mut output = 0;
            while output < task.outputs {
                output += match task.outputs - output {
                    8.. => inputs::<A, 8>(task, weights, &rows, shift, output),
                    4.. => inputs::<A, 4>(task, weights, &rows, shift, output),
                    2.. => inputs::<A, 2>(task, weights, &rows, shift, output),
                    _ => inputs::<A, 1>(task, weights, &rows, shift, output),
                };
            }
        }
        first += ROWS;
    }
}

/// All inputs of a run with `N` gradients; returns `N`.
#[inline(always)]
fn inputs<A: Arithmetic, const N: usize>(
    task: &Outer<'_>,
    weights: &mut [f32],
    rows: &std::ops::Range<usize>,
    shift: usize,
    output: usize,
) -> usize {
    let mut input = 0;
    while input < task.run {
        input += match task.run - input {
            4.. => tile::<A, 4, N>(task, weights, rows, shift, input, output),
            2.. => tile::<A, 2, N>(task, weights, rows, shift, input, output),
            _ => tile::<A, 1, N>(task, weights, rows, shift, input, output),
        };
    }
    N
}

/// `M` inputs with `N` gradients; returns `M`.
#[inline(always)]
fn tile<A: Arithmetic, const M: usize, const N: usize>(
    task: &Outer<'_>,
    weights: &mut [f32],
    rows: &std::ops::Range<usize>,
    shift: usize,
    input: usize,
    output: usize,
) -> usize {
    let mut sums = [[0.0f32; N]; M];
    for y in rows.clone() {
        let from = task.from.at(y + shift, 0) + input;
        let at = task.at.at(y, 0) + output;
        let values = &task.input[from..from + (task.width - 1) * task.from.pixel + M];
        let gradients = &task.gradient[at..at + (task.width - 1) * task.at.pixel + N];
        for x in 0..task.width {
            // SAFETY: both slices end with what the last column reads.
            unsafe {
                let value = values
                    .as_ptr()
                    .add(x * task.from.pixel)
                    .cast::<[f32; M]>()
                    .read_unaligned();
                let gradient = gradients
                    .as_ptr()
                    .add(x * task.at.pixel)
                    .cast::<[f32; N]>()
                    .read_unaligned();
                for m in 0..M {
                    for n in 0..N {
                        sums[m][n] = A::multiply_add(value[m], gradient[n], sums[m][n]);
                    }
                }
            }
        }
    }
    for (m, sum) in sums.into_iter().enumerate() {
        let at = (shift * task.run + input + m) * task.outputs + output;
        for (weight, sum) in weights[at..at + N].iter_mut().zip(sum) {
            *weight += sum;
        }
    }
    M
}
