//! Numbers in a file, read where they lie: a volume is never unpacked as a whole.

use super::limits::{Limits, megabytes};
use crate::Size;

/// How a number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    F32,
    F64,
}

impl Number {
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    pub(super) fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64)
    }

    /// Reads a number off the first bytes, of which there must be enough.
    fn read(self, bytes: &[u8], big_endian: bool) -> f64 {
        fn array<const N: usize>(bytes: &[u8], big_endian: bool) -> [u8; N] {
            let mut array = [0; N];
            array.copy_from_slice(&bytes[..N]);
            if big_endian {
                array.reverse();
            }
            array
        }
        match self {
            Self::U8 => f64::from(bytes[0]),
            Self::I8 => f64::from(bytes[0] as i8),
            Self::U16 => f64::from(u16::from_le_bytes(array(bytes, big_endian))),
            Self::I16 => f64::from(i16::from_le_bytes(array(bytes, big_endian))),
            Self::F16 => half(u16::from_le_bytes(array(bytes, big_endian))),
            Self::U32 => f64::from(u32::from_le_bytes(array(bytes, big_endian))),
            Self::I32 => f64::from(i32::from_le_bytes(array(bytes, big_endian))),
            Self::F32 => f64::from(f32::from_le_bytes(array(bytes, big_endian))),
            Self::U64 => u64::from_le_bytes(array(bytes, big_endian)) as f64,
            Self::I64 => i64::from_le_bytes(array(bytes, big_endian)) as f64,
            Self::F64 => f64::from_le_bytes(array(bytes, big_endian)),
        }
    }
}

/// An IEEE half-precision number.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2.0_f64.powi(exponent - 15),
    }
}

/// Where the numbers of a grid lie, in numbers from the first one. Axes are channels, depth,
/// height and width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axes {
    pub(super) shape: [usize; 4],
    pub(super) strides: [isize; 4],
    /// The number at 0, 0, 0, 0: not the first one where an axis runs backwards.
    pub(super) origin: usize,
}

impl Axes {
    /// Row after row, the last axis the fastest.
    pub(super) fn rows(shape: [usize; 4]) -> Self {
        let [_, depth, height, width] = shape.map(|length| length as isize);
        Self {
            shape,
            strides: [
                depth.saturating_mul(height).saturating_mul(width),
                height.saturating_mul(width),
                width,
                1,
            ],
            origin: 0,
        }
    }
}

/// A volume with channels, or a slice (of depth 1), within a file's bytes.
#[derive(Debug)]
pub(super) struct Grid {
    bytes: Vec<u8>,
    start: usize,
    number: Number,
    big_endian: bool,
    axes: Axes,
    /// Numbers of fewer bits than their type: how far to shift, and which bits to keep.
    pub(super) bits: Option<(u32, u32)>,
    /// Value = number × `slope` + `intercept`.
    pub(super) slope: f64,
    /// See `slope`.
    pub(super) intercept: f64,
    /// Whether the lowest value is shown white.
    pub(super) inverted: bool,
    /// Centre and width of the window that the file asks for.
    pub(super) window: Option<(f64, f64)>,
    /// Whether the file tells how the patient lay.
    pub(super) oriented: bool,
    /// Whose it is, where the file tells.
    pub(super) source: Option<String>,
}

impl Grid {
    /// Numbers of a file's bytes from `start` on.
    ///
    /// # Errors
    /// Where an axis is empty, the whole is too large, or reaches past the end of the file.
    pub(super) fn new(
        bytes: Vec<u8>,
        start: usize,
        (number, big_endian): (Number, bool),
        axes: Axes,
        limits: &Limits,
    ) -> Result<Self, String> {
        let [channels, depth, height, width] = axes.shape;
        if axes.shape.contains(&0) {
            return Err("The file has no pixels by its own account. Export it again.".to_owned());
        }
        let side = limits.side as usize;
        let voxels = axes
            .shape
            .iter()
            .try_fold(1_u64, |all, &length| all.checked_mul(length as u64));
        if width > side || height > side || depth > side || voxels.is_none_or(|v| v > limits.voxels)
        {
            return Err(format!(
                "The file claims {width}×{height}×{depth} pixels in {channels} channels, more than the {side} a \
                 side and {} million in all that are read here. Make it smaller, or cut it into parts.",
                limits.voxels / 1_000_000,
            ));
        }
        // The sides are small now, but strides and origin may still be anything.
        let (mut low, mut high) = (axes.origin as i128, axes.origin as i128);
        for (&length, &stride) in axes.shape.iter().zip(&axes.strides) {
            let reach = (length as i128 - 1) * stride as i128;
            low += reach.min(0);
            high += reach.max(0);
        }
        let needed = start as i128 + (high + 1) * number.bytes() as i128;
        if low < 0 || needed > bytes.len() as i128 {
            return Err(format!(
                "The file claims {width}×{height}×{depth} pixels, which take {}, but it has {}: it was cut short, \
                 or is damaged. Download or export it again.",
                megabytes(usize::try_from(needed).unwrap_or(usize::MAX)),
                megabytes(bytes.len()),
            ));
        }
        Ok(Self {
            bytes,
            start,
            number,
            big_endian,
            axes,
            bits: None,
            slope: 1.0,
            intercept: 0.0,
            inverted: false,
            window: None,
            oriented: false,
            source: None,
        })
    }

    pub(super) fn channels(&self) -> usize {
        self.axes.shape[0]
    }

    pub(super) fn size(&self) -> Size {
        let [_, depth, height, width] = self.axes.shape;
        Size {
            depth,
            height,
            width,
        }
    }

    pub(super) fn axes(&self) -> Axes {
        self.axes
    }

    /// Lays the axes out like those of another grid that is stored alike, unless the file itself
    /// tells how the patient lay: a mask saved without that still fits its image.
    pub(super) fn align_with(&mut self, other: Axes) {
        let stored = |axes: &Axes| {
            let mut stored: Vec<(usize, usize)> = (1..4)
                .filter(|&axis| axes.shape[axis] > 1)
                .map(|axis| (axes.strides[axis].unsigned_abs(), axes.shape[axis]))
                .collect();
            stored.sort_unstable();
            stored
        };
        if !self.oriented && stored(&self.axes) == stored(&other) {
            let (channels, stride) = (self.axes.shape[0], self.axes.strides[0]);
            self.axes = other;
            (self.axes.shape[0], self.axes.strides[0]) = (channels, stride);
        }
    }

    pub(super) fn is_float(&self) -> bool {
        self.number.is_float() || self.slope != 1.0 || self.intercept != 0.0
    }

    /// Whether the values are those of a usual image of 8 bits.
    pub(super) fn is_8_bit(&self) -> bool {
        self.number == Number::U8 && self.slope == 1.0 && self.intercept == 0.0
    }

    /// The values of one plane, row by row, into `out`.
    pub(super) fn plane(&self, channel: usize, z: usize, out: &mut Vec<f64>) {
        out.clear();
        let [_, _, height, width] = self.axes.shape;
        for y in 0..height {
            for x in 0..width {
                out.push(self.value([channel, z, y, x]));
            }
        }
    }

    /// The value at a place within the shape.
    pub(super) fn value(&self, place: [usize; 4]) -> f64 {
        let offset: isize = place
            .iter()
            .zip(&self.axes.strides)
            .map(|(&at, &stride)| at as isize * stride)
            .sum();
        // Within bounds, as `new` has checked.
        let at = self.start + self.axes.origin.wrapping_add_signed(offset) * self.number.bytes();
        let mut number = self.number.read(&self.bytes[at..], self.big_endian);
        if let Some((shift, keep)) = self.bits {
            number = stored(number, shift, keep, self.number);
        }
        number * self.slope + self.intercept
    }

    /// Some finite values of a channel, sorted: enough to reckon a range with.
    pub(super) fn some_values(&self, channel: usize) -> Vec<f64> {
        const ENOUGH: usize = 200_000;
        let Size {
            depth,
            height,
            width,
        } = self.size();
        let all = depth * height * width;
        // Odd, so that not the same columns are met in every row.
        let step = (all / ENOUGH).max(1) | 1;
        let mut values: Vec<f64> = (0..all)
            .step_by(step)
            .map(|at| {
                self.value([
                    channel,
                    at / (height * width),
                    at / width % height,
                    at % width,
                ])
            })
            .filter(|value| value.is_finite())
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    }
}

/// The part of an integer that holds its value, with its sign.
fn stored(number: f64, shift: u32, keep: u32, kind: Number) -> f64 {
    let bits = ((number as i64) >> shift) & ((1_i64 << keep) - 1);
    let signed = matches!(kind, Number::I8 | Number::I16 | Number::I32);
    if signed && keep > 0 && bits >> (keep - 1) & 1 == 1 {
        (bits - (1_i64 << keep)) as f64
    } else {
        bits as f64
    }
}
