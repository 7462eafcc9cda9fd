//! Pairs made by hand, and classes given to values.

use image::{GrayImage, Luma};
use losscope_datasets::import::{ClassMapping, ImportError, Importer, Role, ValueClass};

use crate::making::{image_file, mask_file, options, png, three_pairs};

fn importer(more: &[(&str, Vec<u8>)]) -> Importer {
    let mut importer = Importer::new(options()).expect("valid options");
    for (path, bytes) in three_pairs() {
        importer.add(&path, bytes);
    }
    for (path, bytes) in more {
        importer.add(path, bytes.clone());
    }
    importer.pair();
    importer
}

fn pairs(importer: &Importer) -> Vec<String> {
    let pairs = importer.pairing().pairs.iter();
    pairs
        .map(|pair| format!("{} = {}", pair.images[0], pair.masks.join(" + ")))
        .collect()
}

fn unpaired(importer: &Importer) -> Vec<(Role, &str)> {
    let files = importer.pairing().unpaired.iter();
    files.map(|file| (file.role, file.path.as_str())).collect()
}

#[test]
fn what_has_no_partner_can_be_given_one() {
    let mut importer = importer(&[
        ("images/new.png", image_file()),
        ("masks/other.png", mask_file()),
    ]);
    assert_eq!(importer.pairing().pairs.len(), 3);
    assert_eq!(
        unpaired(&importer),
        [
            (Role::Mask, "masks/other.png"),
            (Role::Image, "images/new.png")
        ]
    );
    importer
        .set_pair("images/new.png", &["masks/other.png".to_owned()])
        .expect("both are there");
    assert_eq!(unpaired(&importer), []);
    assert!(importer.pairing().pairs[3].by_hand);
    // It stays when more files come.
    importer.add("images/more.png", image_file());
    assert_eq!(importer.pair(), 4);
    let import = importer.finish().expect("four pairs");
    assert_eq!(import.report.pairs[3].mask, "masks/other.png");
}

#[test]
fn a_mask_moves_from_one_pair_to_another() {
    let mut importer = importer(&[]);
    importer
        .set_pair("images/good0.png", &["masks/good1.png".to_owned()])
        .expect("both are there");
    assert_eq!(
        pairs(&importer),
        [
            "images/good0.png = masks/good1.png",
            "images/good2.png = masks/good2.png"
        ]
    );
    assert_eq!(
        unpaired(&importer),
        [
            (Role::Mask, "masks/good0.png"),
            (Role::Image, "images/good1.png")
        ]
    );
    // Taken from the pair made by hand as well.
    importer
        .set_pair("images/good1.png", &["masks/good1.png".to_owned()])
        .expect("both are there");
    assert_eq!(pairs(&importer)[0], "images/good0.png = masks/good0.png");
    assert_eq!(importer.pairing().pairs.len(), 3);
}

#[test]
fn a_pair_can_be_taken_apart_and_what_is_not_there_is_refused() {
    let mut importer = importer(&[]);
    importer
        .remove_pair("images/good2.png")
        .expect("it is there");
    assert_eq!(importer.pairing().pairs.len(), 2);
    assert_eq!(importer.pairing().unpaired.len(), 2);
    assert_eq!(
        importer.remove_pair("images/no.png"),
        Err(ImportError::NoSuchFile("images/no.png".to_owned()))
    );
    let own = importer.set_pair("images/good0.png", &["images/good0.png".to_owned()]);
    assert_eq!(own, Err(ImportError::NoMask("images/good0.png".to_owned())));
    assert!(importer.set_pair("images/good0.png", &[]).is_err());
    importer.decode_next().expect("a pair");
    // Decoded already.
    assert!(
        importer
            .set_pair("images/good0.png", &["masks/good2.png".to_owned()])
            .is_err()
    );
    importer
        .set_pair("images/good2.png", &["masks/good2.png".to_owned()])
        .expect("both are there");
    assert_eq!(
        importer.finish().expect("three pairs").report.pairs.len(),
        3
    );
}

#[test]
fn values_are_given_other_classes_after_decoding() {
    let shades = png(GrayImage::from_fn(32, 32, |x, _| {
        Luma([[0, 60, 120, 240][x as usize / 8]])
    }));
    let mut importer = importer(&[("images/x.png", image_file()), ("masks/x.png", shades)]);
    while importer.decode_next().is_some() {}
    let values = importer.values();
    let class = |value: &str| values.iter().find(|v| v.value == value).expect(value).class;
    // Above half of white, as the rules say.
    assert_eq!(["0", "60", "120", "240", "255"].map(class), [0, 0, 0, 1, 1]);
    assert_eq!(
        values.iter().map(|value| value.pixels).sum::<u64>(),
        4 * 1024
    );

    let value = |value: &str, class| ValueClass {
        value: value.to_owned(),
        class,
    };
    let classes = ["background", "edge", "core"].map(str::to_owned).to_vec();
    let wrong = ClassMapping {
        classes: classes.clone(),
        values: vec![value("60", 3)],
    };
    assert!(matches!(
        importer.set_classes(wrong),
        Err(ImportError::Class { class: 3, .. })
    ));
    let mapping = ClassMapping {
        classes: classes.clone(),
        values: vec![value("60", 1), value("120", 2), value("255", 2)],
    };
    importer.set_classes(mapping).expect("three classes");
    let import = importer.finish().expect("four pairs");
    assert_eq!(import.dataset.classes, classes);
    let labels = &import.dataset.samples[3].labels;
    // Not named, 240 is background.
    assert_eq!([0, 8, 16, 24].map(|x| labels[x]), [0, 1, 2, 0]);
    assert_eq!(import.dataset.samples[0].labels[0], 2);
    assert_eq!(import.report.pairs[3].foreground_fraction, 0.5);
    assert_eq!(import.report.classes[1].fraction, 0.0625);
}

#[test]
fn small_classes_survive_shrinking() {
    // One pixel of class 2 within much of class 1, of 128×128 pixels.
    let mask = png(GrayImage::from_fn(128, 128, |x, y| match (x, y) {
        (20, 20) => Luma([2]),
        _ => Luma([u8::from(x < 64)]),
    }));
    let mut importer = importer(&[
        ("images/x.png", png(crate::making::picture(128, 128, 1))),
        ("masks/x.png", mask),
    ]);
    let value = |value: &str, class| ValueClass {
        value: value.to_owned(),
        class,
    };
    importer
        .set_classes(ClassMapping {
            classes: ["background", "organ", "lesion"]
                .map(str::to_owned)
                .to_vec(),
            values: vec![value("1", 1), value("2", 2)],
        })
        .expect("three classes");
    let import = importer.finish().expect("four pairs");
    let labels = &import.dataset.samples[3].labels;
    assert_eq!(labels.iter().filter(|&&label| label == 2).count(), 1);
    assert_eq!(labels[5 * 32 + 5], 2);
    assert_eq!(labels.iter().filter(|&&label| label == 1).count(), 511);
}
