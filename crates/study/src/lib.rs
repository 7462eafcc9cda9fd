//! Studies: many experiments from one document, and what their results allow to be said.
//!
//! A [`Study`] is one JSON document: a base [`Experiment`](losscope_trainer::Experiment) and a [`Grid`] of
//! losses, datasets, foreground fractions, learning rates and seeds. It expands into [`Cell`]s in a fixed order;
//! [`run_cell`] trains one and gives a [`CellResult`], which says everything about itself; a [`Collection`] of
//! results becomes a [`StudyReport`], and that tables and figures.
//!
//! Nothing here touches files, threads or clocks that a browser lacks: where results are kept, and how many cells
//! run at once, is for the caller.

mod budget;
mod cell;
mod collection;
mod document;
mod error;
mod expand;
pub mod figures;
mod fingerprint;
mod grid;
mod merge;
mod picture;
mod preset;
mod report;
mod result;
mod run;
mod shared;
mod statistics;
pub mod tables;

pub use cell::{Cell, Varied};
pub use collection::Collection;
pub use document::{Study, VERSION};
pub use error::StudyError;
pub use fingerprint::fingerprint;
pub use grid::{Grid, GridDataset, GridLoss, OwnDataset};
pub use merge::{Merged, Origin, merge};
pub use picture::TestPicture;
pub use preset::{PRESETS, Preset};
pub use report::{
    Against, Condition, Found, GroupReport, ImageName, LossReport, LossSummary, Machines,
    MetricReport, Segmentation, StudyReport,
};
pub use result::{CellResult, DataSummary, ImageResult, Machine};
pub use run::{CellRun, run_cell};
pub use shared::{Bundle, Files, Gathered, Shared, gather};
