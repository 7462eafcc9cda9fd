//! Seeded random numbers, one independent stream per purpose.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// What a stream of random numbers is for. Two purposes never share numbers, so that, say, one
/// more synthetic image does not change the split.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// How sources fall into training, validation and test.
    Split = 1,
    /// The order of the samples in one epoch.
    Epoch = 2,
    /// How the foreground of a synthetic set is spread over its images.
    Spread = 3,
    /// Everything about one synthetic image.
    Image = 4,
    /// Noise added to the pixels of one synthetic image.
    Noise = 5,
    /// Mistakes in the labels of one synthetic image.
    Faults = 6,
    /// How one sample is changed in one step of training.
    Augmentation = 7,
}

/// Random numbers for `purpose`, number `index` (an epoch, an image) of the given seed.
pub(crate) fn stream(seed: u64, purpose: Purpose, index: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(((purpose as u64) << 56) | (index & ((1 << 56) - 1)));
    rng
}
