//! Sets as bytes.

use losscope_datasets::import::{Fit, ImportOptions, Intensity};
use losscope_datasets::synthetic::{Family, Synthetic};
use losscope_datasets::{Dataset, Sample, Size, StorageError};

use crate::making::{import, options, three_pairs};
use crate::volume_files::nifti;

fn set() -> Dataset {
    import(options(), three_pairs())
        .expect("three pairs")
        .dataset
}

#[test]
fn a_set_of_images_takes_a_byte_a_value_and_loses_nothing() {
    let set = set();
    let bytes = set.to_bytes();
    assert_eq!(Dataset::from_bytes(&bytes).expect("what was written"), set);
    let values = 3 * (3 + 1) * 32 * 32;
    assert!(
        (values..values + 300).contains(&bytes.len()),
        "{}",
        bytes.len()
    );
}

#[test]
fn a_set_of_volumes_takes_two() {
    let files = ["a", "b", "c"].into_iter().flat_map(|name| {
        [
            (
                format!("images/{name}.nii"),
                nifti([40, 40, 3], |x, y, z| (x * y + z) as i16),
            ),
            (
                format!("masks/{name}.nii"),
                nifti([40, 40, 3], |x, _, _| (x > 20).into()),
            ),
        ]
    });
    let options = ImportOptions {
        intensity: Intensity::Full,
        ..ImportOptions::new(32, Fit::Resize)
    };
    let set = import(options, files.collect())
        .expect("three pairs")
        .dataset;
    let bytes = set.to_bytes();
    assert_eq!(Dataset::from_bytes(&bytes).expect("what was written"), set);
    let values = 9 * 3 * 32 * 32;
    assert!(
        (values..values + 600).contains(&bytes.len()),
        "{}",
        bytes.len()
    );
}

#[test]
fn any_values_survive() {
    let synthetic = Synthetic {
        family: Family::Polyp,
        size: 32,
        count: 4,
        foreground: 0.1,
        seed: 3,
        ..Synthetic::default()
    };
    let mut set = synthetic.generate().expect("a valid family");
    let stored = Dataset::from_bytes(&set.to_bytes()).expect("what was written");
    assert_eq!(stored, set);
    // Outside 0..=1, as a test or another program may have it.
    set.samples[0].pixels[0] = -1.5;
    set.samples[0].pixels[1] = f32::INFINITY;
    assert_eq!(
        Dataset::from_bytes(&set.to_bytes()).expect("what was written"),
        set
    );
    let empty = Dataset {
        samples: Vec::new(),
        ..set
    };
    assert_eq!(
        Dataset::from_bytes(&empty.to_bytes()).expect("what was written"),
        empty
    );
}

/// Bytes with their sum put right, so that what follows it is read.
fn with_sum(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = crc32fast::hash(&bytes[12..]);
    bytes[8..12].copy_from_slice(&sum.to_le_bytes());
    bytes
}

#[test]
fn hostile_bytes_are_refused() {
    let bytes = set().to_bytes();
    assert_eq!(
        Dataset::from_bytes(b"PK\x03\x04"),
        Err(StorageError::NotASet)
    );
    assert_eq!(Dataset::from_bytes(&[]), Err(StorageError::NotASet));
    let mut newer = bytes.clone();
    newer[4] = 2;
    assert_eq!(Dataset::from_bytes(&newer), Err(StorageError::Version(2)));
    let mut flipped = bytes.clone();
    flipped[5000] ^= 1;
    assert_eq!(Dataset::from_bytes(&flipped), Err(StorageError::Damaged));
    for keep in [5, 11, 13, 40, bytes.len() / 2, bytes.len() - 1] {
        let mut cut = bytes[..keep].to_vec();
        assert!(Dataset::from_bytes(&cut).is_err(), "{keep}");
        if keep > 12 {
            cut = with_sum(cut);
            assert!(
                matches!(Dataset::from_bytes(&cut), Err(StorageError::Impossible(_))),
                "{keep}"
            );
        }
    }
    // Every length in the head as large as can be, and every byte of the rest changed.
    for at in 12..120 {
        for value in [u32::MAX, 1 << 31, 0] {
            let mut bytes = bytes.clone();
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
            // A set or an error; what was changed may be part of a name.
            let _ = Dataset::from_bytes(&with_sum(bytes));
        }
    }
}

#[test]
fn labels_without_a_class_are_refused() {
    let set = Dataset {
        name: "x".to_owned(),
        size: Size::image(1, 2),
        channels: 1,
        classes: vec!["background".to_owned()],
        samples: vec![Sample {
            name: "a".to_owned(),
            source: "a".to_owned(),
            pixels: vec![0.0, 1.0],
            labels: vec![0, 1],
        }],
    };
    let error = Dataset::from_bytes(&set.to_bytes()).expect_err("label 1 has no class");
    assert_eq!(error, StorageError::Impossible("a label has no class"));
}
