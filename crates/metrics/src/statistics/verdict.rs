//! What a comparison amounts to, in words.

use serde::{Deserialize, Serialize};

use super::Comparison;
use crate::metric::{Best, Unit};

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
    let (Some(_), Some(p), Some(interval), Some(difference)) = (
        comparison.wilcoxon,
        comparison.adjusted_p,
        comparison.interval,
        comparison.difference,
    ) else {
        return Verdict::Same;
    };
    if p >= alpha || interval.contains(0.0) {
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
        Unit::Length | Unit::None => "",
        Unit::Nats => " nats",
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

#[cfg(test)]
mod tests {
    use crate::Metric;
    use crate::statistics::{Comparison, ComparisonOptions, Lane, Sources, Verdict, compare};

    fn lane(name: &str, values: Vec<Option<f64>>) -> Lane {
        Lane {
            name: name.into(),
            seeds: vec![values],
        }
    }

    fn compared(metric: Metric, first: Vec<Option<f64>>, second: Vec<Option<f64>>) -> Comparison {
        let sources = Sources::independent(first.len());
        let lanes = [lane("CE", first), lane("Focal", second)];
        let mut all = compare(metric, &lanes, &sources, &ComparisonOptions::default()).unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    /// Values that go up and down around a middle, no two alike.
    fn around(middle: f64, spread: f64, count: usize) -> Vec<Option<f64>> {
        (0..count)
            .map(|index| {
                let place = (index * 37 % 101) as f64 / 101.0 - 0.5;
                Some(middle + spread * place)
            })
            .collect()
    }

    fn plus(values: &[Option<f64>], more: f64, spread: f64) -> Vec<Option<f64>> {
        values
            .iter()
            .enumerate()
            .map(|(index, value)| {
                let place = (index * 53 % 97) as f64 / 97.0 - 0.5;
                value.map(|value| value + more + spread * place)
            })
            .collect()
    }

    #[test]
    fn ten_images_show_a_wide_interval_and_no_winner() {
        let first = around(0.7, 0.3, 10);
        let second = plus(&first, 0.02, 0.2);
        let comparison = compared(Metric::Dice, first, second);
        assert_eq!(comparison.verdict, Verdict::Undecided);
        let interval = comparison.interval.unwrap();
        assert!(interval.contains(0.0) && interval.high - interval.low > 0.04);
        let sentence = comparison.sentence;
        assert!(sentence.starts_with("On 10 images, the Dice coefficient of CE is on average 0."));
        assert!(sentence.contains("lower than that of Focal (95 % interval −0."));
        assert!(
            sentence.ends_with("That does not tell which is better."),
            "{sentence}"
        );
    }

    #[test]
    fn five_images_never_tell() {
        let first = around(0.7, 0.1, 5);
        let second = plus(&first, 0.2, 0.05);
        let comparison = compared(Metric::Dice, first, second);
        assert_eq!(comparison.verdict, Verdict::TooFew);
        assert!(
            comparison
                .sentence
                .ends_with("even if one of them were ahead every time, p would be 0.062.")
        );
    }

    #[test]
    fn a_clear_difference_is_called_by_the_direction_of_the_metric() {
        let first = around(0.6, 0.1, 40);
        let second = plus(&first, 0.1, 0.1);
        for (metric, verdict, better) in [
            (Metric::Dice, Verdict::SecondBetter, "Focal is better"),
            (Metric::Hd95, Verdict::FirstBetter, "CE is better"),
            // 0.7 is nearer to 1 than 0.6.
            (Metric::SizeRatio, Verdict::SecondBetter, "Focal is better"),
        ] {
            let comparison = compared(metric, first.clone(), second.clone());
            assert_eq!(comparison.verdict, verdict, "{metric:?}");
            assert!(
                comparison.sentence.contains(better),
                "{}",
                comparison.sentence
            );
            assert!(
                comparison
                    .sentence
                    .ends_with("with another seed it may differ.")
            );
        }
    }

    #[test]
    fn images_of_few_sources_do_not_decide() {
        let first = around(0.6, 0.1, 40);
        let second = plus(&first, 0.1, 0.1);
        let names: Vec<String> = (0..40)
            .map(|image| format!("patient {}", image % 4))
            .collect();
        let lanes = [lane("CE", first), lane("Focal", second)];
        let sources = Sources::named(&names);
        let comparison = &compare(
            Metric::Dice,
            &lanes,
            &sources,
            &ComparisonOptions::default(),
        )
        .unwrap()[0];
        assert_eq!((comparison.images, comparison.sources), (40, 4));
        assert_eq!(comparison.verdict, Verdict::TooFew);
        assert!(
            comparison
                .sentence
                .starts_with("On 40 images from 4 sources")
        );
    }

    #[test]
    fn what_is_undefined_is_left_out_and_said() {
        let first = around(5.0, 2.0, 30);
        let mut second = plus(&first, 0.1, 1.0);
        second[3] = None;
        let comparison = compared(Metric::Hd95, first, second);
        assert_eq!((comparison.images, comparison.undefined_second), (29, 1));
        assert!(
            comparison
                .sentence
                .contains("left out: 0 of CE, 1 of Focal")
        );
        let nothing = compared(Metric::Hd95, vec![None; 8], around(5.0, 1.0, 8));
        assert_eq!(nothing.verdict, Verdict::NothingShared);
        let same = compared(Metric::Dice, around(0.5, 0.2, 8), around(0.5, 0.2, 8));
        assert_eq!(same.verdict, Verdict::Same);
        assert_eq!(
            same.sentence,
            "CE and Focal have the same Dice coefficient on 8 images."
        );
    }

    #[test]
    fn more_lanes_need_more_evidence() {
        let first = around(0.6, 0.1, 7);
        let lanes: Vec<Lane> = (0..4)
            .map(|index| {
                lane(
                    &format!("lane {index}"),
                    plus(&first, 0.1 * f64::from(index), 0.01 * f64::from(index)),
                )
            })
            .collect();
        let sources = Sources::independent(7);
        let options = ComparisonOptions::default();
        let two = compare(Metric::Dice, &lanes[..2], &sources, &options).unwrap();
        // Ahead on all 7 images: p = 2 / 128.
        assert_eq!(two[0].adjusted_p, Some(2.0 / 128.0));
        assert_eq!(two[0].verdict, Verdict::SecondBetter);
        // Of six pairs at once none can be below 6 × 2 / 128.
        let all = compare(Metric::Dice, &lanes, &sources, &options).unwrap();
        assert_eq!(all.len(), 6);
        assert!(
            all.iter()
                .all(|one| one.verdict == Verdict::TooFew && one.comparisons == 6)
        );
        assert!(compare(Metric::Dice, &lanes[..1], &sources, &options).is_err());
    }
}
