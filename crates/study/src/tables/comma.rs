//! A report as tables for other programs: comma-separated, what is undefined left empty.

use serde::Serialize;

use crate::report::Condition;
use crate::{Collection, StudyError, StudyReport};

/// One line for each condition, metric and loss.
///
/// # Errors
/// Never, in fact: a table in memory takes every row.
pub fn summary_csv(report: &StudyReport) -> Result<Vec<u8>, StudyError> {
    #[derive(Serialize)]
    struct Row<'a> {
        dataset: &'a str,
        foreground: Option<f64>,
        learning_rate: f64,
        metric: &'a str,
        loss: &'a str,
        kind: &'a str,
        seeds: usize,
        images: usize,
        sources: usize,
        undefined_values: usize,
        values: usize,
        mean: Option<f64>,
        low: Option<f64>,
        high: Option<f64>,
        deviation: Option<f64>,
        seed_deviation: Option<f64>,
        median: Option<f64>,
        best: bool,
    }
    let mut rows = Vec::new();
    for group in &report.groups {
        let Condition {
            dataset,
            foreground,
            learning_rate,
        } = &group.condition;
        for metric in &group.metrics {
            for (position, (loss, summary)) in group.losses.iter().zip(&metric.losses).enumerate() {
                let described = &summary.description;
                rows.push(Row {
                    dataset,
                    foreground: *foreground,
                    learning_rate: *learning_rate,
                    metric: metric.metric.info().id,
                    loss: &loss.name,
                    kind: loss.loss.kind(),
                    seeds: loss.seeds.len(),
                    images: described.images,
                    sources: described.sources,
                    undefined_values: summary.undefined_values,
                    values: summary.values,
                    mean: described.mean,
                    low: described.interval.map(|interval| interval.low),
                    high: described.interval.map(|interval| interval.high),
                    deviation: described.deviation,
                    seed_deviation: summary.seed_deviation,
                    median: described.median,
                    best: metric.best == Some(position),
                });
            }
        }
    }
    table(rows)
}

/// One line for each condition, metric and pair of losses.
///
/// # Errors
/// Never, in fact: a table in memory takes every row.
pub fn comparisons_csv(report: &StudyReport) -> Result<Vec<u8>, StudyError> {
    #[derive(Serialize)]
    struct Row<'a> {
        dataset: &'a str,
        foreground: Option<f64>,
        learning_rate: f64,
        metric: &'a str,
        first: &'a str,
        second: &'a str,
        images: usize,
        sources: usize,
        undefined_first: usize,
        undefined_second: usize,
        difference: Option<f64>,
        low: Option<f64>,
        high: Option<f64>,
        p: Option<f64>,
        adjusted_p: Option<f64>,
        comparisons: usize,
        effect: Option<f64>,
        verdict: losscope_metrics::statistics::Verdict,
    }
    let mut rows = Vec::new();
    for group in &report.groups {
        for metric in &group.metrics {
            for found in &metric.comparisons {
                rows.push(Row {
                    dataset: &group.condition.dataset,
                    foreground: group.condition.foreground,
                    learning_rate: group.condition.learning_rate,
                    metric: metric.metric.info().id,
                    first: &found.first,
                    second: &found.second,
                    images: found.images,
                    sources: found.sources,
                    undefined_first: found.undefined_first,
                    undefined_second: found.undefined_second,
                    difference: found.difference,
                    low: found.interval.map(|interval| interval.low),
                    high: found.interval.map(|interval| interval.high),
                    p: found.wilcoxon.map(|test| test.p),
                    adjusted_p: found.adjusted_p,
                    comparisons: found.comparisons,
                    effect: found.wilcoxon.map(|test| test.effect),
                    verdict: found.verdict,
                });
            }
        }
    }
    table(rows)
}

/// Every value that was measured: one line for each cell, test image, class and metric.
///
/// # Errors
/// Never, in fact: a table in memory takes every row.
pub fn values_csv(collection: &Collection) -> Result<Vec<u8>, StudyError> {
    #[derive(Serialize)]
    struct Row<'a> {
        cell: &'a str,
        dataset: &'a str,
        foreground: Option<f64>,
        learning_rate: f64,
        loss: &'a str,
        seed: u64,
        image: &'a str,
        source: &'a str,
        class: &'a str,
        metric: &'a str,
        value: Option<f64>,
    }
    let mut rows = Vec::new();
    for (cell, result) in collection.done() {
        for image in &result.images {
            for values in &image.values {
                for (class, &value) in result.data.classes.iter().zip(&values.per_class) {
                    rows.push(Row {
                        cell: &cell.key,
                        dataset: &cell.dataset,
                        foreground: cell.foreground,
                        learning_rate: cell.learning_rate,
                        loss: &cell.loss,
                        seed: cell.seed,
                        image: &image.image,
                        source: &image.source,
                        class,
                        metric: values.metric.info().id,
                        value,
                    });
                }
            }
        }
    }
    table(rows)
}

/// One line for each cell: how its training went, and how long it took.
///
/// # Errors
/// Never, in fact: a table in memory takes every row.
pub fn runs_csv(collection: &Collection) -> Result<Vec<u8>, StudyError> {
    #[derive(Serialize)]
    struct Row<'a> {
        cell: &'a str,
        seconds: f64,
        steps: usize,
        stopped: Option<usize>,
        last_loss: Option<f32>,
        validation_dice: Option<f64>,
        version: &'a str,
        backend: &'a str,
        adapter: &'a str,
        data: &'a str,
    }
    let rows = collection.done().map(|(cell, result)| Row {
        cell: &cell.key,
        seconds: result.seconds,
        steps: result.steps,
        stopped: result.stopped.as_ref().map(|stopped| stopped.step),
        last_loss: result.last_losses.last().copied().flatten(),
        validation_dice: result.validation_dice,
        version: &result.machine.version,
        backend: &result.machine.backend,
        adapter: &result.machine.adapter,
        data: &result.data.fingerprint,
    });
    table(rows)
}

fn table<R: Serialize>(rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>, StudyError> {
    let failed = |error: String| StudyError::Table(error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer
            .serialize(row)
            .map_err(|error| failed(error.to_string()))?;
    }
    writer
        .into_inner()
        .map_err(|error| failed(error.to_string()))
}
