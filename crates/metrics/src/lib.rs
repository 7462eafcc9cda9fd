//! Segmentation metrics per image and class, and statistics that compare them.
//!
//! [`evaluate`] computes any of the metrics of the [`catalogue`], for planes and volumes. What is undefined is
//! `None`, counted apart and never averaged in: Dice and IoU where a class is in neither labels nor prediction,
//! precision where it was not predicted, recall where it is not there; the catalogue says it of each. Definitions
//! agree with MetricsReloaded and nnU-Net where those agree with each other; `docs/metrics.md`, made by
//! [`markdown`], says where implementations differ.
//!
//! ```
//! use losscope_metrics::{Case, Grid, Metric, MetricOptions, evaluate};
//!
//! let case = Case {
//!     predicted: &[0, 1, 1, 0],
//!     labels: &[0, 1, 0, 0],
//!     probabilities: None,
//!     classes: 2,
//!     grid: Grid::plane(2, 2),
//! };
//! let options = MetricOptions { metrics: vec![Metric::Hd95], ..MetricOptions::default() };
//! for values in evaluate(&case, &options)? {
//!     println!("{}: {:?}", values.metric.info().name, values.per_class);
//! }
//! # Ok::<(), losscope_metrics::MetricsError>(())
//! ```
//!
//! [`statistics`] says what such values allow to be concluded: over seeds, images and sources.

mod calibration;
mod catalogue;
mod check;
mod confusion;
mod distance;
mod error;
mod evaluate;
mod grid;
mod markdown;
mod metric;
mod options;
mod skeleton;
pub mod statistics;
mod summary;
mod surface;
mod values;

pub use calibration::{Bin, Calibration};
pub use catalogue::catalogue;
pub use confusion::{Confusion, confusion};
pub use distance::distance_transform;
pub use error::MetricsError;
pub use evaluate::{Case, evaluate};
pub use grid::Grid;
pub use markdown::markdown;
pub use metric::{Best, Metric, MetricGroup, MetricInfo, MetricUnit};
pub use options::MetricOptions;
pub use skeleton::{centreline_dice, skeleton};
pub use summary::{ImageMetrics, Summary, summarise};
pub use surface::SurfaceDistances;
pub use values::{ImageValues, MetricValues, per_image};
