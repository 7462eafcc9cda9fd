//! Published sets as their owners hand them out; files made here, in their names and forms.

use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbImage};
use losscope_datasets::import::{
    Fit, Import, ImportOptions, Importer, Intensity, Keep, Layout, Modality,
};

use crate::making::{encode, picture, png, quarter, reason};
use crate::volume_files::{compressed, nifti};

const SIDE: u32 = 32;

fn options() -> ImportOptions {
    ImportOptions::new(SIDE as usize, Fit::Resize)
}

fn run(options: ImportOptions, files: Vec<(String, Vec<u8>)>) -> Import {
    let mut importer = Importer::new(options).expect("valid options");
    for (path, bytes) in files {
        importer.add(&path, bytes);
    }
    importer.pair();
    // As a page does it: what is left after that must not be paired anew.
    while importer.decode_next().is_some() {}
    importer.finish().expect("enough pairs")
}

fn image(n: usize, format: ImageFormat) -> Vec<u8> {
    encode(picture(SIDE, SIDE, n as u8), format)
}

fn mask(format: ImageFormat) -> Vec<u8> {
    let mask = DynamicImage::ImageLuma8(quarter(SIDE, SIDE, 255));
    match format {
        ImageFormat::Gif => encode(mask.to_rgb8(), format),
        _ => encode(mask, format),
    }
}

fn assert_recognised(import: &Import, layout: Layout, pairs: usize, sources: usize) {
    assert_eq!(import.report.layout, Some(layout));
    assert_eq!(
        import.report.pairs.len(),
        pairs,
        "{layout:?}: {:#?}",
        import.report.rejected
    );
    assert_eq!(import.report.sources, sources, "{layout:?}");
    assert_eq!(import.report.foreground_fraction, 0.25, "{layout:?}");
}

#[test]
fn cvc_clinic_db() {
    let files = (1..=60).step_by(5).flat_map(|n| {
        [
            (
                format!("CVC-ClinicDB/Original/{n}.tif"),
                image(n, ImageFormat::Tiff),
            ),
            (
                format!("CVC-ClinicDB/Ground Truth/{n}.tif"),
                mask(ImageFormat::Tiff),
            ),
        ]
    });
    let import = run(options(), files.collect());
    // 1 to 25, 26 to 50, 51 to 75.
    assert_recognised(&import, Layout::CvcClinicDb, 12, 3);
    assert_eq!(import.dataset.name, "CVC-ClinicDB");
    assert!(import.report.notes[0].contains("25"));
}

#[test]
fn kvasir_seg() {
    // Masks with the grey that compression leaves around edges.
    let mut files = vec![("Kvasir-SEG/kavsir_bboxes.json".to_owned(), b"{}".to_vec())];
    for n in 0..3 {
        let name = format!("cju0qkwl35piu0993l0dewei{n}.jpg");
        files.push((
            format!("Kvasir-SEG/images/{name}"),
            image(n, ImageFormat::Jpeg),
        ));
        files.push((format!("Kvasir-SEG/masks/{name}"), mask(ImageFormat::Jpeg)));
    }
    let import = run(options(), files);
    assert_recognised(&import, Layout::KvasirSeg, 3, 3);
    let values: Vec<&str> = import
        .report
        .values
        .iter()
        .map(|v| v.value.as_str())
        .collect();
    assert_eq!(values, ["background", "foreground"]);
    assert_eq!(import.report.rejected.len(), 1);
}

#[test]
fn drive_and_its_fields_of_view() {
    let mut files = Vec::new();
    for n in 21..24 {
        let folder = "DRIVE/training";
        files.push((
            format!("{folder}/images/{n}_training.tif"),
            image(n, ImageFormat::Tiff),
        ));
        files.push((
            format!("{folder}/1st_manual/{n}_manual1.gif"),
            mask(ImageFormat::Gif),
        ));
        files.push((
            format!("{folder}/mask/{n}_training_mask.gif"),
            mask(ImageFormat::Gif),
        ));
    }
    // The test part comes without vessels: its fields of view must not stand in for them.
    files.push((
        "DRIVE/test/images/01_test.tif".to_owned(),
        image(1, ImageFormat::Tiff),
    ));
    files.push((
        "DRIVE/test/mask/01_test_mask.gif".to_owned(),
        mask(ImageFormat::Gif),
    ));
    let import = run(options(), files);
    assert_recognised(&import, Layout::Drive, 3, 3);
    assert!(
        import
            .report
            .pairs
            .iter()
            .all(|pair| pair.mask.contains("1st_manual"))
    );
    assert!(reason(&import, "DRIVE/test/mask/01_test_mask.gif").contains("field of view"));
    assert!(reason(&import, "DRIVE/test/images/01_test.tif").contains("No mask"));
}

#[test]
fn chase_db1_and_its_children() {
    let mut files = Vec::new();
    for child in 1..=4 {
        for eye in ["L", "R"] {
            let name = format!("CHASEDB1/Image_{child:02}{eye}");
            files.push((format!("{name}.jpg"), image(child, ImageFormat::Jpeg)));
            files.push((format!("{name}_1stHO.png"), mask(ImageFormat::Png)));
            files.push((format!("{name}_2ndHO.png"), mask(ImageFormat::Png)));
        }
    }
    let import = run(options(), files);
    assert_recognised(&import, Layout::ChaseDb1, 8, 4);
    assert!(
        import
            .report
            .pairs
            .iter()
            .all(|pair| pair.mask.ends_with("_1stHO.png"))
    );
    let split = import.dataset.split([0.5, 0.25, 0.25], 3).expect("a split");
    for eyes in [&split.train, &split.validation, &split.test] {
        assert_eq!(eyes.len() % 2, 0, "both eyes of a child together");
    }
}

#[test]
fn busi_and_masks_in_parts() {
    let part = |left: u32| {
        png(GrayImage::from_fn(SIDE, SIDE, move |x, y| {
            Luma([if y < 16 && x / 8 == left { 255 } else { 0 }])
        }))
    };
    let mut files = Vec::new();
    for n in 1..=3 {
        let name = format!("Dataset_BUSI_with_GT/benign/benign ({n})");
        files.push((format!("{name}.png"), image(n, ImageFormat::Png)));
        files.push((format!("{name}_mask.png"), part(0)));
        files.push((format!("{name}_mask_1.png"), part(1)));
    }
    assert_recognised(&run(options(), files), Layout::Busi, 3, 3);
}

#[test]
fn data_science_bowl_and_its_nuclei() {
    let mut files = Vec::new();
    for id in ["0acd", "1bde", "2cef"] {
        files.push((
            format!("stage1_train/{id}/images/{id}.png"),
            image(7, ImageFormat::Png),
        ));
        for (nucleus, row) in ["9f", "8e"].iter().zip(0..) {
            let mask = GrayImage::from_fn(SIDE, SIDE, |x, y| {
                Luma([if x < 16 && y / 8 == row { 255 } else { 0 }])
            });
            files.push((format!("stage1_train/{id}/masks/{nucleus}.png"), png(mask)));
        }
    }
    assert_recognised(&run(options(), files), Layout::Dsb2018, 3, 3);
}

#[test]
fn isic_and_its_superpixels() {
    let mut files = Vec::new();
    for n in 0..3 {
        let (input, truth) = (
            "ISIC2018_Task1-2_Training_Input",
            "ISIC2018_Task1_Training_GroundTruth",
        );
        files.push((
            format!("{input}/ISIC_000000{n}.jpg"),
            image(n, ImageFormat::Jpeg),
        ));
        files.push((
            format!("{input}/ISIC_000000{n}_superpixels.png"),
            image(n, ImageFormat::Png),
        ));
        files.push((
            format!("{truth}/ISIC_000000{n}_segmentation.png"),
            mask(ImageFormat::Png),
        ));
    }
    let import = run(options(), files);
    assert_recognised(&import, Layout::Isic, 3, 3);
    let path = "ISIC2018_Task1-2_Training_Input/ISIC_0000001_superpixels.png";
    assert!(reason(&import, path).contains("superpixels"));
}

fn volume(value: impl Fn(usize, usize, usize) -> i16) -> Vec<u8> {
    nifti([16, 16, 5], value)
}

fn brats() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for case in 1..=3 {
        let name = format!("BraTS20_Training_{case:03}");
        for (n, modality) in ["flair", "t1", "t1ce", "t2"].into_iter().enumerate() {
            let bytes = volume(|x, y, _| ((x * (n + 1) + y) * 10) as i16);
            files.push((format!("data/{name}/{name}_{modality}.nii"), bytes));
        }
        let labels = volume(|x, _, z| if z == 2 { [0, 1, 2, 4][x / 4] } else { 0 });
        files.push((format!("data/{name}/{name}_seg.nii"), labels));
    }
    files
}

#[test]
fn brats_and_its_four_sequences() {
    let options = ImportOptions {
        intensity: Intensity::Full,
        ..ImportOptions::new(16, Fit::Resize)
    };
    let import = run(options, brats());
    assert_eq!(import.report.layout, Some(Layout::Brats));
    assert_eq!(import.report.rejected, []);
    assert_eq!(
        (import.dataset.channels, import.dataset.samples.len()),
        (4, 3)
    );
    assert_eq!(
        import.dataset.classes,
        ["background", "necrotic core", "oedema", "enhancing tumour"]
    );
    let sample = &import.dataset.samples[0];
    assert_eq!(sample.name, "BraTS20_Training_001_flair (slice 3)");
    assert_eq!(sample.source, "brats20_training_001");
    // The four values in a row: 0, 1, 2 and 4.
    assert_eq!([0, 4, 8, 12].map(|x| sample.labels[x]), [0, 1, 2, 3]);
    // Channel by channel, the slope along x is one, two, three and four times that along y.
    for channel in 0..4 {
        let at = |x: usize, y: usize| sample.pixels[channel * 256 + y * 16 + x];
        let ratio = (at(1, 0) - at(0, 0)) / (at(0, 1) - at(0, 0));
        assert!(
            (ratio - (channel + 1) as f32).abs() < 0.05,
            "channel {channel}: {ratio}"
        );
    }
    let four = import
        .report
        .values
        .iter()
        .find(|value| value.value == "4")
        .expect("a value");
    assert_eq!((four.class, four.masks, four.pixels), (3, 3, 3 * 64));

    let options = ImportOptions {
        modality: Modality::T1ce,
        ..options
    };
    let import = run(options, brats());
    assert_eq!(import.dataset.channels, 1);
    assert!(import.report.pairs[0].image.ends_with("_t1ce.nii"));
}

#[test]
fn a_case_of_brats_without_a_sequence_is_left_out() {
    let mut files = brats();
    files.retain(|(path, _)| !path.ends_with("002_t2.nii"));
    let mut importer = Importer::new(options()).expect("valid options");
    for (path, bytes) in files {
        importer.add(&path, bytes);
    }
    assert_eq!(importer.pair(), 2);
    let unpaired = &importer.pairing().unpaired;
    assert_eq!(unpaired.len(), 4, "{unpaired:?}");
    assert!(unpaired[0].reason.contains("four sequences"));
}

#[test]
fn kits_in_its_window() {
    let mut files = vec![("kits19/data/kits.json".to_owned(), b"[]".to_vec())];
    for case in 0..3 {
        let folder = format!("kits19/data/case_{case:05}");
        // From air to bone.
        let scan = volume(|x, _, _| -1000 + 140 * x as i16);
        let labels = volume(|x, y, z| {
            if z == 1 && x < 8 {
                1 + i16::from(y < 4)
            } else {
                0
            }
        });
        files.push((format!("{folder}/imaging.nii.gz"), compressed(&scan)));
        files.push((format!("{folder}/segmentation.nii.gz"), compressed(&labels)));
    }
    let import = run(ImportOptions::new(16, Fit::Resize), files.clone());
    assert_eq!(import.report.layout, Some(Layout::Kits));
    assert_eq!(import.dataset.classes, ["background", "kidney", "tumour"]);
    assert_eq!(import.report.pairs[0].range, Some([-160.0, 240.0]));
    let sample = &import.dataset.samples[0];
    assert_eq!((sample.pixels[0], sample.pixels[15]), (0.0, 1.0));
    // -20 HU in -160..240.
    assert!((sample.pixels[7] - 0.35).abs() < 1e-4);
    assert_eq!((sample.labels[0], sample.labels[5 * 16]), (2, 1));
    assert_eq!(import.report.sources, 3);
    let names: Vec<&str> = import
        .report
        .classes
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, ["background", "kidney", "tumour"]);
    assert_eq!(import.report.classes[1].fraction, 96.0 / 256.0);

    let all = ImportOptions {
        keep: Keep::All,
        ..ImportOptions::new(16, Fit::Resize)
    };
    assert_eq!(run(all, files).dataset.samples.len(), 15);
}

#[test]
fn names_of_patients_and_sequences_are_sources() {
    let mut files = Vec::new();
    for patient in 1..=4 {
        for slice in 0..3 {
            let name = format!("patient{patient:02}_slice{slice}");
            files.push((format!("images/{name}.png"), image(slice, ImageFormat::Png)));
            files.push((format!("masks/{name}.png"), mask(ImageFormat::Png)));
        }
    }
    let import = run(options(), files);
    assert_eq!((import.report.pairs.len(), import.report.sources), (12, 4));
    assert_eq!(import.report.pairs[0].source, "images/patient01");
    let split = import.dataset.split([0.5, 0.25, 0.25], 5).expect("a split");
    assert!(
        [&split.train, &split.validation, &split.test]
            .iter()
            .all(|part| part.len() % 3 == 0)
    );

    let files = (0..9).flat_map(|n| {
        let name = format!("TCGA_CS_{}_19960909_{n}", 4941 + n / 3);
        [
            (
                format!("kaggle_3m/{name}.tif"),
                encode(RgbImage::new(SIDE, SIDE), ImageFormat::Tiff),
            ),
            (
                format!("kaggle_3m/{name}_mask.tif"),
                mask(ImageFormat::Tiff),
            ),
        ]
    });
    assert_eq!(run(options(), files.collect()).report.sources, 3);
}
