//! A known set of cells gives the figures worked out by hand.

use losscope_metrics::Metric;
use losscope_metrics::statistics::Verdict;
use losscope_study::{Collection, StudyError, StudyReport, tables};

use crate::{collected, result, small, study};

const NONE: Option<f64> = None;

/// Cells in order: CE and Dice of seed 1, then of seed 2.
fn report() -> StudyReport {
    let collection = collected(
        small(),
        &[
            &[Some(0.25), Some(0.5), NONE, Some(0.5)],
            &[Some(0.75), Some(0.5), NONE, NONE],
            &[Some(0.75), NONE, NONE, Some(0.75)],
            &[Some(1.0), Some(0.75), NONE, NONE],
        ],
    );
    StudyReport::new(&collection).unwrap()
}

#[test]
fn values_are_averaged_over_seeds_and_then_over_images() {
    let report = report();
    let group = &report.groups[0];
    let names: Vec<&str> = group.losses.iter().map(|loss| loss.name.as_str()).collect();
    assert_eq!(names, ["CE", "Dice"]);
    assert_eq!(group.losses[0].seeds, [1, 2]);
    let dice = group.metric(Metric::Dice).unwrap();
    let [ce, other] = &dice.losses[..] else {
        panic!("there are {} losses", dice.losses.len())
    };
    assert_eq!(ce.per_image, [Some(0.5), Some(0.5), NONE, Some(0.625)]);
    assert_eq!(ce.description.mean, Some(1.625 / 3.0));
    assert_eq!((ce.description.images, ce.description.undefined), (3, 1));
    // Three of two seeds' four images.
    assert_eq!((ce.undefined_values, ce.values), (3, 8));
    // The seeds' means are 1.25 / 3 and 0.75.
    let half: f64 = 0.5 * (0.75 - 1.25 / 3.0);
    assert!((ce.seed_deviation.unwrap() - (2.0 * half * half).sqrt()).abs() < 1e-12);
    assert_eq!(other.per_image, [Some(0.875), Some(0.625), NONE, NONE]);
    assert_eq!(other.description.mean, Some(0.75));
}

#[test]
fn each_loss_is_compared_with_the_best_on_the_images_both_have() {
    let report = report();
    let dice = report.groups[0].metric(Metric::Dice).unwrap();
    assert_eq!(dice.best, Some(1));
    assert_eq!(dice.losses[1].against_best, None);
    let against = dice.losses[0].against_best.as_ref().unwrap();
    // −0.375 and −0.125 on two images, all ranks negative; p of two pairs is 0.5.
    assert_eq!(
        (against.other.as_str(), against.difference),
        ("Dice", Some(-0.25))
    );
    assert_eq!((against.p, against.effect), (Some(0.5), Some(-1.0)));
    let interval = against.interval.unwrap();
    assert_eq!((interval.low, interval.high), (-0.375, -0.125));
    assert_eq!(against.verdict, Verdict::TooFew);
    let table = tables::markdown(&report, &[]);
    let row = "| CE | 2 | 0.542 ? | [0.500, 0.625] | 0.072 | 0.236 | 3 of 8 | −0.250 | [−0.375, −0.125] | 0.500 | −1.000 |";
    assert!(table.contains(row), "{table}");
    assert!(table.contains("| Dice | 2 | **0.750** |"), "{table}");
}

#[test]
fn a_difference_in_every_image_is_marked_and_its_sign_is_that_of_the_loss() {
    // Ten images, CE lower by 0.01 to 0.1: exact p = 2 / 2¹⁰.
    let values = |less: f64| -> Vec<Option<f64>> {
        (1..=10).map(|n| Some(0.9 - less * f64::from(n))).collect()
    };
    let (ce, dice) = (values(0.02), values(0.01));
    let report = StudyReport::new(&collected(small(), &[&ce, &dice, &ce, &dice])).unwrap();
    let metric = report.groups[0].metric(Metric::Dice).unwrap();
    let against = metric.losses[0].against_best.as_ref().unwrap();
    assert_eq!(against.verdict, Verdict::SecondBetter);
    assert_eq!(against.p, Some(2.0 / 1024.0));
    assert!((against.difference.unwrap() + 0.055).abs() < 1e-12);
    assert!(against.interval.unwrap().high < 0.0);
    assert!(tables::markdown(&report, &[]).contains("0.790 \\*"));
    // The other way round nothing changes but the order.
    let report = StudyReport::new(&collected(small(), &[&dice, &ce, &dice, &ce])).unwrap();
    let metric = report.groups[0].metric(Metric::Dice).unwrap();
    assert_eq!(metric.best, Some(0));
    let turned = metric.losses[1].against_best.as_ref().unwrap();
    assert_eq!((turned.p, turned.effect), (against.p, against.effect));
    assert_eq!(turned.difference, against.difference);
    assert_eq!(turned.verdict, Verdict::SecondBetter);
}

#[test]
fn what_is_missing_foreign_or_of_other_data_is_said_and_not_averaged_in() {
    let study_ = small();
    let cells = study_.cells().unwrap();
    let values = [Some(0.5), Some(0.25)];
    let mut results: Vec<_> = cells[..3]
        .iter()
        .map(|cell| result(cell, &values))
        .collect();
    results[1].data.fingerprint = "g".to_owned();
    results[2].machine.version = "9.9.9".to_owned();
    let stranger = study(serde_json::json!({ "base": { "seed": 99 } }))
        .cells()
        .unwrap();
    results.push(result(&stranger[0], &values));
    let collection = Collection::new(study_, results).unwrap();
    assert_eq!(collection.missing(), [cells[3].key.as_str()]);
    let report = StudyReport::new(&collection).unwrap();
    let notes = report.notes.join("\n");
    for said in [
        "1 of 4 cells have no result",
        "1 results are left out",
        "with version 9.9.9",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
    assert!(
        notes.contains(&format!("{} is left out", cells[1].key)),
        "{notes}"
    );
    assert_eq!(report.groups[0].losses.len(), 1);
    let nothing = Collection::new(small(), []).unwrap();
    assert!(matches!(
        StudyReport::new(&nothing),
        Err(StudyError::Nothing)
    ));
}

/// Three of four cells have the newer images: those count, whichever come first.
#[test]
fn of_results_on_different_images_those_count_that_most_have() {
    let values = [Some(0.5), Some(0.25)];
    let study = small();
    let cells = study.cells().unwrap();
    let mut results: Vec<_> = cells.iter().map(|cell| result(cell, &values)).collect();
    for result in &mut results[1..] {
        result.data.fingerprint = "g".to_owned();
    }
    let report = StudyReport::new(&Collection::new(study, results).unwrap()).unwrap();
    assert_eq!(report.notes.len(), 2, "{:?}", report.notes);
    assert!(report.notes[1].contains("has 1 of 2 seeds"));
    assert!(report.notes[0].starts_with(&format!("{} is left out", cells[0].key)));
    let group = &report.groups[0];
    let seeds = group.losses.iter().map(|loss| loss.seeds.clone());
    assert_eq!(seeds.collect::<Vec<_>>(), [vec![2], vec![1, 2]]);
}

#[test]
fn tables_for_programs_say_what_the_report_says() {
    let report = report();
    let text = String::from_utf8(tables::summary_csv(&report).unwrap()).unwrap();
    let line = text
        .lines()
        .find(|line| line.contains(",dice,CE,"))
        .unwrap();
    let expected = format!(
        "polyp,0.03,0.001,dice,CE,ce,2,3,3,3,8,{},0.5,0.625,",
        1.625 / 3.0
    );
    assert!(line.starts_with(&expected), "{line}");
    let text = String::from_utf8(tables::comparisons_csv(&report).unwrap()).unwrap();
    let line = text
        .lines()
        .find(|line| line.contains(",dice,CE,Dice,"))
        .unwrap();
    assert!(
        line.ends_with(",2,2,1,2,-0.25,-0.375,-0.125,0.5,0.5,1,-1.0,too_few"),
        "{line}"
    );
}
