//! Slices and patches of volumes.

use losscope_datasets::{Axis, Dataset, PatchError, Sample, Size};

const SIZE: Size = Size {
    depth: 3,
    height: 4,
    width: 5,
};

/// Two volumes whose pixels say where they are: z y x in the digits of a thousandth.
fn volumes() -> Dataset {
    let places: Vec<usize> = (0..SIZE.pixels())
        .map(|at| at / 20 * 100 + at / 5 % 4 * 10 + at % 5)
        .collect();
    Dataset {
        name: "volumes".to_owned(),
        size: SIZE,
        channels: 1,
        classes: vec!["background".to_owned(), "a".to_owned(), "b".to_owned()],
        samples: ["one", "two"]
            .map(|name| Sample {
                name: name.to_owned(),
                source: format!("patient {name}"),
                pixels: places.iter().map(|&place| place as f32 / 1000.0).collect(),
                labels: places.iter().map(|place| (place % 3) as u8).collect(),
            })
            .to_vec(),
    }
}

/// The places that a sample shows, read off its pixels; its labels must be theirs.
fn places(sample: &Sample) -> Vec<usize> {
    let places: Vec<usize> = sample
        .pixels
        .iter()
        .map(|p| (p * 1000.0).round() as usize)
        .collect();
    let labels: Vec<u8> = places.iter().map(|place| (place % 3) as u8).collect();
    assert_eq!(labels, sample.labels);
    places
}

#[test]
fn slices_lie_as_they_should() {
    let set = volumes();
    for (axis, count, height, width, second) in [
        (Axis::Axial, 3, 4, 5, [100, 101]),
        // The top of the volume is above.
        (Axis::Coronal, 4, 3, 5, [210, 211]),
        (Axis::Sagittal, 5, 3, 4, [201, 211]),
    ] {
        let slices = set.slices(axis);
        assert_eq!(slices.size, Size::image(height, width));
        assert_eq!(slices.samples.len(), 2 * count);
        assert_eq!(slices.classes, set.classes);
        assert_eq!(places(&slices.samples[1])[..2], second, "{axis:?}");
        // Every voxel is in one slice.
        let mut all: Vec<usize> = slices.samples[..count].iter().flat_map(places).collect();
        all.sort_unstable();
        assert_eq!(all, places(&set.samples[0]));
        assert!(
            slices.samples[..count]
                .iter()
                .all(|s| s.source == "patient one")
        );
        assert!(slices.samples[count].name.contains("two"));
    }
}

#[test]
fn patches_cover_everything() {
    let set = volumes();
    let patch = Size {
        depth: 2,
        height: 4,
        width: 2,
    };
    let patches = set.patches(patch).unwrap();
    // 2 × 1 × 3 of each volume.
    assert_eq!((patches.samples.len(), patches.size), (12, patch));
    let mut all: Vec<usize> = patches.samples[..6].iter().flat_map(places).collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all, places(&set.samples[0]));
    assert_eq!(places(&patches.samples[0])[..5], [0, 1, 10, 11, 20]);
    assert!(
        patches.samples[6..]
            .iter()
            .all(|s| s.source == "patient two")
    );
    assert_eq!(set.patches(SIZE).unwrap().samples.len(), 2);
}

#[test]
fn patches_that_do_not_fit_are_refused() {
    let set = volumes();
    let error = set.patches(Size { depth: 4, ..SIZE }).unwrap_err();
    assert!(matches!(error, PatchError::TooLarge { .. }));
    assert!(error.to_string().contains("4×4×5") && error.to_string().contains("3×4×5"));
    assert_eq!(
        set.patches(Size { width: 0, ..SIZE }),
        Err(PatchError::Nothing)
    );
}

#[test]
fn classes_of_one_sample_are_counted() {
    let set = volumes();
    let fractions = set.samples[0].class_fractions(3);
    assert_eq!(fractions, set.class_fractions());
    assert!((fractions.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((1.0 - fractions[0] - set.samples[0].foreground_fraction()).abs() < 1e-12);
}

#[test]
fn batches_of_volumes_keep_their_depth() {
    let batch = volumes().batch(&[1, 0]);
    assert_eq!((batch.depth, batch.height, batch.width), (3, 4, 5));
    assert_eq!((batch.images.len(), batch.labels.len()), (120, 120));
    let mean = batch.images[..60].iter().sum::<f32>() / 60.0;
    assert!(mean.abs() < 1e-5);
}
