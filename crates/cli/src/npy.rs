//! Arrays as NumPy's files.

/// The bytes of a `.npy` file, version 1, of 32-bit floating point numbers in C order.
pub(crate) fn npy(shape: &[usize], values: &[f32]) -> Vec<u8> {
    let sides: Vec<String> = shape.iter().map(usize::to_string).collect();
    let header = format!(
        "{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}",
        sides.join(", ")
    );
    // The numbers begin at a multiple of 64; a line break ends the header.
    let before = 10 + header.len() + 1;
    let padding = before.next_multiple_of(64) - before;
    let length = (header.len() + padding + 1) as u16;
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(std::iter::repeat_n(b' ', padding));
    bytes.push(b'\n');
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

#[cfg(test)]
mod tests {
    use super::npy;

    #[test]
    fn numbers_begin_at_a_multiple_of_64() {
        let bytes = npy(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(bytes.len(), 128 + 24);
        assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
        assert_eq!(u16::from_le_bytes([bytes[8], bytes[9]]), 118);
        assert_eq!(bytes[127], b'\n');
        assert_eq!(bytes[128..132], 1f32.to_le_bytes());
        let header = String::from_utf8_lossy(&bytes[10..127]);
        assert!(header.starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }"));
    }
}
