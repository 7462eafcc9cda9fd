use losscope_datasets::synthetic::{Family, Synthetic};
use losscope_datasets::{Batches, Dataset, Sample, Size};

#[test]
fn epochs_are_shuffles_without_replacement() {
    for (count, batch_size) in [(58, 8), (8, 8), (7, 3), (3, 8), (1, 4), (100, 1)] {
        let train: Vec<usize> = (0..count).map(|n| n * 3 + 1).collect();
        let batches = Batches::new(&train, batch_size, 9);
        let drawn: Vec<usize> = (0..4 * count)
            .flat_map(|step| {
                let batch = batches.indices(step);
                assert_eq!(batch.len(), batch_size);
                batch
            })
            .collect();
        let epochs: Vec<&[usize]> = drawn.chunks_exact(count).collect();
        for epoch in &epochs {
            let mut sorted = epoch.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, train);
        }
        if count > 6 {
            assert!(epochs[0] != epochs[1] && epochs[0] != train, "not shuffled");
        }
    }
}

#[test]
fn a_batch_depends_on_seed_and_step_alone() {
    let train: Vec<usize> = (0..40).collect();
    let batches = Batches::new(&train, 8, 1);
    let ahead = batches.indices(1000);
    for step in [3, 0, 999] {
        batches.indices(step);
    }
    assert_eq!(ahead, batches.indices(1000));
    assert_eq!(ahead, Batches::new(&train, 8, 1).indices(1000));
    assert_ne!(batches.indices(0), Batches::new(&train, 8, 2).indices(0));
}

#[test]
fn nothing_to_draw_from_gives_nothing() {
    assert!(Batches::new(&[], 8, 1).indices(5).is_empty());
    assert!(Batches::new(&[1, 2], 0, 1).indices(5).is_empty());
    assert_eq!(Batches::new(&[1, 2], 3, 1).indices(usize::MAX).len(), 3);
}

#[test]
fn images_are_normalised_per_channel() {
    let set = Synthetic {
        family: Family::Polyp,
        size: 32,
        count: 5,
        foreground: 0.1,
        seed: 1,
        ..Synthetic::new(Family::Polyp)
    }
    .generate()
    .expect("valid settings");
    let batch = set.batch(&[4, 0, 4]);
    assert_eq!(
        (batch.batch, batch.channels, batch.height, batch.width),
        (3, 3, 32, 32)
    );
    assert_eq!(
        (batch.images.len(), batch.labels.len()),
        (3 * 3 * 1024, 3 * 1024)
    );
    for channel in batch.images.chunks_exact(1024) {
        let mean = channel.iter().sum::<f32>() / 1024.0;
        let variance = channel
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f32>()
            / 1024.0;
        assert!(
            mean.abs() < 1e-4 && (variance - 1.0).abs() < 1e-3,
            "{mean} {variance}"
        );
    }
    assert_eq!(batch.labels[..1024], set.samples[4].labels[..]);
    assert_eq!(batch.images[..3072], batch.images[2 * 3072..]);
}

#[test]
fn a_flat_image_becomes_zeros() {
    let set = Dataset {
        name: String::new(),
        size: Size::image(7, 9),
        channels: 1,
        classes: vec!["background".to_owned()],
        samples: vec![Sample {
            name: String::new(),
            source: String::new(),
            pixels: vec![0.3; 63],
            labels: vec![0; 63],
        }],
    };
    assert!(set.batch(&[0]).images.iter().all(|&value| value == 0.0));
    assert_eq!(set.foreground_fraction(), 0.0);
}
