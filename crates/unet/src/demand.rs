//! How much memory training takes, before it is taken.

use losscope_kernels::architecture::{Architecture, Upsampling};
use losscope_kernels::cpu::pass::ImagePass;

use crate::cpu::KEPT;

/// Bytes of a number.
const NUMBER: usize = 4;

/// Numbers that are kept of a network's parameter: itself and two moments.
const PER_NETWORK: usize = 3;

/// Numbers of a parameter that every network on a GPU has beside: its gradient, what it was some steps ago, and what it
/// is before the next.
const BESIDE: usize = 7;

/// Numbers of a parameter that networks on the CPU take in turns: a copy, the transposed weights, the gradient, and
/// an image's part of it.
const IN_TURNS: usize = 4;

/// The same, while a step is taken apart: networks before and after it, and what parts of the pixels push.
const TAKEN_APART: usize = 12;

/// Tensors of a batch's logits that a loss of the kernels' form holds while a step is taken apart: there it is composed
/// of Burn's operations.
pub const EXPLAINED: usize = 20;

/// Tensors of the logits' size in every step: logits, their gradient, and a copy of either to another place.
const LOGIT_TENSORS: usize = 4;

/// Memory in bytes that a device has for training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The largest buffer that a kernel can be given.
    pub buffer: usize,
    /// All buffers together.
    pub total: usize,
    /// Whether all images of all lanes are in memory at once (on a GPU), or one behind the other (on the CPU).
    pub at_once: bool,
}

/// What is trained, beside the networks' architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// How many networks.
    pub networks: usize,
    /// Images of a batch.
    pub batch: usize,
    /// Tensors of a batch's logits that the most demanding of the losses holds at once; 0 where all losses are of the
    /// kernels' form, which see one image at a time.
    pub loss_tensors: usize,
}

/// Memory in bytes that training takes; the largest number there is where it is more, as it may be in a browser, whose
/// addresses have 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// The largest buffer.
    pub buffer: usize,
    /// All buffers together.
    pub total: usize,
}

impl Demand {
    /// On a GPU (`at_once`), or on the CPU without threads.
    pub fn new(net: &Architecture, load: &Load, at_once: bool) -> Self {
        match at_once {
            true => Self::on_gpu(net, load),
            false => Self::on_cpu(net, load),
        }
    }

    fn on_gpu(net: &Architecture, load: &Load) -> Self {
        let Load {
            networks,
            batch,
            loss_tensors,
        } = *load;
        let images = networks * batch;
        let (mut largest, mut all) = (0, 0);
        for level in 0..=net.depth {
            let pixels = level_pixels(net, level);
            for channels in level_buffers(net, level) {
                let numbers = images.saturating_mul(pixels * channels);
                largest = largest.max(numbers);
                all = numbers.saturating_add(all);
            }
        }
        let logits = batch * level_pixels(net, 0) * net.classes;
        let parameters = networks * net.layout().len;
        // Lanes' losses are computed one behind the other.
        let losses = (LOGIT_TENSORS * networks + loss_tensors).saturating_mul(logits);
        let kept = (PER_NETWORK + BESIDE) * parameters;
        let numbers = all.saturating_add(kept).saturating_add(losses);
        let buffer = largest.max(parameters).max(networks * logits);
        Self {
            buffer: buffer.saturating_mul(NUMBER),
            total: numbers
                .saturating_mul(NUMBER)
                .saturating_add(batch_bytes(net, batch)),
        }
    }

    fn on_cpu(net: &Architecture, load: &Load) -> Self {
        let Load {
            networks,
            batch,
            loss_tensors,
        } = *load;
        let pass = ImagePass::bytes(net);
        let waiting = match loss_tensors {
            0 => 1,
            _ => batch,
        };
        let passes = match pass.saturating_mul(waiting) {
            bytes if bytes <= KEPT => bytes,
            _ => pass,
        };
        let logits = batch * level_pixels(net, 0) * net.classes;
        let parameters = net.layout().len;
        let kept = (PER_NETWORK * networks + IN_TURNS + TAKEN_APART).saturating_mul(parameters);
        let losses = (LOGIT_TENSORS + loss_tensors.max(EXPLAINED)).saturating_mul(logits);
        let numbers = kept.saturating_add(losses).saturating_mul(NUMBER);
        Self {
            buffer: pass.max(NUMBER * parameters).max(NUMBER * logits),
            // While a step is taken apart, networks before and after it have a pass each.
            total: pass
                .saturating_mul(2)
                .saturating_add(passes)
                .saturating_add(numbers)
                .saturating_add(batch_bytes(net, batch)),
        }
    }

    /// Whether there is room for it.
    pub fn fits(&self, room: &Room) -> bool {
        self.buffer <= room.buffer && self.total <= room.total
    }
}

/// Images, labels and one-hot targets of a batch, and a copy on its way to a device.
fn batch_bytes(net: &Architecture, batch: usize) -> usize {
    let numbers = net.channels.next_multiple_of(4) + net.classes;
    2 * batch * level_pixels(net, 0) * (NUMBER * numbers + 1)
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

    fn load(networks: usize, batch: usize, loss_tensors: usize) -> Load {
        Load {
            networks,
            batch,
            loss_tensors,
        }
    }

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
    fn on_a_gpu_all_lanes_and_images_count() {
        let net = net(8, 2, 64);
        let one = Demand::new(&net, &load(1, 1, 0), true);
        let many = Demand::new(&net, &load(2, 4, 0), true);
        assert_eq!(many.buffer, 8 * one.buffer);
        // Networks are apart; what they are for is not.
        assert!(many.total > 5 * one.total, "{one:?} {many:?}");
    }

    #[test]
    fn on_the_cpu_one_image_counts_unless_a_loss_wants_all() {
        let net = net(8, 2, 64);
        let pass = ImagePass::bytes(&net);
        let total = |batch, tensors| Demand::new(&net, &load(1, batch, tensors), false).total;
        // What grows with the batch are images and logits.
        let image = batch_bytes(&net, 1) + NUMBER * (LOGIT_TENSORS + EXPLAINED) * 2 * 64 * 64;
        assert_eq!(total(32, 0) - total(1, 0), 31 * image);
        assert_eq!(total(32, 1) - total(1, 1), 31 * (image + pass));
    }

    #[test]
    fn images_that_wait_take_a_bounded_part_of_memory() {
        let net = net(32, 4, 256);
        let total = |batch| Demand::new(&net, &load(1, batch, 1), false).total;
        let pass = ImagePass::bytes(&net);
        let kept = KEPT / pass;
        assert!((2..100).contains(&kept), "{kept}");
        let tensors = LOGIT_TENSORS + EXPLAINED;
        let images = |count| count * (batch_bytes(&net, 1) + NUMBER * tensors * 2 * 256 * 256);
        assert_eq!(total(kept) - total(1), images(kept - 1) + (kept - 1) * pass);
        assert_eq!(total(100) - total(1), images(99));
    }

    #[test]
    fn the_largest_buffer_is_the_joined_one_at_the_top() {
        let demand = Demand::new(&net(8, 2, 64), &load(1, 4, 0), true);
        assert_eq!(demand.buffer, 4 * 4 * 64 * 64 * 16);
    }

    #[test]
    fn wide_and_deep_networks_are_mostly_parameters() {
        let demand = Demand::new(&net(64, 5, 64), &load(8, 1, 0), false);
        assert!(demand.total > 10_000_000_000, "{demand:?}");
        let room = Room {
            buffer: 1 << 31,
            total: 3 << 30,
            at_once: false,
        };
        assert!(!demand.fits(&room));
        assert!(Demand::new(&net(8, 3, 64), &load(8, 8, 48), false).fits(&room));
    }
}
