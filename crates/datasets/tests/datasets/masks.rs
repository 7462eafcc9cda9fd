//! What counts as foreground, and what becomes of masks that shrink.

use image::{
    DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage,
};
use losscope_datasets::import::Import;

use crate::making::{SIZE, encode, import_with, picture, png, quarter, reason};

/// Imports one pair with the given mask file, and returns what became of it.
fn with_mask(file: Vec<u8>) -> Import {
    import_with(vec![
        ("images/it.png", png(picture(SIZE, SIZE, 3))),
        ("masks/it.png", file),
    ])
}

fn fraction(import: &Import, name: &str) -> f64 {
    let found = import.report.pairs.iter().find(|pair| pair.name == name);
    found
        .unwrap_or_else(|| panic!("no pair {name}: {:#?}", import.report.rejected))
        .foreground_fraction
}

fn foreground(file: Vec<u8>) -> f64 {
    fraction(&with_mask(file), "it")
}

fn grey(value: impl Fn(u32, u32) -> u8) -> GrayImage {
    GrayImage::from_fn(SIZE, SIZE, |x, y| Luma([value(x, y)]))
}

fn inside(x: u32, y: u32) -> bool {
    x < SIZE / 2 && y < SIZE / 2
}

#[test]
fn grey_masks() {
    for value in [1, 2, 31, 100, 128, 254, 255] {
        assert_eq!(
            foreground(png(quarter(SIZE, SIZE, value))),
            0.25,
            "0 and {value}"
        );
    }
    // Class numbers: every one above 0.
    assert_eq!(
        foreground(png(grey(|x, y| if inside(x, y) {
            1 + (x % 3) as u8
        } else {
            0
        }))),
        0.25
    );
    // Shades: above half of white.
    assert_eq!(
        foreground(png(grey(|x, y| if inside(x, y) {
            200
        } else {
            40 + (x % 5) as u8
        }))),
        0.25
    );
    assert_eq!(
        foreground(encode(quarter(SIZE, SIZE, 255), ImageFormat::Jpeg)),
        0.25
    );
    // An image without a lesion.
    assert_eq!(foreground(png(grey(|_, _| 0))), 0.0);
    assert_eq!(foreground(png(grey(|_, _| 255))), 1.0);
}

#[test]
fn masks_of_16_bits() {
    for value in [1, 255, 40_000, 65_535] {
        let mask = ImageBuffer::from_fn(SIZE, SIZE, |x, y| {
            Luma([if inside(x, y) { value } else { 0_u16 }])
        });
        assert_eq!(
            foreground(png(DynamicImage::ImageLuma16(mask))),
            0.25,
            "0 and {value}"
        );
    }
}

#[test]
fn colour_masks() {
    let mask = RgbImage::from_fn(SIZE, SIZE, |x, y| match (inside(x, y), x % 2) {
        (true, 0) => Rgb([255, 0, 0]),
        (true, _) => Rgb([0, 0, 128]),
        _ => Rgb([0, 0, 0]),
    });
    assert_eq!(foreground(png(mask)), 0.25);
    // Grey stored as colour.
    let grey = RgbImage::from_fn(SIZE, SIZE, |x, y| {
        if inside(x, y) {
            Rgb([1, 1, 1])
        } else {
            Rgb([0, 0, 0])
        }
    });
    assert_eq!(foreground(png(grey)), 0.25);
}

#[test]
fn transparent_masks() {
    // Opacity alone tells.
    let black = RgbaImage::from_fn(SIZE, SIZE, |x, y| {
        Rgba([0, 0, 0, if inside(x, y) { 255 } else { 0 }])
    });
    assert_eq!(foreground(png(black)), 0.25);
    let white = RgbaImage::from_fn(SIZE, SIZE, |x, y| {
        Rgba([255, 255, 255, if inside(x, y) { 255 } else { 0 }])
    });
    assert_eq!(foreground(png(white)), 0.25);
    let red = RgbaImage::from_fn(SIZE, SIZE, |x, y| {
        Rgba([255, 0, 0, if inside(x, y) { 255 } else { 0 }])
    });
    assert_eq!(foreground(png(red)), 0.25);
    // Opaque throughout: the values tell.
    let opaque = ImageBuffer::from_fn(SIZE, SIZE, |x, y| {
        LumaA([if inside(x, y) { 255_u8 } else { 0 }, 255])
    });
    assert_eq!(foreground(png(DynamicImage::ImageLumaA8(opaque))), 0.25);
}

#[test]
fn a_photograph_is_no_mask() {
    let photograph = RgbImage::from_fn(128, 128, |x, y| Rgb([x as u8, y as u8, (x * y) as u8]));
    let import = import_with(vec![
        ("images/it.png", png(picture(128, 128, 3))),
        ("masks/it.png", png(photograph)),
    ]);
    assert!(reason(&import, "masks/it.png").contains("photograph"));
    assert!(reason(&import, "images/it.png").contains("masks/it.png"));
}

#[test]
fn parts_are_merged() {
    let corner = |from: u32| {
        grey(move |x, y| {
            if x >= from && x < from + 8 && y < 8 {
                255
            } else {
                0
            }
        })
    };
    let import = import_with(vec![
        ("it.png", png(picture(SIZE, SIZE, 3))),
        ("it_mask.png", png(corner(0))),
        ("it_mask_1.png", png(corner(4))),
    ]);
    assert_eq!(fraction(&import, "it"), 12.0 * 8.0 / 1024.0);
}

#[test]
fn shrinking_keeps_what_is_thin_or_small() {
    let (width, height) = (640, 480);
    let shrunk = |mask: GrayImage| {
        let import = import_with(vec![
            ("images/it.png", png(picture(width, height, 3))),
            ("masks/it.png", png(mask)),
        ]);
        fraction(&import, "it")
    };
    // Vessels a third as wide as a new pixel, upright and askew: a cut at half would lose them.
    let upright = GrayImage::from_fn(width, height, |x, _| {
        Luma([if x % 100 < 7 { 255 } else { 0 }])
    });
    assert!(shrunk(upright) > 0.05);
    let askew = GrayImage::from_fn(width, height, |x, y| {
        Luma([if (x + y) % 100 < 9 { 255 } else { 0 }])
    });
    assert!((0.06..0.13).contains(&shrunk(askew)));
    // A lesion smaller than a new pixel.
    let dot = GrayImage::from_fn(width, height, |x, y| {
        Luma([if x / 4 == 80 && y / 4 == 60 { 255 } else { 0 }])
    });
    assert_eq!(shrunk(dot), 1.0 / 1024.0);
    // A large one keeps its share.
    let disc = GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 - 320.0, y as f32 - 240.0);
        Luma([if x * x + y * y < 150.0 * 150.0 {
            255
        } else {
            0
        }])
    });
    let true_share = f64::from(std::f32::consts::PI) * 150.0 * 150.0 / (640.0 * 480.0);
    assert!((shrunk(disc) - true_share).abs() < 0.01);
}
