//! How much memory training takes, before it is taken.

use losscope_kernels::architecture::{Architecture, Upsampling};

/// Bytes of a number.
const NUMBER: usize = 4;

/// Numbers that are kept of a parameter: itself, its gradient and two moments.
const PER_PARAMETER: usize = 4;

/// Tensors of the logits' size that a loss composed of Burn's operations holds at once, at the most.
const LOSS_TENSORS: usize = 48;

/// Memory in bytes that a device has for training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The largest buffer that a kernel can be given.
    pub buffer: usize,
    /// All buffers together.
    pub total: usize,
    /// Whether all images of all lanes are in memory at once (on a GPU), or one at a time (on the CPU).
    pub at_once: bool,
}

/// Memory in bytes that training takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// The largest buffer.
    pub buffer: usize,
    /// All buffers together.
    pub total: usize,
}

impl Demand {
    /// Of so many networks that learn from batches of so many images.
    pub fn new(net: &Architecture, networks: usize, batch: usize, at_once: bool) -> Self {
        let images = if at_once { networks * batch } else { 1 };
        let (mut largest, mut all) = (0, 0);
        for level in 0..=net.depth {
            let pixels = level_pixels(net, level);
            for channels in level_buffers(net, level) {
                let numbers = images * pixels * channels;
                largest = largest.max(numbers);
                all += numbers;
            }
        }
        let logits = images * level_pixels(net, 0) * net.classes;
        let parameters = networks * net.layout().len;
        Self {
            buffer: NUMBER * largest.max(parameters).max(logits),
            total: NUMBER * (all + PER_PARAMETER * parameters + LOSS_TENSORS * logits),
        }
    }

    /// Whether there is room for it.
    pub fn fits(&self, room: &Room) -> bool {
        self.buffer <= room.buffer && self.total <= room.total
    }
}

fn level_pixels(net: &Architecture, level: usize) -> usize {
    net.size(level).pixels()
}

/// Channels of each buffer that a pass forward and back has at a level, filled up to fours as on a GPU.
fn level_buffers(net: &Architecture, level: usize) -> Vec<usize> {
    let full = |channels: usize| channels.next_multiple_of(4);
    let own = full(net.level_channels(level));
    let above = match level {
        0 => full(net.channels),
        _ => full(net.level_channels(level - 1)),
    };
    // What comes from above, and its gradient; two gradients of the level's own channels.
    let mut buffers = vec![above, above, own, own];
    // Blocks of two units, each with what its convolution gave and what the norm made of it.
    let blocks = if level == net.depth { 1 } else { 2 };
    let kept = if net.group.is_some() { 4 } else { 2 };
    buffers.extend(vec![own; blocks * kept]);
    if level < net.depth {
        let up = match net.upsampling {
            Upsampling::Transposed => own,
            Upsampling::Nearest => full(net.up_channels(level)),
        };
        // The skip joined with what comes from below, and its gradient.
        buffers.extend([own + up; 2]);
    }
    buffers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(base: usize, depth: usize, side: usize) -> Architecture {
        Architecture {
            channels: 1,
            classes: 2,
            base,
            depth,
            group: Some(1),
            upsampling: Upsampling::Transposed,
            planes: None,
            height: side,
            width: side,
        }
    }

    #[test]
    fn on_a_gpu_all_lanes_and_images_count_and_on_the_cpu_one_image() {
        let net = net(8, 2, 64);
        let one = Demand::new(&net, 1, 1, true);
        let many = Demand::new(&net, 2, 4, true);
        assert_eq!(many.buffer, 8 * one.buffer);
        let images = Demand::new(&net, 1, 1, false);
        assert_eq!(images, Demand::new(&net, 1, 32, false));
        assert_eq!(images, one);
    }

    #[test]
    fn the_largest_buffer_is_the_joined_one_at_the_top() {
        let demand = Demand::new(&net(8, 2, 64), 1, 4, true);
        assert_eq!(demand.buffer, 4 * 4 * 64 * 64 * 16);
    }

    #[test]
    fn wide_and_deep_networks_are_mostly_parameters() {
        let demand = Demand::new(&net(64, 5, 64), 8, 1, false);
        assert!(demand.total > 10_000_000_000, "{demand:?}");
        let room = Room {
            buffer: 1 << 31,
            total: 3 << 30,
            at_once: false,
        };
        assert!(!demand.fits(&room));
        assert!(Demand::new(&net(8, 3, 64), 8, 8, false).fits(&room));
    }
}
