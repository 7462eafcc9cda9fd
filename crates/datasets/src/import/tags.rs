//! What the directories of a TIFF claim, before its decoder believes them.

use std::collections::HashSet;

/// The most directories that are looked at; a file of more pages is refused elsewhere.
const MOST: usize = 1 << 16;

/// Checks that no tag is longer than the whole file: the decoder takes memory for what a tag
/// claims, up to 256 MB, before it reads any of it.
///
/// # Errors
/// A sentence for the report. What else is wrong, the decoder says.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    if honest(bytes) == Some(false) {
        return Err(
            "The TIFF file claims to hold more than it has: it is damaged, or was cut short. Export it again as PNG."
                .to_owned(),
        );
    }
    Ok(())
}

/// Whether all tags fit into the file; nothing where the file ends within a directory.
fn honest(bytes: &[u8]) -> Option<bool> {
    let big_endian = bytes.starts_with(b"MM");
    let number = |at: u64, length: usize| -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let field = bytes.get(at..at.checked_add(length)?)?;
        let digit = |all: u64, &byte: &u8| all << 8 | u64::from(byte);
        Some(if big_endian {
            field.iter().fold(0, digit)
        } else {
            field.iter().rev().fold(0, digit)
        })
    };
    // Sizes of offsets, and of the number of tags; larger ones in BigTIFF.
    let (offset, tags, first) = match number(2, 2)? {
        43 => (8, 8, 8),
        _ => (4, 2, 4),
    };
    let entry = 4 + 2 * offset as u64;
    let mut directory = number(first, offset)?;
    let mut seen = HashSet::new();
    while directory != 0 && seen.len() < MOST && seen.insert(directory) {
        let count = number(directory, tags)?;
        let mut at = directory.checked_add(tags as u64)?;
        for _ in 0..count {
            let unit = match number(at + 2, 2)? {
                3 | 8 => 2,
                4 | 9 | 11 | 13 => 4,
                5 | 10 | 12 | 16..=18 => 8,
                _ => 1,
            };
            let length = number(at + 4, offset)?.saturating_mul(unit);
            if length > bytes.len() as u64 {
                return Some(false);
            }
            at = at.checked_add(entry)?;
        }
        directory = number(at, offset)?;
    }
    Some(true)
}
