//! `metrics.csv`: the metrics of a run as a table.

use losscope_metrics::ImageMetrics;
use losscope_trainer::SplitName;
use serde::Serialize;

use crate::report::RunReport;

/// One line: one lane, step, image and class. What is undefined is left empty.
#[derive(Serialize)]
struct Row<'a> {
    lane: u32,
    loss: &'a str,
    step: usize,
    split: SplitName,
    image: &'a str,
    class: &'a str,
    dice: Option<f64>,
    iou: Option<f64>,
    precision: Option<f64>,
    recall: Option<f64>,
}

/// The bytes of the table; `classes` are the names of the classes, background first.
///
/// # Errors
/// Never, in fact: a table in memory takes every row.
pub fn metrics_csv(report: &RunReport, classes: &[String]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for lane in &report.losses {
        for evaluation in &lane.evaluations {
            for metrics in &evaluation.per_image {
                for (index, class) in classes.iter().enumerate() {
                    let value = |metric: fn(&ImageMetrics) -> &[Option<f64>]| {
                        metric(metrics).get(index).copied()
                    };
                    writer.serialize(Row {
                        lane: lane.lane,
                        loss: lane.loss.kind(),
                        step: evaluation.step,
                        split: evaluation.split,
                        image: &metrics.image,
                        class,
                        dice: value(|m| &m.dice).flatten(),
                        iou: value(|m| &m.iou).flatten(),
                        precision: value(|m| &m.precision).flatten(),
                        recall: value(|m| &m.recall).flatten(),
                    })?;
                }
            }
        }
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
