//! Where parameters lie on the GPU: as in memory, with channels filled up to fours.

use losscope_kernels::architecture::{Architecture, Layer, Layout};

/// How many fours hold so many channels.
pub(super) fn fours(channels: usize) -> usize {
    channels.div_ceil(4)
}

/// A layer's place; sizes and positions are in fours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct GpuLayer {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) weight: usize,
    pub(super) bias: usize,
    /// Scale and shift.
    pub(super) norm: Option<(usize, usize)>,
    /// Channels of a skip connection, which are filled up before those from below follow.
    skip: Option<usize>,
}

/// Every layer's place, in the order in which they are passed through.
#[derive(Debug, Clone)]
pub(super) struct GpuLayout {
    layout: Layout,
    pub(super) encoder: Vec<[GpuLayer; 2]>,
    pub(super) bottleneck: [GpuLayer; 2],
    pub(super) upsampling: Vec<GpuLayer>,
    pub(super) decoder: Vec<[GpuLayer; 2]>,
    pub(super) head: GpuLayer,
    /// Length of a network's parameters, in fours.
    pub(super) len: usize,
}

struct Builder {
    next: usize,
}

impl Builder {
    fn take(&mut self, len: usize) -> usize {
        let start = self.next;
        self.next += len;
        start
    }

    fn layer(&mut self, layer: &Layer, skip: Option<usize>) -> GpuLayer {
        let inputs = match skip {
            Some(skip) => fours(skip) + fours(layer.input - skip),
            None => fours(layer.input),
        };
        let outputs = fours(layer.output);
        let side = layer.kernel();
        GpuLayer {
            inputs,
            outputs,
            weight: self.take(side * side * inputs * 4 * outputs),
            bias: self.take(outputs),
            norm: layer
                .norm
                .as_ref()
                .map(|_| (self.take(outputs), self.take(outputs))),
            skip,
        }
    }

    fn block(&mut self, layers: &[Layer; 2], skip: Option<usize>) -> [GpuLayer; 2] {
        [self.layer(&layers[0], skip), self.layer(&layers[1], None)]
    }
}

impl GpuLayer {
    /// Where an input channel lies among the filled-up ones.
    fn input(&self, channel: usize) -> usize {
        match self.skip {
            Some(skip) if channel >= skip => 4 * fours(skip) + channel - skip,
            _ => channel,
        }
    }

    /// Pairs of positions, in single numbers: in memory, on the GPU.
    fn positions(&self, layer: &Layer) -> Vec<(usize, usize)> {
        let side = layer.kernel();
        let mut pairs = Vec::with_capacity(layer.weight.len() + 3 * layer.output);
        let mut at = layer.weight.start;
        for tap in 0..side * side {
            for input in 0..layer.input {
                let row = (tap * self.inputs * 4 + self.input(input)) * self.outputs;
                for output in 0..layer.output {
                    pairs.push((at, 4 * (self.weight + row) + output));
                    at += 1;
                }
            }
        }
        let mut vector = |range: &std::ops::Range<usize>, place: usize| {
            pairs.extend(range.clone().enumerate().map(|(k, at)| (at, 4 * place + k)));
        };
        vector(&layer.bias, self.bias);
        if let (Some((scale, shift)), Some(places)) = (&layer.norm, self.norm) {
            vector(scale, places.0);
            vector(shift, places.1);
        }
        pairs
    }
}

impl GpuLayout {
    pub(super) fn new(architecture: &Architecture) -> Self {
        let layout = architecture.layout();
        let mut builder = Builder { next: 0 };
        let encoder = layout
            .encoder
            .iter()
            .map(|block| builder.block(block, None))
            .collect();
        let bottleneck = builder.block(&layout.bottleneck, None);
        let (mut upsampling, mut decoder) = (Vec::new(), Vec::new());
        for (index, block) in layout.decoder.iter().enumerate() {
            upsampling.extend(
                layout
                    .upsampling
                    .get(index)
                    .map(|layer| builder.layer(layer, None)),
            );
            let skip = architecture.level_channels(architecture.depth - 1 - index);
            decoder.push(builder.block(block, Some(skip)));
        }
        let head = builder.layer(&layout.head, None);
        let len = builder.next;
        Self {
            layout,
            encoder,
            bottleneck,
            upsampling,
            decoder,
            head,
            len,
        }
    }

    /// Every layer, in the order of [`Layout::layers`].
    pub(super) fn layers(&self) -> Vec<GpuLayer> {
        let mut layers: Vec<GpuLayer> = self.encoder.iter().flatten().copied().collect();
        layers.extend(self.bottleneck);
        for (index, block) in self.decoder.iter().enumerate() {
            layers.extend(self.upsampling.get(index));
            layers.extend(block);
        }
        layers.push(self.head);
        layers
    }

    /// Parameters in memory as they are on the GPU.
    pub(super) fn with_padding(&self, parameters: &[f32]) -> Vec<f32> {
        let mut values = vec![0.0; 4 * self.len];
        for (layer, place) in self.layout.layers().into_iter().zip(self.layers()) {
            for (at, position) in place.positions(layer) {
                values[position] = parameters[at];
            }
        }
        values
    }

    /// The way back.
    pub(super) fn without_padding(&self, values: &[f32]) -> Vec<f32> {
        let mut parameters = vec![0.0; self.layout.len];
        for (layer, place) in self.layout.layers().into_iter().zip(self.layers()) {
            for (at, position) in place.positions(layer) {
                parameters[at] = values[position];
            }
        }
        parameters
    }
}
