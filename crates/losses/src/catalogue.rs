//! What the catalogue says of a loss: what page, command line and documentation are made from.

use serde::Serialize;

/// What a loss looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum LossFamily {
    /// Each pixel's distribution by itself.
    Distribution,
    /// The overlap of whole regions.
    Region,
    /// Distances and shapes: boundaries, thin structures, neighbouring pixels.
    Shape,
    /// More than one of them.
    Compound,
}

/// One kind of loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LossInfo {
    /// Identifier in JSON.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// A name short enough for a legend.
    pub short_name: &'static str,
    /// What it looks at.
    pub family: LossFamily,
    /// Year of its publication.
    pub year: u16,
    /// Where it was published.
    pub paper: &'static str,
    /// TeX, with class c of C, pixel i of N, label y and probability p; sums tp (or I), fn, fp, P of p and G
    /// of y over an image's pixels; ϵ = [`EPSILON`](crate::EPSILON). Definitions stand behind `\\quad`.
    pub formula: &'static str,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// What it is good at.
    pub good_at: &'static str,
    /// What it is bad at.
    pub bad_at: &'static str,
    /// What this implementation does where libraries disagree.
    pub conventions: &'static [Convention],
    /// Its parameters, in the order of the formula.
    pub parameters: &'static [ParameterInfo],
}

/// A point on which implementations of the same loss differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Convention {
    /// What they differ in: classes, reduction, smoothing, empty masks, ….
    pub topic: &'static str,
    /// What is done here.
    pub ours: &'static str,
    /// What others do.
    pub others: &'static str,
}

/// One parameter of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ParameterInfo {
    /// Identifier in JSON.
    pub name: &'static str,
    /// TeX symbol, as in the formula.
    pub symbol: &'static str,
    /// Smallest value allowed.
    pub min: f64,
    /// Largest value allowed.
    pub max: f64,
    /// A sensible step of a slider.
    pub step: f64,
    /// The default of the authors' code.
    pub default: f64,
    /// What turning it up does.
    pub meaning: &'static str,
    /// For a choice: what its values 0, 1, … stand for. Empty for a number.
    pub choices: &'static [&'static str],
}
