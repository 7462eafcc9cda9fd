//! The losses that everybody knows, typed as formulas, are the built-in ones.

use losscope_losses::Loss;
use losscope_losses::reference::Activation;

use crate::{Data, difference, formula, random_case};

/// 1 − TI, with parameters delta and s.
const MISS: &str = "((delta*fn + (1-delta)*fp) / (tp + delta*fn + (1-delta)*fp + s))";

fn loss(json: &str) -> Loss {
    serde_json::from_str(json).unwrap()
}

/// A built-in loss, and the same as a formula.
fn pairs() -> Vec<(Loss, Loss)> {
    let foreground_and_background = "(bg(M) + sum_classes(fg(M)^(1-gamma)))".replace('M', MISS);
    let asym_focal =
        "sum((1-delta)*bg((1-p)^gamma*-y*log(p)) + delta*sum_classes(fg(-y*log(p))))/(B*N)";
    vec![
        (
            loss(r#"{"kind": "ce"}"#),
            formula("sum(-y*log(p))/(B*N)", &[]),
        ),
        (loss(r#"{"kind": "ce"}"#), formula("mean(-log(pt))", &[])),
        (
            loss(r#"{"kind": "ce"}"#),
            formula("-mean_batch(mean_pixels(sum_classes(y*logp)))", &[]),
        ),
        // For two classes and for more: the sum of all classes' own cross entropies, less the others'.
        (
            loss(r#"{"kind": "ce"}"#),
            formula("mean(-log(pt) - log(1-pt)) + sum(y*log(1-p))/(B*N)", &[]),
        ),
        (
            loss(r#"{"kind": "ce_clip"}"#),
            formula("sum(-y*log(clamp(p, 1e-7, 1-1e-7)))/(B*N)", &[]),
        ),
        (
            loss(r#"{"kind": "focal", "gamma": 2}"#),
            formula("sum(-y*log(p)*(1-p)^gamma)/(B*N)", &[("gamma", 2.0)]),
        ),
        (
            loss(r#"{"kind": "focal", "gamma": 0.7}"#),
            formula("mean(-log(pt)*(1-pt)^gamma)", &[("gamma", 0.7)]),
        ),
        (
            loss(r#"{"kind": "focal", "gamma": 3}"#),
            formula("K*mean(-y*log(p)*pow(1-p, gamma))", &[("gamma", 3.0)]),
        ),
        (
            loss(r#"{"kind": "dice", "smooth": 0.5}"#),
            formula(
                "mean(1 - (2*tp + 2*s)/(2*tp + fn + fp + 2*s))",
                &[("s", 0.5)],
            ),
        ),
        (
            loss(r#"{"kind": "dice", "smooth": 0}"#),
            formula(
                "mean(1 - 2*sum_pixels(p*y)/(sum_pixels(p)+sum_pixels(y)))",
                &[],
            ),
        ),
        (
            loss(r#"{"kind": "tversky", "delta": 0.8, "smooth": 0.01}"#),
            formula(&format!("mean({MISS})"), &[("delta", 0.8), ("s", 0.01)]),
        ),
        // The built-in one clips probabilities, of which here is none that would be.
        (
            loss(r#"{"kind": "focal_tversky", "delta": 0.6, "gamma": 0.75, "smooth": 0.001}"#),
            formula(
                &format!("mean({MISS}^gamma)"),
                &[("delta", 0.6), ("gamma", 0.75), ("s", 0.001)],
            ),
        ),
        (
            loss(r#"{"kind": "combo", "alpha": 0.3, "beta": 0.4}"#),
            formula(
                "-alpha*(beta*sum(bg(y)*log(bg(p))) + (1-beta)*sum(fg(y)*log(fg(p))))/(B*N) \
                 - (1-alpha)*mean((tp + 1e-6)/(tp + (fn+fp)/2 + 1e-6))",
                &[("alpha", 0.3), ("beta", 0.4)],
            ),
        ),
        (
            loss(r#"{"kind": "asym_unified_focal", "lambda": 0.3, "delta": 0.6, "gamma": 0.4}"#),
            formula(
                &format!("lambda*sum({foreground_and_background})/(B*K) + (1-lambda)*{asym_focal}"),
                &[("lambda", 0.3), ("delta", 0.6), ("gamma", 0.4), ("s", 1e-7)],
            ),
        ),
    ]
}

#[test]
fn value_and_gradient_are_those_of_the_built_in_losses() {
    for (built_in, typed) in pairs() {
        for (seed, channels) in [(1, 1), (2, 2), (3, 3), (4, 5)] {
            let case = random_case(channels, 4.0, seed);
            let (value, gradient) = case.evaluate(&built_in);
            let (typed_value, typed_gradient) = case.evaluate(&typed);
            let name = format!("{built_in:?} of {channels} channels");
            assert!(
                (value - typed_value).abs() <= 1e-14 * (1.0 + value.abs()),
                "{name}: {value} {typed_value}"
            );
            let largest = gradient
                .iter()
                .fold(0.0_f64, |largest, g| largest.max(g.abs()));
            assert!(largest > 1e-4, "{name} has hardly a gradient");
            let error = difference(&gradient, &typed_gradient);
            assert!(error <= 1e-14 * (1.0 + largest), "{name}: {error}");
        }
    }
}

/// Where softmax rounds to 0 and 1, exact logarithms keep value and gradient.
#[test]
fn a_pixel_that_is_certain_and_wrong_keeps_its_gradient() {
    for channels in [1, 2, 4] {
        let classes = channels.max(2);
        let mut input = vec![-60.0; channels * 4];
        // All pixels are certain of the last class; half of them are right.
        input[(channels - 1) * 4..].fill(60.0);
        let case = Data {
            input,
            shape: vec![1, channels, 4],
            labels: vec![0, classes as u8 - 1, 0, classes as u8 - 1],
            activation: if channels == 1 {
                Activation::Sigmoid
            } else {
                Activation::Softmax
            },
        };
        let (value, gradient) = case.evaluate(&Loss::ce());
        assert!(value > 25.0);
        let mut formulas = vec![
            "sum(-y*log(p))/(B*N)",
            "mean(-log(pt))",
            "-(sum(bg(y)*log(bg(p))) + sum(fg(y)*log(fg(p))))/(B*N)",
        ];
        if classes == 2 {
            // The other class's probability is the complement.
            formulas.extend([
                "mean(-y*log(p) - (1-y)*log(1-p))",
                "-sum((1-y)*log(1-p))/(B*N)",
                "-(sum(bg(y)*log(1-fg(p))) + sum(fg(y)*log(1-bg(p))))/(B*N)",
            ]);
        }
        for text in formulas {
            let (typed_value, typed_gradient) = case.evaluate(&formula(text, &[]));
            assert!(
                (value - typed_value).abs() < 1e-13 * value,
                "{text}: {typed_value} for {value}"
            );
            assert!(difference(&gradient, &typed_gradient) < 1e-14, "{text}");
        }
    }
}
