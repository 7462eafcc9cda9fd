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
    let mut unpacked = Vec::with_capacity(claimed(bytes).min(cap));
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

/// The length that the file claims to have unpacked, as far as so many bytes can hold so much: taken
/// at once, it saves growing by doubling, for which a browser has no room.
fn claimed(bytes: &[u8]) -> usize {
    // Deflate packs at most 1032 bytes into one.
    const DENSEST: usize = 1032;
    let claim = bytes
        .last_chunk()
        .map_or(0, |last| u32::from_le_bytes(*last));
    (claim as usize).min(bytes.len().saturating_mul(DENSEST))
}
