//! What a comparison amounts to, in words.

use serde::{Deserialize, Serialize};

use super::Comparison;
use crate::metric::{Best, MetricUnit};

/// What follows from a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Verdict {
    /// The first is better.
    FirstBetter,
    /// The second is better.
    SecondBetter,
    /// These images do not tell which is better.
    Undecided,
    /// There are so few images that no outcome could have told.
    TooFew,
    /// Both have the same value for every source.
    Same,
    /// There is no image where both have a value.
    NothingShared,
}

/// Sets the verdict and its sentence, from the numbers of a comparison.
pub(super) fn pronounce(comparison: &mut Comparison, level: f64) {
    comparison.verdict = judge(comparison, level);
    comparison.sentence = sentence(comparison, level);
}

/// The least p that this many pairs can give, adjusted for the comparisons made together.
fn least_p(comparison: &Comparison) -> f64 {
    let pairs = comparison.sources.min(1000) as i32;
    comparison.comparisons as f64 * 2.0 * 0.5f64.powi(pairs)
}

fn judge(comparison: &Comparison, level: f64) -> Verdict {
    if comparison.images == 0 {
        return Verdict::NothingShared;
    }
    // Rounding: a level of 0.95 must give 0.05.
    let alpha = ((1.0 - level) * 1e9).round() / 1e9;
    if least_p(comparison) >= alpha {
        return Verdict::TooFew;
    }
    let (Some(test), Some(p), Some(interval), Some(difference)) = (
        comparison.wilcoxon,
        comparison.adjusted_p,
        comparison.interval,
        comparison.difference,
    ) else {
        return Verdict::Same;
    };
    // The mean may lean one way, by a few images, and most images the other.
    let disagree = test.effect * difference <= 0.0;
    if p >= alpha || interval.contains(0.0) || disagree {
        return Verdict::Undecided;
    }
    let higher_is_better = comparison.metric.info().best == Best::Highest;
    if (difference > 0.0) == higher_is_better {
        Verdict::FirstBetter
    } else {
        Verdict::SecondBetter
    }
}

fn sentence(comparison: &Comparison, level: f64) -> String {
    let info = comparison.metric.info();
    let (first, second) = (&comparison.first, &comparison.second);
    let basis = basis(comparison);
    let mut name = in_a_sentence(info.name);
    if info.best == Best::One {
        name = format!("distance of the {name} from 1");
    }
    let mut text = match comparison.verdict {
        Verdict::NothingShared => format!(
            "{first} and {second} cannot be compared: there is no image where the {name} of both is defined."
        ),
        Verdict::Same => {
            format!("{first} and {second} have the same {name} on {basis}.")
        }
        Verdict::TooFew => format!(
            "{} That is too few to tell which is better: even if one of them were ahead every time, \
             p would be {}.",
            numbers(comparison, &name, &basis, level),
            chance(least_p(comparison).min(1.0), "").trim_start_matches("= "),
        ),
        Verdict::Undecided => format!(
            "{} That does not tell which is better.",
            numbers(comparison, &name, &basis, level)
        ),
        Verdict::FirstBetter | Verdict::SecondBetter => {
            let better = if comparison.verdict == Verdict::FirstBetter {
                first
            } else {
                second
            };
            format!(
                "{} By this metric {better} is better on images like these.",
                numbers(comparison, &name, &basis, level)
            )
        }
    };
    caveats(comparison, &mut text);
    text
}

/// A name with a small first letter, unless it is a person's.
fn in_a_sentence(name: &str) -> String {
    let named_after = ["Dice", "Hausdorff", "Matthews", "Brier"];
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if !named_after.iter().any(|person| name.starts_with(person)) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// What the comparison rests on: images, and the sources they come from.
fn basis(comparison: &Comparison) -> String {
    let count = |number: usize, what: &str| match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    };
    let images = count(comparison.images, "image");
    if comparison.sources == comparison.images {
        images
    } else {
        format!("{images} from {}", count(comparison.sources, "source"))
    }
}

/// The numbers, in a sentence.
fn numbers(comparison: &Comparison, name: &str, basis: &str, level: f64) -> String {
    let unit = match comparison.metric.info().unit {
        MetricUnit::Length | MetricUnit::None => "",
        MetricUnit::Nats => " nats",
    };
    let difference = comparison.difference.unwrap_or(0.0);
    let mut text = format!(
        "On {basis}, the {name} of {} is on average {}{unit} {} than that of {}",
        comparison.first,
        number(difference.abs()),
        if difference < 0.0 { "lower" } else { "higher" },
        comparison.second,
    );
    if let Some(interval) = comparison.interval {
        text += &format!(
            " ({} % interval {} to {}",
            (level * 1000.0).round() / 10.0,
            number(interval.low),
            number(interval.high)
        );
        if let Some(p) = comparison.adjusted_p {
            let adjusted = if comparison.comparisons > 1 {
                format!(", adjusted for {} comparisons", comparison.comparisons)
            } else {
                String::new()
            };
            text += &format!("; Wilcoxon p {}", chance(p, &adjusted));
        }
        text += ")";
    }
    text + "."
}

/// What the numbers leave out.
fn caveats(comparison: &Comparison, text: &mut String) {
    let undefined = comparison.undefined_first.max(comparison.undefined_second);
    if undefined > 0 && comparison.verdict != Verdict::NothingShared {
        *text += &format!(
            " Images without a value are left out: {} of {}, {} of {}.",
            comparison.undefined_first,
            comparison.first,
            comparison.undefined_second,
            comparison.second
        );
    }
    let decided = matches!(
        comparison.verdict,
        Verdict::FirstBetter | Verdict::SecondBetter
    );
    if decided && comparison.seeds < 2 {
        *text += " Each was trained once: with another seed it may differ.";
    }
}

/// A p-value in words: "= 0.031" or "< 0.001".
fn chance(p: f64, adjusted: &str) -> String {
    if p < 0.001 {
        format!("< 0.001{adjusted}")
    } else {
        format!("= {p:.3}{adjusted}")
    }
}

/// A number with three decimals, fewer where it is large.
fn number(value: f64) -> String {
    let decimals = if value.abs() < 10.0 { 3 } else { 1 };
    let text = format!("{:.decimals$}", value.abs());
    let nonzero = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if value < 0.0 && nonzero {
        format!("−{text}")
    } else {
        text
    }
}
