//! What a network is made of, and where each of its parameters lies.

use std::fmt;
use std::ops::Range;

/// Side of a transposed convolution's kernel, and its stride.
const DOUBLE: usize = 2;

/// How the decoder doubles an image's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Upsampling {
    /// A transposed 2×2 (in volumes 2×2×2) convolution of stride 2, which halves the channels.
    Transposed,
    /// Each pixel four times, in volumes eight times.
    Nearest,
}

/// How far an image or a volume reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Size {
    /// Planes of a volume; `None` of an image.
    pub planes: Option<usize>,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl From<(usize, usize)> for Size {
    /// An image's height and width.
    fn from((height, width): (usize, usize)) -> Self {
        Self {
            planes: None,
            height,
            width,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(planes) = self.planes {
            write!(formatter, "{planes}×")?;
        }
        write!(formatter, "{}×{}", self.height, self.width)
    }
}

impl Size {
    /// Planes; an image has one.
    pub fn depth(self) -> usize {
        self.planes.unwrap_or(1)
    }

    /// Rows of all planes.
    pub fn rows(self) -> usize {
        self.depth() * self.height
    }

    /// Pixels of all planes.
    pub fn pixels(self) -> usize {
        self.rows() * self.width
    }

    /// How far it reaches in each direction when it is halved so many times.
    pub fn halved(self, times: usize) -> Self {
        Self {
            planes: self.planes.map(|planes| planes >> times),
            height: self.height >> times,
            width: self.width >> times,
        }
    }
}

/// Size and kind of a U-Net and of its images or volumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Architecture {
    /// Channels of an image.
    pub channels: usize,
    /// Logits of a pixel.
    pub classes: usize,
    /// Channels of the first level; each level down has twice as many.
    pub base: usize,
    /// How often the image is halved.
    pub depth: usize,
    /// Channels that are normalised together behind each 3×3 convolution; `None`: nothing is.
    pub group: Option<usize>,
    /// How the decoder doubles an image's size.
    pub upsampling: Upsampling,
    /// Planes of a volume, which `2^depth` divides; `None`: it is for images.
    pub planes: Option<usize>,
    /// Rows of an image; `2^depth` divides it.
    pub height: usize,
    /// Columns of an image; `2^depth` divides it.
    pub width: usize,
}

/// Which convolution a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 3×3, in volumes 3×3×3, stride 1, zeros around; then normalisation (if any) and ReLU.
    Conv3x3,
    /// Transposed 2×2, in volumes 2×2×2, stride 2.
    Up2x2,
    /// 1×1, in volumes 1×1×1.
    Head,
}

/// One convolution with what belongs to it. Ranges are positions in the flat parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Path in the network, as in weights files: `encoder.0.first`.
    pub name: String,
    /// Which convolution.
    pub kind: Kind,
    /// Whether its kernel has as many planes as rows, or one.
    pub volumetric: bool,
    /// Channels in.
    pub input: usize,
    /// Channels out.
    pub output: usize,
    /// `[kernel planes, kernel rows, kernel columns, input, output]`.
    pub weight: Range<usize>,
    /// `[output]`.
    pub bias: Range<usize>,
    /// Scale and shift of the normalisation, `[output]` each.
    pub norm: Option<(Range<usize>, Range<usize>)>,
}

impl Layer {
    /// Rows and columns of the kernel.
    pub fn kernel(&self) -> usize {
        match self.kind {
            Kind::Conv3x3 => 3,
            Kind::Up2x2 => DOUBLE,
            Kind::Head => 1,
        }
    }

    /// Planes of the kernel.
    pub fn kernel_planes(&self) -> usize {
        if self.volumetric { self.kernel() } else { 1 }
    }

    /// Places of the kernel, each with weights from every input to every output.
    pub fn taps(&self) -> usize {
        self.kernel_planes() * self.kernel() * self.kernel()
    }

    /// Inputs that one output sums over. A transposed kernel is as wide as its stride, so each output pixel
    /// comes from one input pixel.
    pub fn fan_in(&self) -> usize {
        match self.kind {
            Kind::Conv3x3 => self.taps() * self.input,
            Kind::Up2x2 | Kind::Head => self.input,
        }
    }
}

/// Every layer of a network, and where its parameters lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Two convolutions a level, from the top down.
    pub encoder: Vec<[Layer; 2]>,
    /// Two convolutions at the bottom.
    pub bottleneck: [Layer; 2],
    /// One a level, from the bottom up; empty with [`Upsampling::Nearest`].
    pub upsampling: Vec<Layer>,
    /// Two convolutions a level, from the bottom up.
    pub decoder: Vec<[Layer; 2]>,
    /// The last one.
    pub head: Layer,
    /// Number of parameters.
    pub len: usize,
}

/// Lays parameters one behind the other.
struct Builder {
    group: Option<usize>,
    volumetric: bool,
    next: usize,
}

impl Builder {
    fn take(&mut self, len: usize) -> Range<usize> {
        let start = self.next;
        self.next += len;
        start..self.next
    }

    fn layer(&mut self, name: String, kind: Kind, input: usize, output: usize) -> Layer {
        let mut layer = Layer {
            name,
            kind,
            volumetric: self.volumetric,
            input,
            output,
            weight: 0..0,
            bias: 0..0,
            norm: None,
        };
        layer.weight = self.take(layer.taps() * input * output);
        layer.bias = self.take(output);
        if kind == Kind::Conv3x3 && self.group.is_some() {
            layer.norm = Some((self.take(output), self.take(output)));
        }
        layer
    }

    fn block(&mut self, name: &str, input: usize, output: usize) -> [Layer; 2] {
        [
            self.layer(format!("{name}.first"), Kind::Conv3x3, input, output),
            self.layer(format!("{name}.second"), Kind::Conv3x3, output, output),
        ]
    }
}

impl Architecture {
    /// Channels of a level, 0 at the top.
    pub fn level_channels(&self, level: usize) -> usize {
        self.base << level
    }

    /// Channels that come up into a level, beside its skip connection.
    pub fn up_channels(&self, level: usize) -> usize {
        match self.upsampling {
            Upsampling::Transposed => self.level_channels(level),
            Upsampling::Nearest => self.level_channels(level + 1),
        }
    }

    /// Rows and columns of a level.
    pub fn level_size(&self, level: usize) -> (usize, usize) {
        (self.height >> level, self.width >> level)
    }

    /// How far a level reaches.
    pub fn size(&self, level: usize) -> Size {
        let top = Size {
            planes: self.planes,
            height: self.height,
            width: self.width,
        };
        top.halved(level)
    }

    /// Every layer and where its parameters lie, in the order in which they are passed through.
    pub fn layout(&self) -> Layout {
        let mut builder = Builder {
            group: self.group,
            volumetric: self.planes.is_some(),
            next: 0,
        };
        let width = |level| self.level_channels(level);
        let encoder = (0..self.depth)
            .map(|level| {
                let input = match level {
                    0 => self.channels,
                    _ => width(level - 1),
                };
                builder.block(&format!("encoder.{level}"), input, width(level))
            })
            .collect();
        let depth = self.depth;
        let bottleneck = builder.block("bottleneck", width(depth - 1), width(depth));
        let (mut upsampling, mut decoder) = (Vec::new(), Vec::new());
        for (index, level) in (0..depth).rev().enumerate() {
            if self.upsampling == Upsampling::Transposed {
                let name = format!("upsampling.{index}");
                upsampling.push(builder.layer(name, Kind::Up2x2, width(level + 1), width(level)));
            }
            let input = width(level) + self.up_channels(level);
            decoder.push(builder.block(&format!("decoder.{index}"), input, width(level)));
        }
        let head = builder.layer("head".into(), Kind::Head, width(0), self.classes);
        Layout {
            encoder,
            bottleneck,
            upsampling,
            decoder,
            head,
            len: builder.next,
        }
    }
}

impl Layout {
    /// Every layer, in the order in which they are passed through.
    pub fn layers(&self) -> Vec<&Layer> {
        let mut layers: Vec<&Layer> = self.encoder.iter().flatten().collect();
        layers.extend(&self.bottleneck);
        for (index, block) in self.decoder.iter().enumerate() {
            layers.extend(self.upsampling.get(index));
            layers.extend(block);
        }
        layers.push(&self.head);
        layers
    }
}
