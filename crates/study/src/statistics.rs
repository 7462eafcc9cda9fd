//! From results to what they allow to be said.

use std::collections::BTreeMap;

use losscope_metrics::statistics::{
    Comparison, ComparisonOptions, LaneValues, Sources, Verdict, compare, describe, mean,
    over_seeds,
};
use losscope_metrics::{Metric, MetricGroup};

use crate::fingerprint::of_most;
use crate::report::{
    Against, Condition, Found, GroupReport, ImageName, LossReport, LossSummary, Machines,
    MetricReport, Segmentation, StudyReport,
};
use crate::{Cell, CellResult, Collection, Study, StudyError};

/// The results of one condition, loss by loss.
struct Group<'a> {
    condition: Condition,
    /// Of the images that its results are of.
    fingerprint: &'a str,
    first: &'a CellResult,
    lanes: Vec<Lane<'a>>,
}

/// The results of one loss.
struct Lane<'a> {
    cell: &'a Cell,
    seeds: Vec<&'a CellResult>,
}

pub(crate) fn report(collection: &Collection) -> Result<StudyReport, StudyError> {
    let mut notes = Vec::new();
    let groups = groups(collection, &mut notes);
    if groups.is_empty() {
        return Err(StudyError::Nothing);
    }
    let machines = machines(collection);
    notes.extend(mixed(&machines));
    let missing: Vec<String> = collection
        .missing()
        .into_iter()
        .map(str::to_owned)
        .collect();
    if !missing.is_empty() {
        notes.push(format!(
            "{} of {} cells have no result yet: the numbers may still change.",
            missing.len(),
            collection.cells.len()
        ));
    }
    if collection.foreign > 0 {
        notes.push(format!(
            "{} results are left out: they are of cells that this study does not have.",
            collection.foreign
        ));
    }
    let mut reports = Vec::new();
    for group in &groups {
        note_group(group, &mut notes);
        reports.push(group_report(group, &collection.study)?);
    }
    Ok(StudyReport {
        study: collection.study.clone(),
        cells: collection.cells.len(),
        missing,
        machines,
        notes,
        groups: reports,
    })
}

fn groups<'a>(collection: &'a Collection, notes: &mut Vec<String>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for (cell, result) in collection.done() {
        let condition = Condition {
            dataset: cell.dataset.clone(),
            foreground: cell.foreground,
            learning_rate: cell.learning_rate,
        };
        let known = groups.iter_mut().position(|g| g.condition == condition);
        let position = known.unwrap_or_else(|| {
            groups.push(Group {
                condition,
                fingerprint: of_most(collection, result),
                first: result,
                lanes: Vec::new(),
            });
            groups.len() - 1
        });
        let group = &mut groups[position];
        if result.data.fingerprint != group.fingerprint {
            notes.push(format!(
                "{} is left out: its images are not those of most cells on {}, so something in the data has changed \
                 in between. Run the study again where the data are: cells of other images are then made again.",
                cell.key, cell.dataset
            ));
            continue;
        }
        if group.lanes.is_empty() {
            group.first = result;
        }
        match group.lanes.iter_mut().find(|l| l.cell.loss == cell.loss) {
            Some(lane) => lane.seeds.push(result),
            None => group.lanes.push(Lane {
                cell,
                seeds: vec![result],
            }),
        }
    }
    groups.retain(|group| !group.lanes.is_empty());
    // In the order of the document, whichever seeds there are.
    let order = |lane: &Lane| {
        let mut cells = collection.cells.iter();
        cells.position(|cell| cell.loss == lane.cell.loss)
    };
    for group in &mut groups {
        group.lanes.sort_by_key(order);
    }
    groups
}

fn machines(collection: &Collection) -> Vec<Machines> {
    let mut counts = BTreeMap::new();
    for (_, result) in collection.done() {
        *counts.entry(result.machine.clone()).or_insert(0) += 1;
    }
    let machines = counts.into_iter();
    machines
        .map(|(machine, cells)| Machines { machine, cells })
        .collect()
}

/// What to say where not all cells were trained with the same.
fn mixed(machines: &[Machines]) -> Option<String> {
    if machines.len() < 2 {
        return None;
    }
    let each: Vec<String> = machines
        .iter()
        .map(|m| {
            format!(
                "{} with version {} on {}",
                m.cells, m.machine.version, m.machine.adapter
            )
        })
        .collect();
    Some(format!(
        "The cells were not all trained with the same: {}. Numbers of different versions or adapters may differ by \
         more than rounding.",
        each.join(", ")
    ))
}

fn note_group(group: &Group, notes: &mut Vec<String>) {
    let Condition { dataset, .. } = &group.condition;
    let seeds = |lane: &Lane| lane.seeds.len();
    let most = group.lanes.iter().map(seeds).max().unwrap_or(0);
    for lane in &group.lanes {
        if seeds(lane) < most {
            notes.push(format!(
                "On {dataset}, {} has {} of {most} seeds.",
                lane.cell.loss,
                seeds(lane)
            ));
        }
        let stopped = lane.seeds.iter().filter(|r| r.stopped.is_some()).count();
        if stopped > 0 {
            notes.push(format!(
                "On {dataset}, the value of {} stopped being a number in {stopped} of {} runs, which were tested as \
                 they were then.",
                lane.cell.loss,
                seeds(lane)
            ));
        }
    }
}

fn group_report(group: &Group, study: &Study) -> Result<GroupReport, StudyError> {
    let first = group.first;
    let images: Vec<ImageName> = first
        .images
        .iter()
        .map(|image| ImageName {
            image: image.image.clone(),
            source: image.source.clone(),
        })
        .collect();
    let names: Vec<&str> = images.iter().map(|image| image.source.as_str()).collect();
    let sources = Sources::named(&names);
    let metrics = measured(study)
        .map(|metric| metric_report(group, metric, &sources, study))
        .collect::<Result<_, _>>()?;
    Ok(GroupReport {
        condition: group.condition.clone(),
        test_foreground: first.data.test_foreground,
        train: first.data.train,
        classes: first.data.classes.clone(),
        images,
        losses: group.lanes.iter().map(loss_report).collect(),
        segmentations: segmentations(group, study.primary),
        metrics,
    })
}

/// The images that the first loss's first run has pictures of, as each loss's first run sees them.
fn segmentations(group: &Group, primary: Metric) -> Vec<Segmentation> {
    let lanes = group.lanes.iter();
    let runs: Vec<Option<&CellResult>> = lanes
        .map(|lane| lane.seeds.iter().copied().min_by_key(|r| r.cell.seed))
        .collect();
    let shown = runs.iter().flatten().find(|run| !run.pictures.is_empty());
    let shown = shown.into_iter().flat_map(|run| &run.pictures);
    let found = |run: &CellResult, image: &str| {
        let picture = run.pictures.iter().find(|p| p.image == image)?;
        let values = run.images.iter().zip(run.per_image(primary));
        let value = values.into_iter().find(|(i, _)| i.image == image);
        Some(Found {
            picture: picture.found.clone(),
            value: value.and_then(|(_, value)| value),
        })
    };
    shown
        .map(|picture| Segmentation {
            width: picture.width,
            height: picture.height,
            pixels: picture.pixels.clone(),
            truth: picture.truth.clone(),
            found: runs
                .iter()
                .map(|run| run.and_then(|run| found(run, &picture.image)))
                .collect(),
        })
        .collect()
}

/// What was measured, the primary metric first.
fn measured(study: &Study) -> impl Iterator<Item = Metric> {
    let wanted = |metric: Metric| {
        metric.info().group == MetricGroup::Overlap || study.metrics.metrics.contains(&metric)
    };
    let primary = study.primary;
    let others = Metric::all().filter(move |&metric| metric != primary && wanted(metric));
    [primary].into_iter().chain(others)
}

fn loss_report(lane: &Lane) -> LossReport {
    let validation = lane.seeds.iter().filter_map(|r| r.validation_dice);
    LossReport {
        name: lane.cell.loss.clone(),
        loss: lane.cell.experiment.losses[0].clone(),
        varied: lane.cell.varied.clone(),
        seeds: lane.seeds.iter().map(|r| r.cell.seed).collect(),
        stopped: lane.seeds.iter().filter(|r| r.stopped.is_some()).count(),
        validation_dice: mean(validation),
    }
}

fn metric_report(
    group: &Group,
    metric: Metric,
    sources: &Sources,
    study: &Study,
) -> Result<MetricReport, StudyError> {
    let lanes: Vec<LaneValues> = group
        .lanes
        .iter()
        .map(|lane| LaneValues {
            name: lane.cell.loss.clone(),
            seeds: lane.seeds.iter().map(|r| r.per_image(metric)).collect(),
        })
        .collect();
    let mut losses = Vec::with_capacity(lanes.len());
    for lane in &lanes {
        let over = over_seeds(&lane.seeds)?;
        losses.push(LossSummary {
            description: describe(&over.per_image, sources, &study.bootstrap)?,
            seed_deviation: over.deviation,
            undefined_values: over.undefined,
            values: over.seeds * over.per_image.len(),
            per_image: over.per_image,
            against_best: None,
        });
    }
    let comparisons = match lanes.len() {
        0 | 1 => Vec::new(),
        _ => {
            let bootstrap = study.bootstrap;
            compare(metric, &lanes, sources, &ComparisonOptions { bootstrap })?
        }
    };
    let best = best(metric, &losses);
    if let Some(best) = best {
        let name = &lanes[best].name;
        for (lane, summary) in lanes.iter().zip(&mut losses) {
            summary.against_best = against(&comparisons, &lane.name, name);
        }
    }
    Ok(MetricReport {
        metric,
        best,
        losses,
        comparisons,
    })
}

/// The loss whose images are best on average; the first of several.
fn best(metric: Metric, losses: &[LossSummary]) -> Option<usize> {
    let goodness = |summary: &LossSummary| {
        let values = summary.per_image.iter().copied().flatten();
        mean(values.map(|value| metric.info().best.goodness(value)))
    };
    let mut best: Option<(usize, f64)> = None;
    for (position, summary) in losses.iter().enumerate() {
        if let Some(found) = goodness(summary)
            && best.is_none_or(|(_, so_far)| found > so_far)
        {
            best = Some((position, found));
        }
    }
    best.map(|(position, _)| position)
}

/// The comparison of two losses, turned so that `loss` comes first.
fn against(comparisons: &[Comparison], loss: &str, other: &str) -> Option<Against> {
    let found = comparisons
        .iter()
        .find(|c| (c.first == loss && c.second == other) || (c.first == other && c.second == loss));
    let found = found.filter(|_| loss != other)?;
    let turned = found.first != loss;
    let sign = if turned { -1.0 } else { 1.0 };
    Some(Against {
        other: other.to_owned(),
        difference: found.difference.map(|difference| sign * difference),
        interval: found.interval.map(|mut interval| {
            if turned {
                (interval.low, interval.high) = (-interval.high, -interval.low);
            }
            interval
        }),
        p: found.adjusted_p,
        effect: found.wilcoxon.map(|test| sign * test.effect),
        verdict: match (found.verdict, turned) {
            (Verdict::FirstBetter, true) => Verdict::SecondBetter,
            (Verdict::SecondBetter, true) => Verdict::FirstBetter,
            (verdict, _) => verdict,
        },
    })
}
