//! A 3×3 (in volumes 3×3×3) convolution with its normalisation and ReLU.

use super::conv::{Conv, Write, convolve};
use super::norm::{
    ChannelGradients, Norm, Statistics, channel_sums, norm_relu, norm_relu_backward, relu_backward,
};
use super::outer::{Outer, outer};
use super::pass::Weights;
use super::place::Place;
use crate::architecture::{Layer, Size};

/// What a unit keeps for its way back.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// What the convolution put out; empty without normalisation.
    raw: Vec<f32>,
    statistics: Statistics,
    group: Option<usize>,
    size: Size,
}

/// An image in a buffer.
#[derive(Clone, Copy)]
pub(super) struct Image<'a> {
    pub(super) values: &'a [f32],
    pub(super) place: Place,
}

/// A buffer that an image goes to.
pub(super) struct ImageMut<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) place: Place,
}

impl Unit {
    pub(super) fn new(size: Size, channels: usize, group: Option<usize>) -> Self {
        Self {
            raw: vec![0.0; group.map_or(0, |_| size.pixels() * channels)],
            statistics: Statistics::new(channels),
            group,
            size,
        }
    }

    /// What the convolution put out; nothing without normalisation.
    pub(super) fn raw(&self) -> &[f32] {
        &self.raw
    }

    /// How many numbers it keeps.
    #[cfg(test)]
    pub(super) fn numbers(&self) -> usize {
        self.raw.len() + self.statistics.len()
    }

    fn norm<'a>(&'a self, layer: &Layer, weights: &Weights<'a>) -> Option<Norm<'a>> {
        let (scale, shift) = layer.norm.clone()?;
        Some(Norm {
            size: self.size,
            channels: layer.output,
            group: self.group?,
            raw: &self.raw,
            scale: &weights.values[scale],
            shift: &weights.values[shift],
        })
    }

    pub(super) fn forward(
        &mut self,
        layer: &Layer,
        weights: &Weights<'_>,
        input: Image<'_>,
        output: ImageMut<'_>,
    ) {
        let task = Conv {
            size: self.size,
            kernel_planes: layer.kernel_planes(),
            kernel: 3,
            input: input.values,
            from: input.place,
            input_channels: layer.input,
            weight: &weights.values[layer.weight.clone()],
            bias: &weights.values[layer.bias.clone()],
            output_channels: layer.output,
            to: output.place,
            write: Write::Relu,
        };
        if self.group.is_none() {
            convolve(&task, output.values);
            return;
        }
        let to = Place::dense(self.size, layer.output);
        convolve(
            &Conv {
                to,
                write: Write::Replace,
                ..task
            },
            &mut self.raw,
        );
        // Taken out for the call, which reads the rest of the unit.
        let mut statistics = std::mem::take(&mut self.statistics);
        if let Some(task) = self.norm(layer, weights) {
            norm_relu(&task, &mut statistics, output.values, output.place);
        }
        self.statistics = statistics;
    }

    /// Adds to `gradients`. `gradient`, with respect to the result, `[depth, height, width, channels]`, is used up;
    /// `raw_gradient` is room for an image with a pixel around. `input_gradient`, where it is wanted, is
    /// written without gaps.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn backward(
        &self,
        layer: &Layer,
        weights: &Weights<'_>,
        input: Image<'_>,
        activated: Image<'_>,
        gradient: &mut [f32],
        raw_gradient: &mut [f32],
        gradients: &mut [f32],
        input_gradient: Option<&mut [f32]>,
    ) {
        let size = self.size;
        let place = Place::padded(size, layer.output);
        let gradient = &mut gradient[..size.pixels() * layer.output];
        match (self.norm(layer, weights), layer.norm.clone()) {
            (Some(task), Some((scale, shift))) => {
                let (scale, shift) = gradients[scale.start..shift.end].split_at_mut(layer.output);
                let mut parameters = ChannelGradients { scale, shift };
                norm_relu_backward(
                    &task,
                    &self.statistics,
                    gradient,
                    &mut parameters,
                    raw_gradient,
                    place,
                );
            }
            _ => relu_backward(
                size,
                layer.output,
                activated.values,
                activated.place,
                gradient,
                raw_gradient,
                place,
            ),
        }
        channel_sums(
            size,
            layer.output,
            raw_gradient,
            place,
            &mut gradients[layer.bias.clone()],
        );
        // The run of a pixel begins one row and one pixel before it; of a voxel, one plane too.
        let before = layer.kernel_planes() / 2 * input.place.plane;
        let from = Place {
            offset: input.place.offset - before - input.place.row - layer.input,
            ..input.place
        };
        let task = Outer {
            size,
            input: input.values,
            from,
            kernel_planes: layer.kernel_planes(),
            runs: 3,
            run: 3 * layer.input,
            gradient: raw_gradient,
            at: place,
            outputs: layer.output,
        };
        outer(&task, &mut gradients[layer.weight.clone()]);
        let Some(input_gradient) = input_gradient else {
            return;
        };
        let task = Conv {
            size,
            kernel_planes: layer.kernel_planes(),
            kernel: 3,
            input: raw_gradient,
            from: place,
            input_channels: layer.output,
            weight: &weights.transposed[layer.weight.clone()],
            bias: &[],
            output_channels: layer.input,
            to: Place::dense(size, layer.input),
            write: Write::Replace,
        };
        convolve(&task, input_gradient);
    }
}
