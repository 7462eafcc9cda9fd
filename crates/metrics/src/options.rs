//! Which metrics are wanted.

use serde::{Deserialize, Serialize};

use crate::metric::{Metric, MetricGroup};

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

    pub(crate) fn wants(&self, metric: Metric) -> bool {
        metric.info().group == MetricGroup::Overlap || self.metrics.contains(&metric)
    }

    pub(crate) fn wants_any(&self, group: MetricGroup) -> bool {
        let mut metrics = self.metrics.iter();
        metrics.any(|metric| metric.info().group == group)
    }
}
