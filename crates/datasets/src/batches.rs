//! Which samples a training step sees, and the numbers it gets.

use rand::seq::SliceRandom;

use crate::random::{Purpose, stream};
use crate::{Dataset, Sample};

/// The endless sequence of batches of one training set.
///
/// Batch `k` is a pure function of the seed and `k`: lanes that are at different steps, or that
/// start again, all see the same batch at the same step. Each epoch is a shuffle of the whole set;
/// a batch that reaches the end of an epoch goes on in the next, so that every batch is full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batches {
    train: Vec<usize>,
    batch_size: usize,
    seed: u64,
}

impl Batches {
    /// Batches of `batch_size` out of the samples `train`. Where the set is smaller than a batch,
    /// it is repeated.
    pub fn new(train: &[usize], batch_size: usize, seed: u64) -> Self {
        Self {
            train: train.to_vec(),
            batch_size,
            seed,
        }
    }

    /// The samples of batch number `step` (from 0); always `batch_size` of them, unless there is
    /// nothing to draw from.
    pub fn indices(&self, step: usize) -> Vec<usize> {
        if self.train.is_empty() || self.batch_size == 0 {
            return Vec::new();
        }
        // In 64 bits everywhere: a browser's usize has 32.
        let length = self.train.len() as u64;
        let mut position = (step as u64).wrapping_mul(self.batch_size as u64);
        let mut batch = Vec::with_capacity(self.batch_size);
        while batch.len() < self.batch_size {
            let epoch = self.epoch(position / length);
            let start = (position % length) as usize;
            let taken = (epoch.len() - start).min(self.batch_size - batch.len());
            batch.extend_from_slice(&epoch[start..start + taken]);
            position = position.wrapping_add(taken as u64);
        }
        batch
    }

    /// The whole training set in the order of one epoch.
    fn epoch(&self, epoch: u64) -> Vec<usize> {
        let mut order = self.train.clone();
        order.shuffle(&mut stream(self.seed, Purpose::Epoch, epoch));
        order
    }
}

/// Some samples, laid out for a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// `[batch, channels, depth, height, width]`: each channel of each image has mean 0 and standard
    /// deviation 1, or is 0 throughout where the channel is flat.
    pub images: Vec<f32>,
    /// `[batch, depth, height, width]`: index of the class.
    pub labels: Vec<u8>,
    /// Number of samples.
    pub batch: usize,
    /// Colour channels.
    pub channels: usize,
    /// Slices; 1 for images.
    pub depth: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Dataset {
    /// The given samples as one batch, each channel of each image z-scored.
    ///
    /// # Panics
    /// Where an index is outside [`Dataset::samples`].
    pub fn batch(&self, indices: &[usize]) -> Batch {
        self.batch_of(indices.iter().map(|&index| &self.samples[index]))
    }

    /// Some samples of this set's size as one batch.
    pub(crate) fn batch_of<'a>(&self, samples: impl ExactSizeIterator<Item = &'a Sample>) -> Batch {
        let plane = self.size.pixels();
        let batch = samples.len();
        let mut images = Vec::with_capacity(batch * self.channels * plane);
        let mut labels = Vec::with_capacity(batch * plane);
        for sample in samples {
            for channel in sample.pixels.chunks_exact(plane) {
                z_score(channel, &mut images);
            }
            labels.extend_from_slice(&sample.labels);
        }
        Batch {
            images,
            labels,
            batch,
            channels: self.channels,
            depth: self.size.depth,
            height: self.size.height,
            width: self.size.width,
        }
    }
}

/// A channel varying less than this (well below one level of an 8-bit image) counts as flat, and
/// its noise is not blown up.
const DEVIATION_FLOOR: f64 = 1e-4;

fn z_score(channel: &[f32], out: &mut Vec<f32>) {
    let count = channel.len() as f64;
    let mean = channel.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let variance = channel
        .iter()
        .map(|&value| (f64::from(value) - mean) * (f64::from(value) - mean))
        .sum::<f64>()
        / count;
    let deviation = variance.sqrt().max(DEVIATION_FLOOR);
    out.extend(
        channel
            .iter()
            .map(|&value| ((f64::from(value) - mean) / deviation) as f32),
    );
}
