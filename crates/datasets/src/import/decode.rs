//! From the bytes of a file to pixels, or to a sentence that says why not.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::limits::Limits;

/// A decoded file.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The pixels, in whatever form the file has them.
    pub(super) pixels: DynamicImage,
    /// Whether the format blurs values, so that small ones mean nothing.
    pub(super) lossy: bool,
}

/// Decodes a PNG, JPEG, WebP, BMP, GIF or TIFF file, told apart by content; of several frames or
/// pages the first. Its dimensions are checked before memory is taken for its pixels.
///
/// # Errors
/// A sentence for the report.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, String> {
    if bytes.is_empty() {
        return Err("The file is empty. Download or export it again.".to_owned());
    }
    let Ok(format) = image::guess_format(bytes) else {
        return Err("The file is no image, whatever its name says: its content is none of PNG, JPEG, WebP, BMP, \
                    GIF or TIFF. Export it again as PNG."
            .to_owned());
    };
    let damaged = |error: image::ImageError| {
        format!(
            "The {} image cannot be decoded ({error}): it is damaged, was cut short, or is of a kind that is not \
             read here. Export it again as 8-bit PNG.",
            name(format)
        )
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoding = image::Limits::no_limits();
    // Four channels of 16 bits are the most that a usual image takes.
    decoding.max_alloc = Some(limits.pixels.saturating_mul(8));
    reader.limits(decoding);
    let decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err("The image has no pixels. Export it again.".to_owned());
    }
    if width > limits.side
        || height > limits.side
        || u64::from(width) * u64::from(height) > limits.pixels
    {
        return Err(format!(
            "The image is {width}×{height} pixels, more than the {side}×{side} (and {} million in all) that are \
             read here. Make it smaller, or cut it into parts.",
            limits.pixels / 1_000_000,
            side = limits.side,
        ));
    }
    if format == ImageFormat::Jpeg && !jpeg_is_whole(bytes) {
        return Err("The JPEG image ends before its last line: the file was cut short. Download or copy it again."
            .to_owned());
    }
    let pixels = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    Ok(Decoded {
        pixels,
        lossy: matches!(format, ImageFormat::Jpeg | ImageFormat::WebP),
    })
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
