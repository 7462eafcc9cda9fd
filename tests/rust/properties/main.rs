//! What must hold of every loss, whatever it is given: tried on thousands of seeded random cases.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

mod example;
mod fused;

use burn::tensor::DType;
use losscope_losses::reference::value_and_gradient;
use losscope_losses::{Loss, LossFamily, SpecialCase, catalogue, special_cases};
use losscope_tests::record;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use example::{Example, LOGITS, MASKS, example, sized, with_parameters};

#[test]
fn nothing_makes_a_loss_or_its_gradient_not_finite() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut tried = 0;
    for info in catalogue() {
        for mask in MASKS {
            for logits in LOGITS {
                for (round, dtype) in [DType::F32, DType::F64, DType::F32].into_iter().enumerate() {
                    let example = example(&mut random, mask, logits);
                    let loss = match round {
                        0 => with_parameters(info, |_| None),
                        1 => {
                            let end = f64::from(random.random_range(0..2));
                            with_parameters(info, |_| Some(end))
                        }
                        _ => with_parameters(info, |_| Some(random.random())),
                    };
                    let (value, gradient) = example.evaluate(&loss, dtype);
                    assert!(
                        value.is_finite(),
                        "{loss:?} in {dtype:?}: {value} of {}",
                        example.what
                    );
                    assert!(
                        gradient.iter().all(|g| g.is_finite()),
                        "{loss:?} in {dtype:?}: gradient {gradient:?} of {}",
                        example.what
                    );
                    tried += 1;
                }
            }
        }
    }
    record(&format!(
        "{tried} cases of {} kinds are finite",
        catalogue().len()
    ));
}

#[test]
fn pixels_may_come_in_any_order_unless_neighbours_count() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut tried = 0;
    for info in catalogue()
        .iter()
        .filter(|info| info.family != LossFamily::Shape)
    {
        for mask in ["random", "one pixel", "empty"] {
            let loss = with_parameters(info, |_| None);
            let example = example(&mut random, mask, "random");
            let pixels = example.shape[2..].iter().product::<usize>();
            let mut order: Vec<usize> = (0..pixels).collect();
            for at in (1..pixels).rev() {
                order.swap(at, random.random_range(0..=at));
            }
            fn shuffled<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
                let images = values.chunks(order.len());
                images
                    .flat_map(|image| order.iter().map(|&at| image[at]))
                    .collect()
            }
            let other = Example {
                what: String::new(),
                shape: example.shape.clone(),
                classes: example.classes,
                labels: shuffled(&example.labels, &order),
                input: shuffled(&example.input, &order),
            };
            let (value, gradient) = value_and_gradient(&loss, &example.case()).unwrap();
            let (other_value, other_gradient) = value_and_gradient(&loss, &other.case()).unwrap();
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-11 + 1e-8 * b.abs();
            assert!(
                close(value, other_value),
                "{loss:?}: {value} and {other_value} of {}",
                example.what
            );
            for (a, b) in shuffled(&gradient, &order).into_iter().zip(other_gradient) {
                assert!(
                    close(a, b),
                    "{loss:?}: gradients {a:e} and {b:e} of {}",
                    example.what
                );
            }
            tried += 1;
        }
    }
    record(&format!(
        "{tried} cases do not depend on the order of pixels"
    ));
}

#[test]
fn single_precision_gives_the_same_to_its_own_accuracy() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut tried = 0;
    for info in catalogue() {
        for mask in ["random", "one pixel", "empty"] {
            let example = example(&mut random, mask, "random");
            let loss = with_parameters(info, |_| None);
            let (value, gradient) = example.evaluate(&loss, DType::F32);
            let (wanted, wanted_gradient) = example.evaluate(&loss, DType::F64);
            let close = |a: f64, b: f64| (a - b).abs() <= 2e-5 + 2e-4 * b.abs();
            assert!(
                close(value, wanted),
                "{loss:?}: {value} and {wanted} of {}",
                example.what
            );
            for (a, b) in gradient.into_iter().zip(wanted_gradient) {
                assert!(
                    close(a, b),
                    "{loss:?}: gradients {a:e} and {b:e} of {}",
                    example.what
                );
            }
            tried += 1;
        }
    }
    record(&format!("{tried} cases agree in both precisions"));
}

#[test]
fn special_cases_are_the_losses_they_generalise() {
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let table = special_cases();
    let mut tried = 0;
    for SpecialCase {
        loss,
        sum,
        constant,
    } in &table
    {
        loss.validate().unwrap();
        for mask in ["random", "one pixel"] {
            let example = example(&mut random, mask, "random");
            let (value, gradient) = value_and_gradient(loss, &example.case()).unwrap();
            let (mut wanted, mut wanted_gradient) = (*constant, vec![0.0; gradient.len()]);
            for (weight, part) in sum {
                let (value, gradient) = value_and_gradient(part, &example.case()).unwrap();
                wanted += weight * value;
                wanted_gradient
                    .iter_mut()
                    .zip(gradient)
                    .for_each(|(w, g)| *w += weight * g);
            }
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-13 + 1e-11 * b.abs();
            assert!(
                close(value, wanted),
                "{loss:?}: {value} is not {wanted}, {}",
                example.what
            );
            for (a, b) in gradient.into_iter().zip(wanted_gradient) {
                assert!(
                    close(a, b),
                    "{loss:?}: gradient {a:e} is not {b:e}, {}",
                    example.what
                );
            }
            tried += 1;
        }
    }
    record(&format!(
        "{} special cases hold, tried {tried} times",
        table.len()
    ));
}

#[test]
fn the_article_prints_a_sum_over_classes_and_its_weights_the_other_way_round() {
    let mut random = ChaCha8Rng::seed_from_u64(13);
    for channels in 1..=4 {
        let example = sized(&mut random, 2, channels, &[3, 4], ("random", "random"));
        let value = |loss: serde_json::Value| {
            let loss: Loss = serde_json::from_value(loss).unwrap();
            value_and_gradient(&loss, &example.case()).unwrap().0
        };
        let parameters = |kind: &str| json!({ "kind": kind, "delta": 0.7, "gamma": 0.2 });
        let mut printed = parameters("asym_unified_focal_printed");
        printed["lambda"] = 0.3.into();
        let wanted = 0.3 * value(parameters("asym_focal"))
            + 0.7 * example.classes as f64 * value(parameters("asym_focal_tversky"));
        assert!((value(printed) - wanted).abs() < 1e-12);
    }
}
