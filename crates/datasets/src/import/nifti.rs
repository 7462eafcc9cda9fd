//! NIfTI volumes.
//!
//! A small reader of our own: a header has 348 bytes, slices are wanted one at a time from the
//! bytes of the file, and nothing may be allocated by what a header claims.
//! Fields as in <https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h>.

use super::grid::{Axes, Grid, Number};
use super::limits::Limits;

const HEADER: usize = 348;

/// Whether the bytes are a NIfTI-1 file, in either order of bytes, or one that `read` can name.
pub(super) fn is_nifti(bytes: &[u8]) -> bool {
    let Some(first) = bytes.first_chunk::<4>() else {
        return false;
    };
    let sizes = [u32::from_le_bytes(*first), u32::from_be_bytes(*first)];
    (sizes.contains(&348) && bytes.len() >= HEADER)
        || (sizes.contains(&540) && bytes[4..].starts_with(b"n+2"))
}

/// A reader of one header's fields.
struct Header<'a> {
    bytes: &'a [u8],
    big_endian: bool,
}

impl Header<'_> {
    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(&self.bytes[at..at + N]);
        if self.big_endian {
            array.reverse();
        }
        array
    }

    fn short(&self, at: usize) -> i16 {
        i16::from_le_bytes(self.array(at))
    }

    fn float(&self, at: usize) -> f32 {
        f32::from_le_bytes(self.array(at))
    }
}

/// Reads a volume, axial slice by axial slice where the header tells how the patient lay, seen
/// from the feet with the front above; up to four volumes in one file are its channels.
///
/// # Errors
/// A sentence for the report.
pub(super) fn read(bytes: Vec<u8>, limits: &Limits) -> Result<Grid, String> {
    if bytes.len() < HEADER || bytes[4..].starts_with(b"n+2") {
        return Err(
            "This is a NIfTI-2 file, which is not read here. Save it as NIfTI-1.".to_owned(),
        );
    }
    let header = Header {
        bytes: &bytes,
        big_endian: bytes[..2] == [0, 0],
    };
    match &bytes[344..347] {
        b"n+1" => {}
        b"ni1" => {
            return Err(
                "This NIfTI header keeps its pixels in another file. Save both as one file, .nii or .nii.gz.".to_owned(),
            );
        }
        _ => {
            return Err(
                "This is an Analyze header, not a NIfTI file. Save the volume as .nii or .nii.gz."
                    .to_owned(),
            );
        }
    }
    let dim: Vec<i16> = (0..8).map(|n| header.short(40 + 2 * n)).collect();
    let dimensions = dim[0];
    let length = |axis: i16| {
        if axis > dimensions {
            return Ok(1);
        }
        usize::try_from(dim[axis as usize]).map_err(|_| {
            format!(
                "The volume has a side of {}. Export it again.",
                dim[axis as usize]
            )
        })
    };
    if !(2..=7).contains(&dimensions) {
        return Err(format!(
            "The volume has {dimensions} dimensions by its own account: it is damaged. Download or export it again."
        ));
    }
    let shape = [length(1)?, length(2)?, length(3)?];
    let mut volumes = 1_usize;
    for axis in 4..=7 {
        volumes = volumes.saturating_mul(length(axis)?);
    }
    if volumes > 4 {
        return Err(format!(
            "The file holds {volumes} volumes, more than the 4 channels that are read here. Save one of them."
        ));
    }
    let datatype = header.short(70);
    let (number, colours) = match datatype {
        2 => (Number::U8, 1),
        4 => (Number::I16, 1),
        8 => (Number::I32, 1),
        16 => (Number::F32, 1),
        64 => (Number::F64, 1),
        128 => (Number::U8, 3),
        256 => (Number::I8, 1),
        512 => (Number::U16, 1),
        768 => (Number::U32, 1),
        1024 => (Number::I64, 1),
        1280 => (Number::U64, 1),
        other => {
            return Err(format!(
                "The volume's values are of type {other}, which is not read here. Save it as 16-bit integers or floats."
            ));
        }
    };
    if colours > 1 && volumes > 1 {
        return Err("The file holds several volumes in colour. Save one of them.".to_owned());
    }
    let offset = header.float(108);
    if !(offset.is_finite() && (0.0..1e9).contains(&offset)) {
        return Err(
            "The header does not say where the values begin: it is damaged. Export it again."
                .to_owned(),
        );
    }
    let start = (offset as usize).max(HEADER);
    let (slope, intercept) = (f64::from(header.float(112)), f64::from(header.float(116)));
    let orientation = orientation(&header);
    let axes = axes(shape, volumes, colours, orientation);
    let endian = header.big_endian;
    let mut grid = Grid::new(bytes, start, (number, endian), axes, limits)?;
    // Unit steps are what a program writes that knows nothing.
    const NOTHING: Orientation = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    grid.oriented = orientation.is_some_and(|orientation| orientation != NOTHING);
    // A slope of 0 means that there is none.
    if slope.is_finite() && slope != 0.0 && intercept.is_finite() && colours == 1 {
        (grid.slope, grid.intercept) = (slope, intercept);
    }
    Ok(grid)
}

/// For right, front and top of the patient: how far a step along each axis of the file leads there.
type Orientation = [[f32; 3]; 3];

fn orientation(header: &Header<'_>) -> Option<Orientation> {
    let found = if header.short(254) > 0 {
        [280, 296, 312].map(|row| [0, 4, 8].map(|column| header.float(row + column)))
    } else if header.short(252) > 0 {
        let [b, c, d] = [256, 260, 264].map(|at| header.float(at));
        let a = (1.0 - b * b - c * c - d * d).max(0.0).sqrt();
        let sides = [80, 84, 88].map(|at| header.float(at).abs());
        let flip = if header.float(76) < 0.0 { -1.0 } else { 1.0 };
        let turn = [
            [
                a * a + b * b - c * c - d * d,
                2.0 * (b * c - a * d),
                2.0 * (b * d + a * c),
            ],
            [
                2.0 * (b * c + a * d),
                a * a + c * c - b * b - d * d,
                2.0 * (c * d - a * b),
            ],
            [
                2.0 * (b * d - a * c),
                2.0 * (c * d + a * b),
                a * a + d * d - b * b - c * c,
            ],
        ];
        turn.map(|[x, y, z]| [x * sides[0], y * sides[1], z * sides[2] * flip])
    } else {
        return None;
    };
    let finite = found.iter().flatten().all(|value| value.is_finite());
    finite.then_some(found)
}

/// Which axis of the file runs where: slices upwards, rows from the front, columns from the right.
fn axes(
    shape: [usize; 3],
    volumes: usize,
    colours: usize,
    orientation: Option<Orientation>,
) -> Axes {
    let colour = colours as isize;
    let steps = [
        colour,
        colour.saturating_mul(shape[0] as isize),
        colour
            .saturating_mul(shape[0] as isize)
            .saturating_mul(shape[1] as isize),
    ];
    let volume = steps[2].saturating_mul(shape[2] as isize);
    let identity = [[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]];
    let turn = orientation.unwrap_or(identity);
    let length = |axis: usize| {
        let square: f32 = turn.iter().map(|row| row[axis] * row[axis]).sum();
        square.sqrt().max(f32::MIN_POSITIVE)
    };
    // A single slice is one, however it lies.
    let flat = match shape {
        [_, _, 1] => Some(2),
        [_, 1, _] => Some(1),
        [1, _, _] => Some(0),
        _ => None,
    };
    let fit = |&[x, y, z]: &[usize; 3]| {
        turn[0][x].abs() / length(x) + turn[1][y].abs() / length(y) + turn[2][z].abs() / length(z)
    };
    const ORDERS: [[usize; 3]; 6] = [
        [0, 1, 2],
        [1, 0, 2],
        [0, 2, 1],
        [2, 0, 1],
        [1, 2, 0],
        [2, 1, 0],
    ];
    let [x, y, z] = ORDERS
        .into_iter()
        .filter(|order| flat.is_none_or(|flat| order[2] == flat))
        .rev()
        .max_by(|a, b| fit(a).total_cmp(&fit(b)))
        .unwrap_or(ORDERS[0]);
    let mut origin = 0_isize;
    let mut stride = |axis: usize, backwards: bool| {
        if backwards {
            let reach = steps[axis].saturating_mul(shape[axis] as isize - 1);
            origin = origin.saturating_add(reach);
            -steps[axis]
        } else {
            steps[axis]
        }
    };
    let strides = [
        if colours > 1 { 1 } else { volume },
        stride(z, turn[2][z] < 0.0),
        stride(y, turn[1][y] > 0.0),
        stride(x, turn[0][x] > 0.0),
    ];
    Axes {
        shape: [volumes.max(colours), shape[z], shape[y], shape[x]],
        strides,
        origin: origin.max(0) as usize,
    }
}
