//! Any metrics of one image, from one call.

use crate::calibration::Calibration;
use crate::check::check;
use crate::error::MetricsError;
use crate::metric::{Metric, MetricGroup};
use crate::options::MetricOptions;
use crate::skeleton::centreline_dice;
use crate::surface::SurfaceDistances;
use crate::values::MetricValues;
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
