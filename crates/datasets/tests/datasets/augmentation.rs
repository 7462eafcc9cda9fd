//! Random changes of training samples.

use losscope_datasets::synthetic::{Family, Synthetic};
use losscope_datasets::{Augmentation, AugmentationError, Dataset, Size};

use crate::families::generate;

const ALWAYS: fn() -> Augmentation = || Augmentation {
    probability: 1.0,
    ..Augmentation::paper()
};
const OFF: fn() -> Augmentation = || Augmentation {
    probability: 1.0,
    ..Augmentation::default()
};

fn set() -> Dataset {
    generate(Synthetic {
        count: 6,
        foreground: 0.2,
        size: 48,
        ..Synthetic::new(Family::Ultrasound)
    })
}

/// A set whose pictures are their own masks.
fn masks(depth: usize) -> Dataset {
    let mut set = generate(Synthetic {
        count: 6,
        foreground: 0.2,
        size: 48,
        depth,
        ..Synthetic::new(Family::Brain)
    });
    for sample in &mut set.samples {
        sample.pixels = sample
            .labels
            .iter()
            .map(|&label| f32::from(label))
            .collect();
    }
    set
}

#[test]
fn off_changes_nothing() {
    let set = set();
    for settings in [
        Augmentation::default(),
        OFF(),
        Augmentation {
            probability: 0.0,
            ..Augmentation::paper()
        },
    ] {
        assert!(settings.is_off());
        for index in 0..6 {
            assert_eq!(
                set.augmented(index, &settings, 1, 9).unwrap(),
                set.samples[index]
            );
        }
        let batch = set.batch_augmented(&[3, 1], &settings, 1, 9).unwrap();
        assert_eq!(batch, set.batch(&[3, 1]));
    }
    assert!(!Augmentation::paper().is_off());
}

#[test]
fn what_happens_depends_on_seed_sample_and_step_alone() {
    let set = set();
    let at = |seed, index, step| set.augmented(index, &ALWAYS(), seed, step).unwrap();
    assert_eq!(at(1, 2, 3), at(1, 2, 3));
    assert_ne!(at(1, 2, 3).pixels, at(2, 2, 3).pixels);
    assert_ne!(at(1, 2, 3).pixels, at(1, 2, 4).pixels);
    let mut twins = set.clone();
    twins.samples[3] = twins.samples[2].clone();
    let twin = twins.augmented(3, &ALWAYS(), 1, 3).unwrap();
    assert_ne!(at(1, 2, 3).pixels, twin.pixels);
    // A batch holds the same, whoever else is in it.
    let plane = 48 * 48;
    let one = set.batch_augmented(&[2], &ALWAYS(), 1, 3).unwrap();
    let many = set.batch_augmented(&[5, 2, 0], &ALWAYS(), 1, 3).unwrap();
    assert_eq!(one.images, many.images[plane..2 * plane]);
    assert_eq!(one.labels, at(1, 2, 3).labels);
    assert_eq!(one.labels, many.labels[plane..2 * plane]);
}

#[test]
fn picture_and_mask_stay_aligned() {
    for depth in [1, 4] {
        let set = masks(depth);
        for step in 0..40 {
            let sample = set
                .augmented(
                    step % 6,
                    &Augmentation {
                        brightness: [1.0; 2],
                        ..ALWAYS()
                    },
                    5,
                    step,
                )
                .unwrap();
            for (&pixel, &label) in sample.pixels.iter().zip(&sample.labels) {
                // The nearest of four pixels has at least a quarter of their weight.
                assert!(
                    (pixel - f32::from(label)).abs() <= 0.7501,
                    "{pixel} {label}"
                );
            }
        }
    }
}

/// Each change by itself changes about as many pixels as it should, and classes stay classes.
#[test]
fn every_setting_changes_what_it_says() {
    let set = generate(Synthetic {
        count: 6,
        size: 48,
        foreground: 0.2,
        multiclass: true,
        ..Synthetic::new(Family::Kidney)
    });
    let alone: [(&str, Augmentation); 5] = [
        (
            "scale",
            Augmentation {
                scale: [0.85, 1.25],
                ..OFF()
            },
        ),
        (
            "rotation",
            Augmentation {
                rotation: 15.0,
                ..OFF()
            },
        ),
        (
            "mirror",
            Augmentation {
                mirror: true,
                ..OFF()
            },
        ),
        (
            "elastic",
            Augmentation {
                elastic: 0.03,
                ..OFF()
            },
        ),
        (
            "brightness",
            Augmentation {
                brightness: [0.5, 2.0],
                ..OFF()
            },
        ),
    ];
    for (name, settings) in alone {
        let mut relabelled = 0;
        for step in 0..24 {
            let before = &set.samples[step % 6];
            let after = set.augmented(step % 6, &settings, 3, step).unwrap();
            assert_ne!(before.pixels, after.pixels, "{name}");
            relabelled += usize::from(before.labels != after.labels);
            assert!(after.labels.iter().all(|&label| label < 3));
            assert!(after.pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        }
        if name == "brightness" {
            assert_eq!(relabelled, 0);
        } else {
            assert!(relabelled > 16, "{name}: {relabelled}");
        }
    }
}

#[test]
fn mirrored_twice_is_the_original() {
    let set = set();
    let settings = Augmentation {
        mirror: true,
        ..OFF()
    };
    let mut ways = std::collections::HashSet::new();
    for step in 0..30 {
        let mut mirrored = set.clone();
        mirrored.samples[1] = set.augmented(1, &settings, 4, step).unwrap();
        let corner = mirrored.samples[1].pixels[0];
        let from = [0, 47, 47 * 48, 48 * 48 - 1];
        ways.insert(
            from.iter()
                .position(|&at| set.samples[1].pixels[at] == corner),
        );
        assert_eq!(
            mirrored.augmented(1, &settings, 4, step).unwrap(),
            set.samples[1]
        );
    }
    // Across, down, and both.
    assert_eq!(ways.len(), 3);
}

/// A ramp shows where its pixels come from.
fn ramp(size: usize) -> Dataset {
    let mut set = generate(Synthetic {
        count: 3,
        size,
        ..Synthetic::new(Family::Ultrasound)
    });
    for (number, sample) in set.samples.iter_mut().enumerate() {
        for (at, pixel) in sample.pixels.iter_mut().enumerate() {
            let place = if number == 0 { at % size } else { at / size };
            *pixel = place as f32 / (size - 1) as f32;
        }
    }
    set
}

#[test]
fn scale_and_rotation_are_as_large_as_asked() {
    let set = ramp(65);
    let slope = |settings: &Augmentation, step: usize| {
        // Away from the edges, where pixels are repeated.
        let pixels = set.augmented(0, settings, 8, step).unwrap().pixels;
        let at = |x: usize, y: usize| f64::from(pixels[y * 65 + x]) * 64.0;
        (
            (at(42, 32) - at(22, 32)) / 20.0,
            (at(32, 42) - at(32, 22)) / 20.0,
        )
    };
    let (mut low, mut high, mut steepest) = (f64::MAX, 0.0_f64, 0.0_f64);
    for step in 0..60 {
        let (across, down) = slope(
            &Augmentation {
                scale: [0.8, 1.25],
                ..OFF()
            },
            step,
        );
        assert!(down.abs() < 1e-4);
        (low, high) = (low.min(1.0 / across), high.max(1.0 / across));
        let (across, down) = slope(
            &Augmentation {
                rotation: 30.0,
                ..OFF()
            },
            step,
        );
        assert!((across * across + down * down - 1.0).abs() < 1e-3);
        steepest = steepest.max(down.abs());
    }
    assert!(
        low > 0.799 && low < 0.85 && high < 1.251 && high > 1.18,
        "{low} {high}"
    );
    assert!(steepest < 0.5001 && steepest > 0.45, "{steepest}");
}

#[test]
fn elastic_shifts_are_as_long_as_asked() {
    let settings = Augmentation {
        elastic: 0.04,
        ..OFF()
    };
    let across = ramp(96);
    // The same sample and step, so the same shift: its other part.
    let mut down = across.clone();
    down.samples.swap(0, 1);
    let mut lengths = Vec::new();
    for step in 0..60 {
        let shift = |set: &Dataset, place: fn(usize) -> usize| -> f64 {
            let pixels = set.augmented(0, &settings, 2, step).unwrap().pixels;
            let squares = pixels.iter().enumerate().map(|(at, &pixel)| {
                let shift = f64::from(pixel) * 95.0 - place(at) as f64;
                shift * shift
            });
            squares.sum::<f64>() / (96.0 * 96.0)
        };
        let square = shift(&across, |at| at % 96) + shift(&down, |at| at / 96);
        lengths.push(square.sqrt() / 96.0);
    }
    // What would come from outside is cut short at the edge.
    let longest = lengths.iter().copied().fold(0.0, f64::max);
    let mean = lengths.iter().sum::<f64>() / 60.0;
    println!("root mean square of the elastic shift: {mean} on average, {longest} at most");
    assert!(longest < 0.0401 && longest > 0.034, "{longest}");
    assert!((0.015..0.022).contains(&mean), "{mean}");
}

#[test]
fn volumes_change_in_their_plane_only() {
    let mut set = masks(4);
    for sample in &mut set.samples {
        let first = sample.labels[..48 * 48].to_vec();
        sample.labels = first.iter().copied().cycle().take(4 * 48 * 48).collect();
    }
    let sample = set.augmented(0, &ALWAYS(), 1, 1).unwrap();
    assert_eq!(
        set.size,
        Size {
            depth: 4,
            height: 48,
            width: 48
        }
    );
    for slice in sample.labels.chunks_exact(48 * 48) {
        assert_eq!(slice, &sample.labels[..48 * 48]);
    }
}

#[test]
fn probability_is_how_often() {
    let set = set();
    let changed = (0..400)
        .filter(|&step| {
            let settings = Augmentation {
                mirror: true,
                probability: 0.15,
                ..OFF()
            };
            set.augmented(0, &settings, 6, step).unwrap() != set.samples[0]
        })
        .count();
    assert!((40..=82).contains(&changed), "{changed} of 400");
}

#[test]
fn bad_settings_are_refused_with_a_way_out() {
    let set = set();
    for (settings, named) in [
        (
            Augmentation {
                probability: 1.1,
                ..OFF()
            },
            "augmentation.probability",
        ),
        (
            Augmentation {
                scale: [0.1, 1.0],
                ..OFF()
            },
            "augmentation.scale",
        ),
        (
            Augmentation {
                rotation: f64::NAN,
                ..OFF()
            },
            "augmentation.rotation",
        ),
        (
            Augmentation {
                elastic: 0.2,
                ..OFF()
            },
            "augmentation.elastic",
        ),
        (
            Augmentation {
                brightness: [1.0, 9.0],
                ..OFF()
            },
            "augmentation.brightness",
        ),
        (
            Augmentation {
                scale: [1.2, 0.9],
                ..OFF()
            },
            "give the smaller one first",
        ),
    ] {
        let error = set.batch_augmented(&[0], &settings, 1, 1).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
        assert_eq!(
            set.augmented(0, &settings, 1, 1).unwrap_err().to_string(),
            error.to_string()
        );
    }
    assert!(matches!(
        Augmentation {
            scale: [1.2, 0.9],
            ..OFF()
        }
        .validate(),
        Err(AugmentationError::Order { .. })
    ));
    let error = serde_json::from_str::<Augmentation>(r#"{"rotate": 3}"#).unwrap_err();
    assert!(error.to_string().contains("`rotate`"));
}
