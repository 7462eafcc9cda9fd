//! A report as pictures: SVG that stands by itself.

mod axis;
mod segmentations;
mod strip;
mod svg;
mod sweep;

use crate::StudyReport;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What its file is called, without extension.
    pub name: String,
    /// What it shows, a sentence.
    pub caption: String,
    /// The drawing.
    pub svg: String,
}

/// What a drawing is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A file: dark on white.
    Paper,
    /// A part of Losscope's page, whose colours (`--ink`, `--lane-1`, …) it takes, light or dark.
    Page,
}

/// Every picture of the primary metric: sweeps of whatever is varied, then the images of every group, and what was made of
/// some of them where the results have pictures.
pub fn figures(report: &StudyReport, look: Look) -> Vec<Figure> {
    let mut figures = sweep::sweeps(report, look);
    figures.extend(strip::strips(report, look));
    figures.extend(segmentations::grids(report, look));
    figures
}
