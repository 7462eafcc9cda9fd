use std::collections::BTreeSet;

use losscope_datasets::{Dataset, Sample, Size, SplitError};

/// A set in which source number i has as many samples as the list says.
fn set(samples_per_source: &[usize]) -> Dataset {
    let samples = samples_per_source
        .iter()
        .enumerate()
        .flat_map(|(source, &count)| {
            (0..count).map(move |tile| Sample {
                name: format!("{source} {tile}"),
                source: format!("source {source}"),
                pixels: vec![0.0],
                labels: vec![0],
            })
        });
    Dataset {
        name: "test".to_owned(),
        size: Size::image(1, 1),
        channels: 1,
        classes: vec!["background".to_owned(), "foreground".to_owned()],
        samples: samples.collect(),
    }
}

const SHARES: [f64; 3] = [0.6, 0.2, 0.2];

#[test]
fn parts_have_their_share_and_nothing_is_lost() {
    for seed in 0..20 {
        let split = set(&[1; 96]).split(SHARES, seed).expect("a valid split");
        assert_eq!(
            (split.train.len(), split.validation.len(), split.test.len()),
            (58, 19, 19)
        );
        let all: BTreeSet<usize> = [&split.train, &split.validation, &split.test]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        assert_eq!(all, (0..96).collect());
    }
}

#[test]
fn sources_never_straddle() {
    let uneven: Vec<usize> = (0..25).map(|n| n % 7 + 1).collect();
    let data = set(&uneven);
    for seed in 0..50 {
        let split = data.split(SHARES, seed).expect("a valid split");
        let sources = |part: &[usize]| -> BTreeSet<&str> {
            part.iter()
                .map(|&i| data.samples[i].source.as_str())
                .collect()
        };
        let (train, validation, test) = (
            sources(&split.train),
            sources(&split.validation),
            sources(&split.test),
        );
        assert!(
            train.is_disjoint(&validation)
                && train.is_disjoint(&test)
                && validation.is_disjoint(&test)
        );
        assert_eq!(train.len() + validation.len() + test.len(), 25);
        assert_eq!(
            split.train.len() + split.validation.len() + split.test.len(),
            data.samples.len()
        );
        let share = split.train.len() as f64 / data.samples.len() as f64;
        assert!((share - 0.6).abs() < 0.08, "{share}");
    }
}

#[test]
fn no_part_is_empty_with_three_sources() {
    for sources in 3..12 {
        for shares in [
            SHARES,
            [0.98, 0.01, 0.01],
            [0.01, 0.01, 0.98],
            [0.01, 0.98, 0.01],
        ] {
            for seed in 0..5 {
                let split = set(&vec![2; sources])
                    .split(shares, seed)
                    .expect("a valid split");
                assert!(
                    !split.train.is_empty()
                        && !split.validation.is_empty()
                        && !split.test.is_empty()
                );
            }
        }
    }
}

#[test]
fn training_comes_first_with_fewer_sources() {
    let one = set(&[4])
        .split([0.1, 0.45, 0.45], 1)
        .expect("a valid split");
    assert_eq!(
        (one.train.len(), one.validation.len(), one.test.len()),
        (4, 0, 0)
    );
    let two = set(&[2, 2]).split(SHARES, 1).expect("a valid split");
    assert_eq!(two.train.len(), 2);
}

#[test]
fn a_share_of_nothing_is_an_empty_part() {
    let split = set(&[1; 10])
        .split([0.8, 0.2, 0.0], 3)
        .expect("a valid split");
    assert_eq!(
        (split.train.len(), split.validation.len(), split.test.len()),
        (8, 2, 0)
    );
    let split = set(&[1; 10])
        .split([0.8, 0.0, 0.2], 3)
        .expect("a valid split");
    assert_eq!(
        (split.train.len(), split.validation.len(), split.test.len()),
        (8, 0, 2)
    );
    assert_eq!(
        set(&[1; 10])
            .split([1.0, 0.0, 0.0], 3)
            .expect("a valid split")
            .train
            .len(),
        10
    );
}

#[test]
fn the_seed_decides() {
    let data = set(&[1; 50]);
    assert_eq!(data.split(SHARES, 4), data.split(SHARES, 4));
    assert_ne!(data.split(SHARES, 4), data.split(SHARES, 5));
}

#[test]
fn impossible_splits_are_refused() {
    let data = set(&[1; 5]);
    assert!(matches!(
        data.split([0.5, 0.2, 0.2], 1),
        Err(SplitError::Sum { .. })
    ));
    assert!(matches!(
        data.split([1.2, -0.2, 0.0], 1),
        Err(SplitError::Share(_))
    ));
    assert!(matches!(
        data.split([f64::NAN, 0.5, 0.5], 1),
        Err(SplitError::Share(_))
    ));
    assert_eq!(data.split([0.0, 0.5, 0.5], 1), Err(SplitError::NoTraining));
    assert_eq!(
        set(&[]).split(SHARES, 1),
        Err(SplitError::Empty("test".to_owned()))
    );
}
