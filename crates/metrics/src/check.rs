//! What must hold before anything is measured.

use crate::error::MetricsError;
use crate::evaluate::Case;
use crate::options::MetricOptions;

/// How far beyond 0 and 1 a probability may be by rounding.
const ROUNDING: f32 = 1e-4;

/// Whether a case and its options can be evaluated.
pub(crate) fn check(case: &Case, options: &MetricOptions) -> Result<(), MetricsError> {
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
