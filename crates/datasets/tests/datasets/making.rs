//! Files for the tests, made in memory.

use std::io::{Cursor, Write};

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use losscope_datasets::import::{Fit, Import, ImportError, ImportOptions, Importer};
use zip::write::SimpleFileOptions;

pub(crate) const SIZE: u32 = 32;

pub(crate) fn options() -> ImportOptions {
    ImportOptions::new(SIZE as usize, Fit::Resize)
}

/// A file in the given format.
pub(crate) fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .into()
        .write_to(&mut bytes, format)
        .expect("encoding in memory");
    bytes.into_inner()
}

/// A colour image of many values, different for each number.
pub(crate) fn picture(width: u32, height: u32, number: u8) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (x * 5) as u8,
            (y * 7) as u8,
            (x + y) as u8 ^ number.wrapping_mul(37),
        ])
    })
}

/// A mask of 0 and `value` with a quarter of foreground: its upper left part.
pub(crate) fn quarter(width: u32, height: u32, value: u8) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        Luma([if x < width / 2 && y < height / 2 {
            value
        } else {
            0
        }])
    })
}

pub(crate) fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    encode(image, ImageFormat::Png)
}

pub(crate) fn image_file() -> Vec<u8> {
    png(picture(SIZE, SIZE, 1))
}

pub(crate) fn mask_file() -> Vec<u8> {
    png(quarter(SIZE, SIZE, 255))
}

/// Three good pairs, so that what a test adds to them decides nothing but itself.
pub(crate) fn three_pairs() -> Vec<(String, Vec<u8>)> {
    (0..3)
        .flat_map(|n| {
            [
                (format!("images/good{n}.png"), image_file()),
                (format!("masks/good{n}.png"), mask_file()),
            ]
        })
        .collect()
}

/// An archive of the given entries.
pub(crate) fn archive(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(name.as_str(), SimpleFileOptions::default())
            .expect("starting an entry");
        writer.write_all(bytes).expect("writing an entry");
    }
    writer.finish().expect("closing the archive").into_inner()
}

pub(crate) fn import(
    options: ImportOptions,
    files: Vec<(String, Vec<u8>)>,
) -> Result<Import, ImportError> {
    let mut importer = Importer::new(options)?;
    for (path, bytes) in files {
        importer.add(&path, bytes);
    }
    importer.pair();
    importer.finish()
}

/// Imports three good pairs and some more files.
pub(crate) fn import_with(more: Vec<(&str, Vec<u8>)>) -> Import {
    let mut files = three_pairs();
    files.extend(
        more.into_iter()
            .map(|(path, bytes)| (path.to_owned(), bytes)),
    );
    import(options(), files).expect("three good pairs are enough")
}

/// The reason given for a path; panics where there is none.
pub(crate) fn reason<'a>(import: &'a Import, path: &str) -> &'a str {
    let found = import
        .report
        .rejected
        .iter()
        .find(|rejection| rejection.path == path);
    let reason = &found
        .unwrap_or_else(|| panic!("{path} is not in {:#?}", import.report.rejected))
        .reason;
    assert!(
        reason.ends_with('.') && reason.contains(' '),
        "not a sentence: {reason}"
    );
    reason
}
