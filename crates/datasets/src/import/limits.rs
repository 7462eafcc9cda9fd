//! How much an import may hold, so that no file, however made, exhausts memory.

/// Bounds of one import. The defaults suit a browser tab; whatever goes past one is left out with
/// a sentence in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files, those inside archives included.
    pub files: usize,
    /// The most bytes in one file other than an archive, and in one unpacked file.
    pub file_bytes: usize,
    /// The most bytes in all files together that lie in memory, and, unless it is a large one, those
    /// that come out of one archive.
    pub total_bytes: usize,
    /// The longest side of an image, mask or volume in pixels.
    pub side: u32,
    /// The most pixels of an image or mask.
    pub pixels: u64,
    /// The most voxels of a volume, all its channels together.
    pub voxels: u64,
    /// The most bytes of a volume in memory.
    pub volume_bytes: usize,
    /// The most samples; with tiles, one image makes many.
    pub samples: usize,
    /// The most pixels in all samples together.
    pub sample_pixels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 100_000,
            file_bytes: 512 << 20,
            total_bytes: 1 << 30,
            side: 8192,
            pixels: 64_000_000,
            voxels: 200_000_000,
            volume_bytes: 768 << 20,
            samples: 4000,
            sample_pixels: crate::MAX_PIXELS,
        }
    }
}

/// A number of bytes as a person reads it.
#[cfg(feature = "import")]
pub(super) fn megabytes(bytes: usize) -> String {
    if bytes >= 1 << 20 {
        format!("{} MB", bytes >> 20)
    } else {
        format!("{bytes} bytes")
    }
}

/// What a decoder says is wrong, cut where it goes on too long: some quote whole tables of a file.
#[cfg(feature = "import")]
pub(super) fn brief(error: &impl std::fmt::Display) -> String {
    const LONGEST: usize = 200;
    let text = error.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
