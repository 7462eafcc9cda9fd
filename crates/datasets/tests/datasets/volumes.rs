//! Families that are volumes: whole, and as slices.

use std::collections::HashMap;

use losscope_datasets::synthetic::{Family, Synthetic, SyntheticError};

use crate::families::generate;

const VOLUMES: [Family; 2] = [Family::Brain, Family::Kidney];

#[test]
fn volumes_meet_their_dials() {
    for family in VOLUMES {
        for (depth, size) in [(8, 32), (32, 24)] {
            for foreground in [0.001, 0.01, 0.05, 0.2, 0.5] {
                let set = generate(Synthetic {
                    depth,
                    size,
                    count: 6,
                    foreground,
                    multiclass: true,
                    second_class: 0.4,
                    ..Synthetic::new(family)
                });
                assert_eq!((set.size.depth, set.samples.len()), (depth, 6));
                assert!(
                    set.samples
                        .iter()
                        .all(|s| s.pixels.len() == depth * size * size)
                );
                let met = set.foreground_fraction();
                assert!(
                    (met / foreground - 1.0).abs() < 0.05,
                    "{family:?} {depth}×{size}²: {foreground}: {met}"
                );
                let second = set.class_fractions()[2] / met;
                assert!((second / 0.4 - 1.0).abs() < 0.1, "{family:?}: {second}");
            }
        }
    }
}

/// Neighbouring slices of a volume show nearly the same; distant ones do not.
#[test]
fn volumes_hang_together() {
    for family in VOLUMES {
        let set = generate(Synthetic {
            depth: 32,
            size: 48,
            count: 3,
            texture: 0.5,
            ..Synthetic::new(family)
        });
        let difference = |a: usize, b: usize| {
            let slice = |n: usize| &set.samples[0].pixels[n * 48 * 48..][..48 * 48];
            let sum: f32 = slice(a)
                .iter()
                .zip(slice(b))
                .map(|(a, b)| (a - b).abs())
                .sum();
            sum / (48.0 * 48.0)
        };
        let (near, far) = (difference(15, 16), difference(6, 26));
        println!("{family:?}: near {near}, far {far}");
        assert!(near < 0.6 * far, "{family:?}: {near}, {far}");
        // Foreground in one slice lies over that in the next.
        let labels = &set.samples[0].labels;
        let (mut both, mut either) = (0, 0);
        for at in 0..31 * 48 * 48 {
            let (here, next) = (labels[at] > 0, labels[at + 48 * 48] > 0);
            both += usize::from(here && next);
            either += usize::from(here || next);
        }
        assert!(3 * both > either, "{family:?}: {both} of {either}");
    }
}

#[test]
fn slices_of_one_volume_never_straddle_a_split() {
    for family in VOLUMES {
        for count in [3, 10, 96, 97] {
            let set = generate(Synthetic {
                size: 16,
                count,
                ..Synthetic::new(family)
            });
            assert_eq!(set.samples.len(), count);
            for seed in 0..5 {
                let split = set.split([0.6, 0.2, 0.2], seed).unwrap();
                let mut part_of: HashMap<&str, usize> = HashMap::new();
                for (part, indices) in [split.train, split.validation, split.test]
                    .iter()
                    .enumerate()
                {
                    assert!(!indices.is_empty());
                    for &index in indices {
                        let source = set.samples[index].source.as_str();
                        assert_eq!(*part_of.entry(source).or_insert(part), part, "{source}");
                    }
                }
                // Several slices to a volume, where there are enough.
                assert!(part_of.len() <= count.div_ceil(8).max(3));
            }
        }
    }
}

#[test]
fn the_core_is_inside_the_rim() {
    let set = generate(Synthetic {
        size: 96,
        count: 24,
        foreground: 0.06,
        multiclass: true,
        second_class: 0.3,
        ..Synthetic::new(Family::Brain)
    });
    let (mut core, mut open) = (0, 0);
    for sample in &set.samples {
        for y in 1..95 {
            for x in 1..95 {
                let at = y * 96 + x;
                if sample.labels[at] == 2 {
                    core += 1;
                    let beside = [at - 1, at + 1, at - 96, at + 96];
                    open += usize::from(beside.iter().any(|&at| sample.labels[at] == 0));
                }
            }
        }
    }
    assert!(core > 1000 && open * 10 < core, "{open} of {core} open");
}

#[test]
fn flat_families_refuse_what_they_cannot_do() {
    for family in [Family::Polyp, Family::Vessel, Family::Ultrasound] {
        let error = Synthetic {
            depth: 8,
            ..Synthetic::new(family)
        }
        .generate()
        .unwrap_err();
        assert_eq!(error, SyntheticError::Flat(family));
        assert!(error.to_string().contains(family.name()) && error.to_string().contains("brain"));
        let error = Synthetic {
            multiclass: true,
            ..Synthetic::new(family)
        }
        .generate()
        .unwrap_err();
        assert_eq!(error, SyntheticError::OneClass(family));
        assert!(error.to_string().contains("multiclass to false"));
    }
    let volume = |size, depth, count| {
        Synthetic {
            size,
            depth,
            count,
            ..Synthetic::new(Family::Brain)
        }
        .generate()
        .unwrap_err()
    };
    assert_eq!(volume(64, 0, 3), SyntheticError::Depth(0));
    assert_eq!(volume(64, 129, 3), SyntheticError::Depth(129));
    assert!(
        volume(64, 64, 200)
            .to_string()
            .contains("at most 128 volumes")
    );
    assert!(
        volume(512, 128, 3)
            .to_string()
            .contains("smaller size or depth")
    );
}
