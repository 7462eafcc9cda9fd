//! Single images as they came, for networks that were trained before.

use losscope_datasets::import::{Fit, ImportOptions, Importer, Limits, Photo, grey_png};

use crate::formats::fixture;
use crate::making::encode;

fn grey(width: usize, height: usize, values: &[u8]) -> Vec<u8> {
    grey_png(width, height, values.to_vec()).expect("a file of this test is valid")
}

fn photo(name: &str, bytes: Vec<u8>) -> Photo {
    Photo::read(name, bytes, &Limits::default()).expect("a file of this test is valid")
}

/// What an import makes of an image, `[channels, 16, 16]`.
fn imported(bytes: &[u8], width: usize, height: usize) -> Vec<f32> {
    let mut importer =
        Importer::new(ImportOptions::new(16, Fit::Resize)).expect("a file of this test is valid");
    for number in 0..3 {
        importer.add(&format!("image{number}.png"), bytes.to_vec());
        let mask =
            grey_png(width, height, vec![0; width * height]).expect("a file of this test is valid");
        importer.add(&format!("image{number}_mask.png"), mask);
    }
    let import = importer.finish().expect("a file of this test is valid");
    import.dataset.samples[0].pixels.clone()
}

#[test]
fn a_network_sees_what_an_import_would_have_made() {
    let file = grey_png(40, 25, (0..1000).map(|at| (at % 251) as u8).collect()).unwrap();
    let photo = photo("a.png", file.clone());
    assert_eq!((photo.size().width, photo.size().height), (40, 25));
    assert_eq!(photo.values(1, 16, 16), imported(&file, 40, 25));
    // A network for colours gets grey three times over.
    let grey = photo.values(1, 16, 16);
    assert_eq!(
        photo.values(3, 16, 16),
        [grey.clone(), grey.clone(), grey].concat()
    );
    assert_eq!(photo.values(1, 8, 24).len(), 8 * 24, "of any shape");
}

#[test]
fn colours_become_grey_for_a_network_that_knows_none() {
    let green = image::RgbImage::from_pixel(8, 8, image::Rgb([0, 200, 0]));
    let photo = photo("green.png", encode(green, image::ImageFormat::Png));
    assert!(photo.is_colour());
    let grey = photo.values(1, 8, 8);
    assert!(
        grey.iter().all(|&value| (0.3..0.8).contains(&value)),
        "{grey:?}"
    );
}

#[test]
fn a_photo_is_turned_as_its_camera_was_held() {
    let photo = photo("turned.jpg", fixture("turned.jpg"));
    let size = photo.size();
    let (width, height, rgba) = photo.shown(usize::MAX);
    assert_eq!((width, height), (size.width, size.height));
    // Light above in the file; turned to the right, at the right.
    let at = |column: usize| rgba[4 * column];
    assert!(
        at(0) < 50 && at(width - 1) > 200,
        "{} {}",
        at(0),
        at(width - 1)
    );
}

#[test]
fn what_is_shown_is_made_smaller() {
    let photo = photo("a.png", grey_png(200, 100, vec![7; 20_000]).unwrap());
    let (width, height, rgba) = photo.shown(5000);
    assert_eq!((width, height, rgba.len()), (100, 50, 20_000));
}

#[test]
fn masks_are_read_by_the_rules_of_imports() {
    let mut photo = photo("a.png", grey(4, 1, &[10, 20, 30, 40]));
    assert_eq!(photo.labels(2).unwrap(), None);
    let halves = ("m1.png".to_owned(), grey(4, 1, &[255, 0, 0, 0]));
    let others = ("m2.png".to_owned(), grey(4, 1, &[0, 0, 255, 0]));
    photo
        .set_masks(vec![halves, others], &Limits::default())
        .unwrap();
    assert_eq!(
        photo.labels(2).unwrap(),
        Some(vec![1, 0, 1, 0]),
        "parts are merged"
    );
    let wrong = ("m.png".to_owned(), grey(2, 2, &[0, 0, 0, 255]));
    let error = photo
        .set_masks(vec![wrong], &Limits::default())
        .unwrap_err();
    assert!(error.to_string().contains("2×2"), "{error}");
}

#[test]
fn masks_of_several_classes_are_numbers_or_greys() {
    let mut photo = photo("a.png", grey(3, 1, &[1, 2, 3]));
    for values in [[0, 1, 2], [0, 127, 255]] {
        let mask = ("m.png".to_owned(), grey(3, 1, &values));
        photo.set_masks(vec![mask], &Limits::default()).unwrap();
        assert_eq!(photo.labels(3).unwrap(), Some(vec![0, 1, 2]), "{values:?}");
    }
    let mask = ("m.png".to_owned(), grey(3, 1, &[0, 1, 9]));
    photo.set_masks(vec![mask], &Limits::default()).unwrap();
    let error = photo.labels(3).unwrap_err().to_string();
    assert!(
        error.contains("value 9") && error.contains("3 classes"),
        "{error}"
    );
}

#[test]
fn a_sample_stays_what_it_is() {
    let values: Vec<f32> = (0..48).map(|at| at as f32 / 47.0).collect();
    let labels: Vec<u8> = (0..16).map(|at| at % 3).collect();
    let photo = Photo::from_sample("one", (3, 4, 4), &values, labels.clone()).unwrap();
    assert_eq!(photo.values(3, 4, 4), values);
    assert_eq!(photo.labels(3).unwrap(), Some(labels));
    let grey = Photo::from_sample("two", (1, 4, 4), &values[..16], vec![0; 16]).unwrap();
    assert_eq!(grey.values(1, 4, 4), values[..16]);
    assert!(Photo::from_sample("bad", (3, 4, 4), &values[..16], vec![0; 16]).is_err());
}

#[test]
fn volumes_and_what_is_no_image_are_refused_in_sentences() {
    let limits = Limits::default();
    for (bytes, said) in [
        (b"hello".to_vec(), "is no image"),
        (Vec::new(), "is empty"),
        (fixture("volume_f4.npy"), "It is a volume"),
    ] {
        let error = Photo::read("x", bytes, &limits).unwrap_err().to_string();
        assert!(error.contains(said) && error.starts_with("x: "), "{error}");
    }
    let slice = Photo::read("slice.dcm", fixture("windowed.dcm"), &limits).unwrap();
    assert!(
        slice
            .values(1, 8, 8)
            .iter()
            .all(|value| (0.0..=1.0).contains(value))
    );
}
