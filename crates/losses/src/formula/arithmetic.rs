//! Operators and functions on numbers and tensors, with the conventions that keep values and gradients
//! finite; the table in `words.rs` tells people about them.

use burn::tensor::Tensor;

use super::tree::Operator;
use super::words::{Axes, Function, Reduction};

/// A divisor closer to zero counts as this.
const SMALLEST_DIVISOR: f64 = 1e-12;
/// A base of a fractional power below this counts as this, as in the built-in losses.
const SMALLEST_BASE: f64 = 1e-12;
/// Logarithms are taken of nothing smaller: as in [`Prediction::from_probabilities`](crate::Prediction).
const SMALLEST_ANTILOGARITHM: f64 = f32::MIN_POSITIVE as f64;
/// Whole powers up to this are products.
const LARGEST_PRODUCT: f64 = 64.0;

/// A value of a formula. Tensors are `[B or 1, K, K − 1 or 1, N or 1]`.
// A few at a time, on a stack that is soon gone: not worth a box each.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone)]
pub(super) enum Value {
    Number(f64),
    Tensor(Tensor<3>),
}

use Value::{Number, Tensor as Field};

pub(super) fn negate(x: Value) -> Value {
    match x {
        Number(x) => Number(-x),
        Field(x) => Field(-x),
    }
}

pub(super) fn binary(operator: Operator, a: Value, b: Value) -> Value {
    match operator {
        Operator::Add => match (a, b) {
            (Number(a), Number(b)) => Number(a + b),
            (Field(x), Number(n)) | (Number(n), Field(x)) => Field(x + n),
            (Field(a), Field(b)) => Field(a + b),
        },
        Operator::Subtract => match (a, b) {
            (Number(a), Number(b)) => Number(a - b),
            (Field(a), Number(b)) => Field(a - b),
            (Number(a), Field(b)) => Field(-b + a),
            (Field(a), Field(b)) => Field(a - b),
        },
        Operator::Multiply => match (a, b) {
            (Number(a), Number(b)) => Number(a * b),
            (Field(x), Number(n)) | (Number(n), Field(x)) => Field(x * n),
            (Field(a), Field(b)) => Field(a * b),
        },
        Operator::Divide => match (a, b) {
            (Number(a), Number(b)) => Number(a / number_divisor(b)),
            // Not a division: Burn's backward of it takes the reciprocal in f32.
            (Field(a), Number(b)) => Field(a * (1.0 / number_divisor(b))),
            (Number(a), Field(b)) => Field(divisor(b).recip() * a),
            (Field(a), Field(b)) => Field(a / divisor(b)),
        },
        Operator::Power => power(a, b),
    }
}

fn number_divisor(x: f64) -> f64 {
    if x.abs() < SMALLEST_DIVISOR {
        SMALLEST_DIVISOR
    } else {
        x
    }
}

fn divisor(x: Tensor<3>) -> Tensor<3> {
    let small = x.clone().abs().lower_elem(SMALLEST_DIVISOR);
    x.mask_fill(small, SMALLEST_DIVISOR)
}

fn power(base: Value, exponent: Value) -> Value {
    match (base, exponent) {
        (Number(base), Number(exponent)) => Number(if is_product(exponent) {
            number_power(base, exponent)
        } else {
            base.max(SMALLEST_BASE).powf(exponent)
        }),
        (Field(base), Number(exponent)) if is_product(exponent) => {
            let product = product(base, exponent.abs() as u32);
            Field(if exponent < 0.0 {
                divisor(product).recip()
            } else {
                product
            })
        }
        (Field(base), Number(exponent)) => {
            Field(base.clamp_min(SMALLEST_BASE).powf_scalar(exponent))
        }
        (Number(base), Field(exponent)) => Field((exponent * base.max(SMALLEST_BASE).ln()).exp()),
        (Field(base), Field(exponent)) => {
            Field((base.clamp_min(SMALLEST_BASE).log() * exponent).exp())
        }
    }
}

fn is_product(exponent: f64) -> bool {
    exponent.fract() == 0.0 && exponent.abs() <= LARGEST_PRODUCT
}

fn number_power(base: f64, exponent: f64) -> f64 {
    let product = base.powi(exponent.abs() as i32);
    if exponent < 0.0 {
        1.0 / number_divisor(product)
    } else {
        product
    }
}

/// By repeated squaring; also for a negative base.
fn product(base: Tensor<3>, exponent: u32) -> Tensor<3> {
    let mut result: Option<Tensor<3>> = None;
    let mut square = base.clone();
    let mut rest = exponent;
    while rest > 0 {
        if rest & 1 == 1 {
            result = Some(match result {
                Some(result) => result * square.clone(),
                None => square.clone(),
            });
        }
        rest >>= 1;
        if rest > 0 {
            square = square.clone() * square;
        }
    }
    // x⁰ is 1; with x in it there is a gradient, which is zero.
    result.unwrap_or_else(|| base * 0.0 + 1.0)
}

/// Applies a function to as many values as it takes; none where they are not as many.
pub(super) fn call(function: Function, arguments: Vec<Value>) -> Option<Value> {
    let mut arguments = arguments.into_iter();
    let x = arguments.next()?;
    Some(match function {
        Function::Log => match x {
            Number(x) => Number(x.max(SMALLEST_ANTILOGARITHM).ln()),
            Field(x) => Field(x.clamp_min(SMALLEST_ANTILOGARITHM).log()),
        },
        Function::Exp => match x {
            Number(x) => Number(x.exp()),
            Field(x) => Field(x.exp()),
        },
        Function::Sqrt => power(x, Number(0.5)),
        Function::Abs => match x {
            Number(x) => Number(x.abs()),
            Field(x) => Field(x.abs()),
        },
        Function::Tanh => match x {
            Number(x) => Number(x.tanh()),
            Field(x) => Field(x.tanh()),
        },
        Function::Power => power(x, arguments.next()?),
        Function::Min => smaller(x, arguments.next()?),
        Function::Max => larger(x, arguments.next()?),
        // One after the other: limits in the wrong order are no error of Burn's then.
        Function::Clamp => smaller(larger(x, arguments.next()?), arguments.next()?),
        Function::Reduce(reduction, axes) => match x {
            Field(x) => Field(reduce(x, reduction, axes)),
            number @ Number(_) => number,
        },
        Function::Foreground | Function::Background => match x {
            Field(x) => Field(pick(x, function == Function::Foreground)),
            number @ Number(_) => number,
        },
    })
}

fn smaller(a: Value, b: Value) -> Value {
    match (a, b) {
        (Number(a), Number(b)) => Number(a.min(b)),
        (Field(x), Number(n)) | (Number(n), Field(x)) => Field(x.clamp_max(n)),
        (Field(a), Field(b)) => {
            let [a, b] = alike(a, b);
            Field(a.min_pair(b))
        }
    }
}

fn larger(a: Value, b: Value) -> Value {
    match (a, b) {
        (Number(a), Number(b)) => Number(a.max(b)),
        (Field(x), Number(n)) | (Number(n), Field(x)) => Field(x.clamp_min(n)),
        (Field(a), Field(b)) => {
            let [a, b] = alike(a, b);
            Field(a.max_pair(b))
        }
    }
}

/// Two tensors repeated to the same shape.
fn alike(a: Tensor<3>, b: Tensor<3>) -> [Tensor<3>; 2] {
    let (a_dims, b_dims) = (a.dims(), b.dims());
    let dims: [usize; 3] = std::array::from_fn(|axis| a_dims[axis].max(b_dims[axis]));
    [a.expand(dims), b.expand(dims)]
}

fn reduce(x: Tensor<3>, reduction: Reduction, axes: Axes) -> Tensor<3> {
    let dims = x.dims();
    let (sum, count) = match axes {
        Axes::Every => (x.sum().reshape([1, 1, 1]), dims.iter().product::<usize>()),
        Axes::Batch => (x.sum_dim(0), dims[0]),
        Axes::Classes => (x.sum_dim(1), dims[1]),
        Axes::Pixels => (x.sum_dim(2), dims[2]),
    };
    match reduction {
        Reduction::Sum => sum,
        Reduction::Mean => sum * (1.0 / count as f64),
    }
}

/// Every class but the first, or only the first.
pub(super) fn pick(x: Tensor<3>, foreground: bool) -> Tensor<3> {
    let classes = x.dims()[1];
    if foreground {
        x.narrow(1, 1, classes - 1)
    } else {
        x.narrow(1, 0, 1)
    }
}
