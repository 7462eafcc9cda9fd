//! Numbers and names as text.

use losscope_metrics::statistics::{Interval, Verdict};
use losscope_metrics::{Metric, MetricUnit};

use crate::report::{Condition, GroupReport};

/// Three decimals, fewer where there are many digits in front; a minus is one.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        below if below < 10.0 => 3,
        below if below < 100.0 => 2,
        _ => 1,
    };
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    if value < 0.0 && !zero {
        format!("−{text}")
    } else {
        text
    }
}

/// A number, or a dash where there is none.
pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), number)
}

/// An interval in brackets, or a dash.
pub(crate) fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(
        || "–".to_owned(),
        |found| format!("[{}, {}]", number(found.low), number(found.high)),
    )
}

/// A p-value.
pub(crate) fn chance(p: Option<f64>) -> String {
    match p {
        None => "–".to_owned(),
        Some(p) if p < 0.001 => "< 0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
    }
}

/// What stands behind a value, of a loss beside the best one.
pub(crate) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::SecondBetter => " *",
        Verdict::TooFew => " ?",
        Verdict::FirstBetter | Verdict::Undecided | Verdict::Same | Verdict::NothingShared => "",
    }
}

/// A share in per cent, with as many digits as it needs.
pub(crate) fn percent(share: f64) -> String {
    let rounded = (1e4 * share).round() / 1e2;
    format!("{rounded} %")
}

/// A metric's short name, with the unit that its numbers have.
pub(crate) fn metric_name(metric: Metric) -> String {
    let info = metric.info();
    match info.unit {
        MetricUnit::Length => format!("{} (pixels)", info.short_name),
        MetricUnit::None | MetricUnit::Nats => info.short_name.to_owned(),
    }
}

/// What a group is called; its learning rate only where there are several.
pub(crate) fn title(group: &GroupReport, several_rates: bool) -> String {
    let Condition {
        dataset,
        foreground,
        learning_rate,
    } = &group.condition;
    let mut title = match foreground {
        Some(foreground) => format!("{dataset}, {} foreground", percent(*foreground)),
        None => dataset.clone(),
    };
    if several_rates {
        title += &format!(", learning rate {learning_rate}");
    }
    title
}
