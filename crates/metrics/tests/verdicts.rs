//! What comparisons say.

// Helpers of tests may do what tests may.
#![allow(clippy::unwrap_used)]

use losscope_metrics::Metric;
use losscope_metrics::statistics::{
    Comparison, ComparisonOptions, LaneValues, Sources, Verdict, compare,
};

fn lane(name: &str, values: Vec<Option<f64>>) -> LaneValues {
    LaneValues {
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
    let lanes: Vec<LaneValues> = (0..4)
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
            .all(|one| one.adjusted_p == Some(6.0 * 2.0 / 128.0))
    );
    assert!(
        all.iter()
            .all(|one| one.verdict == Verdict::TooFew && one.comparisons == 6)
    );
    assert!(compare(Metric::Dice, &lanes[..1], &sources, &options).is_err());
}

#[test]
fn neither_the_mean_nor_the_ranks_decide_alone() {
    let verdict = |differences: &[f64]| {
        let second = vec![Some(0.5); differences.len()];
        let first = differences.iter().map(|d| Some(0.5 + d)).collect();
        compared(Metric::Dice, first, second)
    };
    // A mean well above 0, by five images of eight.
    let by_mean = verdict(&[-0.01, -0.011, -0.012, 0.3, 0.31, 0.32, 0.33, 0.34]);
    assert!(!by_mean.interval.unwrap().contains(0.0) && by_mean.adjusted_p.unwrap() > 0.1);
    assert_eq!(by_mean.verdict, Verdict::Undecided);
    // Ahead by a little on 27 images of 30, behind by so much on three that little is left of the mean.
    let mut differences: Vec<f64> = (0..27)
        .map(|index| 0.01 + 0.0001 * f64::from(index))
        .collect();
    differences.extend([-0.08, -0.085, -0.09]);
    let by_ranks = verdict(&differences);
    assert!(by_ranks.interval.unwrap().contains(0.0) && by_ranks.adjusted_p.unwrap() < 0.01);
    assert!(by_ranks.difference.unwrap() > 0.0 && by_ranks.wilcoxon.unwrap().effect > 0.0);
    assert_eq!(by_ranks.verdict, Verdict::Undecided);
    // And so much behind that the mean is as certain as the ranks, of the opposite.
    let mut differences: Vec<f64> = (0..60)
        .map(|index| 0.001 + 0.00001 * f64::from(index))
        .collect();
    differences.extend((0..10).map(|index| -0.4 - 0.001 * f64::from(index)));
    let opposed = verdict(&differences);
    assert!(!opposed.interval.unwrap().contains(0.0) && opposed.adjusted_p.unwrap() < 0.05);
    assert_eq!(opposed.verdict, Verdict::Undecided);
}
