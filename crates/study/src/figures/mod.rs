//! A report as pictures: SVG that stands by itself.

mod axis;
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

/// Every picture of the primary metric: sweeps of whatever is varied, then the images of every group.
pub fn figures(report: &StudyReport) -> Vec<Figure> {
    let mut figures = sweep::sweeps(report);
    figures.extend(strip::strips(report));
    figures
}
