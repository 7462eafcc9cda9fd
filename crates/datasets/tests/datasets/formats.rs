//! Medical images, arrays and pages, in files that other libraries wrote (`fixtures/make.py`).

use losscope_datasets::import::{Fit, Import, ImportOptions, Intensity, Keep, VolumeUse};

use crate::making::{import, reason};

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/datasets/fixtures");
    std::fs::read(format!("{path}/{name}")).expect(name)
}

/// Everything kept as it is, from the lowest value to the highest.
fn plain() -> ImportOptions {
    ImportOptions {
        keep: Keep::All,
        intensity: Intensity::Full,
        ..ImportOptions::new(16, Fit::Resize)
    }
}

/// Imports an image and a mask three times over.
fn import_thrice(image: &str, mask: &str, options: ImportOptions) -> Import {
    let ending = |name: &str| name.split_once('.').expect("an ending").1.to_owned();
    let files = ["a", "b", "c"].into_iter().flat_map(|name| {
        [
            (format!("images/{name}.{}", ending(image)), fixture(image)),
            (format!("masks/{name}.{}", ending(mask)), fixture(mask)),
        ]
    });
    import(options, files.collect()).expect(image)
}

/// The first samples should be the slices of the volume in `make.py`, and their labels those of
/// its mask with both values as foreground.
fn assert_volume(import: &Import, name: &str) {
    assert_eq!(import.report.rejected, [], "{name}");
    assert_eq!(import.report.pairs[0].depth, 4, "{name}");
    assert_eq!(import.dataset.samples.len(), 12, "{name}");
    for z in 0..4 {
        let sample = &import.dataset.samples[z];
        for (at, (&pixel, &label)) in sample.pixels.iter().zip(&sample.labels).enumerate() {
            let (row, column) = (at / 16, at % 16);
            let expected = (100 * z + 5 * row + column) as f32 / 390.0;
            assert!(
                (pixel - expected).abs() < 2e-5,
                "{name}: slice {z}, row {row}, column {column}: {pixel} instead of {expected}"
            );
            let inner = z == 1 || z == 2;
            let inside = inner && (row < 8 && column < 4 || row >= 8 && column >= 12);
            assert_eq!(
                label,
                u8::from(inside),
                "{name}: slice {z}, row {row}, column {column}"
            );
        }
    }
    // All slices of a file have one source.
    assert_eq!(import.report.sources, 3, "{name}");
}

#[test]
fn volumes_lie_as_their_headers_tell() {
    for (image, mask) in [
        ("ras.nii.gz", "ras_mask.nii.gz"),
        ("ras.nii.gz", "bare_mask.nii.gz"),
        ("slices_first.nii.gz", "slices_first_mask.nii.gz"),
        // Two files of one patient, stored differently.
        ("ras.nii.gz", "slices_first_mask.nii.gz"),
        ("float.nii", "ras_mask.nii.gz"),
        ("scaled.nii.gz", "ras_mask.nii.gz"),
        ("big_endian.nii.gz", "ras_mask.nii.gz"),
        ("volume_f4.npy", "mask_i8.npy"),
        ("volume_half.npy", "mask_i8.npy"),
        ("pages.tif", "pages_mask.tif"),
        ("slices_first.nii.gz", "mask_i8.npy"),
    ] {
        assert_volume(
            &import_thrice(image, mask, plain()),
            &format!("{image}, {mask}"),
        );
    }
}

#[test]
fn values_are_scaled_before_a_window_is_laid_on_them() {
    let options = ImportOptions {
        intensity: Intensity::Window {
            centre: -774.0,
            width: 500.0,
        },
        ..plain()
    };
    // 2.5 times the value less 1024: the window reaches from 0 to 200 of it.
    let import = import_thrice("scaled.nii.gz", "ras_mask.nii.gz", options);
    let range = import.report.pairs[0].range.expect("a range");
    assert_eq!(range, [-1024.0, -524.0]);
    let sample = &import.dataset.samples[1];
    assert!((sample.pixels[0] - 0.5).abs() < 1e-3);
    assert_eq!(import.dataset.samples[3].pixels[0], 1.0);
}

#[test]
fn z_scores_reach_three_deviations_either_way() {
    let options = ImportOptions {
        intensity: Intensity::ZScore,
        ..plain()
    };
    let import = import_thrice("ras.nii.gz", "ras_mask.nii.gz", options);
    let pixels: Vec<f64> = import.dataset.samples[..4]
        .iter()
        .flat_map(|sample| &sample.pixels)
        .map(|&value| f64::from(value))
        .collect();
    let mean = pixels.iter().sum::<f64>() / pixels.len() as f64;
    let square = pixels.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / pixels.len() as f64;
    assert!((mean - 0.5).abs() < 1e-4 && (square.sqrt() - 1.0 / 6.0).abs() < 1e-4);
}

/// The first sample should be the slice in `make.py`, in these values from black to white.
fn assert_slice(image: &str, options: ImportOptions, expected: impl Fn(f32) -> f32) {
    let import = import_thrice(image, "mask.png", options);
    assert_eq!(import.report.rejected, [], "{image}");
    let sample = &import.dataset.samples[0];
    for (at, &pixel) in sample.pixels[..256].iter().enumerate() {
        let (row, column) = (at / 16, at % 16);
        let expected = expected((5 * row + column) as f32);
        assert!(
            (pixel - expected).abs() < 2e-5,
            "{image}: row {row}, column {column}: {pixel} instead of {expected}"
        );
    }
    assert_eq!(sample.foreground_fraction(), 32.0 / 256.0, "{image}");
}

#[test]
fn single_slices_of_every_kind() {
    let auto = ImportOptions::new(16, Fit::Resize);
    assert_slice("explicit.dcm", plain(), |v| v / 90.0);
    assert_slice("implicit.dcm", plain(), |v| v / 90.0);
    // Of 8 bits, so that the scale stays.
    assert_slice("inverted.dcm", auto, |v| 1.0 - v / 255.0);
    assert_slice("colour.dcm", auto, |v| v / 255.0);
    assert_slice("windowed.dcm", auto, |v| {
        ((v - 20.0) / 50.0).clamp(0.0, 1.0)
    });
    assert_slice("image_u1.npy", auto, |v| v / 255.0);
    assert_slice("image_big.npy", plain(), |v| v / 90.0);
    assert_slice("image_fortran.npy", plain(), |v| v / 90.0);
    assert_slice("lzw.tif", auto, |v| v / 255.0);
    assert_slice("deflate16.tif", auto, |v| v / 90.0);
}

#[test]
fn a_patient_is_a_source_and_has_no_name() {
    let import = import_thrice("explicit.dcm", "mask.png", plain());
    let preview = &import.report.pairs[0];
    // One patient only, so that the files had to be told apart after all.
    assert_eq!(preview.source, "images/a.dcm");
    assert!(
        import.report.notes[0].contains("1 patient"),
        "{:?}",
        import.report.notes
    );
    assert!(!format!("{import:?}").contains("someone"));
}

#[test]
fn dicom_files_often_have_no_ending() {
    let files = ["a", "b", "c"].into_iter().flat_map(|name| {
        [
            (format!("images/{name}"), fixture("explicit.dcm")),
            (format!("masks/{name}.png"), fixture("mask.png")),
        ]
    });
    let mut files: Vec<_> = files.collect();
    files.push(("images/LICENCE".to_owned(), b"Do what you like.".to_vec()));
    let import = import(plain(), files).expect("three pairs");
    assert_eq!(import.report.pairs.len(), 3);
    assert!(reason(&import, "images/LICENCE").contains("not an image"));
}

#[test]
fn compressed_dicom_is_refused_by_name() {
    let mut files: Vec<_> = crate::making::three_pairs();
    files.push(("images/x.dcm".to_owned(), fixture("compressed.dcm")));
    files.push(("masks/x.png".to_owned(), fixture("mask.png")));
    let import = import(plain(), files).expect("three pairs");
    let reason = reason(&import, "images/x.dcm");
    assert!(
        reason.contains("RLE Lossless") && reason.contains("1.2.840.10008.1.2.5"),
        "{reason}"
    );
}

#[test]
fn masks_of_booleans_and_probabilities() {
    for mask in ["mask_bool.npy", "probability.npy"] {
        let import = import_thrice("image_u1.npy", mask, plain());
        assert_eq!(import.report.rejected, [], "{mask}");
        assert_eq!(import.report.foreground_fraction, 32.0 / 256.0, "{mask}");
    }
}

#[test]
fn photographs_are_turned_as_the_camera_says() {
    let import = import_thrice("turned.jpg", "mask.png", plain());
    let pixels = &import.dataset.samples[0].pixels;
    // Light above in the file; turned to the right, at the right.
    assert!(pixels[0] < 0.1 && pixels[15] > 0.9 && pixels[15 * 16] < 0.1 && pixels[255] > 0.9);
}

#[test]
fn colours_of_a_palette_are_values_of_their_own() {
    let import = import_thrice("image_u1.npy", "palette.png", plain());
    let values: Vec<(&str, u64, usize)> = import
        .report
        .values
        .iter()
        .map(|value| (value.value.as_str(), value.pixels, value.class))
        .collect();
    assert_eq!(
        values,
        [
            ("#000000", 3 * 192, 0),
            ("#ff0000", 96, 1),
            ("#00ff00", 96, 1)
        ]
    );
}

#[test]
fn slices_without_foreground_are_left_out_unless_wanted() {
    let options = ImportOptions {
        keep: Keep::Foreground,
        ..plain()
    };
    let import = import_thrice("ras.nii.gz", "ras_mask.nii.gz", options);
    let names: Vec<&str> = import.dataset.samples[..2]
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(names, ["a (slice 2)", "a (slice 3)"]);
    assert_eq!(import.dataset.samples.len(), 6);
    let options = ImportOptions { most: 1, ..options };
    assert_eq!(
        import_thrice("ras.nii.gz", "ras_mask.nii.gz", options)
            .report
            .samples,
        3
    );
}

#[test]
fn volumes_whole_and_in_patches() {
    let whole = ImportOptions {
        volumes: VolumeUse::Whole,
        depth: 2,
        ..plain()
    };
    let import = import_thrice("ras.nii.gz", "ras_mask.nii.gz", whole);
    let (size, sample) = (import.dataset.size, &import.dataset.samples[0]);
    assert_eq!((size.depth, size.height, size.width), (2, 16, 16));
    assert_eq!((sample.pixels.len(), sample.labels.len()), (512, 512));
    // Slices 0 and 1 on average.
    assert!((sample.pixels[0] - 50.0 / 390.0).abs() < 2e-5);
    assert!((sample.pixels[256] - 250.0 / 390.0).abs() < 2e-5);

    let patches = ImportOptions {
        volumes: VolumeUse::Patches,
        ..whole
    };
    let import = import_thrice("ras.nii.gz", "ras_mask.nii.gz", patches);
    assert_eq!(import.dataset.samples.len(), 6);
    let second = &import.dataset.samples[1];
    assert_eq!(second.name, "a (slices 3 to 4)");
    assert!((second.pixels[256] - 300.0 / 390.0).abs() < 2e-5);
    assert_eq!(second.labels[0], 1);
    assert_eq!(second.labels[256], 0);
    // Deeper than the volume: scaled.
    let deep = ImportOptions {
        depth: 8,
        ..patches
    };
    let import = import_thrice("ras.nii.gz", "ras_mask.nii.gz", deep);
    assert_eq!(import.dataset.samples.len(), 3);
    assert_eq!(import.dataset.samples[0].pixels.len(), 8 * 256);
}

#[test]
fn one_volume_is_divided_into_runs_of_slices_with_a_note() {
    let files = vec![
        ("images/a.nii.gz".to_owned(), fixture("ras.nii.gz")),
        ("masks/a.nii.gz".to_owned(), fixture("ras_mask.nii.gz")),
    ];
    let import = import(plain(), files).expect("four slices");
    assert_eq!(import.report.sources, 4);
    assert!(
        import.report.notes[0].contains("flatters"),
        "{:?}",
        import.report.notes
    );
    let split = import.dataset.split([0.5, 0.25, 0.25], 1).expect("a split");
    assert!(!split.test.is_empty());
}

#[test]
fn several_volumes_in_one_file_are_channels() {
    // Two copies of the volume one after the other, and a header that says so.
    let mut bytes = fixture("float.nii");
    let values = bytes[352..].to_vec();
    bytes.extend(values);
    bytes[40..42].copy_from_slice(&4_i16.to_le_bytes());
    bytes[48..50].copy_from_slice(&2_i16.to_le_bytes());
    let files = ["a", "b", "c"].into_iter().flat_map(|name| {
        [
            (format!("imagesTr/{name}.nii"), bytes.clone()),
            (
                format!("labelsTr/{name}.nii.gz"),
                fixture("ras_mask.nii.gz"),
            ),
        ]
    });
    let import = import(plain(), files.collect()).expect("three pairs");
    assert_eq!(import.dataset.channels, 2);
    let pixels = &import.dataset.samples[1].pixels;
    assert_eq!(pixels.len(), 512);
    assert_eq!(pixels[..256], pixels[256..]);
}
