//! The same of the kernels that the paper's losses are trained with.

use burn::tensor::DType;
use losscope_kernels::loss::{Push, push};
use losscope_losses::{Loss, LossInfo, catalogue};
use losscope_tests::record;
use losscope_trainer::fused;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::example::{Example, LOGITS, MASKS, sized, with_parameters};

/// Where a loss's parameters are.
const PARAMETERS: [&str; 5] = ["defaults", "least", "most", "no smoothing", "random"];

fn loss_at(random: &mut ChaCha8Rng, info: &LossInfo, parameters: &str) -> Loss {
    with_parameters(info, |parameter| match parameters {
        "defaults" => None,
        "least" => Some(0.0),
        "most" => Some(1.0),
        "no smoothing" if parameter.name == "smooth" => Some(0.0),
        _ => Some(random.random()),
    })
}

/// What the kernels make of an example, if the loss is of their form.
fn pushed(loss: &Loss, example: &Example) -> Option<Push> {
    let form = fused(loss)?;
    let logits: Vec<f32> = example.input.iter().map(|&logit| logit as f32).collect();
    let (images, classes) = (example.shape[0], example.classes);
    Some(push(&form, &logits, &example.labels, classes, images))
}

/// Every loss of the kernels' form with parameters of every kind, two to four classes, masks and logits of every
/// kind.
fn each(mut check: impl FnMut(&Loss, &Example, Push)) -> (usize, usize) {
    let mut random = ChaCha8Rng::seed_from_u64(17);
    let (mut kinds, mut cases) = (0, 0);
    for info in catalogue() {
        if fused(&with_parameters(info, |_| None)).is_none() {
            continue;
        }
        kinds += 1;
        for parameters in PARAMETERS {
            for classes in 2..=4 {
                for mask in MASKS {
                    for logits in LOGITS {
                        let loss = loss_at(&mut random, info, parameters);
                        let batch = random.random_range(1..=3);
                        let sides = [random.random_range(1..5), random.random_range(1..6)];
                        let example = sized(&mut random, batch, classes, &sides, (mask, logits));
                        if let Some(push) = pushed(&loss, &example) {
                            check(&loss, &example, push);
                            cases += 1;
                        }
                    }
                }
            }
        }
    }
    (kinds, cases)
}

#[test]
fn nothing_makes_what_the_kernels_give_not_finite() {
    let (kinds, cases) = each(|loss, example, push| {
        let what = &example.what;
        assert!(push.loss.is_finite(), "{loss:?}: {} of {what}", push.loss);
        let numbers = push.gradient.iter().chain(&push.per_class);
        assert!(
            numbers.clone().all(|number| number.is_finite()),
            "{loss:?}: {push:?} of {what}"
        );
    });
    assert!(kinds >= 13, "{kinds} kinds");
    record(&format!(
        "{cases} cases of {kinds} kinds are finite with kernels"
    ));
}

#[test]
fn the_kernels_give_what_the_losses_do() {
    let mut apart = Vec::new();
    let (kinds, cases) = each(|loss, example, push| {
        let close = |a: f32, b: f64| (f64::from(a) - b).abs() <= 2e-5 + 2e-4 * b.abs();
        // In the same precision, which decides what is clipped, and what is left of a perfect overlap; but of logits
        // of thousands Burn's operations lose digits that the kernels keep: those of double precision show that.
        let evaluated = [DType::F32, DType::F64].map(|kind| example.evaluate(loss, kind));
        let agrees = |(value, gradient): &(f64, Vec<f64>)| {
            let mut slopes = push.gradient.iter().zip(gradient);
            close(push.loss, *value) && slopes.all(|(&a, &b)| close(a, b))
        };
        if !evaluated.iter().any(agrees) {
            let [(value, gradient), _] = &evaluated;
            let slopes = push.gradient.iter().zip(gradient);
            let worst = slopes.map(|(&a, &b)| (f64::from(a) - b).abs());
            let worst = worst.fold(0.0, f64::max);
            apart.push(format!(
                "{loss:?}: {} for {value}, slopes by {worst:.1e}, {}",
                push.loss, example.what
            ));
        }
    });
    assert!(
        apart.is_empty(),
        "{} of {cases} cases differ:\n{}",
        apart.len(),
        apart.join("\n")
    );
    record(&format!(
        "{cases} cases of {kinds} kinds are the same with kernels"
    ));
}
