use losscope_datasets::Dataset;
use losscope_datasets::synthetic::{Family, Synthetic, SyntheticError};

fn default() -> Synthetic {
    Synthetic {
        count: 48,
        ..Synthetic::new(Family::Polyp)
    }
}

fn generate(synthetic: Synthetic) -> Dataset {
    synthetic.generate().expect("valid settings")
}

#[test]
fn foreground_meets_its_dial() {
    for size in [16, 17, 32, 64, 100] {
        for foreground in [0.002, 0.005, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5] {
            let set = generate(Synthetic {
                size,
                foreground,
                ..default()
            });
            let met = set.foreground_fraction();
            // At 16 pixels a side, 0.002 is 25 pixels in 48 images: half a pixel is 2 % of that.
            assert!(
                (met / foreground - 1.0).abs() < 0.05,
                "{foreground} at {size}: {met}"
            );
            let fractions = set.class_fractions();
            assert!(
                (fractions[1] - met).abs() < 1e-12
                    && (fractions[0] + fractions[1] - 1.0).abs() < 1e-12
            );
        }
    }
}

#[test]
fn few_images_meet_the_dial_too() {
    for count in [3, 5, 10] {
        for foreground in [0.002, 0.02, 0.5] {
            let met = generate(Synthetic {
                count,
                foreground,
                ..default()
            })
            .foreground_fraction();
            assert!(
                (met / foreground - 1.0).abs() < 0.1,
                "{foreground} in {count}: {met}"
            );
        }
    }
}

#[test]
fn single_images_vary_within_reason() {
    for foreground in [0.002, 0.03, 0.5] {
        let set = generate(Synthetic {
            foreground,
            ..default()
        });
        let each: Vec<f64> = set
            .samples
            .iter()
            .map(|sample| sample.foreground_fraction() / foreground)
            .collect();
        let (low, high) = each
            .iter()
            .fold((f64::MAX, 0.0_f64), |(l, h), &v| (l.min(v), h.max(v)));
        assert!(low > 0.2 && high < 3.5, "{low} to {high} at {foreground}");
        assert!(
            high / low > 1.5,
            "all alike at {foreground}: {low} to {high}"
        );
    }
}

#[test]
fn samples_are_well_formed() {
    let set = generate(default());
    assert_eq!(
        (
            set.channels,
            set.size.height,
            set.size.width,
            set.samples.len()
        ),
        (3, 64, 64, 48)
    );
    assert_eq!(set.classes, ["background", "foreground"]);
    for sample in &set.samples {
        assert_eq!(
            (sample.pixels.len(), sample.labels.len()),
            (3 * 64 * 64, 64 * 64)
        );
        assert!(
            sample
                .pixels
                .iter()
                .all(|value| (0.0..=1.0).contains(value))
        );
        assert!(sample.labels.iter().all(|&label| label <= 1));
    }
}

#[test]
fn the_seed_decides() {
    let set = generate(default());
    assert_eq!(set, generate(default()));
    let other = generate(Synthetic {
        seed: 8,
        ..default()
    });
    assert!(
        set.samples
            .iter()
            .zip(&other.samples)
            .all(|(a, b)| a.pixels != b.pixels)
    );
    assert!(set.samples[0].pixels != set.samples[1].pixels);
}

/// Guards against numbers that differ between platforms or library versions: shared links and
/// results rely on them. Only a deliberate change of the pictures may change this sum.
#[test]
fn the_same_bytes_everywhere() {
    let set = generate(Synthetic {
        count: 6,
        ..default()
    });
    let bits = set
        .samples
        .iter()
        .flat_map(|sample| sample.pixels.iter().map(|value| value.to_bits()));
    // FNV-1a over the bits of all values.
    let hash = bits.fold(0xcbf2_9ce4_8422_2325_u64, |hash, bits| {
        (hash ^ u64::from(bits)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(hash, EXPECTED_HASH, "{hash:#x}");
}
const EXPECTED_HASH: u64 = 0x1da8_2e83_e640_4c81;

/// How often a foreground pixel has more of a feature than a background pixel of the same set.
fn separation(set: &Dataset, feature: impl Fn(f32, f32, f32) -> f32) -> f64 {
    let plane = set.size.pixels();
    let mut values: Vec<(f32, u8)> = Vec::new();
    for sample in &set.samples {
        let mean = |channel: usize| {
            sample.pixels[channel * plane..][..plane]
                .iter()
                .sum::<f32>()
                / plane as f32
        };
        let means = [mean(0), mean(1), mean(2)];
        for at in (0..plane).filter(|at| sample.pixels[*at] > 0.1) {
            let relative: [f32; 3] =
                std::array::from_fn(|channel| sample.pixels[channel * plane + at] / means[channel]);
            values.push((
                feature(relative[0], relative[1], relative[2]),
                sample.labels[at],
            ));
        }
    }
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut background, mut foreground, mut wins) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (_, label) in values {
        if label == 1 {
            wins += background;
            foreground += 1.0;
        } else {
            background += 1.0;
        }
    }
    wins / (background * foreground)
}

#[test]
fn polyps_can_be_told_but_not_by_brightness() {
    let set = generate(Synthetic {
        foreground: 0.1,
        count: 96,
        ..default()
    });
    let brightness = separation(&set, |r, g, b| r + g + b);
    let redness = separation(&set, |r, g, b| r / (g + b + 0.1));
    println!("separation by brightness {brightness:.3}, by redness {redness:.3}");
    assert!(
        (0.3..0.7).contains(&brightness),
        "brightness alone separates: {brightness}"
    );
    assert!(
        (0.65..0.97).contains(&redness),
        "redness should help, and not suffice: {redness}"
    );
}

#[test]
fn settings_out_of_range_are_refused() {
    let error = |synthetic: Synthetic| synthetic.generate().expect_err("out of range");
    assert_eq!(
        error(Synthetic {
            size: 15,
            ..default()
        }),
        SyntheticError::Size(15)
    );
    assert_eq!(
        error(Synthetic {
            size: 513,
            ..default()
        }),
        SyntheticError::Size(513)
    );
    assert_eq!(
        error(Synthetic {
            count: 2,
            ..default()
        }),
        SyntheticError::Count(2)
    );
    assert_eq!(
        error(Synthetic {
            count: 2001,
            ..default()
        }),
        SyntheticError::Count(2001)
    );
    for foreground in [0.0, 0.0009, 0.51, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            error(Synthetic {
                foreground,
                ..default()
            }),
            SyntheticError::Foreground(_)
        ));
    }
    let large = error(Synthetic {
        size: 512,
        count: 2000,
        ..default()
    });
    assert_eq!(
        large,
        SyntheticError::TooLarge {
            size: 512,
            depth: 1,
            count: 2000,
            most: 128
        }
    );
    assert!(large.to_string().contains("at most 128 images"));
}

#[test]
fn the_largest_size_works() {
    let set = generate(Synthetic {
        size: 512,
        count: 3,
        foreground: 0.002,
        ..default()
    });
    assert!((set.foreground_fraction() / 0.002 - 1.0).abs() < 0.01);
}
