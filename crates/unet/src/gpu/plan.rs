//! The launches of a pass, put together once for an architecture and a number of images.

use cubecl::client::Client;
use cubecl::server::Handle;
use losscope_kernels::architecture::{Architecture, Upsampling};

use super::kernel::{Kernel, WORKGROUP, launch};
use super::layout::{GpuLayer, GpuLayout, fours};

/// What a buffer of a launch is.
#[derive(Clone)]
enum Buffer {
    /// What is done this time.
    Step,
    /// Images of the step.
    Images,
    /// Parameters of all networks.
    Parameters,
    /// Gradients of all networks.
    Gradients,
    /// Logits.
    Logits,
    /// Gradient of the logits.
    LogitGradient,
    /// One of the plan's own.
    Own(Handle),
}

/// What the launches of a pass are given.
pub(super) struct Given<'a> {
    pub(super) step: &'a Handle,
    pub(super) images: &'a Handle,
    pub(super) parameters: &'a Handle,
    pub(super) gradients: &'a Handle,
    pub(super) logits: &'a Handle,
    /// Only on the way back.
    pub(super) logit_gradient: Option<&'a Handle>,
    /// Images of a lane, and lanes.
    pub(super) count: usize,
    pub(super) lanes: usize,
}

struct Launch {
    kernel: Kernel,
    /// Workgroups across and down; in depth, one an image, or (`per_lane`) one a lane.
    groups: [usize; 2],
    per_lane: bool,
    buffers: Vec<Buffer>,
}

/// A level's buffer and how its pixels lie in it, in fours.
#[derive(Clone)]
struct Picture {
    buffer: Buffer,
    pixel: usize,
    offset: usize,
}

/// What a unit keeps for its way back.
struct Kept {
    layer: GpuLayer,
    size: (usize, usize),
    input: Picture,
    shared_input: bool,
    raw: Option<(Handle, Handle)>,
    activated: Picture,
}

/// Every launch of a pass forward and back.
pub(super) struct Plan {
    forward: Vec<Launch>,
    backward: Vec<Launch>,
    /// How many images of all lanes together the buffers hold.
    pub(super) capacity: usize,
}

/// Puts a plan together.
struct Planner<'a> {
    client: &'a Client,
    net: Architecture,
    layout: &'a GpuLayout,
    capacity: usize,
    /// Gradients of shift and scale per image, of one layer at a time.
    parts: Handle,
    forward: Vec<Launch>,
    backward: Vec<Launch>,
}

impl Planner<'_> {
    /// A buffer for all images of `pixels` of so many fours of channels.
    fn buffer(&self, (height, width): (usize, usize), channels: usize) -> Handle {
        self.client
            .empty(self.capacity * height * width * channels * 16)
    }

    fn dense(&self, size: (usize, usize), channels: usize) -> Picture {
        Picture {
            buffer: Buffer::Own(self.buffer(size, channels)),
            pixel: channels,
            offset: 0,
        }
    }

    fn what(&self, numbers: &[usize]) -> Buffer {
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|&number| (number as u32).to_le_bytes())
            .collect();
        Buffer::Own(self.client.create_from_slice(&bytes))
    }

    /// Convolution, normalisation, ReLU.
    fn unit(
        &mut self,
        layer: GpuLayer,
        size: (usize, usize),
        input: &Picture,
        shared_input: bool,
        output: &Picture,
    ) -> Kept {
        let (height, width) = size;
        let raw = layer.norm.map(|_| {
            let statistics = self.client.empty(self.capacity * layer.outputs * 32);
            (self.buffer(size, layer.outputs), statistics)
        });
        let to = match &raw {
            Some((raw, _)) => Picture {
                buffer: Buffer::Own(raw.clone()),
                pixel: layer.outputs,
                offset: 0,
            },
            None => output.clone(),
        };
        let what = self.what(&[
            height,
            width,
            layer.inputs,
            layer.outputs,
            input.pixel,
            input.offset,
            to.pixel,
            to.offset,
            layer.weight,
            layer.bias,
            self.layout.len,
            usize::from(raw.is_none()),
            usize::from(shared_input),
        ]);
        self.forward.push(Launch {
            kernel: Kernel::Convolution { transposed: false },
            groups: [
                (width.div_ceil(4) * height).div_ceil(WORKGROUP),
                layer.outputs,
            ],
            per_lane: false,
            buffers: vec![
                Buffer::Step,
                what,
                input.buffer.clone(),
                Buffer::Parameters,
                to.buffer,
            ],
        });
        if let Some((raw, statistics)) = &raw {
            let what = self.norm_what(layer, size, output);
            self.forward.push(Launch {
                kernel: Kernel::Norm,
                groups: [layer.outputs, 1],
                per_lane: false,
                buffers: vec![
                    Buffer::Step,
                    what,
                    Buffer::Own(raw.clone()),
                    Buffer::Parameters,
                    Buffer::Own(statistics.clone()),
                    output.buffer.clone(),
                ],
            });
        }
        Kept {
            layer,
            size,
            input: input.clone(),
            shared_input,
            raw,
            activated: output.clone(),
        }
    }

    fn norm_what(
        &self,
        layer: GpuLayer,
        (height, width): (usize, usize),
        output: &Picture,
    ) -> Buffer {
        let (scale, shift) = layer.norm.unwrap_or_default();
        self.what(&[
            height * width,
            layer.outputs,
            output.pixel,
            output.offset,
            scale,
            shift,
            self.layout.len,
            usize::from(self.net.group == Some(4)),
        ])
    }

    /// The way back through a unit; `gradient` is without gaps and used up.
    fn unit_back(&mut self, kept: &Kept, gradient: &Picture, input_gradient: Option<&Picture>) {
        let Kept {
            layer,
            size: (height, width),
            input,
            ..
        } = kept;
        let (height, width, parts) = (*height, *width, Buffer::Own(self.parts.clone()));
        match &kept.raw {
            Some((raw, statistics)) => {
                let what = self.norm_what(*layer, kept.size, gradient);
                self.backward.push(Launch {
                    kernel: Kernel::NormBackward,
                    groups: [layer.outputs, 1],
                    per_lane: false,
                    buffers: vec![
                        Buffer::Step,
                        what,
                        Buffer::Own(raw.clone()),
                        Buffer::Parameters,
                        Buffer::Own(statistics.clone()),
                        gradient.buffer.clone(),
                        parts.clone(),
                    ],
                });
            }
            None => {
                let count = height * width * layer.outputs;
                let activated = &kept.activated;
                let what = self.what(&[count, layer.outputs, activated.pixel, activated.offset]);
                self.backward.push(Launch {
                    kernel: Kernel::ReluBackward,
                    groups: [count.div_ceil(WORKGROUP), 1],
                    per_lane: false,
                    buffers: vec![what, activated.buffer.clone(), gradient.buffer.clone()],
                });
            }
        }
        self.outer(*layer, 3, kept.size, input, kept.shared_input, gradient);
        let Some(to) = input_gradient else { return };
        let what = self.what(&[
            height,
            width,
            layer.outputs,
            layer.inputs,
            gradient.pixel,
            gradient.offset,
            to.pixel,
            to.offset,
            layer.weight,
            layer.bias,
            self.layout.len,
            0,
            0,
        ]);
        self.backward.push(Launch {
            kernel: Kernel::Convolution { transposed: true },
            groups: [
                (width.div_ceil(4) * height).div_ceil(WORKGROUP),
                layer.inputs,
            ],
            per_lane: false,
            buffers: vec![
                Buffer::Step,
                what,
                gradient.buffer.clone(),
                Buffer::Parameters,
                to.buffer.clone(),
            ],
        });
    }

    /// Gradients of a layer's parameters.
    fn outer(
        &mut self,
        layer: GpuLayer,
        taps: usize,
        (height, width): (usize, usize),
        input: &Picture,
        shared_input: bool,
        gradient: &Picture,
    ) {
        let (scale, shift) = layer.norm.unwrap_or_default();
        let what = self.what(&[
            height,
            width,
            layer.inputs,
            layer.outputs,
            input.pixel,
            input.offset,
            gradient.pixel,
            gradient.offset,
            layer.weight,
            layer.bias,
            self.layout.len,
            usize::from(shared_input),
            usize::from(layer.norm.is_some()),
            scale,
            shift,
        ]);
        self.backward.push(Launch {
            kernel: Kernel::Outer { taps: taps as u32 },
            groups: [layer.inputs * layer.outputs, taps],
            per_lane: true,
            buffers: vec![
                Buffer::Step,
                what,
                input.buffer.clone(),
                gradient.buffer.clone(),
                Buffer::Own(self.parts.clone()),
                Buffer::Gradients,
            ],
        });
    }

    fn up_what(
        &self,
        layer: Option<GpuLayer>,
        (height, width): (usize, usize),
        channels: usize,
        doubled: &Picture,
    ) -> Buffer {
        let (outputs, weight, bias) = layer.map_or((channels, 0, 0), |layer| {
            (layer.outputs, layer.weight, layer.bias)
        });
        self.what(&[
            height,
            width,
            channels,
            outputs,
            doubled.pixel,
            doubled.offset,
            weight,
            bias,
            self.layout.len,
        ])
    }
}

/// Two units with what is between them.
struct Block {
    kept: [Kept; 2],
}

impl Planner<'_> {
    fn block(
        &mut self,
        layers: [GpuLayer; 2],
        size: (usize, usize),
        input: &Picture,
        shared_input: bool,
        output: &Picture,
    ) -> Block {
        let middle = self.dense(size, layers[0].outputs);
        let first = self.unit(layers[0], size, input, shared_input, &middle);
        let second = self.unit(layers[1], size, &middle, false, output);
        Block {
            kept: [first, second],
        }
    }

    /// `spare` is room for a gradient of the block's channels.
    fn block_back(
        &mut self,
        block: &Block,
        gradient: &Picture,
        spare: &Picture,
        input_gradient: Option<&Picture>,
    ) {
        self.unit_back(&block.kept[1], gradient, Some(spare));
        self.unit_back(&block.kept[0], spare, input_gradient);
    }
}

impl Plan {
    /// Buffers and launches for up to `capacity` images of all lanes together.
    pub(super) fn new(
        client: &Client,
        net: &Architecture,
        layout: &GpuLayout,
        capacity: usize,
    ) -> Self {
        let net = *net;
        let widest = fours(net.level_channels(net.depth));
        let mut planner = Planner {
            client,
            net,
            layout,
            capacity,
            parts: client.empty(capacity * widest * 32),
            forward: Vec::new(),
            backward: Vec::new(),
        };
        let size = |level| net.level_size(level);
        let channels = |level| fours(net.level_channels(level));
        let up_channels = |level| fours(net.up_channels(level));
        let nearest = net.upsampling == Upsampling::Nearest;
        let groups = |count: usize| count.div_ceil(WORKGROUP);
        let area = |level| {
            let (height, width) = net.level_size(level);
            height * width
        };

        let mut above = Picture {
            buffer: Buffer::Images,
            pixel: fours(net.channels),
            offset: 0,
        };
        let (mut encoder, mut joined, mut pooled) = (Vec::new(), Vec::new(), Vec::new());
        for level in 0..net.depth {
            let wide = channels(level) + up_channels(level);
            let skip = planner.dense(size(level), wide);
            encoder.push(planner.block(
                layout.encoder[level],
                size(level),
                &above,
                level == 0,
                &skip,
            ));
            let below = planner.dense(size(level + 1), channels(level));
            let (height, width) = size(level + 1);
            let what = planner.what(&[height, width, channels(level), skip.pixel, skip.offset]);
            planner.forward.push(Launch {
                kernel: Kernel::Pool,
                groups: [groups(area(level + 1) * channels(level)), 1],
                per_lane: false,
                buffers: vec![what, skip.buffer.clone(), below.buffer.clone()],
            });
            joined.push(skip);
            above = below.clone();
            pooled.push(below);
        }
        let mut x = planner.dense(size(net.depth), channels(net.depth));
        let bottleneck = planner.block(layout.bottleneck, size(net.depth), &above, false, &x);
        let (mut decoder, mut below) = (Vec::new(), Vec::new());
        for (index, level) in (0..net.depth).rev().enumerate() {
            let wide = &joined[level];
            let up = Picture {
                offset: channels(level),
                ..wide.clone()
            };
            let layer = layout.upsampling.get(index).copied();
            let what = planner.up_what(layer, size(level + 1), channels(level + 1), &up);
            planner.forward.push(Launch {
                kernel: Kernel::Up { nearest },
                groups: [groups(area(level)), up_channels(level)],
                per_lane: false,
                buffers: vec![
                    Buffer::Step,
                    what,
                    x.buffer.clone(),
                    Buffer::Parameters,
                    up.buffer.clone(),
                ],
            });
            below.push(x);
            x = planner.dense(size(level), channels(level));
            decoder.push(planner.block(layout.decoder[index], size(level), wide, false, &x));
        }
        let head = layout.head;
        let what = planner.what(&[
            area(0),
            head.inputs,
            head.outputs,
            net.classes,
            head.weight,
            head.bias,
            layout.len,
        ]);
        planner.forward.push(Launch {
            kernel: Kernel::Head,
            groups: [groups(area(0)), 1],
            per_lane: false,
            buffers: vec![
                Buffer::Step,
                what.clone(),
                x.buffer.clone(),
                Buffer::Parameters,
                Buffer::Logits,
            ],
        });

        // The way back. Gradients of a level are without gaps; two at a time are needed.
        let last = planner.dense(size(0), head.outputs);
        let mut gradient = planner.dense(size(0), channels(0));
        planner.backward.push(Launch {
            kernel: Kernel::HeadBackward,
            groups: [groups(area(0)), 1],
            per_lane: false,
            buffers: vec![
                Buffer::Step,
                what,
                Buffer::LogitGradient,
                Buffer::Parameters,
                gradient.buffer.clone(),
                last.buffer.clone(),
            ],
        });
        planner.outer(head, 1, size(0), &x, false, &last);
        let (mut joined_gradients, mut spares, mut gradients) =
            (Vec::new(), Vec::new(), Vec::new());
        for level in 0..net.depth {
            let index = net.depth - 1 - level;
            let spare = planner.dense(size(level), channels(level));
            let wide = planner.dense(size(level), channels(level) + up_channels(level));
            planner.block_back(&decoder[index], &gradient, &spare, Some(&wide));
            let up = Picture {
                offset: channels(level),
                ..wide.clone()
            };
            let layer = layout.upsampling.get(index).copied();
            if let Some(layer) = layer {
                planner.outer(layer, 2, size(level + 1), &below[index], false, &up);
            }
            let next = planner.dense(size(level + 1), channels(level + 1));
            let what = planner.up_what(layer, size(level + 1), channels(level + 1), &up);
            planner.backward.push(Launch {
                kernel: Kernel::UpBackward { nearest },
                groups: [groups(area(level + 1)), channels(level + 1)],
                per_lane: false,
                buffers: vec![
                    Buffer::Step,
                    what,
                    up.buffer.clone(),
                    Buffer::Parameters,
                    next.buffer.clone(),
                ],
            });
            gradients.push(std::mem::replace(&mut gradient, next));
            spares.push(spare);
            joined_gradients.push(wide);
        }
        let spare = planner.dense(size(net.depth), channels(net.depth));
        let mut passed = planner.dense(size(net.depth), channels(net.depth - 1));
        planner.block_back(&bottleneck, &gradient, &spare, Some(&passed));
        for level in (0..net.depth).rev() {
            let (height, width) = size(level);
            let what = planner.what(&[height, width, channels(level), joined[level].pixel]);
            planner.backward.push(Launch {
                kernel: Kernel::PoolBackward,
                groups: [groups(area(level + 1) * channels(level)), 1],
                per_lane: false,
                buffers: vec![
                    what,
                    joined[level].buffer.clone(),
                    joined_gradients[level].buffer.clone(),
                    passed.buffer.clone(),
                    gradients[level].buffer.clone(),
                ],
            });
            let next = (level > 0).then(|| planner.dense(size(level), channels(level - 1)));
            planner.block_back(
                &encoder[level],
                &gradients[level],
                &spares[level],
                next.as_ref(),
            );
            if let Some(next) = next {
                passed = next;
            }
        }
        Self {
            forward: planner.forward,
            backward: planner.backward,
            capacity,
        }
    }

    pub(super) fn forward(&self, client: &Client, given: &Given<'_>) {
        run(&self.forward, client, given);
    }

    pub(super) fn backward(&self, client: &Client, given: &Given<'_>) {
        run(&self.backward, client, given);
    }
}

fn run(launches: &[Launch], client: &Client, given: &Given<'_>) {
    for task in launches {
        let depth = if task.per_lane {
            given.lanes
        } else {
            given.lanes * given.count
        };
        let buffers: Vec<&Handle> = task
            .buffers
            .iter()
            .filter_map(|buffer| match buffer {
                Buffer::Step => Some(given.step),
                Buffer::Images => Some(given.images),
                Buffer::Parameters => Some(given.parameters),
                Buffer::Gradients => Some(given.gradients),
                Buffer::Logits => Some(given.logits),
                Buffer::LogitGradient => given.logit_gradient,
                Buffer::Own(handle) => Some(handle),
            })
            .collect();
        launch(
            client,
            task.kernel,
            [task.groups[0], task.groups[1], depth],
            &buffers,
        );
    }
}
