//! The metrics by name, and what is said of each.

use serde::{Deserialize, Serialize};

/// A metric of one class in one image. In JSON it is its identifier, such as `"hd95"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Metric {
    /// Dice coefficient.
    Dice,
    /// Intersection over union.
    Iou,
    /// Precision.
    Precision,
    /// Recall.
    Recall,
    /// Specificity.
    Specificity,
    /// Accuracy.
    Accuracy,
    /// Matthews correlation coefficient.
    Mcc,
    /// Predicted over labelled area or volume.
    SizeRatio,
    /// Hausdorff distance.
    Hd,
    /// 95th percentile of the Hausdorff distance.
    Hd95,
    /// Average symmetric surface distance.
    Assd,
    /// Mean average surface distance.
    Masd,
    /// Normalised surface distance.
    Nsd,
    /// Dice along centrelines.
    #[serde(rename = "cldice")]
    ClDice,
    /// Expected calibration error over all cells.
    Ece,
    /// The same over foreground cells.
    EceForeground,
    /// Brier score over all cells.
    Brier,
    /// The same over foreground cells.
    BrierForeground,
    /// Negative log-likelihood over all cells.
    Nll,
    /// The same over foreground cells.
    NllForeground,
}

/// What metrics are made of, and what they cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum MetricGroup {
    /// Counts of right and wrong cells: cheap, always computed.
    Overlap,
    /// Distances between surfaces.
    Surface,
    /// Centrelines, for vessels and other thin structures.
    Centreline,
    /// Probabilities.
    Calibration,
}

/// Which values of a metric are good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Best {
    /// Higher is better.
    Highest,
    /// Lower is better.
    Lowest,
    /// The nearer to 1, the better.
    One,
}

impl Best {
    /// The value turned so that higher is better: itself, its negative, or minus its distance from 1.
    pub fn goodness(self, value: f64) -> f64 {
        match self {
            Self::Highest => value,
            Self::Lowest => -value,
            Self::One => -(value - 1.0).abs(),
        }
    }
}

/// What a metric's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum MetricUnit {
    /// Nothing: a ratio.
    None,
    /// The unit of the grid's spacing: pixels where that is 1, else most often millimetres.
    Length,
    /// Nats, by the natural logarithm.
    Nats,
}

/// What the catalogue says of a metric: what page, command line and documentation are made from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct MetricInfo {
    /// The metric.
    pub metric: Metric,
    /// Its identifier in JSON, the heading of its column in tables.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// A name short enough for the head of a table.
    pub short_name: &'static str,
    /// What it is made of.
    pub group: MetricGroup,
    /// Which values are good.
    pub best: Best,
    /// What its numbers count.
    pub unit: MetricUnit,
    /// Its least value.
    pub least: f64,
    /// Its greatest value; `None` where there is no limit.
    pub greatest: Option<f64>,
    /// Its definition, TeX: P and G are the cells predicted and labelled as the class, ∂ their surfaces, S their
    /// centrelines, d the distance to the nearest cell, p the probability, y the label (1 or 0), Ω the cells looked at.
    pub definition: &'static str,
    /// What it tells, in a sentence or two.
    pub summary: &'static str,
    /// Where it is undefined, and its value where another might be expected.
    pub undefined: &'static str,
    /// Where implementations differ, what is done here and what others do; empty where they agree.
    pub conventions: &'static str,
}

impl Metric {
    /// All metrics, in the order of the catalogue.
    pub fn all() -> impl Iterator<Item = Self> {
        crate::catalogue().iter().map(|info| info.metric)
    }

    /// What the catalogue says of it.
    pub fn info(self) -> &'static MetricInfo {
        // The catalogue is in the order of the enumeration, which a test sees to.
        &crate::catalogue()[self as usize]
    }

    /// The metric with this identifier.
    pub fn from_id(id: &str) -> Option<Self> {
        crate::catalogue()
            .iter()
            .find(|info| info.id == id)
            .map(|info| info.metric)
    }

    /// Whether it needs probabilities.
    pub fn needs_probabilities(self) -> bool {
        self.info().group == MetricGroup::Calibration
    }
}
