//! NumPy arrays.
//!
//! A small reader of our own: the header is one line, the crates for it bring in a grammar of
//! Python literals, and nothing may be allocated by what a header claims.

use super::grid::{Axes, Grid, Number};
use super::limits::Limits;

/// The longest header that is read; NumPy's own have a few hundred bytes.
const LONGEST_HEADER: usize = 1 << 16;

/// Whether the bytes are a NumPy array.
pub(super) fn is_npy(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x93NUMPY")
}

/// Reads an array of two dimensions (an image), three (slices, or colours last or first), or four
/// (slices with colours last).
///
/// # Errors
/// A sentence for the report.
pub(super) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Grid, String> {
    let (header, start) = header(&bytes).ok_or(
        "The NumPy file ends in its header, or has none: it is damaged, or was cut short. Save the array again.",
    )?;
    let about = parse(header)?;
    let axes = axes(&about.shape, about.fortran_order)?;
    Grid::new(bytes, start, (about.number, about.big_endian), axes, limits)
}

fn header(bytes: &[u8]) -> Option<(&str, usize)> {
    let (length, start) = match bytes.get(6)? {
        1 => (
            usize::from(u16::from_le_bytes(bytes.get(8..10)?.try_into().ok()?)),
            10,
        ),
        _ => (
            u32::from_le_bytes(bytes.get(8..12)?.try_into().ok()?) as usize,
            12,
        ),
    };
    if length > LONGEST_HEADER {
        return None;
    }
    let header = bytes.get(start..start + length)?;
    Some((std::str::from_utf8(header).ok()?, start + length))
}

struct About {
    number: Number,
    big_endian: bool,
    fortran_order: bool,
    shape: Vec<usize>,
}

fn parse(header: &str) -> Result<About, String> {
    let unclear = || {
        "The header of the NumPy file cannot be read: it is damaged, or of an unusual kind. Save the array again with \
         numpy.save."
            .to_owned()
    };
    let after = |key: &str| {
        [format!("'{key}':"), format!("\"{key}\":")]
            .iter()
            .find_map(|key| header.split_once(key.as_str()))
            .map(|(_, after)| after.trim_start())
    };
    let descr = after("descr").ok_or_else(unclear)?;
    let quote = descr.chars().next().ok_or_else(unclear)?;
    let descr = match quote {
        '\'' | '"' => descr[1..].split(quote).next().unwrap_or_default(),
        _ => {
            return Err("The array has fields of several types. Save one field of it as an array of numbers.".to_owned());
        }
    };
    let (order, kind) = match descr.chars().next() {
        Some('<' | '=' | '|') => (false, &descr[1..]),
        Some('>') => (true, &descr[1..]),
        _ => (false, descr),
    };
    let number = match kind {
        "u1" | "b1" => Number::U8,
        "i1" => Number::I8,
        "u2" => Number::U16,
        "i2" => Number::I16,
        "u4" => Number::U32,
        "i4" => Number::I32,
        "u8" => Number::U64,
        "i8" => Number::I64,
        "f2" => Number::F16,
        "f4" => Number::F32,
        "f8" => Number::F64,
        other => {
            let other: String = other.chars().take(20).collect();
            return Err(format!(
                "The array holds values of the type {other:?}, which are no numbers that are read here. Save it as \
                 integers or floats."
            ));
        }
    };
    let fortran_order = after("fortran_order")
        .ok_or_else(unclear)?
        .starts_with("True");
    let shape = after("shape")
        .and_then(|shape| shape.strip_prefix('('))
        .and_then(|shape| shape.split(')').next())
        .ok_or_else(unclear)?
        .split(',')
        .map(str::trim)
        .filter(|length| !length.is_empty())
        .map(|length| length.parse().map_err(|_| unclear()))
        .collect::<Result<Vec<usize>, String>>()?;
    Ok(About {
        number,
        big_endian: order,
        fortran_order,
        shape,
    })
}

fn axes(shape: &[usize], fortran_order: bool) -> Result<Axes, String> {
    if shape.len() > 8 || shape.iter().any(|&length| length > 1 << 30) {
        return Err(format!(
            "The array claims {} dimensions of up to {}, more than are read here. Save one image or volume of it.",
            shape.len(),
            shape.iter().max().unwrap_or(&0)
        ));
    }
    // Strides in storage order.
    let mut strides = vec![0; shape.len()];
    let mut step = 1_isize;
    let mut enter = |axis: usize| {
        strides[axis] = step;
        step = step.saturating_mul(shape[axis] as isize);
    };
    if fortran_order {
        (0..shape.len()).for_each(&mut enter);
    } else {
        (0..shape.len()).rev().for_each(&mut enter);
    }

    // Axes of length 1 say nothing, as long as two others are left.
    let mut kept: Vec<usize> = (0..shape.len()).collect();
    while kept.len() > 2 {
        let Some(at) = kept.iter().position(|&axis| shape[axis] == 1) else {
            break;
        };
        kept.remove(at);
    }
    let lengths: Vec<usize> = kept.iter().map(|&axis| shape[axis]).collect();
    let (channels, depth, height, width) = match *lengths.as_slice() {
        [_, _] => (None, None, kept[0], kept[1]),
        [_, _, 3 | 4] => (Some(kept[2]), None, kept[0], kept[1]),
        [3, _, _] => (Some(kept[0]), None, kept[1], kept[2]),
        [_, _, _] => (None, Some(kept[0]), kept[1], kept[2]),
        [_, _, _, 2..=4] => (Some(kept[3]), Some(kept[0]), kept[1], kept[2]),
        _ => {
            return Err(format!(
                "The array has {} dimensions; images have two, volumes three, and colours one more. Save one image or \
                 volume of it.",
                shape.len()
            ));
        }
    };
    let length = |axis: Option<usize>| axis.map_or(1, |axis| shape[axis]);
    let stride = |axis: Option<usize>| axis.map_or(0, |axis| strides[axis]);
    // The opacity of an image is left out.
    let colours = if depth.is_none() {
        length(channels).min(3)
    } else {
        length(channels)
    };
    Ok(Axes {
        shape: [colours, length(depth), shape[height], shape[width]],
        strides: [
            stride(channels),
            stride(depth),
            strides[height],
            strides[width],
        ],
        origin: 0,
    })
}
