//! The table that a run ends with.

use losscope_trainer::{Evaluation, SplitName};

use crate::report::{LaneReport, RunReport};
use crate::text::{columns, loss, metric};

/// The last metrics of every lane on test images, or on those for validation where there are none, with
/// its last loss and the share of its gradient that came from foreground pixels.
pub fn table(report: &RunReport) -> String {
    let tested = |split| {
        report
            .losses
            .iter()
            .any(|lane| lane.last_evaluation(split).is_some())
    };
    let (split, images) = match (tested(SplitName::Test), tested(SplitName::Validation)) {
        (false, true) => (SplitName::Validation, "validation"),
        _ => (SplitName::Test, "test"),
    };
    let head = [
        "lane",
        "loss",
        "Dice",
        "IoU",
        "precision",
        "recall",
        "last value",
        "foreground gradient",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(report.losses.iter().map(|lane| row(lane, split)));
    let steps = report
        .losses
        .iter()
        .filter_map(|lane| lane.history.last())
        .map(|entry| entry.step)
        .max();
    let count = report
        .losses
        .first()
        .and_then(|lane| lane.last_evaluation(split))
        .map_or(0, |e| e.per_image.len());
    let mut text = format!(
        "After {} steps, on {count} {images} images:\n",
        steps.unwrap_or(0)
    );
    text.push_str(&columns(&rows, 2));
    for lane in &report.losses {
        if let Some(&Evaluation {
            undefined_dice: undefined @ 1..,
            ..
        }) = lane.last_evaluation(split)
        {
            text.push_str(&format!(
                "Lane {}: {undefined} Dice values are undefined (no foreground in image and prediction) and left out.\n",
                lane.lane
            ));
        }
    }
    text
}

fn row(lane: &LaneReport, split: SplitName) -> Vec<String> {
    let evaluation = lane.last_evaluation(split);
    let mean = |value: fn(&Evaluation) -> Option<f64>| metric(evaluation.and_then(value));
    let last = lane.history.last();
    let foreground = last.map(|entry| entry.gradient_share.iter().skip(1).sum::<f32>());
    vec![
        lane.lane.to_string(),
        loss(&lane.loss),
        mean(|e| e.mean_dice),
        mean(|e| e.mean_iou),
        mean(|e| e.mean_precision),
        mean(|e| e.mean_recall),
        metric(last.map(|entry| f64::from(entry.loss))),
        foreground.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share)),
    ]
}
