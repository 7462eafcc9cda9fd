//! Any metrics of one image, from one call.

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::error::MetricsError;
use crate::metric::{Metric, MetricGroup};
use crate::skeleton::centreline_dice;
use crate::surface::SurfaceDistances;
use crate::{Confusion, Grid, confusion};

/// An image's prediction and labels.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Predicted class indices, one per cell, width running fastest.
    pub predicted: &'a [u8],
    /// Labelled class indices.
    pub labels: &'a [u8],
    /// Probabilities, `[classes, cells]`, each from 0 to 1; only metrics of calibration need them.
    pub probabilities: Option<&'a [f32]>,
    /// Number of classes, background included.
    pub classes: usize,
    /// Shape and spacing.
    pub grid: Grid,
}

/// Which metrics to compute, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MetricOptions {
    /// The metrics, besides those of [`MetricGroup::Overlap`], which are always there.
    pub metrics: Vec<Metric>,
    /// τ of [`Metric::Nsd`] in the unit of the grid's spacing; 0 or more.
    pub tolerance: f64,
    /// Number of intervals of [`Metric::Ece`]; 1 to 1000.
    pub bins: usize,
    /// Whether surfaces and centrelines of the background (class 0) are wanted too; else they are `None`.
    pub background: bool,
}

impl Default for MetricOptions {
    fn default() -> Self {
        Self {
            metrics: Vec::new(),
            tolerance: 1.0,
            bins: 10,
            background: false,
        }
    }
}

impl MetricOptions {
    /// All metrics of these groups.
    pub fn of(groups: &[MetricGroup]) -> Self {
        Self {
            metrics: Metric::all()
                .filter(|metric| groups.contains(&metric.info().group))
                .collect(),
            ..Self::default()
        }
    }

    fn wants(&self, metric: Metric) -> bool {
        metric.info().group == MetricGroup::Overlap || self.metrics.contains(&metric)
    }

    fn wants_any(&self, group: MetricGroup) -> bool {
        let mut metrics = self.metrics.iter();
        metrics.any(|metric| metric.info().group == group)
    }
}

/// A metric of one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MetricValues {
    /// The metric.
    pub metric: Metric,
    /// One value per class, background first; `None` where undefined.
    pub per_class: Vec<Option<f64>>,
}

impl MetricValues {
    /// Mean over the foreground classes that have a value; `None` where none has.
    pub fn foreground(&self) -> Option<f64> {
        crate::statistics::mean(self.per_class.iter().skip(1).copied().flatten())
    }
}

/// The metrics asked for, in the order of the catalogue.
///
/// # Errors
/// Where lengths do not fit the grid, there are fewer than two classes, a spacing or an option is out of range, a
/// probability is none, or there are no probabilities for a metric of them.
pub fn evaluate(case: &Case, options: &MetricOptions) -> Result<Vec<MetricValues>, MetricsError> {
    check(case, options)?;
    let counts = confusion(case.predicted, case.labels, case.classes);
    let mut values: Vec<MetricValues> = Metric::all()
        .filter(|&metric| options.wants(metric))
        .map(|metric| MetricValues {
            metric,
            per_class: Vec::with_capacity(case.classes),
        })
        .collect();
    for (class, counts) in counts.iter().enumerate() {
        let class = Class::new(case, options, class, counts);
        for value in &mut values {
            value.per_class.push(class.value(value.metric, options));
        }
    }
    Ok(values)
}

/// What the metrics of one class are made of.
struct Class<'a> {
    counts: &'a Confusion,
    surface: Option<SurfaceDistances>,
    centreline: Option<f64>,
    calibration: Option<[Calibration; 2]>,
    /// Whether surfaces and centrelines are left out.
    shapeless: bool,
}

impl<'a> Class<'a> {
    fn new(case: &Case, options: &MetricOptions, class: usize, counts: &'a Confusion) -> Self {
        let shapeless = class == 0 && !options.background;
        let surface = !shapeless && options.wants_any(MetricGroup::Surface);
        let centreline = !shapeless && options.wants_any(MetricGroup::Centreline);
        let mask = |classes: &[u8]| -> Vec<bool> {
            classes.iter().map(|&of| usize::from(of) == class).collect()
        };
        let masks = (surface || centreline).then(|| (mask(case.predicted), mask(case.labels)));
        let of_masks = |wanted: bool| masks.as_ref().filter(|_| wanted);
        Self {
            counts,
            surface: of_masks(surface).and_then(|(predicted, labels)| {
                SurfaceDistances::new(predicted, labels, &case.grid)
            }),
            centreline: of_masks(centreline)
                .and_then(|(predicted, labels)| centreline_dice(predicted, labels, &case.grid)),
            calibration: case
                .probabilities
                .filter(|_| options.wants_any(MetricGroup::Calibration))
                .map(|probabilities| calibration(case, probabilities, class, options.bins)),
            shapeless,
        }
    }

    fn value(&self, metric: Metric, options: &MetricOptions) -> Option<f64> {
        let surface = self.surface.as_ref();
        let [all, foreground] = match &self.calibration {
            Some([all, foreground]) => [Some(all), Some(foreground)],
            None => [None, None],
        };
        match metric {
            Metric::Dice => self.counts.dice(),
            Metric::Iou => self.counts.iou(),
            Metric::Precision => self.counts.precision(),
            Metric::Recall => self.counts.recall(),
            Metric::Specificity => self.counts.specificity(),
            Metric::Accuracy => self.counts.accuracy(),
            Metric::Mcc => self.counts.mcc(),
            Metric::SizeRatio => self.counts.size_ratio(),
            Metric::Hd => surface.map(SurfaceDistances::hausdorff),
            Metric::Hd95 => surface.map(|surface| surface.hausdorff_percentile(95.0)),
            Metric::Assd => surface.map(SurfaceDistances::average),
            Metric::Masd => surface.map(SurfaceDistances::mean_of_averages),
            Metric::Nsd => match surface {
                Some(surface) => Some(surface.within(options.tolerance)),
                // Nothing is near a surface that does not exist.
                None => (!self.shapeless && self.counts.dice().is_some()).then_some(0.0),
            },
            Metric::ClDice => self.centreline,
            Metric::Ece => all.and_then(Calibration::expected_error),
            Metric::EceForeground => foreground.and_then(Calibration::expected_error),
            Metric::Brier => all.and_then(Calibration::brier),
            Metric::BrierForeground => foreground.and_then(Calibration::brier),
            Metric::Nll => all.and_then(Calibration::negative_log_likelihood),
            Metric::NllForeground => foreground.and_then(Calibration::negative_log_likelihood),
        }
    }
}

/// Calibration of a class over all cells, and over those where it is labelled or predicted.
fn calibration(case: &Case, probabilities: &[f32], class: usize, bins: usize) -> [Calibration; 2] {
    let mut all = Calibration::new(bins);
    let mut foreground = Calibration::new(bins);
    let cells = case.labels.len();
    let of_class = &probabilities[class * cells..(class + 1) * cells];
    for ((&probability, &label), &predicted) in of_class.iter().zip(case.labels).zip(case.predicted)
    {
        let positive = usize::from(label) == class;
        // A softmax may end a rounding beyond 1.
        let probability = f64::from(probability).clamp(0.0, 1.0);
        all.add(probability, positive);
        if positive || usize::from(predicted) == class {
            foreground.add(probability, positive);
        }
    }
    [all, foreground]
}

/// How far beyond 0 and 1 a probability may be by rounding.
const ROUNDING: f32 = 1e-4;

fn check(case: &Case, options: &MetricOptions) -> Result<(), MetricsError> {
    let (grid, cells) = (case.grid, case.grid.cells());
    if case.classes < 2 {
        return Err(MetricsError::Classes(case.classes));
    }
    if !grid
        .spacing
        .iter()
        .all(|spacing| spacing.is_finite() && *spacing > 0.0)
    {
        return Err(MetricsError::Spacing {
            spacing: grid.spacing,
        });
    }
    let probabilities = case.probabilities.map(<[f32]>::len);
    for (what, given, expected) in [
        ("predicted classes", Some(case.predicted.len()), cells),
        ("labels", Some(case.labels.len()), cells),
        ("probabilities", probabilities, cells * case.classes),
    ] {
        if let Some(given) = given.filter(|&given| given != expected) {
            return Err(MetricsError::Length {
                what,
                given,
                expected,
                shape: grid.shape,
            });
        }
    }
    if !(options.tolerance.is_finite() && options.tolerance >= 0.0) {
        return Err(MetricsError::Option {
            option: "the tolerance of surfaces",
            value: options.tolerance,
            range: "a number from 0",
        });
    }
    if !(1..=1000).contains(&options.bins) {
        return Err(MetricsError::Option {
            option: "the number of intervals of the calibration error",
            value: options.bins as f64,
            range: "from 1 to 1000",
        });
    }
    check_probabilities(case, options)
}

fn check_probabilities(case: &Case, options: &MetricOptions) -> Result<(), MetricsError> {
    let wanted = options
        .metrics
        .iter()
        .find(|metric| metric.needs_probabilities());
    let Some(metric) = wanted else {
        return Ok(());
    };
    let Some(probabilities) = case.probabilities else {
        return Err(MetricsError::NoProbabilities {
            metric: metric.info().name,
        });
    };
    let allowed = -ROUNDING..=1.0 + ROUNDING;
    match probabilities
        .iter()
        .position(|value| !allowed.contains(value))
    {
        Some(position) => Err(MetricsError::Probability {
            position,
            value: probabilities[position],
        }),
        None => Ok(()),
    }
}
