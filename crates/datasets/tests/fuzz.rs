//! Every way into the decoders, with many files that are nearly right.
//!
//! Each target takes good files that this test writes, changes them at random, always in the same
//! way, and imports them: the answer must be samples or sentences, never a panic, and never more
//! memory than the limits allow. `LOSSCOPE_FUZZ_INPUTS` sets the number of files of each target.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use losscope_datasets::Dataset;
use losscope_datasets::import::{
    Fit, ImportError, ImportOptions, Importer, Intensity, Keep, Limits, VolumeUse,
};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

#[path = "datasets/volume_files.rs"]
mod volume_files;

/// Counts the bytes that the present thread holds.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // While a thread ends there is nothing to count with any more.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: everything is done by the system's allocator; counting neither allocates nor panics.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Files of each target, unless the environment says otherwise.
const INPUTS: u64 = 300;
/// Bounds small enough that a bomb would stand out.
const LIMITS: Limits = Limits {
    files: 64,
    file_bytes: 1 << 20,
    total_bytes: 4 << 20,
    side: 256,
    pixels: 256 * 256,
    voxels: 1 << 20,
    volume_bytes: 1 << 20,
    samples: 64,
    sample_pixels: 64 * 16 * 16,
};
/// What an import within these bounds may hold at once: the file, the file unpacked, its pixels in
/// the decoder's form and in ours, and tables of the decoders.
const MOST_BYTES: isize = 24 << 20;

/// A changed file: some bytes flipped, set to telling values, cut out, doubled, cut off or taken
/// from another.
fn mutate(seeds: &[Vec<u8>], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = seeds[rng.random_range(0..seeds.len())].clone();
    for _ in 0..1 << rng.random_range(0..4) {
        if bytes.is_empty() {
            break;
        }
        // Headers decide most.
        let reach = if rng.random_bool(0.6) {
            bytes.len().min(512)
        } else {
            bytes.len()
        };
        let at = rng.random_range(0..reach);
        let end = (at + 1 + rng.random_range(0..32)).min(bytes.len());
        match rng.random_range(0..8) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => {
                const TELLING: [u32; 9] = [
                    0,
                    1,
                    0xff,
                    0x7fff,
                    0x8000,
                    0xffff,
                    0x7fff_ffff,
                    0x8000_0000,
                    u32::MAX,
                ];
                let value = TELLING[rng.random_range(0..TELLING.len())];
                let value = if rng.random_bool(0.5) {
                    value.to_le_bytes()
                } else {
                    value.to_be_bytes()
                };
                let width = [1, 2, 4][rng.random_range(0..3)];
                for (byte, value) in bytes[at..].iter_mut().take(width).zip(value) {
                    *byte = value;
                }
            }
            3 => drop(bytes.drain(at..end)),
            4 => {
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            5 => bytes.truncate(at),
            6 => {
                let other = &seeds[rng.random_range(0..seeds.len())];
                let from = rng.random_range(0..other.len());
                let part = &other[from..(from + 64).min(other.len())];
                bytes.splice(at..end, part.iter().copied());
            }
            _ => bytes[at..end].fill(rng.random()),
        }
    }
    bytes
}

/// Imports a file as an image, and as a mask, with three kinds of options.
fn import(name: &str, bytes: &[u8], round: u64) {
    let options = ImportOptions {
        keep: Keep::All,
        depth: 4,
        volumes: [VolumeUse::Slices, VolumeUse::Whole, VolumeUse::Patches][round as usize % 3],
        intensity: [Intensity::Auto, Intensity::Full, Intensity::ZScore][round as usize / 3 % 3],
        ..ImportOptions::new(
            16,
            if round.is_multiple_of(2) {
                Fit::Resize
            } else {
                Fit::Tile
            },
        )
    };
    let mut importer = Importer::with_limits(options, LIMITS).expect("valid options");
    importer.add(&format!("images/a{name}"), bytes.to_vec());
    importer.add(&format!("masks/a{name}"), bytes.to_vec());
    // Two good pairs, so that there is a set where the third is good.
    for n in ["b", "c"] {
        let image = volume_files::npy("|u1", false, "(16, 16)", &[9; 256]);
        importer.add(&format!("images/{n}.npy"), image.clone());
        importer.add(&format!("masks/{n}.npy"), image);
    }
    importer.pair();
    match importer.finish() {
        Ok(import) => {
            let size = import.dataset.size.pixels();
            for sample in &import.dataset.samples {
                assert_eq!(sample.labels.len(), size);
                assert_eq!(sample.pixels.len(), size * import.dataset.channels);
                assert!(
                    sample
                        .pixels
                        .iter()
                        .all(|value| (0.0..=1.0).contains(value))
                );
            }
        }
        Err(ImportError::TooFewPairs { rejected, .. }) => {
            for rejection in rejected {
                assert!(rejection.reason.ends_with('.') && rejection.reason.len() < 2000);
            }
        }
        Err(error) => panic!("{error}"),
    }
}

/// Runs a target, and says which of its inputs went wrong.
fn fuzz(name: &str, seeds: &[Vec<u8>], target: impl Fn(&[u8], u64)) {
    let inputs = std::env::var("LOSSCOPE_FUZZ_INPUTS")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(INPUTS);
    let mut bad = Vec::new();
    let mut highest = 0;
    for round in 0..inputs {
        // Each input by itself, so that one that went wrong can be had again.
        let mut rng = ChaCha8Rng::seed_from_u64(round);
        let bytes = if round < seeds.len() as u64 {
            seeds[round as usize].clone()
        } else {
            mutate(seeds, &mut rng)
        };
        let before = HELD.get();
        PEAK.set(before);
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&bytes, round)));
        let peak = PEAK.get() - before;
        highest = highest.max(peak);
        if outcome.is_err() || peak > MOST_BYTES {
            let what = if outcome.is_err() {
                "a panic".to_owned()
            } else {
                format!("{peak} bytes held")
            };
            bad.push(format!("input {round}: {what}"));
        }
    }
    println!(
        "{name}: {inputs} inputs, {} bad, at most {} KB held",
        bad.len(),
        highest >> 10
    );
    assert!(bad.is_empty(), "{name}: {bad:#?}");
}

/// Puts the sums of a PNG file right, so that what they protect is read.
fn with_sums(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 8;
    while let Some(length) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let end = (at + 8).saturating_add(u32::from_be_bytes(*length) as usize);
        if end.saturating_add(4) > bytes.len() {
            break;
        }
        let sum = crc32fast::hash(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
    bytes
}

fn picture(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        Rgb([(x * 8) as u8, (y * 8) as u8, (x ^ y) as u8])
    })
}

fn encode(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, format)
        .expect("encoding in memory");
    bytes.into_inner()
}

fn pictures(format: ImageFormat) -> Vec<Vec<u8>> {
    let grey = GrayImage::from_fn(20, 16, |x, y| Luma([if x > y { 255 } else { 0 }]));
    let mut images = vec![DynamicImage::ImageRgb8(picture(24))];
    if format != ImageFormat::Gif {
        images.push(DynamicImage::ImageLuma8(grey));
    }
    if matches!(format, ImageFormat::Png | ImageFormat::Tiff) {
        images.push(DynamicImage::ImageRgb8(picture(17)).to_luma16().into());
        images.push(DynamicImage::ImageRgb8(picture(17)).to_rgba8().into());
    }
    images
        .into_iter()
        .map(|image| encode(image, format))
        .collect()
}

#[test]
fn png() {
    fuzz("png", &pictures(ImageFormat::Png), |bytes, round| {
        let bytes = bytes.to_vec();
        let bytes = if round.is_multiple_of(8) {
            bytes
        } else {
            with_sums(bytes)
        };
        import(".png", &bytes, round);
    });
}

#[test]
fn jpeg() {
    fuzz("jpeg", &pictures(ImageFormat::Jpeg), |bytes, round| {
        import(".jpg", bytes, round)
    });
}

#[test]
fn webp() {
    fuzz("webp", &pictures(ImageFormat::WebP), |bytes, round| {
        import(".webp", bytes, round)
    });
}

#[test]
fn bmp() {
    fuzz("bmp", &pictures(ImageFormat::Bmp), |bytes, round| {
        import(".bmp", bytes, round)
    });
}

#[test]
fn gif() {
    fuzz("gif", &pictures(ImageFormat::Gif), |bytes, round| {
        import(".gif", bytes, round)
    });
}

#[test]
fn tiff() {
    let mut seeds = pictures(ImageFormat::Tiff);
    use ::tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype};
    for compression in [
        Compression::Uncompressed,
        Compression::Lzw,
        Compression::Deflate(DeflateLevel::Fast),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes)
            .expect("in memory")
            .with_compression(compression);
        for page in 0..3 {
            let values: Vec<u16> = (0..400).map(|n| n * 3 + page).collect();
            encoder
                .write_image::<colortype::Gray16>(20, 20, &values)
                .expect("in memory");
        }
        seeds.push(bytes.into_inner());
    }
    fuzz("tiff", &seeds, |bytes, round| import(".tif", bytes, round));
}

fn niftis() -> Vec<Vec<u8>> {
    let mut float = volume_files::nifti([4, 4, 4], |x, _, _| x as i16);
    float[70..72].copy_from_slice(&16_i16.to_le_bytes());
    float[40..50].copy_from_slice(&[4, 0, 4, 0, 4, 0, 1, 0, 2, 0]);
    vec![
        volume_files::nifti([18, 17, 5], |x, y, z| (x * y * z) as i16),
        volume_files::nifti([20, 20, 1], |x, y, _| (x > y).into()),
        float,
    ]
}

#[test]
fn nifti() {
    fuzz("nifti", &niftis(), |bytes, round| {
        import(".nii", bytes, round)
    });
}

#[test]
fn compressed_nifti() {
    let seeds: Vec<_> = niftis()
        .iter()
        .map(|bytes| volume_files::compressed(bytes))
        .collect();
    fuzz("nifti.gz", &seeds, |bytes, round| {
        import(".nii.gz", bytes, round)
    });
}

#[test]
fn dicom() {
    let pixels: Vec<u8> = (0..20 * 18 * 2).map(|n| n as u8).collect();
    let explicit = volume_files::dicom(20, 18, &pixels);
    // Two sequences of undefined length before the patient, one in the other.
    let mut nested = explicit[..158].to_vec();
    nested.extend(b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff");
    nested.extend(b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\xdd\xe0\0\0\0\0");
    nested.extend(b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0");
    nested.extend(&explicit[158..]);
    fuzz("dicom", &[explicit, nested], |bytes, round| {
        import(".dcm", bytes, round)
    });
}

#[test]
fn npy() {
    let values: Vec<u8> = (0..4096).map(|n| (n * 7) as u8).collect();
    let seeds = [
        volume_files::npy("<f4", false, "(32, 32)", &values),
        volume_files::npy(">i2", true, "(8, 16, 16)", &values),
        volume_files::npy("|u1", false, "(20, 20, 3)", &values),
        volume_files::npy("<f8", true, "(2, 16, 16)", &values),
    ];
    fuzz("npy", &seeds, |bytes, round| import(".npy", bytes, round));
}

#[test]
fn zip() {
    let archive = |entries: &[(&str, Vec<u8>)]| {
        let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            let options = ::zip::write::SimpleFileOptions::default();
            writer.start_file(*name, options).expect("in memory");
            writer.write_all(bytes).expect("in memory");
        }
        writer.finish().expect("in memory").into_inner()
    };
    let image = encode(DynamicImage::ImageRgb8(picture(16)), ImageFormat::Png);
    let seeds = [
        archive(&[
            ("images/1.png", image.clone()),
            ("masks/1.png", image.clone()),
        ]),
        archive(&[
            ("IM1", volume_files::dicom(16, 16, &[3; 512])),
            ("b/", Vec::new()),
        ]),
        archive(&[("bomb.png", vec![0; 3 << 20]), ("a.nii.gz", image)]),
    ];
    fuzz("zip", &seeds, |bytes, _| {
        let options = ImportOptions::new(16, Fit::Resize);
        let mut importer = Importer::with_limits(options, LIMITS).expect("valid options");
        importer.add("set.zip", bytes.to_vec());
        importer.pair();
        while importer.decode_next().is_some() {}
    });
}

#[test]
fn stored_sets() {
    let set = |count: usize| {
        let mut importer =
            Importer::new(ImportOptions::new(16, Fit::Resize)).expect("valid options");
        for n in 0..count {
            let image = encode(DynamicImage::ImageRgb8(picture(16)), ImageFormat::Png);
            importer.add(&format!("images/{n}.png"), image.clone());
            importer.add(&format!("masks/{n}.png"), image);
        }
        importer.finish().expect("three pairs").dataset.to_bytes()
    };
    fuzz("stored sets", &[set(3), set(5)], |bytes, round| {
        let mut bytes = bytes.to_vec();
        // Mostly with the right sum, because all else is refused at once.
        if bytes.len() > 12 && !round.is_multiple_of(8) {
            let sum = crc32fast::hash(&bytes[12..]);
            bytes[8..12].copy_from_slice(&sum.to_le_bytes());
        }
        if let Ok(set) = Dataset::from_bytes(&bytes) {
            assert_eq!(
                Dataset::from_bytes(&set.to_bytes()).map(|set| set.samples.len()),
                Ok(set.samples.len())
            );
        }
    });
}

#[test]
fn names() {
    let seeds = [
        "data/BraTS20_Training_001/BraTS20_Training_001_flair.nii",
        "data/case_00000/imaging.nii.gz",
        "ISIC_0000000_segmentation.png",
        "a/images/Image_01L_1stHO.png",
        "masks/benign (1)_mask_1.png",
        "Ground Truth/1.tif",
        "x/1st_manual/21_manual1.gif",
        "..\\..\\C:\\TCGA_CS_4941_1996\\patient1_seq2_3.dcm",
    ]
    .map(|name| name.as_bytes().to_vec());
    fuzz("names", &seeds, |bytes, round| {
        let mut rng = ChaCha8Rng::seed_from_u64(round ^ 0x5eed);
        let mut importer = Importer::with_limits(ImportOptions::new(16, Fit::Resize), LIMITS)
            .expect("valid options");
        importer.add(&String::from_utf8_lossy(bytes), vec![1]);
        for _ in 0..6 {
            let name = mutate(&seeds, &mut rng);
            importer.add(&String::from_utf8_lossy(&name), vec![1]);
        }
        importer.pair();
        let images: Vec<String> = importer
            .pairing()
            .pairs
            .iter()
            .map(|pair| pair.images[0].clone())
            .collect();
        for image in images {
            importer.remove_pair(&image).expect("it is there");
        }
        assert!(importer.pairing().pairs.is_empty());
    });
}
