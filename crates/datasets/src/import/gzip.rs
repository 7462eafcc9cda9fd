//! Unpacking a compressed file without trusting anything it says about itself.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::limits::{Limits, megabytes};

/// Whether the bytes are a gzip file.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The unpacked bytes, at most as many as a volume may have.
///
/// # Errors
/// A sentence for the report.
pub(super) fn unpack(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, String> {
    let cap = limits.volume_bytes;
    let mut unpacked = Vec::new();
    match MultiGzDecoder::new(bytes)
        .take(cap as u64 + 1)
        .read_to_end(&mut unpacked)
    {
        Ok(_) if unpacked.len() > cap => Err(format!(
            "Unpacked, this file is larger than the {} that a volume may have. Make it smaller, or cut it into parts.",
            megabytes(cap)
        )),
        Ok(_) => Ok(unpacked),
        Err(error) => Err(format!(
            "The compressed file cannot be unpacked ({error}): it is damaged, or was cut short. Download or export \
             it again."
        )),
    }
}
