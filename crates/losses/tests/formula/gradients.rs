//! Gradients of formulas against finite differences, and where they could blow up.

use burn::tensor::{Device, Tensor};
use losscope_losses::one_hot;
use losscope_losses::reference::{Activation, value_and_gradient};

use crate::{Data, formula, random_case};

const FORMULAS: [&str; 24] = [
    "sum(p^2)",
    "mean((p-y)^2)",
    "mean((p-y)^3 + (p-y)^4 - (p+1)^-2)",
    "mean(exp(p)*tanh(3*p-y))",
    "mean(abs(p-y))",
    "mean(sqrt(p) + p^0.3 + p^-0.5)",
    "mean(2^p + p^p + p^(tp/N))",
    "mean(min(p, 0.4) + max(0.2, p))",
    "mean(min(p, y) + max(p, bg(p)))",
    "mean(clamp(p, 0.1, 0.6))",
    "log(sum(p*y)) + log(mean(p^2)+1)",
    "mean(log(1-p))",
    "mean(log(1-pt) - y*log(1-(1-p)))",
    "mean(log(1-fg(p))) + mean(bg(log(1-p)))",
    "mean(tp/(tp+fn)) + mean(tn/(tn+fp))",
    "mean(fg(tp)/sum_classes(tp))",
    "sum(mean_batch(p)*mean_batch(y))",
    "mean(1/(mean_pixels(p)+0.1)) + mean_batch(mean_pixels(mean_classes(fg(p)^2))) + sum(sum_batch(p*y)^2)",
    "pi*sum(p*y)/e - 3*-sum(y*logp)",
    "-mean(log(p*y + (1-p)*(1-y)))",
    "tanh(sum(p*y)/10)^2",
    "log(1 + exp(mean(logp)))",
    "sum(p)/sum(p^2) + 2/sum(p^2)",
    "abs(1 - 2*sum(p*y)/(sum(p)+sum(y)))",
];

#[test]
fn gradients_are_those_of_finite_differences() {
    const STEP: f64 = 1e-5;
    for text in FORMULAS {
        let loss = formula(text, &[]);
        for channels in [1, 3] {
            let mut case = random_case(channels, 2.0, 11);
            let (_, gradient) = case.evaluate(&loss);
            for at in (0..case.input.len()).step_by(5) {
                let here = case.input[at];
                let mut value = |input| {
                    case.input[at] = input;
                    value_and_gradient(&loss, &case.case()).unwrap().0
                };
                let slope = (value(here + STEP) - value(here - STEP)) / (2.0 * STEP);
                value(here);
                let error = (slope - gradient[at]).abs();
                assert!(
                    error < 1e-7 * (1.0 + slope.abs()),
                    "{text}: {} for {slope}",
                    gradient[at]
                );
            }
        }
    }
}

/// Exact zeros and ones, as saturated networks have them in f32, at the edges of every function's domain.
#[test]
fn at_the_edges_values_and_gradients_are_finite() {
    let case = Data {
        input: vec![0.0, 1.0, 0.5, 0.0, 1.0, 0.0, 0.5, 1.0],
        shape: vec![1, 2, 4],
        labels: vec![0, 0, 1, 1],
        activation: Activation::Probs,
    };
    for text in [
        "mean(log(p) + log(1-p) + log(p*y))",
        "mean(sqrt(p) + p^0.5 + (1-p)^0.1)",
        "mean((p-y)^0.5)",
        "mean(p/(p*0) + 1/(p-p))",
        "mean(p^-0.5 + p^-1 + p^-2)*1e-30",
        "mean(p^p + p^(p-1))*1e-12",
        "mean(abs(p-p) + min(p, p) + max(p, 1) + clamp(p, 1, 0))",
        "mean(tp/(fg(tp)*0 + 0*bg(tp)*0))*0 + sum(p)"
            .replace("fg(tp)*0 + ", "")
            .as_str(),
        "sum(p)^0",
        "mean(p)^(0-0) + 0^sum(p)",
    ] {
        let (value, gradient) = case.evaluate(&formula(text, &[]));
        assert!(value.is_finite(), "{text}: {value}");
        assert!(
            gradient.iter().all(|g| g.is_finite()),
            "{text}: {gradient:?}"
        );
    }
}

#[test]
fn conventions_are_as_the_table_says() {
    let case = random_case(2, 2.0, 5);
    let value = |text: &str| case.evaluate(&formula(text, &[])).0;
    for (text, expected) in [
        ("0*sum(p) + 0/0", 0.0),
        ("0*sum(p) + 1/0", 1e12),
        ("0*sum(p) + 2^3^2", 512.0),
        ("0*sum(p) + -2^2", -4.0),
        ("0*sum(p) + (-2)^3", -8.0),
        ("0*sum(p) + 2^-1", 0.5),
        ("0*sum(p) + (0-4)^0.5", 1e-6),
        ("0*sum(p) + 8/2/2 - 1 - 1", 0.0),
        ("0*sum(p) + B*10000 + K*100 + N", 20_212.0),
        (
            "0*sum(p) + clamp(5, 0, 3) + min(1, 2) + max(1, 2) + abs(-1) + log(e)",
            8.0,
        ),
        ("sum(p)/(B*N)", 1.0),
        ("mean(p)*K", 1.0),
        ("sum(y) + 0*sum(p)", 24.0),
    ] {
        let given = value(text);
        assert!(
            (given - expected).abs() < 1e-12 * (1.0 + expected.abs()),
            "{text} is {given}"
        );
    }
}

/// What training computes in.
#[test]
fn in_float32_the_numbers_are_the_same_up_to_its_rounding() {
    let device = Device::flex().autodiff();
    let case = random_case(3, 4.0, 21);
    let input: Vec<f32> = case.input.iter().map(|&x| x as f32).collect();
    let target = one_hot(&case.labels, &[2, 3, 4], 3).unwrap();
    for text in FORMULAS {
        let loss = formula(text, &[]);
        let (expected, gradient) = case.evaluate(&loss);
        let logits = Tensor::<1>::from_data(input.as_slice(), &device)
            .reshape([2, 3, 3, 4])
            .require_grad();
        let value = loss.forward(
            logits.clone(),
            Tensor::<4>::from_data(target.clone(), &device),
        );
        let single = logits.grad(&value.backward()).unwrap().into_data();
        let value = f64::from(value.into_scalar::<f32>());
        assert!(
            (value - expected).abs() < 1e-5 * (1.0 + expected.abs()),
            "{text}: {value} for {expected}"
        );
        let largest = gradient
            .iter()
            .fold(1e-3_f64, |largest, g| largest.max(g.abs()));
        for (single, double) in single.iter::<f64>().zip(&gradient) {
            assert!(
                (single - double).abs() < 1e-4 * largest,
                "{text}: {single} for {double}"
            );
        }
    }
}
