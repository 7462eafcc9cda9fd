//! What holds for every family of synthetic pictures.

use losscope_datasets::Dataset;
use losscope_datasets::synthetic::{Family, Synthetic};

pub(crate) fn generate(synthetic: Synthetic) -> Dataset {
    synthetic.generate().expect("valid settings")
}

#[test]
fn foreground_meets_its_dial_in_every_family() {
    for family in Family::ALL {
        for size in [24, 64, 129] {
            for foreground in [0.001, 0.004, 0.02, 0.1, 0.25, 0.5] {
                for count in [5, 24] {
                    let met = generate(Synthetic {
                        size,
                        count,
                        foreground,
                        ..Synthetic::new(family)
                    })
                    .foreground_fraction();
                    // Pixels are whole: half of one is what a small set can be off.
                    let whole = 0.5 / (count * size * size) as f64;
                    assert!(
                        (met - foreground).abs() < 0.05 * foreground + whole,
                        "{family:?}: {foreground} in {count} at {size}: {met}"
                    );
                }
            }
        }
    }
}

#[test]
fn extremes_of_other_settings_do_not_spoil_the_dial() {
    for family in Family::ALL {
        for (objects, size_spread, second_class) in [(1, 0.0, 0.05), (12, 1.0, 0.95), (5, 1.0, 0.5)]
        {
            for foreground in [0.002, 0.05, 0.5] {
                let set = generate(Synthetic {
                    size: 48,
                    count: 30,
                    foreground,
                    objects,
                    size_spread,
                    second_class,
                    multiclass: family.is_volume(),
                    ..Synthetic::new(family)
                });
                let met = set.foreground_fraction();
                assert!(
                    (met / foreground - 1.0).abs() < 0.05,
                    "{family:?}: {foreground}, {objects} objects: {met}"
                );
                if family.is_volume() {
                    let second = set.class_fractions()[2] / met;
                    assert!(
                        (second / second_class - 1.0).abs() < 0.1,
                        "{family:?}: {second_class} of second class at {foreground}: {second}"
                    );
                }
            }
        }
    }
}

#[test]
fn samples_of_every_family_are_well_formed() {
    for family in Family::ALL {
        for multiclass in [false, true] {
            if multiclass && !family.is_volume() {
                continue;
            }
            let set = generate(Synthetic {
                size: 40,
                count: 20,
                foreground: 0.1,
                noise: 0.3,
                contrast: 2.0,
                texture: 2.0,
                label_noise: 0.3,
                boundary_jitter: 2.0,
                multiclass,
                ..Synthetic::new(family)
            });
            assert_eq!(set.classes.len(), if multiclass { 3 } else { 2 });
            assert_eq!((set.channels, set.samples.len()), (family.channels(), 20));
            let mut seen = vec![false; set.classes.len()];
            for sample in &set.samples {
                assert_eq!(sample.pixels.len(), set.channels * 40 * 40);
                assert_eq!(sample.labels.len(), 40 * 40);
                assert!(
                    sample
                        .pixels
                        .iter()
                        .all(|value| (0.0..=1.0).contains(value))
                );
                for &label in &sample.labels {
                    seen[usize::from(label)] = true;
                }
            }
            assert!(seen.iter().all(|&seen| seen), "{family:?}: {seen:?}");
            let mut names: Vec<&str> = set.samples.iter().map(|s| s.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), 20, "names are not unique");
        }
    }
}

/// Guards against numbers that differ between platforms or library versions: shared links and
/// results rely on them. Only a deliberate change of the pictures may change these sums.
#[test]
fn the_same_bytes_everywhere_in_every_family() {
    let mut found = Vec::new();
    for family in Family::ALL {
        let settings = Synthetic {
            count: 6,
            size: 48,
            noise: 0.05,
            label_noise: 0.2,
            boundary_jitter: 1.0,
            ..Synthetic::new(family)
        };
        let set = generate(settings);
        assert_eq!(set, generate(settings));
        let other = generate(Synthetic {
            seed: 8,
            ..settings
        });
        assert!(
            set.samples
                .iter()
                .zip(&other.samples)
                .all(|(a, b)| a.pixels != b.pixels)
        );
        // FNV-1a over the bits of all values.
        let hash = set
            .samples
            .iter()
            .flat_map(|sample| {
                let pixels = sample.pixels.iter().map(|value| value.to_bits());
                pixels.chain(sample.labels.iter().map(|&label| u32::from(label)))
            })
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, bits| {
                (hash ^ u64::from(bits)).wrapping_mul(0x0100_0000_01b3)
            });
        found.push((family.name(), hash));
    }
    assert_eq!(found, EXPECTED_HASHES, "{found:#x?}");
}
const EXPECTED_HASHES: [(&str, u64); 5] = [
    ("polyp", 0xa9b3_5352_a0ee_7fe1),
    ("vessel", 0x6536_b4e7_9bf0_eb57),
    ("ultrasound", 0xc893_3a3e_bb37_404a),
    ("brain", 0x5387_23bb_78c9_6966),
    ("kidney", 0x9fb6_e131_7bbf_0d98),
];

#[test]
fn families_have_their_names_in_documents() {
    for family in Family::ALL {
        let name = serde_json::to_string(&family).unwrap();
        assert_eq!(name, format!("{:?}", family.name()));
    }
    let synthetic: Synthetic =
        serde_json::from_str(r#"{"family": "kidney", "empty": 0.2}"#).unwrap();
    assert_eq!(
        synthetic,
        Synthetic {
            empty: 0.2,
            ..Synthetic::new(Family::Kidney)
        }
    );
    let error = serde_json::from_str::<Synthetic>(r#"{"famly": "kidney"}"#).unwrap_err();
    assert!(error.to_string().contains("`famly`"), "{error}");
}
