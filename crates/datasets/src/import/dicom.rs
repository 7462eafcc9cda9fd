//! DICOM images, uncompressed.
//!
//! A small reader of our own: what is wanted is a dozen elements and the pixels after them, while
//! the crates for it bring in dates, text encodings and registries of codecs, and nothing may be
//! allocated by what an element claims. Encodings as in DICOM PS3.5, section 7.

use super::grid::{Axes, Grid, Number};
use super::limits::Limits;

/// Sequences in sequences deeper than this are not followed.
const DEEPEST: usize = 16;
const UNDEFINED: u32 = u32::MAX;

/// Whether the bytes are a DICOM file.
pub(super) fn is_dicom(bytes: &[u8]) -> bool {
    bytes.get(128..132) == Some(b"DICM")
}

/// Reads an image, or the frames of one as slices.
///
/// # Errors
/// A sentence for the report.
pub(super) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Grid, String> {
    let (about, pixels) = elements(&bytes)?;
    let (start, length) = pixels.ok_or(
        "The DICOM file has no pixels: it is a report or a directory, was cut short, or is damaged. Bring the image \
         itself.",
    )?;
    let samples = usize::from(about.samples.max(1));
    let frames = about.frames.max(1);
    let (rows, columns) = (usize::from(about.rows), usize::from(about.columns));
    let colour = match (about.photometric.as_str(), samples) {
        ("MONOCHROME1" | "MONOCHROME2" | "", 1) => false,
        ("RGB", 3) => true,
        (other, _) => {
            return Err(format!(
                "The DICOM file's colours are stored as {other}, which is not read here. Export it as grey or RGB."
            ));
        }
    };
    let signed = about.signed;
    let number = match (about.allocated, signed) {
        (8, false) => Number::U8,
        (8, true) => Number::I8,
        (16, false) => Number::U16,
        (16, true) => Number::I16,
        (32, false) => Number::U32,
        (32, true) => Number::I32,
        (other, _) => {
            return Err(format!(
                "The DICOM file has {other} bits a pixel, which is not read here. Export it with 8 or 16."
            ));
        }
    };
    let mut axes = Axes::rows([samples, frames, rows, columns]);
    if colour {
        let (width, plane) = (columns as isize, rows.saturating_mul(columns) as isize);
        axes.strides = if about.planar {
            [plane, plane.saturating_mul(3), width, 1]
        } else {
            [1, plane.saturating_mul(3), width.saturating_mul(3), 3]
        };
    }
    // What stands after the pixels belongs to something else.
    let mut bytes = bytes;
    bytes.truncate(start.saturating_add(length));
    let mut grid = Grid::new(bytes, start, (number, false), axes, limits)?;
    let (allocated, stored) = (u32::from(about.allocated), u32::from(about.stored));
    if stored > 0 && stored < allocated && !colour {
        let high = u32::from(about.high).clamp(stored - 1, allocated - 1);
        grid.bits = Some((high + 1 - stored, stored));
    }
    if let Some(slope) = about
        .slope
        .filter(|slope| slope.is_finite() && *slope != 0.0)
    {
        grid.slope = slope;
    }
    if let Some(intercept) = about.intercept.filter(|intercept| intercept.is_finite()) {
        grid.intercept = intercept;
    }
    grid.inverted = about.photometric == "MONOCHROME1";
    grid.window = about
        .window_centre
        .zip(about.window_width)
        .filter(|(centre, width)| centre.is_finite() && width.is_finite() && *width > 0.0);
    // A sum over the identifier keeps a patient's samples together and names nobody.
    grid.source = about
        .patient
        .or(about.study)
        .map(|identifier| format!("patient {:08x}", crc32fast::hash(identifier.as_bytes())));
    Ok(grid)
}

/// What the elements of a file say.
#[derive(Debug, Default)]
struct About {
    samples: u16,
    photometric: String,
    planar: bool,
    frames: usize,
    rows: u16,
    columns: u16,
    allocated: u16,
    stored: u16,
    high: u16,
    signed: bool,
    window_centre: Option<f64>,
    window_width: Option<f64>,
    intercept: Option<f64>,
    slope: Option<f64>,
    patient: Option<String>,
    study: Option<String>,
}

impl About {
    fn enter(&mut self, tag: (u16, u16), value: &[u8]) {
        let short = || value.first_chunk().map_or(0, |v| u16::from_le_bytes(*v));
        match tag {
            (0x0028, 0x0002) => self.samples = short(),
            (0x0028, 0x0004) => self.photometric = text(value),
            (0x0028, 0x0006) => self.planar = short() == 1,
            (0x0028, 0x0008) => self.frames = text(value).parse().unwrap_or(0),
            (0x0028, 0x0010) => self.rows = short(),
            (0x0028, 0x0011) => self.columns = short(),
            (0x0028, 0x0100) => self.allocated = short(),
            (0x0028, 0x0101) => self.stored = short(),
            (0x0028, 0x0102) => self.high = short(),
            (0x0028, 0x0103) => self.signed = short() == 1,
            (0x0028, 0x1050) => self.window_centre = decimal(value),
            (0x0028, 0x1051) => self.window_width = decimal(value),
            (0x0028, 0x1052) => self.intercept = decimal(value),
            (0x0028, 0x1053) => self.slope = decimal(value),
            (0x0010, 0x0020) => self.patient = Some(text(value)).filter(|id| !id.is_empty()),
            (0x0020, 0x000d) => self.study = Some(text(value)).filter(|id| !id.is_empty()),
            _ => {}
        }
    }
}

fn text(value: &[u8]) -> String {
    let value = &value[..value.len().min(256)];
    String::from_utf8_lossy(value)
        .trim_matches([' ', '\0'])
        .to_owned()
}

/// The first of the numbers in a decimal string.
fn decimal(value: &[u8]) -> Option<f64> {
    text(value).split('\\').next()?.trim().parse().ok()
}

/// A place in the bytes, and how elements are written from there on.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    explicit: bool,
}

struct Element {
    tag: (u16, u16),
    /// `UNDEFINED` where only its end is marked.
    length: u32,
    start: usize,
}

impl Reader<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?))
    }

    fn long(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(*self.bytes.get(at..)?.first_chunk()?))
    }

    /// Reads up to the value of the next element.
    fn element(&mut self) -> Option<Element> {
        let tag = (self.short(self.at)?, self.short(self.at + 2)?);
        let (length, header) = if tag.0 == 0xfffe || !self.explicit {
            (self.long(self.at + 4)?, 8)
        } else {
            const LONG: [&[u8]; 13] = [
                b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT",
                b"UV",
            ];
            if LONG.contains(&self.bytes.get(self.at + 4..self.at + 6)?) {
                (self.long(self.at + 8)?, 12)
            } else {
                (u32::from(self.short(self.at + 6)?), 8)
            }
        };
        let start = self.at + header;
        self.at = start;
        Some(Element { tag, length, start })
    }

    fn value(&self, element: &Element) -> Option<&[u8]> {
        let end = element.start.checked_add(element.length as usize)?;
        self.bytes.get(element.start..end)
    }

    /// Goes past the value of an element.
    fn skip(&mut self, element: &Element, depth: usize) -> Option<()> {
        if element.length != UNDEFINED {
            self.at = element.start.checked_add(element.length as usize)?;
            return (self.at <= self.bytes.len()).then_some(());
        }
        if depth > DEEPEST {
            return None;
        }
        // Items, and elements in items, up to the mark of the end.
        loop {
            let inner = self.element()?;
            if matches!(inner.tag, (0xfffe, 0xe0dd | 0xe00d)) {
                return Some(());
            }
            self.skip(&inner, depth + 1)?;
        }
    }
}

/// The wanted elements, and where the pixels are.
type Found = (About, Option<(usize, usize)>);

fn elements(bytes: &[u8]) -> Result<Found, String> {
    const DAMAGED: &str = "The DICOM file breaks off within its header: it is damaged, or was cut short. Download or export it again.";
    let mut reader = Reader {
        bytes,
        at: 132,
        explicit: true,
    };
    // The first group is always written the same way, and says how the others are.
    let mut syntax = String::new();
    while reader.short(reader.at) == Some(2) {
        let element = reader.element().ok_or(DAMAGED)?;
        if element.tag == (2, 0x0010) {
            syntax = text(reader.value(&element).ok_or(DAMAGED)?);
        }
        reader.skip(&element, 0).ok_or(DAMAGED)?;
    }
    reader.explicit = match syntax.as_str() {
        "1.2.840.10008.1.2.1" => true,
        "1.2.840.10008.1.2" => false,
        other => return Err(refusal(other)),
    };

    let mut about = About::default();
    let mut last = (0, 0);
    while reader.at < bytes.len() {
        let element = reader.element().ok_or(DAMAGED)?;
        // Elements are in order; zeros at the end, and other noise, are not.
        if element.tag <= last {
            break;
        }
        last = element.tag;
        if element.tag == (0x7fe0, 0x0010) {
            if element.length == UNDEFINED {
                return Err(
                    "The DICOM file says that its pixels are not compressed, but they are. Export it uncompressed \
                     (Explicit VR Little Endian)."
                        .to_owned(),
                );
            }
            return Ok((about, Some((element.start, element.length as usize))));
        }
        if element.length < 1 << 16
            && let Some(value) = reader.value(&element)
        {
            about.enter(element.tag, value);
        }
        reader.skip(&element, 0).ok_or(DAMAGED)?;
    }
    Ok((about, None))
}

/// Why a way of writing pixels is not read, by its name.
fn refusal(syntax: &str) -> String {
    let name = match syntax {
        "" => {
            return "The DICOM file does not say how it is written. Export it again (Explicit VR Little Endian).".to_owned();
        }
        "1.2.840.10008.1.2.2" => "Explicit VR Big Endian",
        "1.2.840.10008.1.2.1.99" => "Deflated Explicit VR Little Endian",
        "1.2.840.10008.1.2.4.50" => "JPEG Baseline",
        "1.2.840.10008.1.2.4.51" => "JPEG Extended",
        "1.2.840.10008.1.2.4.57" | "1.2.840.10008.1.2.4.70" => "JPEG Lossless",
        "1.2.840.10008.1.2.4.80" | "1.2.840.10008.1.2.4.81" => "JPEG-LS",
        "1.2.840.10008.1.2.4.90" | "1.2.840.10008.1.2.4.91" => "JPEG 2000",
        "1.2.840.10008.1.2.4.201" | "1.2.840.10008.1.2.4.202" | "1.2.840.10008.1.2.4.203" => {
            "High-Throughput JPEG 2000"
        }
        "1.2.840.10008.1.2.4.110" | "1.2.840.10008.1.2.4.111" | "1.2.840.10008.1.2.4.112" => {
            "JPEG XL"
        }
        "1.2.840.10008.1.2.5" => "RLE Lossless",
        other if other.starts_with("1.2.840.10008.1.2.4.10") => "MPEG video",
        other => {
            let other: String = other.chars().take(64).collect();
            return format!(
                "The DICOM file's pixels are written in the transfer syntax {other}, which is not read here. Export it \
                 uncompressed (Explicit VR Little Endian)."
            );
        }
    };
    format!(
        "The DICOM file's pixels are written as {name} (transfer syntax {syntax}), which is not read here. Export it \
         uncompressed (Explicit VR Little Endian)."
    )
}
