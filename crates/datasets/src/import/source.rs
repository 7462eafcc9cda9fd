//! Files that are read when they are needed, so that what is imported may be larger than memory.

use std::cell::Cell;
use std::fmt::Debug;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

/// A file, or an archive of files, of which any part can be read.
pub trait Source: Debug {
    /// Length in bytes.
    fn size(&self) -> u64;

    /// Reads what lies from `offset` on, at most as much as fits; returns the number of bytes, 0 only
    /// at the end.
    ///
    /// # Errors
    /// Where it cannot be read (any more).
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

impl Source for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..));
        rest.unwrap_or_default().read(into)
    }
}

/// The first bytes of a source, at most so many.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn head(source: &dyn Source, most: usize) -> io::Result<Vec<u8>> {
    let length = usize::try_from(source.size()).map_or(most, |size| size.min(most));
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match source.read_at(filled as u64, &mut bytes[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// A part that is read after a jump, and the largest that is read where one follows another.
const PARTS: std::ops::RangeInclusive<usize> = 4 << 10..=1 << 20;

/// A source as a stream. It reads ahead, ever further while it is read in order, because a call out
/// to a browser for every few bytes would take longer than all else.
#[derive(Debug)]
pub(super) struct Stream {
    source: Box<dyn Source>,
    at: u64,
    /// The part at hand, and where it begins.
    part: Vec<u8>,
    first: u64,
    /// How much may still be read from the source.
    budget: Rc<Cell<u64>>,
}

impl Stream {
    /// A stream that ends in an error when more than `budget` bytes were read from its source.
    pub(super) fn new(source: Box<dyn Source>, budget: Rc<Cell<u64>>) -> Self {
        Self {
            source,
            at: 0,
            part: Vec::new(),
            first: 0,
            budget,
        }
    }

    /// Fetches the part that begins here.
    fn fetch(&mut self) -> io::Result<()> {
        let in_order = self.at == self.first + self.part.len() as u64 && !self.part.is_empty();
        let length = if in_order { 2 * self.part.len() } else { 0 };
        self.part
            .resize(length.clamp(*PARTS.start(), *PARTS.end()), 0);
        self.first = self.at;
        let read = self.source.read_at(self.at, &mut self.part);
        self.part.truncate(read.as_ref().map_or(0, |&read| read));
        let left = self.budget.get().checked_sub(read? as u64);
        self.budget
            .set(left.ok_or_else(|| io::Error::other("its directory goes on and on"))?);
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let here = self.at.checked_sub(self.first).unwrap_or(u64::MAX);
        if here >= self.part.len() as u64 {
            self.fetch()?;
        }
        let rest = &self.part[(self.at - self.first) as usize..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.size().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::other("a place before the beginning"))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_reads_what_is_there() {
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let mut stream = Stream::new(Box::new(bytes.clone()), Rc::new(Cell::new(u64::MAX)));
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("in memory");
        assert_eq!(all, bytes);
        for at in [299_990_u64, 5, 4096, 4090, 150_000, 300_000] {
            let mut few = Vec::new();
            stream.seek(SeekFrom::Start(at)).expect("in memory");
            (&mut stream)
                .take(20)
                .read_to_end(&mut few)
                .expect("in memory");
            let from = at as usize;
            assert_eq!(few, bytes[from..(from + 20).min(bytes.len())]);
        }
    }

    #[test]
    fn a_budget_is_kept() {
        let mut stream = Stream::new(Box::new(vec![0; 100_000]), Rc::new(Cell::new(20_000)));
        assert!(stream.read_to_end(&mut Vec::new()).is_err());
    }
}
