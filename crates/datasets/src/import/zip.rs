//! Archives, read entry by entry without trusting anything that they say about themselves.

use std::cell::Cell;
use std::io::Read;
use std::rc::Rc;

use zip::ZipArchive;

use super::files::{Kind, NO_IMAGE, kind, normalise};
use super::importer::is_medical;
use super::limits::{Limits, brief, megabytes};
use super::report::Rejection;
use super::source::{Source, Stream};

/// An archive may unpack to so many times its length. Of volumes that are mostly black, published
/// ones do to ten times.
const SWELLING: u64 = 30;
/// What an entry of the directory takes, at most, as long as nobody means harm.
const ENTRY_BYTES: u64 = 512;
/// Of an entry without an ending, enough to know what it is.
pub(super) const HEAD: usize = 1024;

/// An opened archive.
#[derive(Debug)]
pub(super) struct Archive {
    zip: ZipArchive<Stream>,
    /// How many bytes may still come out of it.
    room: u64,
}

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) archive: Option<Archive>,
    /// Path and position of each image. Paths begin with that of the archive, because its name may
    /// say what it holds (`masks.zip`).
    pub(super) files: Vec<(String, usize)>,
    /// The archive or entries of it that are of no use.
    pub(super) rejected: Vec<Rejection>,
}

/// Lists the images of an archive, without unpacking them.
pub(super) fn list(path: &str, source: Box<dyn Source>, limits: &Limits) -> Listing {
    let mut listing = Listing::default();
    let size = source.size();
    // Before the directory is read, because room is made for as many entries as it claims.
    if claimed_entries(&*source).is_some_and(|count| count > 2 * limits.files as u64) {
        listing.reject(path, format!(
            "The archive lists many more than {} files, more than can be looked through. Pack fewer files.",
            limits.files
        ));
        return listing;
    }
    let budget = Rc::new(Cell::new((2 * limits.files as u64 + 1000) * ENTRY_BYTES));
    let zip = match ZipArchive::new(Stream::new(source, budget.clone())) {
        Ok(zip) => zip,
        Err(error) => {
            listing.reject(path, format!(
                "The archive cannot be read ({error}): it is no ZIP file, or it is damaged or was cut short. \
                 Download or pack it again."
            ));
            return listing;
        }
    };
    let mut archive = Archive {
        room: (limits.total_bytes as u64).max(size.saturating_mul(SWELLING)),
        zip,
    };
    budget.set(u64::MAX); // what its files take has bounds of its own
    let mut encrypted = 0;
    for index in 0..archive.zip.len() {
        let Ok(entry) = archive.zip.by_index_data(index) else {
            continue;
        };
        let name = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
        };
        let kind = kind(&normalise(&name));
        let name = inside(path, &name);
        if entry.is_dir() || kind == Kind::Hidden {
            continue;
        }
        let reason = if entry.is_symlink() || entry.enclosed_name().is_none() {
            Some(
                "This entry points outside its archive, so it was not read. Pack the file itself."
                    .to_owned(),
            )
        } else if let Kind::Other(reason) = kind {
            Some(reason.to_owned())
        } else if kind == Kind::Archive {
            Some("This is an archive in an archive. Unpack the outer one first.".to_owned())
        } else if entry.encrypted() {
            encrypted += 1;
            continue;
        } else if entry.size() > limits.file_bytes as u64 {
            Some(too_long(limits.file_bytes))
        } else {
            None
        };
        if let Some(reason) = reason {
            listing.reject(&name, reason);
            continue;
        }
        if kind == Kind::Unnamed {
            match archive.read_some(index, HEAD, false) {
                Ok(bytes) if is_medical(&bytes) => {}
                Ok(_) => {
                    listing.reject(&name, NO_IMAGE);
                    continue;
                }
                Err(reason) => {
                    listing.reject(&name, reason);
                    continue;
                }
            }
        }
        listing.files.push((name, index));
    }
    if encrypted > 0 {
        listing.reject(
            path,
            format!(
                "{encrypted} {} in the archive {} encrypted. Pack them without a password.",
                if encrypted == 1 { "file" } else { "files" },
                if encrypted == 1 { "is" } else { "are" },
            ),
        );
    }
    listing.archive = Some(archive);
    listing
}

impl Archive {
    /// Unpacks an entry.
    ///
    /// # Errors
    /// A sentence for the report, where it is damaged or too long.
    pub(super) fn unpack(&mut self, index: usize, limits: &Limits) -> Result<Vec<u8>, String> {
        self.read_some(index, limits.file_bytes, true)
    }

    /// Reads an entry, or its beginning, but never more than a byte past `cap`, whatever length it
    /// claims. What is read is reckoned against the room even where it turns out useless.
    fn read_some(&mut self, index: usize, cap: usize, whole: bool) -> Result<Vec<u8>, String> {
        let damaged = |reason: String| {
            format!("This file in the archive is damaged ({reason}). Pack it again.")
        };
        let room = usize::try_from(self.room).unwrap_or(usize::MAX).min(cap);
        if room == 0 {
            return Err(SWOLLEN.to_owned());
        }
        let entry = self
            .zip
            .by_index(index)
            .map_err(|error| damaged(brief(&error)))?;
        let mut bytes = Vec::new();
        let read = entry
            .take(room as u64 + u64::from(whole))
            .read_to_end(&mut bytes);
        self.room -= (bytes.len() as u64).min(self.room);
        match read {
            Ok(_) if bytes.len() > room && room < cap => Err(SWOLLEN.to_owned()),
            Ok(_) if bytes.len() > room => Err(too_long(cap)),
            Ok(_) => Ok(bytes),
            Err(error) => Err(damaged(brief(&error))),
        }
    }
}

/// Why no more comes out of an archive.
const SWOLLEN: &str = "The archive unpacks to very much more than its own length, so no more of it was read. Pack fewer \
                       files, or unpack it first.";

fn too_long(cap: usize) -> String {
    format!(
        "Unpacked, this file is larger than the {} that one file may have. Leave it out, or make it smaller.",
        megabytes(cap)
    )
}

/// Of an archive in the form for more than 65,535 entries, how many it claims to have.
fn claimed_entries(source: &dyn Source) -> Option<u64> {
    const LOCATOR: &[u8; 4] = b"PK\x06\x07";
    const TAIL: u64 = (1 << 16) + 64;
    let mut tail = vec![0; TAIL.min(source.size()) as usize];
    let first = source.size() - tail.len() as u64;
    let mut filled = 0;
    while filled < tail.len() {
        match source.read_at(first + filled as u64, &mut tail[filled..]) {
            Ok(count) if count > 0 => filled += count,
            _ => break,
        }
    }
    let at = tail.windows(4).rposition(|window| window == LOCATOR)?;
    let offset = u64::from_le_bytes(*tail.get(at + 8..)?.first_chunk()?);
    let mut record = [0; 40];
    source.read_at(offset, &mut record).ok()?;
    Some(u64::from_le_bytes(*record[32..].first_chunk()?))
}

fn inside(archive: &str, entry: &str) -> String {
    format!("{archive}/{}", normalise(entry))
}

impl Listing {
    fn reject(&mut self, path: &str, reason: impl Into<String>) {
        self.rejected.push(Rejection {
            path: path.to_owned(),
            reason: reason.into(),
        });
    }
}
