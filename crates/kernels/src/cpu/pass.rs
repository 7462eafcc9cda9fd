//! One image through the whole network and back.
//!
//! Nothing in the network looks at two images at once, so each is passed through by itself: what it leaves
//! behind fits into a processor's cache, and images can go side by side.

use std::sync::Arc;

use super::conv::{Conv, Write, convolve, transpose};
use super::norm::channel_sums;
use super::outer::{Outer, outer};
use super::place::Place;
use super::resize::{max_pool, max_pool_backward, nearest, nearest_backward};
use super::unit::{Image, ImageMut, Unit};
use crate::architecture::{Architecture, Kind, Layer, Layout};

/// A network's parameters, and the weights that take gradients back.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'a> {
    /// As in [`Layout`].
    pub values: &'a [f32],
    /// From [`transposed`].
    pub transposed: &'a [f32],
}

/// Every weight, in its place, with inputs and outputs exchanged.
pub fn transposed(layout: &Layout, values: &[f32]) -> Vec<f32> {
    let mut result = vec![0.0; values.len()];
    for layer in layout.layers() {
        let range = layer.weight.clone();
        let turn = layer.kind == Kind::Conv3x3;
        transpose(
            &values[range.clone()],
            layer.input,
            layer.output,
            turn,
            &mut result[range],
        );
    }
    result
}

/// Two units, one behind the other.
#[derive(Debug, Clone)]
struct Block {
    first: Unit,
    /// What the first puts out, with a pixel around.
    middle: Vec<f32>,
    second: Unit,
}

/// What the way back through a block needs beside its weights.
struct Room<'a> {
    /// With a pixel around.
    raw_gradient: &'a mut [f32],
    spare: &'a mut [f32],
    gradients: &'a mut [f32],
}

impl Block {
    fn new(size: (usize, usize), channels: usize, group: Option<usize>) -> Self {
        let unit = Unit::new(size, channels, group);
        Self {
            first: unit.clone(),
            middle: vec![0.0; Place::padded_len(size.0, size.1, channels)],
            second: unit,
        }
    }

    fn forward(
        &mut self,
        layers: &[Layer; 2],
        weights: &Weights<'_>,
        width: usize,
        input: Image<'_>,
        output: ImageMut<'_>,
    ) {
        let place = Place::padded(width, layers[0].output);
        let values = &mut self.middle;
        self.first
            .forward(&layers[0], weights, input, ImageMut { values, place });
        let values = &self.middle;
        self.second
            .forward(&layers[1], weights, Image { values, place }, output);
    }

    #[allow(clippy::too_many_arguments)]
    fn backward(
        &self,
        layers: &[Layer; 2],
        weights: &Weights<'_>,
        width: usize,
        input: Image<'_>,
        output: Image<'_>,
        gradient: &mut [f32],
        room: &mut Room<'_>,
        input_gradient: Option<&mut [f32]>,
    ) {
        let Room {
            raw_gradient,
            spare,
            gradients,
        } = room;
        let middle = Image {
            values: &self.middle,
            place: Place::padded(width, layers[0].output),
        };
        self.second.backward(
            &layers[1],
            weights,
            middle,
            output,
            gradient,
            raw_gradient,
            gradients,
            Some(spare),
        );
        self.first.backward(
            &layers[0],
            weights,
            input,
            middle,
            spare,
            raw_gradient,
            gradients,
            input_gradient,
        );
    }
}

/// Buffers for one image on its way through the network and back.
#[derive(Debug, Clone)]
pub struct ImagePass {
    net: Architecture,
    layout: Arc<Layout>,
    input: Vec<f32>,
    encoder: Vec<Block>,
    bottleneck: Block,
    decoder: Vec<Block>,
    /// Per level: the skip connection's channels, then those from below; with a pixel around.
    joined: Vec<Vec<f32>>,
    /// Per level: what goes to the level below; with a pixel around.
    pooled: Vec<Vec<f32>>,
    winners: Vec<Vec<u8>>,
    /// Per level, and at the end that of the bottom: what goes up.
    decoded: Vec<Vec<f32>>,
    joined_gradient: Vec<Vec<f32>>,
    raw_gradient: Vec<Vec<f32>>,
    gradient: Vec<f32>,
    /// With respect to what a level above puts out, halved.
    passed: Vec<f32>,
    spare: Vec<f32>,
    logits: Vec<f32>,
}

impl ImagePass {
    /// Buffers for a network.
    pub fn new(net: &Architecture, layout: &Arc<Layout>) -> Self {
        let net = *net;
        let levels = || 0..net.depth;
        let area = |level| {
            let (height, width) = net.level_size(level);
            height * width
        };
        let padded = |level, channels| {
            let (height, width) = net.level_size(level);
            vec![0.0f32; Place::padded_len(height, width, channels)]
        };
        let channels = |level| net.level_channels(level);
        let joined = |level| channels(level) + net.up_channels(level);
        let block = |level| Block::new(net.level_size(level), channels(level), net.group);
        // The top level is the largest: twice the channels below have a quarter of the pixels.
        let largest = area(0) * net.base.max(net.classes);
        Self {
            layout: layout.clone(),
            input: padded(0, net.channels),
            encoder: levels().map(block).collect(),
            bottleneck: block(net.depth),
            decoder: levels().rev().map(block).collect(),
            joined: levels().map(|level| padded(level, joined(level))).collect(),
            pooled: levels()
                .map(|level| padded(level + 1, channels(level)))
                .collect(),
            winners: levels()
                .map(|level| vec![0; area(level + 1) * channels(level)])
                .collect(),
            decoded: (0..=net.depth)
                .map(|level| vec![0.0; area(level) * channels(level)])
                .collect(),
            joined_gradient: levels()
                .map(|level| vec![0.0; area(level) * joined(level)])
                .collect(),
            raw_gradient: (0..=net.depth)
                .map(|level| padded(level, channels(level)))
                .collect(),
            gradient: vec![0.0; largest],
            passed: vec![0.0; area(1) * net.base],
            spare: vec![0.0; largest],
            logits: vec![0.0; area(0) * net.classes],
            net,
        }
    }

    /// Logits `[classes, height, width]` of an image `[channels, height, width]`.
    pub fn forward(&mut self, weights: &Weights<'_>, image: &[f32], logits: &mut [f32]) {
        let Self {
            net,
            layout,
            input,
            encoder,
            joined,
            pooled,
            winners,
            decoded,
            ..
        } = self;
        interleave(
            image,
            net.width,
            input,
            Place::padded(net.width, net.channels),
        );
        for (level, block) in encoder.iter_mut().enumerate() {
            let (height, width) = net.level_size(level);
            let place = joined_place(net, level);
            let from = above(net, input, pooled, level);
            let values = &mut joined[level];
            block.forward(
                &layout.encoder[level],
                weights,
                width,
                from,
                ImageMut { values, place },
            );
            let channels = net.level_channels(level);
            let to = Place::padded(width / 2, channels);
            let size = (height, width, channels);
            max_pool(
                size,
                &joined[level],
                place,
                &mut pooled[level],
                to,
                &mut winners[level],
            );
        }
        let width = net.level_size(net.depth).1;
        let place = Place::dense(width, net.level_channels(net.depth));
        let (values, from) = (
            &mut decoded[net.depth],
            above(net, input, pooled, net.depth),
        );
        self.bottleneck.forward(
            &layout.bottleneck,
            weights,
            width,
            from,
            ImageMut { values, place },
        );
        for (index, level) in (0..net.depth).rev().enumerate() {
            let width = net.level_size(level).1;
            let place = joined_place(net, level);
            let to = place.from_channel(net.level_channels(level));
            let below = (net.level_size(level + 1), net.level_channels(level + 1));
            match layout.upsampling.get(index) {
                Some(layer) => up(
                    layer,
                    weights,
                    below.0,
                    &decoded[level + 1],
                    &mut joined[level],
                    to,
                ),
                None => {
                    let size = (below.0.0, below.0.1, below.1);
                    nearest(size, &decoded[level + 1], &mut joined[level], to);
                }
            }
            let input = Image {
                values: &joined[level],
                place,
            };
            let place = Place::dense(width, net.level_channels(level));
            let values = &mut decoded[level];
            let output = ImageMut { values, place };
            self.decoder[index].forward(&layout.decoder[index], weights, width, input, output);
        }
        let (head, to) = (&layout.head, Place::dense(net.width, net.classes));
        let task = pointwise(head, (net.height, net.width), &decoded[0], to);
        let task = Conv {
            weight: &weights.values[head.weight.clone()],
            bias: &weights.values[head.bias.clone()],
            ..task
        };
        convolve(&task, &mut self.logits);
        for (class, plane) in logits.chunks_exact_mut(net.height * net.width).enumerate() {
            let values = self.logits.iter().skip(class).step_by(net.classes);
            for (to, &value) in plane.iter_mut().zip(values) {
                *to = value;
            }
        }
    }

    /// Adds the gradient of every parameter to `gradients`, from that of the logits
    /// `[classes, height, width]`, for the image that was passed through last.
    pub fn backward(&mut self, weights: &Weights<'_>, logits: &[f32], gradients: &mut [f32]) {
        let Self {
            net,
            layout,
            input,
            encoder,
            joined,
            pooled,
            winners,
            decoded,
            ..
        } = self;
        let Self {
            joined_gradient,
            raw_gradient,
            gradient,
            spare,
            ..
        } = self;
        let (size, head) = ((net.height, net.width), &layout.head);
        let dense = Place::dense(net.width, net.classes);
        interleave(logits, net.width, &mut self.logits, dense);
        back_through_pointwise(head, size, &decoded[0], &self.logits, dense, gradients);
        let to = Place::dense(net.width, net.base);
        let task = Conv {
            input: &self.logits,
            from: dense,
            input_channels: net.classes,
            weight: &weights.transposed[head.weight.clone()],
            output_channels: net.base,
            ..pointwise(head, size, &self.logits, to)
        };
        convolve(&task, gradient);
        for level in 0..net.depth {
            let index = net.depth - 1 - level;
            let (width, channels) = (net.level_size(level).1, net.level_channels(level));
            let place = Place::dense(width, channels);
            let mut room = Room {
                raw_gradient: &mut raw_gradient[level],
                spare,
                gradients,
            };
            self.decoder[index].backward(
                &layout.decoder[index],
                weights,
                width,
                Image {
                    values: &joined[level],
                    place: joined_place(net, level),
                },
                Image {
                    values: &decoded[level],
                    place,
                },
                gradient,
                &mut room,
                Some(&mut joined_gradient[level]),
            );
            let from =
                Place::dense(width, channels + net.up_channels(level)).from_channel(channels);
            let below = net.level_size(level + 1);
            match layout.upsampling.get(index) {
                Some(layer) => up_backward(
                    layer,
                    weights,
                    below,
                    &decoded[level + 1],
                    &joined_gradient[level],
                    from,
                    gradient,
                    gradients,
                ),
                None => {
                    let size = (below.0, below.1, net.level_channels(level + 1));
                    nearest_backward(size, &joined_gradient[level], from, gradient);
                }
            }
        }
        let depth = net.depth;
        let width = net.level_size(depth).1;
        let place = Place::dense(width, net.level_channels(depth));
        // The gradient of what came from above takes the place of that of the result.
        let mut passed = std::mem::take(&mut self.passed);
        let mut room = Room {
            raw_gradient: &mut raw_gradient[depth],
            spare,
            gradients,
        };
        self.bottleneck.backward(
            &layout.bottleneck,
            weights,
            width,
            above(net, input, pooled, depth),
            Image {
                values: &decoded[depth],
                place,
            },
            gradient,
            &mut room,
            Some(&mut passed),
        );
        for level in (0..depth).rev() {
            let (height, width) = net.level_size(level);
            let channels = net.level_channels(level);
            let stride = channels + net.up_channels(level);
            for (to, from) in gradient
                .chunks_exact_mut(channels)
                .zip(joined_gradient[level].chunks_exact(stride))
            {
                to.copy_from_slice(&from[..channels]);
            }
            max_pool_backward(
                (height, width, channels),
                &passed,
                &winners[level],
                gradient,
            );
            let mut room = Room {
                raw_gradient: &mut raw_gradient[level],
                spare,
                gradients,
            };
            encoder[level].backward(
                &layout.encoder[level],
                weights,
                width,
                above(net, input, pooled, level),
                Image {
                    values: &joined[level],
                    place: joined_place(net, level),
                },
                gradient,
                &mut room,
                (level > 0).then_some(&mut passed),
            );
        }
        self.passed = passed;
    }
}

/// Where a level's skip connection lies, and behind it, in each pixel, what comes up.
fn joined_place(net: &Architecture, level: usize) -> Place {
    let channels = net.level_channels(level) + net.up_channels(level);
    Place::padded(net.level_size(level).1, channels)
}

/// What goes into a level: the image, or what the level above was halved to.
fn above<'a>(
    net: &Architecture,
    input: &'a [f32],
    pooled: &'a [Vec<f32>],
    level: usize,
) -> Image<'a> {
    let width = net.level_size(level).1;
    match level {
        0 => Image {
            values: input,
            place: Place::padded(width, net.channels),
        },
        _ => Image {
            values: &pooled[level - 1],
            place: Place::padded(width, net.level_channels(level - 1)),
        },
    }
}

/// Planes `[channels, height, width]` to pixels at `to`.
fn interleave(planes: &[f32], width: usize, pixels: &mut [f32], to: Place) {
    let channels = to.pixel;
    for (channel, plane) in planes.chunks_exact(planes.len() / channels).enumerate() {
        for (y, row) in plane.chunks_exact(width).enumerate() {
            for (x, &value) in row.iter().enumerate() {
                pixels[to.at(y, x) + channel] = value;
            }
        }
    }
}

/// A 1×1 convolution of an image without gaps; weights are still to be named.
fn pointwise<'a>(layer: &Layer, size: (usize, usize), input: &'a [f32], to: Place) -> Conv<'a> {
    Conv {
        height: size.0,
        width: size.1,
        kernel: 1,
        input,
        from: Place::dense(size.1, layer.input),
        input_channels: layer.input,
        weight: &[],
        bias: &[],
        output_channels: layer.output,
        to,
        write: Write::Replace,
    }
}

/// Adds the gradients of a 1×1 convolution's parameters.
fn back_through_pointwise(
    layer: &Layer,
    (height, width): (usize, usize),
    input: &[f32],
    gradient: &[f32],
    at: Place,
    gradients: &mut [f32],
) {
    channel_sums(
        (height, width, layer.output),
        gradient,
        at,
        &mut gradients[layer.bias.clone()],
    );
    let task = Outer {
        height,
        width,
        input,
        from: Place::dense(width, layer.input),
        runs: 1,
        run: layer.input,
        gradient,
        at,
        outputs: layer.output,
    };
    outer(&task, &mut gradients[layer.weight.clone()]);
}

/// The pixels of a doubled image that come through one tap of a 2×2 kernel, and the tap's weights.
fn taps(layer: &Layer, to: Place) -> impl Iterator<Item = (Place, std::ops::Range<usize>)> + use<> {
    let (start, len) = (layer.weight.start, layer.input * layer.output);
    (0..4).map(move |tap| {
        let place = Place {
            offset: to.offset + tap / 2 * to.row + tap % 2 * to.pixel,
            row: 2 * to.row,
            pixel: 2 * to.pixel,
        };
        (place, start + tap * len..start + (tap + 1) * len)
    })
}

/// A transposed convolution, which doubles an image of `size`.
fn up(
    layer: &Layer,
    weights: &Weights<'_>,
    size: (usize, usize),
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
fn up_backward(
    layer: &Layer,
    weights: &Weights<'_>,
    size: (usize, usize),
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
            ..pointwise(layer, size, gradient, Place::dense(size.1, layer.input))
        };
        convolve(&task, input_gradient);
    }
}
