//! Files of volumes, written plainly.

use std::io::Write;

/// A NIfTI-1 file of 16-bit numbers, with columns from the right, rows from the front and slices
/// upwards.
pub(crate) fn nifti(
    [width, height, depth]: [usize; 3],
    value: impl Fn(usize, usize, usize) -> i16,
) -> Vec<u8> {
    let mut bytes = vec![0; 352];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, &348_i32.to_le_bytes());
    for (n, length) in [3, width, height, depth, 1, 1, 1, 1]
        .into_iter()
        .enumerate()
    {
        put(40 + 2 * n, &(length as i16).to_le_bytes());
    }
    put(70, &4_i16.to_le_bytes());
    put(72, &16_i16.to_le_bytes());
    put(108, &352_f32.to_le_bytes());
    put(254, &1_i16.to_le_bytes());
    for (row, column, step) in [(0, 0, -1.0_f32), (1, 1, -1.0), (2, 2, 2.0)] {
        put(280 + 16 * row + 4 * column, &step.to_le_bytes());
    }
    put(344, b"n+1\0");
    for z in 0..depth {
        for y in 0..height {
            for x in 0..width {
                bytes.extend(value(x, y, z).to_le_bytes());
            }
        }
    }
    bytes
}

pub(crate) fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("writing in memory");
    writer.finish().expect("writing in memory")
}

/// An explicit little-endian DICOM file of one slice of 16 bits.
pub(crate) fn dicom(rows: u16, columns: u16, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM");
    element(
        &mut bytes,
        (0x0002, 0x0010),
        b"UI",
        b"1.2.840.10008.1.2.1\0",
    );
    element(&mut bytes, (0x0010, 0x0020), b"LO", b"p1");
    for (tag, value) in [
        (0x0002, 1),
        (0x0010, rows),
        (0x0011, columns),
        (0x0100, 16),
        (0x0101, 12),
        (0x0102, 11),
        (0x0103, 0),
    ] {
        element(&mut bytes, (0x0028, tag), b"US", &u16::to_le_bytes(value));
    }
    for (tag, value) in [(0x1052, b"-1024 "), (0x1053, b"1     ")] {
        element(&mut bytes, (0x0028, tag), b"DS", value);
    }
    bytes.extend([0xe0, 0x7f, 0x10, 0, b'O', b'W', 0, 0]);
    bytes.extend((pixels.len() as u32).to_le_bytes());
    bytes.extend(pixels);
    bytes
}

fn element(bytes: &mut Vec<u8>, (group, tag): (u16, u16), kind: &[u8; 2], value: &[u8]) {
    bytes.extend(group.to_le_bytes());
    bytes.extend(tag.to_le_bytes());
    bytes.extend(kind);
    bytes.extend((value.len() as u16).to_le_bytes());
    bytes.extend(value);
}

/// A NumPy file with the given header.
pub(crate) fn npy(descr: &str, fortran_order: bool, shape: &str, values: &[u8]) -> Vec<u8> {
    let order = if fortran_order { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values);
    bytes
}
