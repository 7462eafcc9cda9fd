//! The primary metric against whatever takes several values: a line with its band for each loss.

use super::axis::Axis;
use super::svg::{Anchor, Drawing, Style, style};
use super::{Figure, Look};
use crate::StudyReport;
use crate::report::GroupReport;
use crate::tables::{metric_name, percent, title};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 250.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 56.0;

/// One line.
struct Series {
    name: String,
    style: Style,
    /// Where it is at, its mean, and the ends of the interval.
    points: Vec<(f64, f64, f64, f64)>,
}

/// What a sweep is along.
struct Along {
    name: String,
    logarithmic: bool,
    percent: bool,
}

pub(crate) fn sweeps(report: &StudyReport, look: Look) -> Vec<Figure> {
    let mut figures = Vec::new();
    let groups = &report.groups;
    along_groups(
        report,
        look,
        &mut figures,
        &Along {
            name: "the mean share of foreground".to_owned(),
            logarithmic: true,
            percent: true,
        },
        |group| group.condition.foreground,
        |a, b| {
            let (a, b) = (&a.condition, &b.condition);
            a.dataset == b.dataset && a.learning_rate == b.learning_rate
        },
        |group| match report.several_rates() {
            false => group.condition.dataset.clone(),
            true => format!(
                "{}, learning rate {}",
                group.condition.dataset, group.condition.learning_rate
            ),
        },
    );
    along_groups(
        report,
        look,
        &mut figures,
        &Along {
            name: "the learning rate".to_owned(),
            logarithmic: true,
            percent: false,
        },
        |group| Some(group.condition.learning_rate),
        |a, b| {
            let (a, b) = (&a.condition, &b.condition);
            a.dataset == b.dataset && a.foreground == b.foreground
        },
        |group| title(group, false),
    );
    for group in groups {
        along_parameters(report, look, group, &mut figures);
    }
    figures
}

/// Sweeps along something that groups differ in.
fn along_groups(
    report: &StudyReport,
    look: Look,
    figures: &mut Vec<Figure>,
    along: &Along,
    value: impl Fn(&GroupReport) -> Option<f64>,
    together: impl Fn(&GroupReport, &GroupReport) -> bool,
    title: impl Fn(&GroupReport) -> String,
) {
    let groups = &report.groups;
    for (position, first) in groups.iter().enumerate() {
        if groups[..position]
            .iter()
            .any(|group| together(group, first))
        {
            continue;
        }
        let family = || groups.iter().filter(|group| together(group, first));
        let mut series: Vec<Series> = Vec::new();
        for group in family() {
            let Some(at) = value(group) else { continue };
            for (index, loss) in group.losses.iter().enumerate() {
                add(
                    &mut series,
                    &loss.name,
                    style(look, index),
                    point(group, index, at),
                );
            }
        }
        figures.extend(figure(
            report,
            look,
            series,
            along,
            &title(first),
            figures.len(),
        ));
    }
}

/// Sweeps along the parameters that losses of a group differ in, a line for each kind of loss.
fn along_parameters(
    report: &StudyReport,
    look: Look,
    group: &GroupReport,
    figures: &mut Vec<Figure>,
) {
    let mut parameters: Vec<&String> = Vec::new();
    for name in group.losses.iter().flat_map(|loss| loss.varied.keys()) {
        if !parameters.contains(&name) {
            parameters.push(name);
        }
    }
    for parameter in parameters {
        let mut series: Vec<Series> = Vec::new();
        for (index, loss) in group.losses.iter().enumerate() {
            let Some(&at) = loss.varied.get(parameter) else {
                continue;
            };
            let others = loss.varied.iter().filter(|(name, _)| *name != parameter);
            let others: Vec<String> = others
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            let name = match others.as_slice() {
                [] => loss.loss.info().short_name.to_owned(),
                _ => format!("{} ({})", loss.loss.info().short_name, others.join(", ")),
            };
            let known = series.iter().position(|s| s.name == name);
            let style = style(look, known.unwrap_or(series.len()));
            add(&mut series, &name, style, point(group, index, at));
        }
        let along = Along {
            name: parameter.clone(),
            logarithmic: false,
            percent: false,
        };
        let title = title(group, report.several_rates());
        figures.extend(figure(report, look, series, &along, &title, figures.len()));
    }
}

/// A loss's mean and interval; without an interval the mean thrice.
fn point(group: &GroupReport, loss: usize, at: f64) -> Option<(f64, f64, f64, f64)> {
    let described = &group.metrics.first()?.losses.get(loss)?.description;
    let mean = described.mean?;
    let (low, high) = described.interval.map_or((mean, mean), |i| (i.low, i.high));
    Some((at, mean, low, high))
}

fn add(series: &mut Vec<Series>, name: &str, style: Style, point: Option<(f64, f64, f64, f64)>) {
    let position = series
        .iter()
        .position(|s| s.name == name)
        .unwrap_or_else(|| {
            series.push(Series {
                name: name.to_owned(),
                style,
                points: Vec::new(),
            });
            series.len() - 1
        });
    series[position].points.extend(point);
}

/// `None` where nothing takes two values.
fn figure(
    report: &StudyReport,
    look: Look,
    mut series: Vec<Series>,
    along: &Along,
    title: &str,
    before: usize,
) -> Option<Figure> {
    let mut places: Vec<f64> = series.iter().flat_map(|s| &s.points).map(|p| p.0).collect();
    places.sort_unstable_by(f64::total_cmp);
    places.dedup();
    if places.len() < 2 {
        return None;
    }
    for line in &mut series {
        line.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    let metric = metric_name(report.study.primary);
    Some(Figure {
        name: format!("sweep-{}", before + 1),
        caption: format!(
            "{metric} against {} ({title}): means over test images and seeds; bands are the intervals of the means.",
            along.name
        ),
        svg: draw(look, &series, &places, along, title, &metric),
    })
}

fn draw(
    look: Look,
    series: &[Series],
    places: &[f64],
    along: &Along,
    title: &str,
    metric: &str,
) -> String {
    let across = (LEFT, WIDTH - RIGHT);
    let bottom = HEIGHT - BOTTOM;
    let x = if along.logarithmic {
        Axis::logarithmic(places, across, |value| match along.percent {
            true => percent(value),
            false => value.to_string(),
        })
    } else {
        Axis::linear(places[0], places[places.len() - 1], across)
    };
    let points = || series.iter().flat_map(|s| &s.points);
    let least = points().map(|p| p.2).fold(f64::INFINITY, f64::min);
    let greatest = points().map(|p| p.3).fold(f64::NEG_INFINITY, f64::max);
    let y = Axis::linear(least, greatest, (bottom, TOP));
    let mut drawing = Drawing::new(look, WIDTH, HEIGHT);
    drawing.text(
        (16.0, 24.0),
        Anchor::Start,
        15.0,
        &format!("{metric}: {title}"),
    );
    for (value, label) in &y.ticks {
        let at = y.place(*value);
        drawing.line((LEFT, at), (WIDTH - RIGHT, at), drawing.palette.grid, 1.0);
        drawing.text((LEFT - 8.0, at + 4.0), Anchor::End, 12.0, label);
    }
    for (value, label) in &x.ticks {
        let at = x.place(*value);
        drawing.line((at, bottom), (at, bottom + 5.0), drawing.palette.tick, 1.0);
        drawing.text((at, bottom + 20.0), Anchor::Middle, 12.0, label);
    }
    let middle = 0.5 * (LEFT + WIDTH - RIGHT);
    drawing.text(
        (middle, HEIGHT - 12.0),
        Anchor::Middle,
        12.0,
        along.name.trim_start_matches("the "),
    );
    for line in series {
        let up = line.points.iter().map(|p| (x.place(p.0), y.place(p.3)));
        let down = line
            .points
            .iter()
            .rev()
            .map(|p| (x.place(p.0), y.place(p.2)));
        let band: Vec<(f64, f64)> = up.chain(down).collect();
        drawing.area(&band, line.style.colour, 0.1);
    }
    for (row, line) in series.iter().enumerate() {
        let means: Vec<(f64, f64)> = line
            .points
            .iter()
            .map(|p| (x.place(p.0), y.place(p.1)))
            .collect();
        drawing.path(&means, line.style);
        for &point in &means {
            drawing.dot(point, 3.0, line.style.colour, 1.0);
        }
        let at = TOP + 10.0 + 20.0 * row as f64;
        let (from, to) = (WIDTH - RIGHT + 16.0, WIDTH - RIGHT + 44.0);
        drawing.path(&[(from, at), (to, at)], line.style);
        drawing.text((to + 8.0, at + 4.0), Anchor::Start, 12.0, &line.name);
    }
    drawing.finish(&format!("{metric} against {}: {title}", along.name))
}
