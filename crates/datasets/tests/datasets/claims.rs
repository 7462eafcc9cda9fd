//! Files that claim more than they have, or hold what no image should.

use std::io::Write;

use losscope_datasets::import::{Fit, Import, ImportOptions, Importer, Limits};

use crate::making::{image_file, mask_file, reason, three_pairs};
use crate::volume_files::{compressed, dicom, nifti, npy};

/// Adds a pair whose image is the given file, and returns the reason for its rejection.
fn refused_with(limits: Limits, ending: &str, bytes: Vec<u8>) -> String {
    let import = run(limits, ending, bytes);
    assert_eq!(import.report.pairs.len(), 3);
    reason(&import, &format!("images/bad.{ending}")).to_owned()
}

fn refused(ending: &str, bytes: Vec<u8>) -> String {
    refused_with(Limits::default(), ending, bytes)
}

fn run(limits: Limits, ending: &str, bytes: Vec<u8>) -> Import {
    let mut importer =
        Importer::with_limits(ImportOptions::new(32, Fit::Resize), limits).expect("valid options");
    for (path, bytes) in three_pairs() {
        importer.add(&path, bytes);
    }
    importer.add(&format!("images/bad.{ending}"), bytes);
    importer.add("masks/bad.png", mask_file());
    importer.pair();
    importer.finish().expect("three good pairs")
}

#[test]
fn headers_that_claim_huge_sizes() {
    // 20000×20000×20000 voxels in 352 bytes.
    let mut volume = nifti([2, 2, 2], |_, _, _| 0);
    for n in 1..=3 {
        volume[40 + 2 * n..42 + 2 * n].copy_from_slice(&20_000_i16.to_le_bytes());
    }
    assert!(refused("nii", volume.clone()).contains("20000×20000×20000"));
    assert!(refused("nii.gz", compressed(&volume)).contains("20000×20000×20000"));
    let many = npy("<f8", false, "(1000000, 1000000, 1000000)", &[0; 16]);
    assert!(refused("npy", many).contains("1000000×1000000×1000000"));
    let beyond = npy("<f8", true, "(99999999999999999, 3)", &[0; 16]);
    assert!(refused("npy", beyond).contains("claims"));
    let large = npy("<f8", false, "(8000, 8000)", &[0; 16]);
    assert!(refused("npy", large).contains("488 MB"));
    assert!(refused("dcm", dicom(65_535, 65_535, &[0; 32])).contains("65535×65535×1"));
    assert!(refused("dcm", dicom(4000, 4000, &[0; 32])).contains("cut short"));
}

#[test]
fn gzip_bombs() {
    // A megabyte of nothing for each kilobyte.
    let limits = Limits {
        volume_bytes: 4 << 20,
        ..Limits::default()
    };
    let bomb = compressed(&vec![0; 16 << 20]);
    assert!(bomb.len() < 100_000);
    assert!(refused_with(limits, "nii.gz", bomb).contains("larger than the 4 MB"));
    // A bomb in many small members.
    let member = compressed(&vec![0; 1 << 20]);
    assert!(refused_with(limits, "nii.gz", member.repeat(8)).contains("larger than the 4 MB"));
}

#[test]
fn volumes_beyond_a_limit() {
    let limits = Limits {
        voxels: 1000,
        ..Limits::default()
    };
    let volume = nifti([16, 16, 4], |_, _, _| 0);
    assert!(refused_with(limits, "nii", volume).contains("16×16×4"));
}

#[test]
fn a_tiff_of_too_many_pages() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).expect("in memory");
    for _ in 0..9 {
        encoder
            .write_image::<tiff::encoder::colortype::Gray8>(64, 64, &[7; 64 * 64])
            .expect("in memory");
    }
    let limits = Limits {
        volume_bytes: 5 * 64 * 64,
        ..Limits::default()
    };
    assert!(refused_with(limits, "tif", bytes.into_inner()).contains("pages"));
}

#[test]
fn a_tiff_whose_tags_claim_more_than_the_file() {
    let mut bytes =
        crate::making::encode(crate::making::picture(32, 32, 1), image::ImageFormat::Tiff);
    let directory = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let tags = usize::from(u16::from_le_bytes([bytes[directory], bytes[directory + 1]]));
    for tag in 0..tags {
        let count = directory + 2 + 12 * tag + 4;
        let good = bytes[count..count + 4].to_vec();
        bytes[count..count + 4].copy_from_slice(&8_000_000_u32.to_le_bytes());
        assert!(
            refused("tif", bytes.clone()).contains("claims to hold more"),
            "tag {tag}"
        );
        bytes[count..count + 4].copy_from_slice(&good);
    }
    assert_eq!(run(Limits::default(), "tif", bytes).report.pairs.len(), 4);
}

#[test]
fn medical_files_cut_short() {
    let volume = nifti([16, 16, 4], |x, _, _| x as i16);
    let slice = dicom(16, 16, &[1; 512]);
    let array = npy("<i2", false, "(16, 16)", &[1; 512]);
    for (ending, whole) in [
        ("nii", volume.clone()),
        ("nii.gz", compressed(&volume)),
        ("dcm", slice),
        ("npy", array),
    ] {
        for keep in [4, 11, 140, 200, whole.len() / 2, whole.len() - 1] {
            let keep = keep.min(whole.len() - 1);
            let reason = refused(ending, whole[..keep].to_vec());
            assert!(
                ["cut short", "is no image", "damaged"]
                    .iter()
                    .any(|word| reason.contains(word)),
                "{ending}, {keep}: {reason}"
            );
        }
    }
}

#[test]
fn the_content_decides_for_medical_files_too() {
    let volume = nifti([32, 32, 1], |x, y, _| (x * y) as i16);
    for (ending, bytes) in [
        ("png", volume.clone()),
        ("nii", compressed(&volume)),
        ("npy", dicom(32, 32, &[1; 2048])),
        ("dcm", image_file()),
    ] {
        let import = run(Limits::default(), ending, bytes);
        assert_eq!(
            import.report.pairs.len(),
            4,
            "{ending}: {:?}",
            import.report.rejected
        );
    }
}

#[test]
fn values_that_are_no_numbers() {
    let mut values = Vec::new();
    for n in 0..32 * 32 {
        let value = [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            3e38,
            -3e38,
            n as f32,
        ][n % 6];
        values.extend(value.to_le_bytes());
    }
    let import = run(
        Limits::default(),
        "npy",
        npy("<f4", false, "(32, 32)", &values),
    );
    assert_eq!(import.report.pairs.len(), 4);
    let sample = import
        .dataset
        .samples
        .iter()
        .find(|s| s.name == "bad")
        .expect("a sample");
    assert!(
        sample
            .pixels
            .iter()
            .all(|value| (0.0..=1.0).contains(value))
    );
    let nothing: Vec<u8> = f64::NAN.to_le_bytes().repeat(1024);
    let import = run(
        Limits::default(),
        "npy",
        npy("<f8", false, "(32, 32)", &nothing),
    );
    let sample = import
        .dataset
        .samples
        .iter()
        .find(|s| s.name == "bad")
        .expect("a sample");
    assert!(sample.pixels.iter().all(|&value| value == 0.0));
}

#[test]
fn arrays_that_are_no_images() {
    for (descr, shape, word) in [
        ("<U8", "(4, 4)", "no numbers"),
        ("<c16", "(4, 4)", "no numbers"),
        ("<f4", "(4,)", "1 dimensions"),
        ("<f4", "()", "0 dimensions"),
        ("<f4", "(2, 3, 4, 5, 6)", "5 dimensions"),
        ("<f4", "(0, 16)", "no pixels"),
        ("<f4", "(-3, 16)", "cannot be read"),
    ] {
        let reason = refused("npy", npy(descr, false, shape, &[0; 4096]));
        assert!(reason.contains(word), "{descr} {shape}: {reason}");
    }
}

#[test]
fn names_that_would_leave_their_folder() {
    let mut importer = Importer::new(ImportOptions::new(32, Fit::Resize)).expect("valid options");
    for (path, bytes) in three_pairs() {
        importer.add(&format!("../../../../etc\\..\\C:\\{path}"), bytes);
    }
    importer.pair();
    for pair in &importer.pairing().pairs {
        assert!(
            !pair.images[0].contains("..") && !pair.images[0].contains(':'),
            "{pair:?}"
        );
    }
    assert_eq!(importer.pairing().pairs.len(), 3);
}

#[test]
fn an_archive_of_volumes_that_lies_about_its_lengths() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer
        .start_file("images/a.nii", options)
        .expect("an entry");
    writer.write_all(&vec![0; 6 << 20]).expect("an entry");
    writer.start_file("IM0001", options).expect("an entry");
    writer
        .write_all(&dicom(16, 16, &[0; 512]))
        .expect("an entry");
    let archive = writer.finish().expect("an archive").into_inner();
    let limits = Limits {
        file_bytes: 1 << 20,
        ..Limits::default()
    };
    let mut importer =
        Importer::with_limits(ImportOptions::new(32, Fit::Resize), limits).expect("valid options");
    for (path, bytes) in three_pairs() {
        importer.add(&path, bytes);
    }
    importer.add("set.zip", archive);
    let import = importer.finish().expect("three good pairs");
    assert!(reason(&import, "set.zip/images/a.nii").contains("larger"));
    assert!(reason(&import, "set.zip/IM0001").contains("No mask"));
}
