//! The network in plain loops and double precision.

use losscope_kernels::architecture::{Architecture, Kind, Layer, Size};

/// Values `[channels, depth, height, width]`.
#[derive(Clone)]
struct Image {
    size: Size,
    channels: usize,
    values: Vec<f64>,
}

impl Image {
    fn zeros(size: Size, channels: usize) -> Self {
        Self {
            size,
            channels,
            values: vec![0.0; channels * size.pixels()],
        }
    }

    fn position(&self, channel: usize, [z, y, x]: [usize; 3]) -> usize {
        let Size { height, width, .. } = self.size;
        ((channel * self.size.depth() + z) * height + y) * width + x
    }

    fn map(&self, channels: usize, size: Size, f: impl Fn(usize, [usize; 3]) -> f64) -> Self {
        let mut result = Self::zeros(size, channels);
        for channel in 0..channels {
            for z in 0..size.depth() {
                for y in 0..size.height {
                    for x in 0..size.width {
                        let at = result.position(channel, [z, y, x]);
                        result.values[at] = f(channel, [z, y, x]);
                    }
                }
            }
        }
        result
    }

    /// Zero outside of the image.
    fn around(&self, channel: usize, at: [usize; 3], by: [usize; 3]) -> f64 {
        let Size { height, width, .. } = self.size;
        let sides = [self.size.depth(), height, width];
        let mut place = [0; 3];
        for axis in 0..3 {
            match (at[axis] + by[axis]).checked_sub(1) {
                Some(inside) if inside < sides[axis] => place[axis] = inside,
                _ => return 0.0,
            }
        }
        self.values[self.position(channel, place)]
    }
}

/// A network with its parameters.
pub(crate) struct Naive<'a> {
    pub(crate) net: Architecture,
    pub(crate) parameters: &'a [f64],
}

impl Naive<'_> {
    fn weight(&self, layer: &Layer, tap: usize, input: usize, output: usize) -> f64 {
        let at = (tap * layer.input + input) * layer.output + output;
        self.parameters[layer.weight.clone()][at]
    }

    fn convolve(&self, layer: &Layer, image: &Image) -> Image {
        let (side, planes) = (layer.kernel(), layer.kernel_planes());
        image.map(layer.output, image.size, |output, at| {
            let mut sum = self.parameters[layer.bias.clone()][output];
            for tap in 0..layer.taps() {
                // A kernel's middle is at its place 1 of 0, 1, 2; that of a kernel of one place too.
                let middle = |position: usize, of: usize| position + (3 - of) / 2;
                let by = [
                    middle(tap / side / side, planes),
                    middle(tap / side % side, side),
                    middle(tap % side, side),
                ];
                for input in 0..layer.input {
                    sum += self.weight(layer, tap, input, output) * image.around(input, at, by);
                }
            }
            sum
        })
    }

    fn unit(&self, layer: &Layer, image: &Image) -> Image {
        let mut image = self.convolve(layer, image);
        if let (Some((scale, shift)), Some(group)) = (&layer.norm, self.net.group) {
            let pixels = image.size.pixels();
            for (number, values) in image.values.chunks_mut(group * pixels).enumerate() {
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                let squares = values.iter().map(|value| (value - mean).powi(2));
                let deviation = (squares.sum::<f64>() / count + 1e-5).sqrt();
                for (index, value) in values.iter_mut().enumerate() {
                    let channel = number * group + index / pixels;
                    let normalised = (*value - mean) / deviation;
                    *value = normalised * self.parameters[scale.clone()][channel]
                        + self.parameters[shift.clone()][channel];
                }
            }
        }
        image
            .values
            .iter_mut()
            .for_each(|value| *value = value.max(0.0));
        image
    }

    fn block(&self, layers: &[Layer; 2], image: &Image) -> Image {
        self.unit(&layers[1], &self.unit(&layers[0], image))
    }

    fn pool(&self, image: &Image) -> Image {
        let deep = image.size.planes.map_or(1, |_| 2);
        image.map(
            image.channels,
            image.size.halved(1),
            |channel, [z, y, x]| {
                let corners = (0..4 * deep).map(|corner| {
                    let at = [
                        deep * z + corner / 4,
                        2 * y + corner / 2 % 2,
                        2 * x + corner % 2,
                    ];
                    image.values[image.position(channel, at)]
                });
                corners.fold(f64::NEG_INFINITY, f64::max)
            },
        )
    }

    /// Doubled, by a layer or by repetition.
    fn up(&self, layer: Option<&Layer>, image: &Image) -> Image {
        let size = Size {
            planes: image.size.planes.map(|planes| 2 * planes),
            height: 2 * image.size.height,
            width: 2 * image.size.width,
        };
        let deep = size.planes.map_or(1, |_| 2);
        let channels = layer.map_or(image.channels, |layer| layer.output);
        image.map(channels, size, |output, [z, y, x]| {
            let from = [z / deep, y / 2, x / 2];
            let Some(layer) = layer else {
                return image.values[image.position(output, from)];
            };
            let tap = (z % deep * 2 + y % 2) * 2 + x % 2;
            let products = (0..layer.input).map(|input| {
                self.weight(layer, tap, input, output) * image.values[image.position(input, from)]
            });
            self.parameters[layer.bias.clone()][output] + products.sum::<f64>()
        })
    }

    /// Logits `[classes, …]` of an image `[channels, …]`.
    pub(crate) fn logits(&self, values: &[f32]) -> Vec<f64> {
        let (net, layout) = (self.net, self.net.layout());
        assert!(layout.head.kind == Kind::Head);
        let mut image = Image::zeros(net.size(0), net.channels);
        image.values = values.iter().map(|&value| f64::from(value)).collect();
        let mut skips = Vec::new();
        for layers in &layout.encoder {
            let skip = self.block(layers, &image);
            image = self.pool(&skip);
            skips.push(skip);
        }
        image = self.block(&layout.bottleneck, &image);
        for (index, layers) in layout.decoder.iter().enumerate() {
            let up = self.up(layout.upsampling.get(index), &image);
            let mut joined = skips.pop().expect("a skip connection for each level up");
            joined.channels += up.channels;
            joined.values.extend(up.values);
            image = self.block(layers, &joined);
        }
        self.convolve(&layout.head, &image).values
    }
}
