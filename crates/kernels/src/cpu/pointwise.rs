//! Convolutions that look at one pixel: 1×1, and the transposed ones that double an image, which are one 1×1
//! convolution for each place of their kernel.

use super::conv::{Conv, Write, convolve};
use super::norm::channel_sums;
use super::outer::{Outer, outer};
use super::pass::Weights;
use super::place::Place;
use crate::architecture::{Layer, Size};

/// A 1×1 convolution of an image without gaps; weights are still to be named.
pub(super) fn pointwise<'a>(layer: &Layer, size: Size, input: &'a [f32], to: Place) -> Conv<'a> {
    Conv {
        size,
        kernel_planes: 1,
        kernel: 1,
        input,
        from: Place::dense(size, layer.input),
        input_channels: layer.input,
        weight: &[],
        bias: &[],
        output_channels: layer.output,
        to,
        write: Write::Replace,
    }
}

/// Adds the gradients of a 1×1 convolution's parameters.
pub(super) fn back_through_pointwise(
    layer: &Layer,
    size: Size,
    input: &[f32],
    gradient: &[f32],
    at: Place,
    gradients: &mut [f32],
) {
    channel_sums(
        size,
        layer.output,
        gradient,
        at,
        &mut gradients[layer.bias.clone()],
    );
    let task = Outer {
        size,
        input,
        from: Place::dense(size, layer.input),
        kernel_planes: 1,
        runs: 1,
        run: layer.input,
        gradient,
        at,
        outputs: layer.output,
    };
    outer(&task, &mut gradients[layer.weight.clone()]);
}

/// The pixels of a doubled image that come through one tap of a 2×2 or 2×2×2 kernel, and the tap's weights.
fn taps(layer: &Layer, to: Place) -> impl Iterator<Item = (Place, std::ops::Range<usize>)> + use<> {
    let (start, len) = (layer.weight.start, layer.input * layer.output);
    (0..layer.taps()).map(move |tap| {
        let place = Place {
            offset: to.at(tap / 4, tap / 2 % 2, tap % 2),
            plane: 2 * to.plane,
            row: 2 * to.row,
            pixel: 2 * to.pixel,
        };
        (place, start + tap * len..start + (tap + 1) * len)
    })
}

/// A transposed convolution, which doubles an image of `size`.
pub(super) fn up(
    layer: &Layer,
    weights: &Weights<'_>,
    size: Size,
    input: &[f32],
    output: &mut [f32],
    to: Place,
) {
    for (to, range) in taps(layer, to) {
        let task = Conv {
            weight: &weights.values[range],
            bias: &weights.values[layer.bias.clone()],
            ..pointwise(layer, size, input, to)
        };
        convolve(&task, output);
    }
}

/// The way back through [`up`]: `gradient`, at `from`, is that of the doubled image.
#[allow(clippy::too_many_arguments)]
pub(super) fn up_backward(
    layer: &Layer,
    weights: &Weights<'_>,
    size: Size,
    input: &[f32],
    gradient: &[f32],
    from: Place,
    input_gradient: &mut [f32],
    gradients: &mut [f32],
) {
    for (tap, (from, range)) in taps(layer, from).enumerate() {
        let tap_layer = Layer {
            weight: range.clone(),
            ..layer.clone()
        };
        back_through_pointwise(&tap_layer, size, input, gradient, from, gradients);
        let task = Conv {
            input: gradient,
            from,
            input_channels: layer.output,
            weight: &weights.transposed[range],
            output_channels: layer.input,
            write: if tap == 0 { Write::Replace } else { Write::Add },
            ..pointwise(layer, size, gradient, Place::dense(size, layer.input))
        };
        convolve(&task, input_gradient);
    }
}
