//! The pages of a TIFF as slices.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult};

use super::decode::too_large;
use super::grid::{Axes, Grid, Number};
use super::limits::{Limits, brief, megabytes};

/// Reads a TIFF of several pages of one size, grey or in colour. Nothing where there is one page
/// only, or where the second is something else, such as a preview.
///
/// # Errors
/// A sentence for the report.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Option<Grid>, String> {
    let damaged = |page: usize| {
        move |error: tiff::TiffError| {
            format!(
                "Page {page} of the TIFF file cannot be decoded ({error}): it is damaged, was cut short, or is of a \
                 kind that is not read here. Export the pages as PNG images.",
                error = brief(&error)
            )
        }
    };
    // What is wrong with the first page, the reader of single images says.
    let Ok(decoder) = Decoder::new(Cursor::new(bytes)) else {
        return Ok(None);
    };
    let mut allowed = tiff::decoder::Limits::default();
    allowed.decoding_buffer_size = (limits.pixels as usize).saturating_mul(8);
    allowed.intermediate_buffer_size = allowed.decoding_buffer_size;
    let mut decoder = decoder.with_limits(allowed);
    if !decoder.more_images() {
        return Ok(None);
    }
    let (Ok((width, height)), Ok(colour)) = (decoder.dimensions(), decoder.colortype()) else {
        return Ok(None);
    };
    let channels = match colour {
        ColorType::Gray(8 | 16 | 32 | 64) => 1,
        ColorType::RGB(8 | 16) => 3,
        _ => return Ok(None),
    };
    if width > limits.side
        || height > limits.side
        || u64::from(width) * u64::from(height) > limits.pixels
    {
        return Err(too_large(width, height, limits));
    }

    let mut values: Vec<u8> = Vec::new();
    let mut number = None;
    let mut depth = 0;
    loop {
        let same = decoder.dimensions().ok() == Some((width, height))
            && decoder.colortype().ok() == Some(colour);
        if !same {
            if depth <= 1 {
                return Ok(None);
            }
            break;
        }
        let page = decoder.read_image().map_err(damaged(depth + 1))?;
        let Some((found, bytes)) = little_endian(page) else {
            return Ok(None);
        };
        if *number.get_or_insert(found) != found {
            return Ok(None);
        }
        if values.len().saturating_add(bytes.len()) > limits.volume_bytes {
            return Err(format!(
                "The pages of the TIFF file take more than the {} that a volume may have. Divide it.",
                megabytes(limits.volume_bytes)
            ));
        }
        values.extend(bytes);
        depth += 1;
        if !decoder.more_images() {
            break;
        }
        if depth >= limits.side as usize {
            return Err(format!(
                "The TIFF file has more than the {} pages that are read here. Divide it.",
                limits.side
            ));
        }
        decoder.next_image().map_err(damaged(depth + 1))?;
    }
    let (Some(number), true) = (number, depth > 1) else {
        return Ok(None);
    };
    let (width, height) = (width as usize, height as usize);
    let mut axes = Axes::rows([channels, depth, height, width]);
    let channels = channels as isize;
    let row = width as isize * channels;
    axes.strides = [1, row * height as isize, row, channels];
    Grid::new(values, 0, (number, false), axes, limits).map(Some)
}

fn little_endian(page: DecodingResult) -> Option<(Number, Vec<u8>)> {
    macro_rules! bytes {
        ($values:expr) => {
            $values.into_iter().flat_map(|v| v.to_le_bytes()).collect()
        };
    }
    Some(match page {
        DecodingResult::U8(values) => (Number::U8, values),
        DecodingResult::I8(values) => (Number::I8, bytes!(values)),
        DecodingResult::U16(values) => (Number::U16, bytes!(values)),
        DecodingResult::I16(values) => (Number::I16, bytes!(values)),
        DecodingResult::U32(values) => (Number::U32, bytes!(values)),
        DecodingResult::I32(values) => (Number::I32, bytes!(values)),
        DecodingResult::U64(values) => (Number::U64, bytes!(values)),
        DecodingResult::I64(values) => (Number::I64, bytes!(values)),
        DecodingResult::F32(values) => (Number::F32, bytes!(values)),
        DecodingResult::F64(values) => (Number::F64, bytes!(values)),
        _ => return None,
    })
}
