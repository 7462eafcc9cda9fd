//! Images to draw masks on, and sets made of a single image.

use image::{GrayImage, ImageFormat, Luma};
use losscope_datasets::import::{Fit, ImportError, ImportOptions, Importer};

use crate::making::{encode, import, options, picture, png, quarter};

fn importer(files: &[(&str, Vec<u8>)]) -> Importer {
    let mut importer = Importer::new(options()).expect("valid options");
    for (path, bytes) in files {
        importer.add(path, bytes.clone());
    }
    importer
}

#[test]
fn an_image_comes_with_its_mask_to_draw_on() {
    let mut importer = importer(&[
        ("a.png", png(picture(40, 20, 1))),
        ("left.png", png(quarter(40, 20, 1))),
        (
            "right.bmp",
            encode(
                GrayImage::from_fn(40, 20, |x, _| Luma([if x >= 30 { 255 } else { 0 }])),
                ImageFormat::Bmp,
            ),
        ),
    ]);
    let bare = importer.easel("a.png", &[], 1_000_000).expect("an image");
    assert_eq!((bare.width, bare.height), (40, 20));
    assert_eq!(bare.labels, vec![0; 800]);
    assert_eq!(bare.rgba.len(), 3200);
    assert_eq!(bare.rgba[4..8], [5, 0, 1 ^ 37, 255]);

    let masks = ["left.png".to_owned(), "right.bmp".to_owned()];
    let masked = importer
        .easel("a.png", &masks, 1_000_000)
        .expect("an image with two masks");
    for (at, &label) in masked.labels.iter().enumerate() {
        let (x, y) = (at % 40, at / 40);
        let inside = x < 20 && y < 10 || x >= 30;
        assert_eq!(label, u8::from(inside), "at {x}, {y}");
    }

    // Half as wide and high; the mask keeps its share.
    let small = importer.easel("a.png", &masks, 200).expect("a small one");
    assert_eq!((small.full_width, small.width, small.height), (40, 20, 10));
    let count = |labels: &[u8]| labels.iter().filter(|&&label| label == 1).count();
    assert_eq!(4 * count(&small.labels), count(&masked.labels));
    assert_eq!(small.rgba.len(), 800);
}

#[test]
fn what_cannot_be_drawn_on_says_why() {
    let mut importer = importer(&[
        ("a.png", png(picture(40, 20, 1))),
        ("wrong.png", png(quarter(20, 20, 255))),
        ("text.png", b"no picture".to_vec()),
    ]);
    let refused = |importer: &mut Importer, image: &str, masks: &[String]| {
        importer
            .easel(image, masks, 1000)
            .expect_err("refused")
            .to_string()
    };
    assert!(refused(&mut importer, "b.png", &[]).contains("b.png"));
    assert!(refused(&mut importer, "text.png", &[]).contains("no image"));
    let message = refused(&mut importer, "a.png", &["wrong.png".to_owned()]);
    assert!(
        message.contains("20×20") && message.contains("40×20"),
        "{message}"
    );
}

#[test]
fn one_image_cut_into_tiles_is_divided_so_that_every_part_has_foreground() {
    // Foreground in nine tiles of a hundred, in the lower right corner.
    let mask = GrayImage::from_fn(160, 160, |x, y| {
        Luma([if x >= 112 && y >= 112 { 255 } else { 0 }])
    });
    let files = || {
        vec![
            ("images/a.png".to_owned(), png(picture(160, 160, 1))),
            ("masks/a.png".to_owned(), png(mask.clone())),
        ]
    };
    let import_as = |fit| import(ImportOptions::new(16, fit), files());
    let set = import_as(Fit::Tile).expect("a hundred tiles");
    assert_eq!((set.report.samples, set.report.sources), (100, 6));
    assert!(
        set.report.notes[0].contains("flatters"),
        "{:?}",
        set.report.notes
    );
    for seed in 0..20 {
        let split = set.dataset.split([0.6, 0.2, 0.2], seed).expect("a split");
        for part in [split.train, split.validation, split.test] {
            let found = part
                .iter()
                .any(|&at| set.dataset.samples[at].foreground_fraction() > 0.0);
            assert!(found, "seed {seed}");
        }
    }
    assert!(matches!(
        import_as(Fit::Resize),
        Err(ImportError::TooFewPairs { found: 1, .. })
    ));
}
