//! Powers, quotients and logarithms whose gradients are finite wherever their values are.

use burn::tensor::Tensor;

/// No denominator is smaller: its square is still a normal float32.
const SMALLEST_DENOMINATOR: f64 = 1e-15;

/// `x^exponent` for `x ≥ 0` with a gradient that is finite at zero: below 1e-12, value and gradient of a
/// fractional power are 0. (The power's own gradient is infinite there, and always multiplied by
/// something that vanishes.)
pub(crate) fn power<const D: usize>(x: Tensor<D>, exponent: f64) -> Tensor<D> {
    const FLOOR: f64 = 1e-12;
    match exponent {
        0.0 => x.ones_like(),
        1.0 => x,
        2.0 => x.clone() * x,
        _ => {
            let vanishes = x.clone().lower_scalar(FLOOR);
            x.clamp_min(FLOOR)
                .powf_scalar(exponent)
                .mask_fill(vanishes, 0.0)
        }
    }
}

/// `numerator / denominator` for a denominator that is not negative and may vanish together with the
/// numerator, as that of an overlap without smoothing does.
pub(crate) fn quotient<const D: usize>(numerator: Tensor<D>, denominator: Tensor<D>) -> Tensor<D> {
    numerator / denominator.clamp_min(SMALLEST_DENOMINATOR)
}

/// A constant as `like` is: on its device, of its type.
pub(crate) fn constant<const D: usize, const E: usize>(
    values: Vec<f64>,
    shape: [usize; D],
    like: &Tensor<E>,
) -> Tensor<D> {
    let data = burn::tensor::TensorData::new(values, shape);
    Tensor::from_data(data, (&like.device(), like.dtype()))
}
