//! Sections of a WebAssembly file: what the page does not need is cut.

use anyhow::{Context, Result, ensure};

/// Header: magic number and version.
const HEADER: usize = 8;

/// A section that only tools read.
const CUSTOM: u8 = 0;

/// The file without the names of its functions, which debuggers show and which are a sixth of it.
pub(crate) fn without_names(bytes: &[u8]) -> Result<Vec<u8>> {
    ensure!(bytes.starts_with(b"\0asm"), "this is no WebAssembly file");
    let mut kept = bytes
        .get(..HEADER)
        .context("the file is cut short")?
        .to_vec();
    let mut at = HEADER;
    while at < bytes.len() {
        let (length, body) = number(bytes, at + 1)?;
        let end = body + length;
        let section = bytes.get(at..end).context("a section is cut short")?;
        let (name_length, name) = match bytes[at] {
            CUSTOM => number(bytes, body)?,
            _ => (0, body),
        };
        if bytes.get(name..name + name_length) != Some(b"name") {
            kept.extend_from_slice(section);
        }
        at = end;
    }
    Ok(kept)
}

/// An unsigned LEB128 number at a position, and the position behind it.
fn number(bytes: &[u8], mut at: usize) -> Result<(usize, usize)> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let &byte = bytes.get(at).context("a number is cut short")?;
        ensure!(shift < 32, "a number is too long");
        value |= usize::from(byte & 0x7f) << shift;
        at += 1;
        shift += 7;
        if byte < 0x80 {
            return Ok((value, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn names_go_and_everything_else_stays() {
        let code = b"\x0a\x82\x00ab";
        let other = b"\x00\x06\x04kept!";
        let names = b"\x00\x07\x04name\x01\x02";
        let file = [START, code, names, other].concat();
        assert_eq!(without_names(&file).unwrap(), [START, code, other].concat());
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        for file in [
            &b"\0as"[..],
            &[START, b"\x0a\x05ab"].concat(),
            &[START, b"\x0a\x80"].concat(),
        ] {
            assert!(without_names(file).is_err(), "{file:?}");
        }
    }
}
