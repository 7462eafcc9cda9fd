//! One image or volume through the whole network and back.
//!
//! Nothing in the network looks at two images at once, so each is passed through by itself: what it leaves
//! behind fits into a processor's cache, and images can go side by side.

use std::sync::Arc;

use super::conv::{Conv, convolve, transpose};
use super::place::Place;
use super::pointwise::{back_through_pointwise, pointwise, up, up_backward};
use super::resize::{max_pool, max_pool_backward, nearest, nearest_backward};
use super::unit::{Image, ImageMut, Unit};
use crate::architecture::{Architecture, Kind, Layer, Layout, Size};

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
    fn new(size: Size, channels: usize, group: Option<usize>) -> Self {
        let unit = Unit::new(size, channels, group);
        Self {
            first: unit.clone(),
            middle: vec![0.0; Place::padded_len(size, channels)],
            second: unit,
        }
    }

    fn forward(
        &mut self,
        layers: &[Layer; 2],
        weights: &Weights<'_>,
        size: Size,
        input: Image<'_>,
        output: ImageMut<'_>,
    ) {
        let place = Place::padded(size, layers[0].output);
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
        size: Size,
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
            place: Place::padded(size, layers[0].output),
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
        let area = |level| net.size(level).pixels();
        let padded = |level, channels| vec![0.0f32; Place::padded_len(net.size(level), channels)];
        let channels = |level| net.level_channels(level);
        let joined = |level| channels(level) + net.up_channels(level);
        let block = |level| Block::new(net.size(level), channels(level), net.group);
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

    /// Bytes that the buffers for a network take.
    pub fn bytes(net: &Architecture) -> usize {
        let mut numbers = Place::padded_len(net.size(0), net.channels)
            + net.size(0).pixels() * (2 * net.base.max(net.classes) + net.classes)
            + net.size(1).pixels() * net.base;
        let mut winners = 0;
        for level in 0..=net.depth {
            let size = net.size(level);
            let (area, channels) = (size.pixels(), net.level_channels(level));
            let padded = |channels| Place::padded_len(size, channels);
            let unit = net.group.map_or(0, |_| area * channels) + 2 * channels;
            let block = 2 * unit + padded(channels);
            numbers += block + area * channels + padded(channels);
            if level < net.depth {
                let joined = channels + net.up_channels(level);
                let below = net.size(level + 1);
                numbers += block + padded(joined) + area * joined;
                numbers += Place::padded_len(below, channels);
                winners += below.pixels() * channels;
            }
        }
        numbers.saturating_mul(4).saturating_add(winners)
    }

    /// Logits `[classes, …]` of an image `[channels, height, width]` or a volume
    /// `[channels, depth, height, width]`.
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
        let top = net.size(0);
        interleave(image, top, input, Place::padded(top, net.channels));
        for (level, block) in encoder.iter_mut().enumerate() {
            let size = net.size(level);
            let place = joined_place(net, level);
            let from = above(net, input, pooled, level);
            let values = &mut joined[level];
            block.forward(
                &layout.encoder[level],
                weights,
                size,
                from,
                ImageMut { values, place },
            );
            let channels = net.level_channels(level);
            let to = Place::padded(size.halved(1), channels);
            max_pool(
                size,
                channels,
                &joined[level],
                place,
                &mut pooled[level],
                to,
                &mut winners[level],
            );
        }
        let size = net.size(net.depth);
        let place = Place::dense(size, net.level_channels(net.depth));
        let (values, from) = (
            &mut decoded[net.depth],
            above(net, input, pooled, net.depth),
        );
        self.bottleneck.forward(
            &layout.bottleneck,
            weights,
            size,
            from,
            ImageMut { values, place },
        );
        for (index, level) in (0..net.depth).rev().enumerate() {
            let size = net.size(level);
            let place = joined_place(net, level);
            let to = place.from_channel(net.level_channels(level));
            let below = net.size(level + 1);
            match layout.upsampling.get(index) {
                Some(layer) => up(
                    layer,
                    weights,
                    below,
                    &decoded[level + 1],
                    &mut joined[level],
                    to,
                ),
                None => {
                    let channels = net.level_channels(level + 1);
                    nearest(below, channels, &decoded[level + 1], &mut joined[level], to);
                }
            }
            let input = Image {
                values: &joined[level],
                place,
            };
            let place = Place::dense(size, net.level_channels(level));
            let values = &mut decoded[level];
            let output = ImageMut { values, place };
            self.decoder[index].forward(&layout.decoder[index], weights, size, input, output);
        }
        let (head, to) = (&layout.head, Place::dense(top, net.classes));
        let task = pointwise(head, top, &decoded[0], to);
        let task = Conv {
            weight: &weights.values[head.weight.clone()],
            bias: &weights.values[head.bias.clone()],
            ..task
        };
        convolve(&task, &mut self.logits);
        for (class, plane) in logits.chunks_exact_mut(top.pixels()).enumerate() {
            let values = self.logits.iter().skip(class).step_by(net.classes);
            for (to, &value) in plane.iter_mut().zip(values) {
                *to = value;
            }
        }
    }

    /// The first layer, by its position in [`Layout::layers`], that put out anything that is not finite for the image
    /// that was passed through last.
    pub fn first_not_finite(&self) -> Option<usize> {
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        let unit = |unit: &Unit, output: bool| output && finite(unit.raw());
        // The channels of a level's skip connection, then those from below.
        let joined = |level: usize, below: bool| {
            let skip = self.net.level_channels(level);
            let pixels = self.joined[level].chunks_exact(skip + self.net.up_channels(level));
            pixels.into_iter().all(|pixel| match below {
                false => finite(&pixel[..skip]),
                true => finite(&pixel[skip..]),
            })
        };
        let mut sound = Vec::new();
        for (level, block) in self.encoder.iter().enumerate() {
            sound.push(unit(&block.first, finite(&block.middle)));
            sound.push(unit(&block.second, joined(level, false)));
        }
        let mut up = vec![(&self.bottleneck, self.net.depth)];
        up.extend(self.decoder.iter().zip((0..self.net.depth).rev()));
        for (block, level) in up {
            if level < self.net.depth && !self.layout.upsampling.is_empty() {
                sound.push(joined(level, true));
            }
            sound.push(unit(&block.first, finite(&block.middle)));
            sound.push(unit(&block.second, finite(&self.decoded[level])));
        }
        sound.push(finite(&self.logits));
        sound.iter().position(|sound| !sound)
    }

    /// Adds the gradient of every parameter to `gradients`, from that of the logits
    /// `[classes, …]`, for the image that was passed through last.
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
        let (size, head) = (net.size(0), &layout.head);
        let dense = Place::dense(size, net.classes);
        interleave(logits, size, &mut self.logits, dense);
        back_through_pointwise(head, size, &decoded[0], &self.logits, dense, gradients);
        let to = Place::dense(size, net.base);
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
            let (size, channels) = (net.size(level), net.level_channels(level));
            let place = Place::dense(size, channels);
            let mut room = Room {
                raw_gradient: &mut raw_gradient[level],
                spare,
                gradients,
            };
            self.decoder[index].backward(
                &layout.decoder[index],
                weights,
                size,
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
            let from = Place::dense(size, channels + net.up_channels(level)).from_channel(channels);
            let below = net.size(level + 1);
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
                    let channels = net.level_channels(level + 1);
                    nearest_backward(below, channels, &joined_gradient[level], from, gradient);
                }
            }
        }
        let depth = net.depth;
        let size = net.size(depth);
        let place = Place::dense(size, net.level_channels(depth));
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
            size,
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
            let size = net.size(level);
            let channels = net.level_channels(level);
            let stride = channels + net.up_channels(level);
            for (to, from) in gradient
                .chunks_exact_mut(channels)
                .zip(joined_gradient[level].chunks_exact(stride))
            {
                to.copy_from_slice(&from[..channels]);
            }
            max_pool_backward(size, channels, &passed, &winners[level], gradient);
            let mut room = Room {
                raw_gradient: &mut raw_gradient[level],
                spare,
                gradients,
            };
            encoder[level].backward(
                &layout.encoder[level],
                weights,
                size,
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
    Place::padded(net.size(level), channels)
}

/// What goes into a level: the image, or what the level above was halved to.
fn above<'a>(
    net: &Architecture,
    input: &'a [f32],
    pooled: &'a [Vec<f32>],
    level: usize,
) -> Image<'a> {
    let size = net.size(level);
    match level {
        0 => Image {
            values: input,
            place: Place::padded(size, net.channels),
        },
        _ => Image {
            values: &pooled[level - 1],
            place: Place::padded(size, net.level_channels(level - 1)),
        },
    }
}

/// Channels one behind the other, `[channels, …]`, to pixels at `to`.
fn interleave(values: &[f32], size: Size, pixels: &mut [f32], to: Place) {
    for (channel, values) in values.chunks_exact(size.pixels()).enumerate() {
        for (y, row) in values.chunks_exact(size.width).enumerate() {
            let start = to.at_row(size, y) + channel;
            for (x, &value) in row.iter().enumerate() {
                pixels[start + x * to.pixel] = value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Upsampling;

    /// Bytes of a pass's buffers, as they are.
    fn held(pass: &ImagePass) -> usize {
        let block =
            |block: &Block| block.first.numbers() + block.middle.len() + block.second.numbers();
        let all = |buffers: &[Vec<f32>]| buffers.iter().map(Vec::len).sum::<usize>();
        let blocks = pass.encoder.iter().chain(&pass.decoder);
        let numbers = blocks.map(block).sum::<usize>()
            + block(&pass.bottleneck)
            + [&pass.joined, &pass.pooled, &pass.decoded]
                .map(|buffers| all(buffers))
                .iter()
                .sum::<usize>()
            + all(&pass.joined_gradient)
            + all(&pass.raw_gradient)
            + pass.input.len()
            + pass.gradient.len()
            + pass.passed.len()
            + pass.spare.len()
            + pass.logits.len();
        4 * numbers + pass.winners.iter().map(Vec::len).sum::<usize>()
    }

    #[test]
    fn buffers_take_what_is_said_of_them() {
        for (planes, depth, group, upsampling, classes) in [
            (None, 1, None, Upsampling::Nearest, 2),
            (None, 3, Some(1), Upsampling::Transposed, 4),
            (Some(8), 2, Some(4), Upsampling::Transposed, 9),
        ] {
            let net = Architecture {
                channels: 3,
                classes,
                base: 4,
                depth,
                group,
                upsampling,
                planes,
                height: 16,
                width: 24,
            };
            let pass = ImagePass::new(&net, &Arc::new(net.layout()));
            assert_eq!(ImagePass::bytes(&net), held(&pass), "{net:?}");
        }
    }
}
