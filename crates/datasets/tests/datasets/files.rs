//! Good files of every format, and bad ones of every kind.

use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgb, Rgba, RgbaImage};
use losscope_datasets::import::{Fit, ImportError, ImportOptions, Importer, Limits};

use crate::making::{
    SIZE, encode, image_file, import, import_with, mask_file, options, picture, png, quarter,
    reason, three_pairs,
};

#[test]
fn every_format_is_read() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ] {
        let ending = format.extensions_str()[0];
        let (image, mask) = (format!("images/it.{ending}"), format!("masks/it.{ending}"));
        let import = import_with(vec![
            (&image, encode(picture(SIZE, SIZE, 1), format)),
            (
                &mask,
                encode(
                    DynamicImage::ImageLuma8(quarter(SIZE, SIZE, 255)).to_rgb8(),
                    format,
                ),
            ),
        ]);
        assert_eq!(import.report.rejected, [], "{ending}");
        assert_eq!(import.report.pairs[3].foreground_fraction, 0.25, "{ending}");
        let good = &import.dataset.samples[0].pixels;
        let it = &import.dataset.samples[3].pixels;
        let difference =
            good.iter().zip(it).map(|(a, b)| (a - b).abs()).sum::<f32>() / good.len() as f32;
        assert!(difference < 0.06, "{ending} differs by {difference}");
    }
}

#[test]
fn the_content_decides_and_not_the_ending() {
    let import = import_with(vec![
        (
            "images/it.png",
            encode(picture(SIZE, SIZE, 1), ImageFormat::Jpeg),
        ),
        ("masks/it.tif", mask_file()),
    ]);
    assert_eq!(import.report.rejected, []);
}

#[test]
fn values_keep_their_scale_or_are_stretched() {
    // 12 bits in 16.
    let deep = ImageBuffer::from_fn(SIZE, SIZE, |x, _| Luma([(x * 4095 / (SIZE - 1)) as u16]));
    let dim = GrayImage::from_fn(SIZE, SIZE, |x, _| Luma([x as u8]));
    let import = import_with(vec![
        ("images/x_deep.png", png(DynamicImage::ImageLuma16(deep))),
        ("masks/x_deep.png", mask_file()),
        ("images/x_dim.png", png(dim)),
        ("masks/x_dim.png", mask_file()),
    ]);
    let range = |index: usize| {
        let pixels = &import.dataset.samples[index].pixels;
        (
            pixels.iter().copied().fold(1.0, f32::min),
            pixels.iter().copied().fold(0.0, f32::max),
        )
    };
    assert_eq!(import.dataset.samples[3].name, "x_deep");
    assert_eq!(range(3), (0.0, 1.0));
    assert!(range(4).0 == 0.0 && (range(4).1 - 31.0 / 255.0).abs() < 1e-6);
}

#[test]
fn transparency_becomes_black() {
    let image = RgbaImage::from_fn(SIZE, SIZE, |x, _| {
        Rgba([200, 100, 50, if x < SIZE / 2 { 0 } else { 255 }])
    });
    let import = import_with(vec![
        ("images/it.png", png(image)),
        ("masks/it.png", mask_file()),
    ]);
    let pixels = &import.dataset.samples[3].pixels;
    assert_eq!(pixels[0], 0.0);
    assert!((pixels[SIZE as usize - 1] - 200.0 / 255.0).abs() < 1e-6);
}

#[test]
fn a_set_is_grey_unless_an_image_has_colour() {
    let grey = |n: u8| {
        png(GrayImage::from_fn(SIZE, SIZE, |x, y| {
            Luma([(x * y) as u8 ^ n])
        }))
    };
    let grey_as_colour = png(
        DynamicImage::ImageLuma8(GrayImage::from_fn(SIZE, SIZE, |x, _| Luma([x as u8]))).to_rgb8(),
    );
    let mut files = vec![
        ("images/3.png".to_owned(), grey_as_colour),
        ("masks/3.png".to_owned(), mask_file()),
    ];
    for n in 0..3 {
        files.push((format!("images/{n}.png"), grey(n)));
        files.push((format!("masks/{n}.png"), mask_file()));
    }
    let set = import(options(), files.clone())
        .expect("good pairs")
        .dataset;
    assert_eq!(set.channels, 1);
    assert!(set.samples.iter().all(|sample| sample.pixels.len() == 1024));

    files.extend([
        ("images/4.png".to_owned(), image_file()),
        ("masks/4.png".to_owned(), mask_file()),
    ]);
    let set = import(options(), files).expect("good pairs").dataset;
    assert_eq!(set.channels, 3);
    assert!(
        set.samples
            .iter()
            .all(|sample| sample.pixels.len() == 3 * 1024)
    );
    let grey = &set.samples[0].pixels;
    assert_eq!(grey[..1024], grey[1024..2048]);
}

#[test]
fn tiles_share_a_source() {
    let options = ImportOptions::new(32, Fit::Tile);
    let mut files = three_pairs();
    files.extend([
        ("images/large.png".to_owned(), png(picture(100, 70, 2))),
        ("masks/large.png".to_owned(), png(quarter(100, 70, 255))),
        ("images/small.png".to_owned(), png(picture(100, 20, 2))),
        ("masks/small.png".to_owned(), png(quarter(100, 20, 255))),
    ]);
    let import = import(options, files).expect("good pairs");
    let large: Vec<_> = import
        .dataset
        .samples
        .iter()
        .filter(|s| s.source == "images/large.png")
        .collect();
    assert_eq!(large.len(), 6);
    assert_eq!(large[1].name, "large (row 1, column 2)");
    // Cut around the middle, 2 pixels from the left and 3 from above, and not scaled.
    assert_eq!(large[0].pixels[0], 10.0 / 255.0);
    assert_eq!(large[0].pixels[32 * 32], 21.0 / 255.0);
    assert_eq!(large[0].foreground_fraction(), 1.0);
    let preview = |name: &str| {
        import
            .report
            .pairs
            .iter()
            .find(|pair| pair.name == name)
            .expect(name)
    };
    assert_eq!(
        (
            preview("large").tiles,
            preview("large").width,
            preview("large").height
        ),
        (6, 100, 70)
    );
    assert_eq!(preview("small").tiles, 1);
    assert_eq!(import.report.samples, import.dataset.samples.len());

    let split = import
        .dataset
        .split([0.6, 0.2, 0.2], 1)
        .expect("a valid split");
    let parts = [&split.train, &split.validation, &split.test];
    let with_large = parts.iter().filter(|part| {
        part.iter()
            .any(|&i| import.dataset.samples[i].source == "images/large.png")
    });
    assert_eq!(with_large.count(), 1);
}

#[test]
fn previews_show_the_outline() {
    let import = import_with(vec![
        ("images/it.png", png(picture(300, 150, 1))),
        ("masks/it.png", png(quarter(300, 150, 255))),
    ]);
    let thumbnail = &import.report.pairs[3].thumbnail;
    assert_eq!(
        (thumbnail.width, thumbnail.height, thumbnail.rgba.len()),
        (96, 48, 96 * 48 * 4)
    );
    let at = |x: usize, y: usize| &thumbnail.rgba[(y * 96 + x) * 4..][..4];
    assert_eq!(at(47, 10), at(0, 0));
    assert_ne!(at(48, 10), at(0, 0));
    assert_ne!(at(20, 10), at(0, 0));
}

/// Adds a pair whose image is the given file, and returns the reason for its rejection.
fn refused(bytes: Vec<u8>) -> String {
    let import = import_with(vec![
        ("images/bad.png", bytes),
        ("masks/bad.png", mask_file()),
    ]);
    assert_eq!(import.report.pairs.len(), 3);
    reason(&import, "images/bad.png").to_owned()
}

#[test]
fn files_that_are_no_images() {
    assert!(refused(b"Dear diary, today I renamed a text file.".to_vec()).contains("is no image"));
    assert!(refused(Vec::new()).contains("empty"));
    assert!(refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).contains("is no image"));
}

#[test]
fn files_cut_short() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ] {
        let whole = encode(picture(96, 96, 5), format);
        for keep in [
            12,
            30,
            whole.len() / 4,
            whole.len() / 2,
            whole.len() * 9 / 10,
        ] {
            let reason = refused(whole[..keep].to_vec());
            assert!(
                reason.contains("cut short") || reason.contains("is no image"),
                "{format:?}, {keep}: {reason}"
            );
        }
    }
}

/// Whatever bytes are flipped, the answer is an image or a sentence.
#[test]
fn files_with_wrong_bytes_do_not_panic() {
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
        ImageFormat::Bmp,
        ImageFormat::Gif,
        ImageFormat::Tiff,
    ] {
        let whole = encode(picture(24, 24, 5), format);
        for round in 0..60_usize {
            let mut bytes = whole.clone();
            for flip in 0..3 {
                let at = (round * 7919 + flip * 104_729) % bytes.len().min(round * 40 + 20);
                bytes[at] ^= (round * 31 + flip * 17 + 1) as u8;
            }
            let import = import_with(vec![
                ("images/bad.png", bytes),
                ("masks/bad.png", mask_file()),
            ]);
            assert_eq!(
                import.report.pairs.len() + usize::from(!import.report.rejected.is_empty()),
                4
            );
        }
    }
}

/// The first bytes of a PNG of the given size, with the right checksum.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(GrayImage::new(1, 1));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = u32::MAX;
    for &byte in &bytes[12..29] {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[test]
fn huge_dimensions_are_refused_before_decoding() {
    let reason = refused(png_header(30_000, 30_000));
    assert!(
        reason.contains("30000×30000") && reason.contains("8192×8192"),
        "{reason}"
    );
    assert!(refused(png_header(8192, 8192)).contains("8192×8192"));
    assert!(refused(png_header(u32::MAX >> 1, 2)).ends_with('.'));
}

#[test]
fn a_mask_of_another_size_is_refused_with_both_sizes() {
    let import = import_with(vec![
        ("images/it.png", png(picture(60, 40, 1))),
        ("masks/it.png", png(quarter(40, 60, 255))),
    ]);
    let reason_of_mask = reason(&import, "masks/it.png");
    assert!(
        reason_of_mask.contains("40×60") && reason_of_mask.contains("60×40"),
        "{reason_of_mask}"
    );
    assert!(reason(&import, "images/it.png").contains("masks/it.png"));
}

#[test]
fn what_is_not_an_image_by_name_has_a_reason_or_is_passed_over() {
    let import = import_with(vec![
        ("SOURCE.md", b"about".to_vec()),
        ("scan.tar.gz", vec![1]),
        ("scan.mha", vec![1]),
        (".DS_Store", vec![1]),
        ("images/Thumbs.db", vec![1]),
        ("__MACOSX/images/._1.png", vec![1]),
    ]);
    assert_eq!(import.report.rejected.len(), 3);
    assert!(reason(&import, "SOURCE.md").contains("not an image"));
    assert!(reason(&import, "scan.mha").contains("NIfTI"));
    reason(&import, "scan.tar.gz");
}

#[test]
fn the_same_path_twice() {
    let import = import_with(vec![("images/good0.png", image_file())]);
    assert!(reason(&import, "images/good0.png").contains("twice"));
    assert_eq!(import.report.pairs.len(), 3);
}

#[test]
fn too_few_pairs_say_so_and_why() {
    let files = vec![
        ("images/1.png".to_owned(), image_file()),
        ("masks/1.png".to_owned(), mask_file()),
        ("images/2.png".to_owned(), image_file()),
        ("notes.txt".to_owned(), vec![1]),
    ];
    let error = import(options(), files).expect_err("one pair is too few");
    let message = error.to_string();
    assert!(
        message.contains("only 1 usable pair")
            && message.contains("images/2.png")
            && message.contains("notes.txt")
    );
    let ImportError::TooFewPairs { found, rejected } = error else {
        panic!("{message}")
    };
    assert_eq!((found, rejected.len()), (1, 2));
    assert!(matches!(
        import(options(), Vec::new()),
        Err(ImportError::TooFewPairs { found: 0, .. })
    ));
}

#[test]
fn working_sizes_out_of_range_are_refused() {
    for size in [0, 15, 513] {
        let error = Importer::new(ImportOptions::new(size, Fit::Resize)).expect_err("out of range");
        assert_eq!(error, ImportError::Size(size));
    }
}

#[test]
fn every_limit_ends_in_a_sentence() {
    let run = |limits: Limits, fit: Fit| {
        let mut importer =
            Importer::with_limits(ImportOptions::new(32, fit), limits).expect("valid options");
        for (path, bytes) in three_pairs() {
            importer.add(&path, bytes);
        }
        let wide = ImageBuffer::from_fn(128, 128, |x, y| Rgb([x as u8, y as u8, (x * y) as u8]));
        importer.add("images/zz.png", png(wide));
        importer.add("masks/zz.png", png(quarter(128, 128, 255)));
        importer.pair();
        importer
            .finish()
            .expect("three small pairs are within the limits")
    };
    let usual = Limits::default();
    assert_eq!(run(usual, Fit::Tile).report.samples, 19);
    let samples = run(
        Limits {
            samples: 10,
            ..usual
        },
        Fit::Tile,
    );
    assert!(samples.report.notes[0].contains("first 3 of 4 pairs"));
    let full = run(
        Limits {
            samples: 3,
            ..usual
        },
        Fit::Resize,
    );
    let note = |import: &losscope_datasets::import::Import| import.report.notes.join(" ");
    assert_eq!(
        note(&full),
        "The first 3 of 4 pairs were taken: at 32×32 pixels a set may hold 3 samples. Choose a smaller size to take \
         more, or bring other files to take others."
    );
    assert_eq!(full.report.rejected, []);
    let memory = run(
        Limits {
            sample_pixels: 3 * 1024,
            ..usual
        },
        Fit::Resize,
    );
    assert!(note(&memory).contains("first 3 of 4 pairs"));
    let files = run(Limits { files: 7, ..usual }, Fit::Resize);
    assert!(note(&files).contains("first 7 files were looked at, and 1 more"));
    let bytes = run(
        Limits {
            file_bytes: 8000,
            ..usual
        },
        Fit::Resize,
    );
    assert!(reason(&bytes, "images/zz.png").contains("8000 bytes"));
    let total = run(
        Limits {
            total_bytes: 10_000,
            ..usual
        },
        Fit::Resize,
    );
    assert!(reason(&total, "images/zz.png").contains("10000 bytes"));
    let side = run(Limits { side: 64, ..usual }, Fit::Resize);
    assert!(reason(&side, "images/zz.png").contains("128×128"));
}

/// What crosses to the page has the names that the page knows.
#[test]
fn reports_serialise_under_their_names() {
    let report = import_with(vec![("notes.txt", vec![1])]).report;
    let json = serde_json::to_value(&report).expect("a report serialises");
    assert_eq!(json["samples"], 3);
    assert_eq!(json["foreground_fraction"], 0.25);
    assert_eq!(json["rejected"][0]["path"], "notes.txt");
    assert_eq!(json["pairs"][0]["thumbnail"]["width"], 32);
    let back: losscope_datasets::import::ImportReport =
        serde_json::from_value(json).expect("and comes back");
    assert_eq!(back, report);
    assert_eq!(serde_json::to_value(Fit::Tile).expect("a word"), "tile");
}
