//! What the crate promises, through its public face.

mod archives;
mod batches;
mod claims;
mod editing;
mod files;
mod formats;
mod layouts;
mod making;
mod masks;
mod pairing;
mod real_data;
mod split;
mod storage;
mod synthetic;
mod volumes;
