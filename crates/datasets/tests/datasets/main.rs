//! What the crate promises, through its public face.

mod archives;
mod augmentation;
mod batches;
mod families;
mod files;
mod instrument;
mod making;
mod masks;
mod pairing;
mod real_data;
mod slices;
mod split;
mod synthetic;
mod volumes;
