//! Cases that no reference numbers are of: thin structures, absent classes, logits of ±40, exact
//! probabilities, one image and several, images and volumes. Whatever they are evaluated as, by the same path
//! as `losscope loss eval`, every loss is finite; both precisions agree; gradients are those of differences.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use burn::tensor::{DType, Device, Tensor, TensorData};
use losscope_cli::case::{Case, Outcome, evaluate};
use losscope_losses::reference::{self, Activation, value_and_gradient};
use losscope_losses::{Loss, Prediction, catalogue, one_hot};
use losscope_tests::record;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

/// Batch, classes (1: the one logit of a sigmoid), sides.
const SHAPES: [(usize, usize, &[usize]); 6] = [
    (1, 2, &[9, 8]),
    (3, 1, &[6, 7]),
    (1, 1, &[4, 5, 6]),
    (2, 4, &[6, 6]),
    (2, 3, &[3, 4, 5]),
    (1, 3, &[12]),
];
const MASKS: [&str; 6] = [
    "thin",
    "blob",
    "absent class",
    "absent in one image",
    "empty",
    "full",
];
const INPUTS: [&str; 5] = [
    "random",
    "±40",
    "±40, three wrong",
    "probabilities",
    "certain probabilities",
];

struct Made {
    what: String,
    case: Case,
}

/// Class of a pixel at `place` of an image with these sides.
fn label(mask: &str, image: usize, place: &[usize], sides: &[usize], classes: usize) -> usize {
    let last = place.len() - 1;
    let rare = 1 + (place[last] % (classes - 1));
    let middle = |axis: usize| place[axis].abs_diff(sides[axis] / 2);
    match mask {
        // A line of one pixel, along the last axis and across the others' middle.
        "thin" if (0..last).all(|axis| middle(axis) == 0) => rare,
        "thin" => 0,
        "absent class" => usize::from((0..=last).map(middle).sum::<usize>() < 3),
        "absent in one image" if image > 0 => 0,
        "empty" => 0,
        "full" => classes - 1,
        _ if (0..=last).map(middle).sum::<usize>() < 3 => rare,
        _ => 0,
    }
}

fn made(random: &mut ChaCha8Rng, shape: (usize, usize, &[usize]), mask: &str, kind: &str) -> Made {
    let (batch, channels, sides) = shape;
    let probabilities = kind.ends_with("probabilities");
    // A sigmoid's input is a logit.
    let channels = if probabilities {
        channels.max(2)
    } else {
        channels
    };
    let classes = channels.max(2);
    let pixels: usize = sides.iter().product();
    let place = |mut pixel: usize| {
        let mut place = vec![0; sides.len()];
        for (axis, side) in sides.iter().enumerate().rev() {
            place[axis] = pixel % side;
            pixel /= side;
        }
        place
    };
    let labels: Vec<u8> = (0..batch * pixels)
        .map(|at| label(mask, at / pixels, &place(at % pixels), sides, classes) as u8)
        .collect();
    let wrong: Vec<usize> = (0..3)
        .map(|_| random.random_range(0..batch * pixels))
        .collect();
    let input = (0..batch * channels * pixels).map(|at| {
        let (image, channel) = (at / (channels * pixels), at / pixels % channels);
        let pixel = image * pixels + at % pixels;
        let own = usize::from(labels[pixel]) == if channels == 1 { 1 } else { channel };
        let missed = kind.ends_with("wrong") && wrong.contains(&pixel);
        match kind {
            "random" => random.random_range(-3.0..3.0),
            "probabilities" => random.random_range(0.02..0.98),
            "certain probabilities" => f64::from(own != wrong.contains(&pixel)),
            _ if own != missed => 40.0 - random.random::<f64>(),
            _ => random.random::<f64>() - 40.0,
        }
    });
    let input = input.collect();
    let entries = catalogue().iter().flat_map(|info| {
        // At its defaults, and away from them.
        [None, Some(random.random::<f64>())].map(|share| {
            let mut params = serde_json::Map::new();
            for parameter in info.parameters {
                let value = share.map_or(parameter.default, |share| {
                    let value = parameter.min + share * (parameter.max - parameter.min);
                    if parameter.step < 1.0 {
                        value
                    } else {
                        value.round()
                    }
                });
                params.insert(parameter.name.to_owned(), value.into());
            }
            json!({ "loss": info.kind, "params": params })
        })
    });
    let activation = match (probabilities, channels) {
        (true, _) => "probs",
        (_, 1) => "sigmoid",
        _ => "softmax",
    };
    let shape = [&[batch, channels], sides].concat();
    let document = json!({
        "id": kind,
        "activation": activation,
        "entries": entries.collect::<Vec<_>>(),
        "shape": shape,
        "input": Vec::<f64>::clone(&input),
        "labels": labels,
    });
    Made {
        what: format!("{kind}, {mask} mask, {activation} {shape:?}"),
        case: serde_json::from_value(document).unwrap(),
    }
}

/// Every shape, mask and input.
fn cases() -> Vec<Made> {
    let mut random = ChaCha8Rng::seed_from_u64(41);
    let mut all = vec![];
    for shape in SHAPES {
        for mask in MASKS {
            for kind in INPUTS {
                all.push(made(&mut random, shape, mask, kind));
            }
        }
    }
    all
}

/// Each loss of a case with its value and gradient in float64.
fn evaluated(made: &Made) -> Vec<(Loss, f64, Vec<f64>)> {
    let report = evaluate(&made.case).unwrap();
    let entries = report.entries.into_iter().map(|entry| {
        let mut document = entry.entry.params.clone();
        document.insert("kind".to_owned(), entry.entry.loss.as_str().into());
        let loss: Loss = serde_json::from_value(document.into()).unwrap();
        match entry.outcome {
            Outcome::Evaluated { value, grad } => (loss, value, grad),
            Outcome::Unsupported { reason, .. } => panic!("{loss:?}: {reason}, {}", made.what),
        }
    });
    entries.collect()
}

fn single_precision(loss: &Loss, case: &Case) -> (f64, Vec<f64>) {
    let device = Device::flex().autodiff();
    let options = (&device, DType::F32);
    let (batch, channels) = (case.shape[0], case.shape[1]);
    let pixels = case.shape[2..].iter().product::<usize>();
    let input = TensorData::new(case.input.clone(), [batch, channels, pixels]);
    let input = Tensor::<3>::from_data(input, options).require_grad();
    let target = one_hot(&case.labels, &[batch, pixels], channels.max(2)).unwrap();
    let target = Tensor::<3>::from_data(target, options);
    let prediction = match case.activation {
        Activation::Probs => Prediction::from_probabilities(input.clone()),
        _ => Prediction::from_logits(input.clone()),
    };
    let value = loss.evaluate(&prediction.with_spatial(&case.shape[2..]), target);
    let gradient = input.grad(&value.backward()).map_or_else(
        || vec![0.0; case.input.len()],
        |gradient| gradient.into_data().iter::<f64>().collect(),
    );
    (value.into_scalar::<f32>().into(), gradient)
}

#[test]
fn every_loss_of_every_case_is_finite() {
    let mut entries = 0;
    let cases = cases();
    for made in &cases {
        for (loss, value, gradient) in evaluated(made) {
            let finite = value.is_finite() && gradient.iter().all(|slope| slope.is_finite());
            assert!(finite, "{loss:?}: {value}, {gradient:?} of {}", made.what);
            entries += 1;
        }
    }
    record(&format!(
        "{entries} entries of {} held-out cases are finite",
        cases.len()
    ));
}

#[test]
fn single_precision_is_finite_and_near() {
    let (mut near, mut apart) = (0, vec![]);
    for made in cases() {
        for (loss, value, gradient) in evaluated(&made) {
            let (single, single_gradient) = single_precision(&loss, &made.case);
            let finite =
                single.is_finite() && single_gradient.iter().all(|slope| slope.is_finite());
            assert!(
                finite,
                "{loss:?}: {single}, {single_gradient:?} of {}",
                made.what
            );
            // Where all is certain, what is left of an overlap is the clip, which single precision puts at
            // 1 − 1.19e-7: its fractional powers differ, and most of all the high roots.
            let certain = made.what.contains("±40") || made.what.contains("certain");
            let parameters = loss.parameters().into_iter().zip(loss.info().parameters);
            let usual = parameters
                .into_iter()
                .all(|((_, value), info)| value == info.default);
            let slack = match (certain, usual) {
                (false, _) => 2e-5,
                (true, true) => 1e-3,
                (true, false) => 4e-3,
            };
            let close = |a: f64, b: f64| (a - b).abs() <= slack + 2e-4 * b.abs();
            let slopes = single_gradient.iter().zip(&gradient);
            if close(single, value) && (certain || slopes.clone().all(|(&a, &b)| close(a, b))) {
                near += 1;
            } else {
                let worst = slopes.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                apart.push(format!(
                    "{loss:?}: {single} for {value}, slopes by {worst:.1e}, {}",
                    made.what
                ));
            }
        }
    }
    record(&format!(
        "{near} held-out entries agree in both precisions, {} do not",
        apart.len()
    ));
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}

#[test]
fn gradients_are_those_of_differences() {
    // Small: Lovász has a kink wherever two errors are equal.
    const STEP: f64 = 1e-6;
    let mut random = ChaCha8Rng::seed_from_u64(43);
    let (mut checked, mut apart) = (0, vec![]);
    let smooth = |made: &Made| made.case.id == "random" || made.case.id == "probabilities";
    for made in cases().into_iter().filter(smooth) {
        let mut input = made.case.input.clone();
        for (loss, _, gradient) in evaluated(&made) {
            for _ in 0..2 {
                let position = random.random_range(0..input.len());
                let kept = input[position];
                let mut at = |moved: f64| {
                    input[position] = kept + moved;
                    let case = reference::Case {
                        input: &input,
                        shape: &made.case.shape,
                        labels: &made.case.labels,
                        activation: made.case.activation,
                    };
                    let value = value_and_gradient(&loss, &case).unwrap().0;
                    input[position] = kept;
                    value
                };
                let difference = (at(STEP) - at(-STEP)) / (2.0 * STEP);
                let slope = gradient[position];
                if (slope - difference).abs() <= 1e-8 + 1e-5 * difference.abs() {
                    checked += 1;
                } else {
                    apart.push(format!(
                        "{loss:?} at {position}: {slope:e} for {difference:e}, {}",
                        made.what
                    ));
                }
            }
        }
    }
    record(&format!(
        "{checked} slopes of held-out cases agree with differences, {} do not",
        apart.len()
    ));
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}
