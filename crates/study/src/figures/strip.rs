//! Every test image as a dot, loss by loss.

use super::axis::Axis;
use super::svg::{Anchor, Drawing, style};
use super::{Figure, Look};
use crate::StudyReport;
use crate::report::{GroupReport, LossSummary, MetricReport};
use crate::tables::{metric_name, title};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 44.0;
const ROW: f64 = 34.0;

pub(crate) fn strips(report: &StudyReport, look: Look) -> Vec<Figure> {
    let several_rates = report.several_rates();
    let groups = report.groups.iter().enumerate();
    groups
        .filter_map(|(position, group)| {
            let metric = group.metrics.first()?;
            let title = title(group, several_rates);
            Some(Figure {
                name: format!("images-{}", position + 1),
                caption: format!(
                    "{} of each test image ({title}): dots are images (means over seeds), boxes hold the middle half, \
                     diamonds are means with their interval.",
                    metric_name(metric.metric)
                ),
                svg: strip(look, group, metric, &title)?,
            })
        })
        .collect()
}

/// `None` where no image has a value.
fn strip(look: Look, group: &GroupReport, metric: &MetricReport, title: &str) -> Option<String> {
    let values = || {
        metric
            .losses
            .iter()
            .flat_map(|loss| loss.per_image.iter().flatten())
    };
    let least = values().copied().reduce(f64::min)?;
    let greatest = values().copied().reduce(f64::max)?;
    let axis = Axis::linear(least, greatest, (LEFT, WIDTH - RIGHT));
    let bottom = TOP + ROW * group.losses.len() as f64;
    let mut drawing = Drawing::new(look, WIDTH, bottom + 48.0);
    drawing.text((16.0, 24.0), Anchor::Start, 15.0, title);
    for (value, label) in &axis.ticks {
        let x = axis.place(*value);
        drawing.line((x, TOP), (x, bottom), drawing.palette.grid, 1.0);
        drawing.text((x, bottom + 16.0), Anchor::Middle, 12.0, label);
    }
    let middle = 0.5 * (LEFT + WIDTH - RIGHT);
    drawing.text(
        (middle, bottom + 38.0),
        Anchor::Middle,
        12.0,
        &metric_name(metric.metric),
    );
    for (row, (loss, summary)) in group.losses.iter().zip(&metric.losses).enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        let colour = style(look, row).colour;
        drawing.text((LEFT - 14.0, y + 4.0), Anchor::End, 13.0, &loss.name);
        images(&mut drawing, &axis, summary, y, colour);
    }
    Some(drawing.finish(&format!("{} by loss: {title}", metric_name(metric.metric))))
}

fn images(drawing: &mut Drawing, axis: &Axis, summary: &LossSummary, y: f64, colour: &str) {
    let mut sorted: Vec<f64> = summary.per_image.iter().copied().flatten().collect();
    for (index, &value) in sorted.iter().enumerate() {
        // Five heights in turn, so that dots beside each other do not hide each other.
        let shift = ((index * 2) % 5) as f64 - 2.0;
        drawing.dot((axis.place(value), y + 3.0 * shift), 2.6, colour, 0.55);
    }
    sorted.sort_unstable_by(f64::total_cmp);
    if let (Some(low), Some(high)) = (quantile(&sorted, 0.25), quantile(&sorted, 0.75)) {
        let (from, to) = (axis.place(low), axis.place(high));
        drawing.frame((from, y - 11.0), (to - from, 22.0), colour);
    }
    if let Some(interval) = summary.description.interval {
        let (low, high) = (axis.place(interval.low), axis.place(interval.high));
        drawing.line((low, y), (high, y), colour, 3.0);
    }
    if let Some(mean) = summary.description.mean {
        let x = axis.place(mean);
        let diamond = [(x - 6.0, y), (x, y - 6.0), (x + 6.0, y), (x, y + 6.0)];
        drawing.area(&diamond, colour, 1.0);
    }
}

/// Interpolated linearly.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * sorted.len().checked_sub(1)? as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    Some(sorted[below] + (place - below as f64) * (sorted[above] - sorted[below]))
}
