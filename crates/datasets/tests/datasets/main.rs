//! What the crate promises, through its public face.

mod archives;
mod batches;
mod files;
mod making;
mod masks;
mod pairing;
mod real_data;
mod split;
mod synthetic;
