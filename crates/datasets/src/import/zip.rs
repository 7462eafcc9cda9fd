//! Unpacking an archive without trusting anything it says about itself.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use super::files::{Kind, NO_IMAGE, kind, normalise};
use super::importer::is_medical;
use super::limits::{Limits, brief, megabytes};
use super::report::Rejection;

/// What came out of an archive.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    /// Path and bytes of each image.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// The archive or entries of it that were not used.
    pub(super) rejected: Vec<Rejection>,
}

/// Unpacks the images of an archive, at most `room_files` of them and `room_bytes` in all. Paths
/// begin with that of the archive, because its name may say what it holds (`masks.zip`).
pub(super) fn unpack(
    path: &str,
    bytes: &[u8],
    limits: &Limits,
    room_files: usize,
    room_bytes: usize,
) -> Unpacked {
    let mut unpacked = Unpacked::default();
    // Before the directory is read, because reading it takes memory for every entry.
    if directory_entries(bytes) > limits.files {
        unpacked.reject(path, format!(
            "The archive lists more than {} files, more than one import may hold. Pack fewer files.",
            limits.files
        ));
        return unpacked;
    }
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => {
            unpacked.reject(path, format!(
                "The archive cannot be read ({error}): it is no ZIP file, or it is damaged or was cut short. \
                 Download or pack it again."
            ));
            return unpacked;
        }
    };
    let mut room = room_bytes;
    for index in 0..archive.len() {
        // What is read is reckoned against the room even where it turns out useless.
        let entry = match archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                unpacked.reject(path, format!(
                    "File number {} in the archive cannot be read ({error}). If the archive is encrypted, pack it \
                     without a password; otherwise pack it again.",
                    index + 1
                ));
                continue;
            }
        };
        let name = match entry.name() {
            Ok(name) => name.into_owned(),
            Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
        };
        let kind = kind(&normalise(&name));
        let name = inside(path, &name);
        if entry.is_dir() {
            continue;
        }
        if entry.is_symlink() || entry.enclosed_name().is_none() {
            unpacked.reject(
                &name,
                "This entry points outside its archive, so it was not read. Pack the file itself.",
            );
            continue;
        }
        match kind {
            Kind::Hidden => continue,
            Kind::Archive => {
                unpacked.reject(
                    &name,
                    "This is an archive in an archive. Unpack the outer one first.",
                );
                continue;
            }
            Kind::Other(reason) => {
                unpacked.reject(&name, reason);
                continue;
            }
            Kind::Image | Kind::Unnamed => {}
        }
        if unpacked.files.len() >= room_files || room == 0 {
            unpacked.reject(path, format!(
                "An import may hold {} files and {}; the archive has more, and only its first {} images were \
                 taken. Pack fewer or smaller files.",
                limits.files, megabytes(limits.total_bytes), unpacked.files.len()
            ));
            break;
        }
        let cap = room.min(limits.file_bytes);
        match read(entry, cap) {
            Ok(bytes) if kind == Kind::Unnamed && !is_medical(&bytes) => {
                room -= bytes.len();
                unpacked.reject(&name, NO_IMAGE);
            }
            Ok(bytes) => {
                room -= bytes.len();
                unpacked.files.push((name, bytes));
            }
            Err(Failure::TooLong) => {
                unpacked.reject(&name, format!(
                    "Unpacked, this file is larger than the {} that are left for it. Leave it out, or make it smaller.",
                    megabytes(cap)
                ));
                room -= cap;
            }
            Err(Failure::Damaged(reason)) => unpacked.reject(
                &name,
                format!("This file in the archive is damaged ({reason}). Pack it again."),
            ),
        }
    }
    unpacked
}

enum Failure {
    TooLong,
    Damaged(String),
}

/// Reads an entry, but never more than a byte past `cap`, whatever length it claims.
fn read(entry: ZipFile<'_, Cursor<&[u8]>>, cap: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    match entry.take(cap as u64 + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > cap => Err(Failure::TooLong),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::Damaged(brief(&error))),
    }
}

/// How often the signature of a directory entry occurs: at least the number of entries.
fn directory_entries(bytes: &[u8]) -> usize {
    bytes
        .windows(4)
        .filter(|window| window == b"PK\x01\x02")
        .count()
}

fn inside(archive: &str, entry: &str) -> String {
    format!("{archive}/{}", normalise(entry))
}

impl Unpacked {
    fn reject(&mut self, path: &str, reason: impl Into<String>) {
        self.rejected.push(Rejection {
            path: path.to_owned(),
            reason: reason.into(),
        });
    }
}
