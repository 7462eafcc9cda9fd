//! What the crate promises, through its public face.

mod archives;
mod augmentation;
mod batches;
mod claims;
mod drawing;
mod editing;
mod families;
mod files;
mod formats;
mod instrument;
mod layouts;
mod making;
mod masks;
mod pairing;
mod photos;
mod real_data;
mod slices;
mod split;
mod storage;
mod synthetic;
mod volume_files;
mod volumes;
