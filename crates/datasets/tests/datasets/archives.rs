//! ZIP archives, good and bad.

use image::{GrayImage, Luma};
use losscope_datasets::import::{Importer, Limits};

use crate::making::{
    SIZE, archive, image_file, import, import_with, mask_file, options, png, reason, three_pairs,
};

#[test]
fn an_archive_is_unpacked() {
    let mut entries = three_pairs();
    entries.push(("__MACOSX/images/._good0.png".to_owned(), vec![1]));
    entries.push(("readme.txt".to_owned(), vec![1]));
    let import = import(
        options(),
        vec![("my set.zip".to_owned(), archive(&entries))],
    )
    .expect("three good pairs");
    assert_eq!(import.dataset.samples.len(), 3);
    assert_eq!(import.dataset.name, "my set");
    assert_eq!(import.report.rejected.len(), 1);
    assert!(reason(&import, "my set.zip/readme.txt").contains("not an image"));
}

#[test]
fn two_archives_pair_by_their_names() {
    let images: Vec<_> = (0..3).map(|n| (format!("{n}.png"), image_file())).collect();
    let masks: Vec<_> = (0..3).map(|n| (format!("{n}.png"), mask_file())).collect();
    let files = vec![
        ("images.zip".to_owned(), archive(&images)),
        ("masks.zip".to_owned(), archive(&masks)),
    ];
    let import = import(options(), files).expect("three good pairs");
    assert_eq!(import.report.rejected, []);
    assert_eq!(import.report.pairs.len(), 3);
}

#[test]
fn an_archive_cut_short_or_no_archive() {
    let whole = archive(&three_pairs());
    for keep in [0, 10, whole.len() / 2, whole.len() - 5] {
        let import = import_with(vec![("cut.zip", whole[..keep].to_vec())]);
        assert!(reason(&import, "cut.zip").contains("cut short"));
    }
    let import = import_with(vec![("text.zip", b"no archive".to_vec())]);
    assert!(reason(&import, "text.zip").contains("no ZIP file"));
}

#[test]
fn wrong_bytes_do_not_panic() {
    let whole = archive(&three_pairs());
    for at in (0..whole.len()).step_by(whole.len() / 150 + 1) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        import_with(vec![("bad.zip", bytes)]);
    }
}

fn import_limited(
    limits: Limits,
    entries: &[(String, Vec<u8>)],
) -> losscope_datasets::import::Import {
    let mut importer = Importer::with_limits(options(), limits).expect("valid options");
    for (path, bytes) in three_pairs() {
        importer.add(&path, bytes);
    }
    importer.add("bomb.zip", archive(entries));
    importer.pair();
    importer.finish().expect("three good pairs")
}

#[test]
fn a_bomb_is_defused() {
    let entries = vec![
        ("images/bomb.png".to_owned(), vec![0; 20 << 20]),
        ("masks/bomb.png".to_owned(), mask_file()),
        ("images/it.png".to_owned(), image_file()),
        ("masks/it.png".to_owned(), mask_file()),
    ];
    // One entry larger than a file may be: the others are still read.
    let import = import_limited(
        Limits {
            file_bytes: 1 << 20,
            ..Limits::default()
        },
        &entries,
    );
    assert!(reason(&import, "bomb.zip/images/bomb.png").contains("larger than the 1 MB"));
    assert_eq!(import.report.pairs.len(), 4);
    // Far more in all than the archive's own length: no more of it is read.
    let import = import_limited(
        Limits {
            total_bytes: 1 << 20,
            ..Limits::default()
        },
        &entries,
    );
    assert!(reason(&import, "bomb.zip/images/bomb.png").contains("its own length"));
    assert!(import.report.pairs.len() >= 3);
}

/// An archive of the most that fits is taken in part, where it may have been refused before.
#[test]
fn a_set_of_thousands_of_masks_is_imported() {
    // Thirty nuclei for each image, each in a file, as in the 2018 Data Science Bowl.
    let mut entries = Vec::new();
    for image in 0..40 {
        let id = format!("{image:040x}");
        entries.push((format!("{id}/images/{id}.png"), image_file()));
        for nucleus in 0..30 {
            let one = GrayImage::from_fn(SIZE, SIZE, |x, y| {
                Luma([if x == nucleus && y > 3 { 255 } else { 0 }])
            });
            entries.push((format!("{id}/masks/{nucleus:032x}.png"), png(one)));
        }
    }
    let run = |limits: Limits| {
        let mut importer = Importer::with_limits(options(), limits).expect("valid options");
        importer.add("stage1_train.zip", archive(&entries));
        importer.finish().expect("forty pairs")
    };
    let import = run(Limits::default());
    assert_eq!(import.report.pairs.len(), 40);
    assert_eq!(import.report.rejected, []);
    // Thirty columns of 32, four pixels short.
    let expected = 30.0 * 28.0 / 1024.0;
    assert!((import.report.foreground_fraction - expected).abs() < 1e-9);
    let import = run(Limits {
        samples: 12,
        ..Limits::default()
    });
    assert_eq!(import.report.pairs.len(), 12);
    assert_eq!(import.report.rejected, []);
    assert!(import.report.notes[0].starts_with("The first 12 of 40 pairs were taken"));
}

#[test]
fn an_encrypted_archive_is_named_once() {
    let mut bytes = archive(&three_pairs());
    for (mark, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let places: Vec<usize> = (0..bytes.len() - 4)
            .filter(|&at| &bytes[at..at + 4] == mark)
            .collect();
        for at in places {
            bytes[at + flags] |= 1;
        }
    }
    let import = import_with(vec![("secret.zip", bytes)]);
    assert_eq!(import.report.rejected.len(), 1);
    assert!(reason(&import, "secret.zip").contains("6 files in the archive are encrypted"));
}

#[test]
fn an_entry_that_lies_about_its_length_is_still_bounded() {
    let mut bytes = archive(&[("images/bomb.png".to_owned(), vec![0; 8 << 20])]);
    // The uncompressed length, in the local header and in the directory.
    let directory = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .expect("a directory");
    for at in [22, directory + 24] {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let limits = Limits {
        file_bytes: 1 << 20,
        ..Limits::default()
    };
    let mut importer = Importer::with_limits(options(), limits).expect("valid options");
    for (path, bytes) in three_pairs() {
        importer.add(&path, bytes);
    }
    importer.add("liar.zip", bytes);
    let import = importer.finish().expect("three good pairs");
    reason(&import, "liar.zip/images/bomb.png");
}

#[test]
fn too_many_entries() {
    let entries: Vec<_> = (0..60)
        .map(|n| (format!("images/{n}.png"), vec![n]))
        .collect();
    // As many as fit are looked at …
    let import = import_limited(
        Limits {
            files: 50,
            ..Limits::default()
        },
        &entries,
    );
    assert!(import.report.notes[0].contains("first 50 files were looked at, and 16 more"));
    // … but what lists very many is not even opened.
    let many: Vec<_> = (0..4000)
        .map(|n| (format!("images/{n:0400}.png"), Vec::new()))
        .collect();
    let import = import_limited(
        Limits {
            files: 6,
            ..Limits::default()
        },
        &many,
    );
    assert!(reason(&import, "bomb.zip").contains("goes on and on"));
}

#[test]
fn paths_that_leave_the_archive_are_refused() {
    let mut entries = three_pairs();
    entries.push(("../../images/evil.png".to_owned(), image_file()));
    entries.push(("inner.zip".to_owned(), archive(&three_pairs())));
    let import = import(options(), vec![("set.zip".to_owned(), archive(&entries))])
        .expect("three good pairs");
    assert!(reason(&import, "set.zip/images/evil.png").contains("outside"));
    assert!(reason(&import, "set.zip/inner.zip").contains("archive in an archive"));
    assert!(
        import
            .report
            .pairs
            .iter()
            .all(|pair| !pair.image.contains(".."))
    );
}
