//! Images and labels: synthetic families, imported images and masks, splits and batches.
//!
//! Every way of getting data ends in one type, [`Dataset`]: images in 0..=1 with a class index per
//! pixel. From there [`Dataset::split`] deals whole sources into training, validation and test
//! parts, [`Batches`] says which samples a training step sees, and [`Dataset::batch`] hands over
//! the normalised numbers.
//!
//! The same seed gives the same bytes natively and in the browser: random numbers come from
//! ChaCha, and mathematics that platforms round differently from `libm`.
//!
//! Decoding of files is behind the feature `import`: on by default, but in this workspace only in
//! crates that ask for it.

pub mod augmentation;
mod batches;
mod cut;
mod dataset;
#[cfg(all(feature = "import", not(target_arch = "wasm32")))]
mod folder;
pub mod import;
mod random;
mod slices;
mod split;
mod storage;
pub mod synthetic;

pub use augmentation::{Augmentation, AugmentationError};
pub use batches::{Batch, Batches};
pub use cut::Cut;
pub use dataset::{Dataset, MAX_PIXELS, Sample, Size};
#[cfg(all(feature = "import", not(target_arch = "wasm32")))]
pub use folder::import_folder;
pub use slices::{Axis, PatchError};
pub use split::{Split, SplitError};
pub use storage::StorageError;
