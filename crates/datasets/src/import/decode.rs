//! From the bytes of a file to pixels, or to a sentence that says why not.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::grid::Grid;
use super::limits::{Limits, brief};
use super::{dicom, gzip, nifti, npy, pages, tags};

/// A decoded file.
#[derive(Debug)]
pub(super) enum Decoded {
    /// A usual image.
    Picture {
        /// The pixels, in whatever form the file has them.
        pixels: DynamicImage,
        /// Whether the format blurs values, so that small ones mean nothing.
        lossy: bool,
    },
    /// Numbers: a medical image or volume, an array, or the pages of a TIFF.
    Grid(Grid),
}

/// Decodes a file of any kind that is read, told apart by content. Its dimensions are checked
/// before memory is taken for its pixels.
///
/// # Errors
/// A sentence for the report.
pub(super) fn decode(bytes: Vec<u8>, limits: &Limits) -> Result<Decoded, String> {
    if bytes.is_empty() {
        return Err("The file is empty. Download or export it again.".to_owned());
    }
    let bytes = if gzip::is_gzip(&bytes) {
        gzip::unpack(&bytes, limits)?
    } else {
        bytes
    };
    if dicom::is_dicom(&bytes) {
        return dicom::read(bytes, limits).map(Decoded::Grid);
    }
    if npy::is_npy(&bytes) {
        return npy::read(bytes, limits).map(Decoded::Grid);
    }
    let Ok(format) = image::guess_format(&bytes) else {
        // Last, because its mark at the beginning is but a number.
        if nifti::is_nifti(&bytes) {
            return nifti::read(bytes, limits).map(Decoded::Grid);
        }
        return Err("The file is no image, whatever its name says: its content is none of PNG, JPEG, WebP, BMP, \
                    GIF, TIFF, NIfTI, DICOM or NumPy. Export it again as PNG."
            .to_owned());
    };
    if format == ImageFormat::Tiff {
        tags::check(&bytes)?;
        if let Some(grid) = pages::read(&bytes, limits)? {
            return Ok(Decoded::Grid(grid));
        }
    }
    picture(&bytes, format, limits)
}

/// Decodes a usual image; of several frames the first.
fn picture(bytes: &[u8], format: ImageFormat, limits: &Limits) -> Result<Decoded, String> {
    let damaged = |error: image::ImageError| {
        format!(
            "The {} image cannot be decoded ({error}): it is damaged, was cut short, or is of a kind that is not \
             read here. Export it again as 8-bit PNG.",
            name(format),
            error = brief(&error)
        )
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoding = image::Limits::no_limits();
    // Four channels of 16 bits are the most that a usual image takes.
    decoding.max_alloc = Some(limits.pixels.saturating_mul(8));
    reader.limits(decoding);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err("The image has no pixels. Export it again.".to_owned());
    }
    if width > limits.side
        || height > limits.side
        || u64::from(width) * u64::from(height) > limits.pixels
    {
        return Err(too_large(width, height, limits));
    }
    if format == ImageFormat::Jpeg && !jpeg_is_whole(bytes) {
        return Err("The JPEG image ends before its last line: the file was cut short. Download or copy it again."
            .to_owned());
    }
    // A camera's note how it was held; where it cannot be read, the pixels are taken as they lie.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut pixels = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    pixels.apply_orientation(orientation);
    Ok(Decoded::Picture {
        pixels,
        lossy: matches!(format, ImageFormat::Jpeg | ImageFormat::WebP),
    })
}

/// Why an image of this size is not read.
pub(super) fn too_large(width: u32, height: u32, limits: &Limits) -> String {
    format!(
        "The image is {width}×{height} pixels, more than the {side}×{side} (and {} million in all) that are \
         read here. Make it smaller, or cut it into parts.",
        limits.pixels / 1_000_000,
        side = limits.side,
    )
}

fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Tiff => "TIFF",
        _ => "unknown",
    }
}

/// Whether the mark of the end follows the pixels of a JPEG. The decoder fills what is missing
/// with grey and says nothing; a mask or image half grey would spoil a study in silence.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    // Segments before the pixels are skipped whole: an embedded preview has an end of its own.
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        match marker {
            0xff => at += 1,
            0xda => return bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]),
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
    // Laid out in some unusual way: the decoder has the last word.
    true
}
