//! Every dial of a synthetic set does what it says: measured.

use losscope_datasets::Dataset;
use losscope_datasets::synthetic::{Family, Synthetic, SyntheticError};

use crate::families::generate;

fn base(family: Family) -> Synthetic {
    Synthetic {
        size: 64,
        count: 32,
        foreground: 0.06,
        ..Synthetic::new(family)
    }
}

/// Number of pieces of foreground that hang together.
fn pieces(set: &Dataset, sample: usize) -> usize {
    let (width, mut labels) = (set.size.width, set.samples[sample].labels.clone());
    let mut count = 0;
    for start in 0..labels.len() {
        if labels[start] == 0 {
            continue;
        }
        count += 1;
        let mut queue = vec![start];
        while let Some(at) = queue.pop() {
            if std::mem::take(&mut labels[at]) == 0 {
                continue;
            }
            let x = at % width;
            queue.extend((x > 0).then(|| at - 1));
            queue.extend((x + 1 < width).then(|| at + 1));
            queue.extend(at.checked_sub(width));
            queue.extend((at + width < labels.len()).then_some(at + width));
        }
    }
    count
}

#[test]
fn objects_are_as_many_as_asked() {
    for family in [Family::Polyp, Family::Ultrasound] {
        for objects in [1, 3, 6] {
            let set = generate(Synthetic {
                objects,
                ..base(family)
            });
            let mean = (0..32).map(|n| pieces(&set, n)).sum::<usize>() as f64 / 32.0;
            // They may touch, and an uneven outline may come off in bits.
            assert!(
                mean > 0.55 * objects as f64 && mean < objects as f64 + 1.5,
                "{family:?}: {mean} for {objects}"
            );
        }
    }
}

#[test]
fn spread_is_how_much_images_differ() {
    for family in Family::ALL {
        let deviation = |size_spread: f64| {
            let set = generate(Synthetic {
                size_spread,
                // Slices of one volume differ anyway.
                depth: if family.is_volume() { 6 } else { 1 },
                ..base(family)
            });
            let shares: Vec<f64> = set
                .samples
                .iter()
                .map(|s| s.foreground_fraction())
                .collect();
            let mean = shares.iter().sum::<f64>() / shares.len() as f64;
            let square = shares.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>();
            (square / shares.len() as f64).sqrt() / mean
        };
        let (none, some, much) = (deviation(0.0), deviation(0.5), deviation(1.0));
        assert!(none < 0.01, "{family:?}: {none}");
        assert!(some > 0.3 && much > 1.3 * some, "{family:?}: {some} {much}");
    }
}

/// Mean difference between a picture and the same without its foreground, in the foreground.
fn standing_out(family: Family, contrast: f64) -> f64 {
    let settings = Synthetic {
        texture: 0.5,
        ..base(family)
    };
    let (with, without) = (
        generate(Synthetic {
            contrast,
            ..settings
        }),
        generate(Synthetic {
            contrast: 0.0,
            ..settings
        }),
    );
    let (mut sum, mut count) = (0.0, 0.0);
    for (a, b) in with.samples.iter().zip(&without.samples) {
        assert_eq!(a.labels, b.labels);
        let plane = a.labels.len();
        for at in (0..a.pixels.len()).filter(|at| a.labels[at % plane] > 0) {
            sum += f64::from((a.pixels[at] - b.pixels[at]).abs());
            count += 1.0;
        }
    }
    sum / count
}

#[test]
fn contrast_is_how_much_the_foreground_stands_out() {
    for family in Family::ALL {
        let (half, full, double) = (
            standing_out(family, 0.5),
            standing_out(family, 1.0),
            standing_out(family, 2.0),
        );
        println!("{family:?}: {half:.3} {full:.3} {double:.3}");
        assert!(
            half > 0.01 && full > 1.4 * half && double > 1.15 * full,
            "{family:?}: {half} {full} {double}"
        );
    }
}

#[test]
fn texture_is_the_roughness_of_what_is_around() {
    for family in Family::ALL {
        let roughness = |texture: f64| {
            let set = generate(Synthetic {
                texture,
                foreground: 0.01,
                ..base(family)
            });
            let mut sum = 0.0;
            for sample in &set.samples {
                for row in sample.pixels.chunks_exact(64) {
                    sum += row
                        .windows(3)
                        .map(|w| f64::from((w[0] + w[2] - 2.0 * w[1]).abs()))
                        .sum::<f64>();
                }
            }
            sum
        };
        let (none, usual, double) = (roughness(0.0), roughness(1.0), roughness(2.0));
        println!("{family:?}: {none:.0} {usual:.0} {double:.0}");
        // Outlines of organs and of the picture stay.
        let (first, second) = (usual - none, double - usual);
        assert!(
            first > 0.04 * none && second > 0.4 * first,
            "{family:?}: {none} {usual} {double}"
        );
    }
}

#[test]
fn noise_has_its_deviation() {
    for family in Family::ALL {
        let settings = base(family);
        let (clean, noisy) = (
            generate(settings),
            generate(Synthetic {
                noise: 0.05,
                ..settings
            }),
        );
        let (mut sum, mut count) = (0.0, 0.0);
        for (a, b) in clean.samples.iter().zip(&noisy.samples) {
            assert_eq!(a.labels, b.labels);
            for (a, b) in a.pixels.iter().zip(&b.pixels) {
                // Away from black and white, where noise is cut.
                if (0.25..0.75).contains(a) {
                    sum += f64::from((a - b) * (a - b));
                    count += 1.0;
                }
            }
        }
        let deviation = (sum / count).sqrt();
        assert!(
            (deviation / 0.05 - 1.0).abs() < 0.03,
            "{family:?}: {deviation}"
        );
    }
}

/// Share of the foreground that is wrong in the second set.
fn wrong(truth: &Dataset, labels: &Dataset) -> f64 {
    let (mut wrong, mut foreground) = (0, 0);
    for (a, b) in truth.samples.iter().zip(&labels.samples) {
        assert_eq!(a.pixels, b.pixels, "pictures show the truth");
        wrong += a
            .labels
            .iter()
            .zip(&b.labels)
            .filter(|(a, b)| a != b)
            .count();
        foreground += a.labels.iter().filter(|&&label| label > 0).count();
    }
    wrong as f64 / foreground as f64
}

#[test]
fn label_noise_is_the_share_of_wrong_labels() {
    for family in Family::ALL {
        let settings = Synthetic {
            count: 96,
            size_spread: 0.2,
            objects: if family == Family::Polyp { 3 } else { 0 },
            ..base(family)
        };
        let truth = generate(settings);
        for label_noise in [0.1, 0.4] {
            let set = generate(Synthetic {
                label_noise,
                ..settings
            });
            let met = wrong(&truth, &set);
            println!("{family:?}: {met:.3} for {label_noise}");
            assert!(
                (met / label_noise - 1.0).abs() < 0.2,
                "{family:?}: {met} for {label_noise}"
            );
            let missed = |set: &Dataset| {
                set.samples
                    .iter()
                    .filter(|s| s.foreground_fraction() == 0.0)
                    .count()
            };
            // One lesion an image, most often: to miss it is to miss the image's.
            assert!(family != Family::Ultrasound || missed(&set) > 0);
            assert_eq!(missed(&truth), 0);
        }
    }
}

#[test]
fn jitter_moves_borders_by_its_pixels() {
    // Of a disc with perimeter p, a border that is d off on average mislabels p d pixels.
    let settings = Synthetic {
        size: 128,
        count: 64,
        foreground: 0.12,
        objects: 1,
        size_spread: 0.2,
        ..Synthetic::new(Family::Polyp)
    };
    let truth = generate(settings);
    let perimeter: usize = truth
        .samples
        .iter()
        .map(|sample| {
            let edge = |at: usize, step: usize| {
                at + step < sample.labels.len() && sample.labels[at] != sample.labels[at + step]
            };
            (0..sample.labels.len())
                .map(|at| usize::from(edge(at, 1)) + usize::from(edge(at, 128)))
                .sum::<usize>()
        })
        .sum();
    let foreground = truth.foreground_fraction() * (64 * 128 * 128) as f64;
    // Steps along a circle's pixels are 4/π times its length.
    let length = perimeter as f64 * std::f64::consts::FRAC_PI_4;
    for boundary_jitter in [1.0, 2.0, 4.0] {
        let set = generate(Synthetic {
            boundary_jitter,
            ..settings
        });
        let moved = wrong(&truth, &set) * foreground / length;
        println!("jitter {boundary_jitter}: {moved:.2}");
        assert!(
            (moved / boundary_jitter - 1.0).abs() < 0.25,
            "{boundary_jitter}: {moved}"
        );
        let share = set.foreground_fraction() / truth.foreground_fraction();
        assert!((share - 1.0).abs() < 0.05, "{boundary_jitter}: {share}");
    }
}

#[test]
fn empty_images_are_as_many_as_asked() {
    for family in Family::ALL {
        for (empty, count) in [(0.0, 32), (0.25, 32), (0.9, 30)] {
            let set = generate(Synthetic {
                empty,
                count,
                foreground: 0.03,
                ..base(family)
            });
            let without = set
                .samples
                .iter()
                .filter(|s| s.foreground_fraction() == 0.0)
                .count();
            assert_eq!(
                without,
                (empty * count as f64).round() as usize,
                "{family:?}"
            );
            let met = set.foreground_fraction();
            assert!((met / 0.03 - 1.0).abs() < 0.05, "{family:?} {empty}: {met}");
        }
    }
}

#[test]
fn settings_out_of_range_name_their_field() {
    let family = Family::Kidney;
    for (settings, field) in [
        (
            Synthetic {
                objects: 13,
                ..base(family)
            },
            "objects",
        ),
        (
            Synthetic {
                size_spread: 1.1,
                ..base(family)
            },
            "size_spread",
        ),
        (
            Synthetic {
                contrast: -0.1,
                ..base(family)
            },
            "contrast",
        ),
        (
            Synthetic {
                texture: f64::NAN,
                ..base(family)
            },
            "texture",
        ),
        (
            Synthetic {
                noise: 0.6,
                ..base(family)
            },
            "noise",
        ),
        (
            Synthetic {
                label_noise: 0.6,
                ..base(family)
            },
            "label_noise",
        ),
        (
            Synthetic {
                boundary_jitter: 9.0,
                ..base(family)
            },
            "boundary_jitter",
        ),
        (
            Synthetic {
                empty: 0.95,
                ..base(family)
            },
            "empty",
        ),
        (
            Synthetic {
                second_class: 0.0,
                ..base(family)
            },
            "second_class",
        ),
    ] {
        let error = settings.generate().unwrap_err();
        assert!(matches!(error, SyntheticError::Range { .. }));
        let text = error.to_string();
        assert!(
            text.starts_with(field) && text.contains("for example"),
            "{text}"
        );
    }
    let error = Synthetic {
        empty: 0.5,
        foreground: 0.4,
        ..base(family)
    }
    .generate()
    .unwrap_err();
    assert!(matches!(error, SyntheticError::TooEmpty { .. }));
    assert!(error.to_string().contains("at most 0.3"), "{error}");
}
