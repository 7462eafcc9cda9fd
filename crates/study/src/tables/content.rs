//! What the tables of a report say, before it is put into a format.

use losscope_metrics::MetricGroup;
use losscope_metrics::statistics::Bootstrap;

use super::format::{chance, interval, mark, metric_name, number, optional, title};
use crate::report::{GroupReport, LossSummary, MetricReport, StudyReport};

/// A table; its first column is text, all others numbers.
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<TableCell>>,
}

/// A value, which may be the best of its column.
pub(crate) struct TableCell {
    pub(crate) text: String,
    pub(crate) strong: bool,
}

impl From<String> for TableCell {
    fn from(text: String) -> Self {
        Self {
            text,
            strong: false,
        }
    }
}

/// The tables of one group, under its title.
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) tables: Vec<Table>,
}

/// Every group.
pub(crate) fn sections(report: &StudyReport) -> Vec<Section> {
    let several_rates = report.several_rates();
    let groups = report.groups.iter();
    groups
        .map(|group| {
            let mut tables: Vec<Table> = group
                .metrics
                .first()
                .map(|m| detailed(group, m))
                .into_iter()
                .collect();
            tables.extend(overviews(group));
            Section {
                title: title(group, several_rates),
                about: about(group),
                tables,
            }
        })
        .collect()
}

fn about(group: &GroupReport) -> String {
    let mut sources: Vec<&str> = group.images.iter().map(|i| i.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let sources = match sources.len() {
        count if count == group.images.len() => String::new(),
        count => format!(" from {count} sources"),
    };
    format!(
        "{} test images{sources}, {} of whose pixels are foreground; {} to train on.",
        group.images.len(),
        super::percent(group.test_foreground),
        group.train
    )
}

/// Everything about one metric.
fn detailed(group: &GroupReport, metric: &MetricReport) -> Table {
    let several = metric.losses.len() > 1;
    let mut head: Vec<String> = [
        "loss",
        "seeds",
        "mean",
        "95 % interval",
        "SD",
        "SD of seeds",
        "undefined",
    ]
    .map(str::to_owned)
    .to_vec();
    if let Some(level) = metric.losses.iter().find_map(|l| l.description.interval) {
        head[3] = format!("{} % interval", (level.level * 1000.0).round() / 10.0);
    }
    if several {
        head.extend(["less the best", "interval", "p", "effect"].map(str::to_owned));
    }
    let rows = group.losses.iter().zip(&metric.losses).enumerate();
    let rows = rows.map(|(position, (loss, summary))| {
        let best = metric.best == Some(position) && several;
        let mut row: Vec<TableCell> = vec![
            loss.name.clone().into(),
            loss.seeds.len().to_string().into(),
            TableCell {
                text: value(summary),
                strong: best,
            },
            interval(summary.description.interval).into(),
            optional(summary.description.deviation).into(),
            optional(summary.seed_deviation).into(),
            format!("{} of {}", summary.undefined_values, summary.values).into(),
        ];
        if several {
            let against = summary.against_best.as_ref();
            let of = |found: Option<f64>| if best { String::new() } else { optional(found) };
            row.push(of(against.and_then(|a| a.difference)).into());
            let between = against.map_or_else(String::new, |a| interval(a.interval));
            row.push(between.into());
            row.push(against.map_or_else(String::new, |a| chance(a.p)).into());
            row.push(of(against.and_then(|a| a.effect)).into());
        }
        row
    });
    Table {
        caption: metric_name(metric.metric),
        head,
        rows: rows.collect(),
    }
}

/// A mean, marked where it is worse than the best, or nobody could tell.
fn value(summary: &LossSummary) -> String {
    let marked = summary
        .against_best
        .as_ref()
        .map_or("", |a| mark(a.verdict));
    optional(summary.description.mean) + marked
}

/// The other metrics, a table for each kind.
fn overviews(group: &GroupReport) -> Vec<Table> {
    let kinds = [
        (MetricGroup::Overlap, "Overlap"),
        (MetricGroup::Surface, "Surfaces"),
        (MetricGroup::Centreline, "Centrelines"),
        (MetricGroup::Calibration, "Probabilities"),
    ];
    let mut tables = Vec::new();
    for (kind, caption) in kinds {
        let others = group.metrics.iter().skip(1);
        let metrics: Vec<&MetricReport> =
            others.filter(|m| m.metric.info().group == kind).collect();
        if metrics.is_empty() {
            continue;
        }
        let head = [String::from("loss")].into_iter();
        let head = head.chain(metrics.iter().map(|m| metric_name(m.metric)));
        let rows = group.losses.iter().enumerate().map(|(position, loss)| {
            let name = [loss.name.clone().into()].into_iter();
            let values = metrics.iter().map(|metric| overview(metric, position));
            name.chain(values).collect()
        });
        tables.push(Table {
            caption: caption.to_owned(),
            head: head.collect(),
            rows: rows.collect(),
        });
    }
    tables
}

/// A mean with its interval, and how many values are undefined where some are.
fn overview(metric: &MetricReport, position: usize) -> TableCell {
    let summary = &metric.losses[position];
    let mut text = value(summary);
    if summary.description.interval.is_some() {
        text += &format!(" {}", interval(summary.description.interval));
    }
    if summary.undefined_values > 0 {
        text += &format!(" ({} undefined)", summary.undefined_values);
    }
    TableCell {
        text,
        strong: metric.best == Some(position) && metric.losses.len() > 1,
    }
}

/// Each loss at the learning rate that the validation images chose, for each dataset and foreground fraction.
pub(crate) fn chosen_rates(report: &StudyReport) -> Option<Table> {
    if !report.several_rates() {
        return None;
    }
    let mut rows: Vec<(String, String, f64, Vec<TableCell>)> = Vec::new();
    for group in &report.groups {
        let Some(metric) = group.metrics.first() else {
            continue;
        };
        let data = title(group, false);
        for (loss, summary) in group.losses.iter().zip(&metric.losses) {
            let Some(validation) = loss.validation_dice else {
                continue;
            };
            let row: Vec<TableCell> = vec![
                format!("{}: {}", data, loss.name).into(),
                group.condition.learning_rate.to_string().into(),
                number(validation).into(),
                optional(summary.description.mean).into(),
                interval(summary.description.interval).into(),
            ];
            match rows.iter_mut().find(|r| r.0 == data && r.1 == loss.name) {
                Some(known) if known.2 < validation => {
                    (known.2, known.3) = (validation, row);
                }
                Some(_) => {}
                None => rows.push((data.clone(), loss.name.clone(), validation, row)),
            }
        }
    }
    let primary = metric_name(report.study.primary);
    Some(Table {
        caption: "Each loss at the learning rate that validation images choose".to_owned(),
        head: vec![
            "data and loss".to_owned(),
            "learning rate".to_owned(),
            "validation Dice".to_owned(),
            primary,
            "interval".to_owned(),
        ],
        rows: rows.into_iter().map(|row| row.3).collect(),
    })
}

/// How the tables are to be read.
pub(crate) fn reading(bootstrap: &Bootstrap) -> String {
    let level = (bootstrap.level * 1000.0).round() / 10.0;
    format!(
        "An image's value is the mean over its foreground classes, then over the seeds for which it has one; means, SD \
         and intervals ({level} %, {} bootstrap resamples of sources) are of these. “SD of seeds” is of the means of the \
         single runs. What is undefined is left out and counted. Bold is the best mean (of a size ratio, the least mean distance from 1). p is of Wilcoxon's signed-rank \
         test against the loss with the best mean, adjusted by Holm's method for all pairs of losses; the effect is the \
         matched-pairs rank-biserial correlation. * is worse than the best: the interval of the difference leaves 0 out, \
         p is below {}, and both lean the same way. ? is where so few sources were compared that no outcome could \
         have told. No mark means that these images do not tell which is better, not that they are equal.",
        bootstrap.resamples,
        (1000.0 * (1.0 - bootstrap.level)).round() / 1000.0
    )
}

impl StudyReport {
    /// Whether there is more than one learning rate.
    pub(crate) fn several_rates(&self) -> bool {
        let mut groups = self.groups.iter();
        let first = groups.next().map(|group| group.condition.learning_rate);
        groups.any(|group| Some(group.condition.learning_rate) != first)
    }
}
