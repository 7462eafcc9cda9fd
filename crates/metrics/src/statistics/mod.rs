//! What metrics of a few images, and of a few seeds, allow to be concluded.
//!
//! The values of one lane are first averaged over its seeds, image by image ([`over_seeds`]): runs of one lane on
//! the same image are not independent images. Intervals are of the images ([`describe`]), lanes are compared in
//! pairs on the images they share ([`compare`]), and images of one source (one patient, or tiles of one picture)
//! count as one where it matters ([`Sources`]).

mod bootstrap;
mod comparison;
mod description;
mod holm;
mod seeds;
mod sources;
mod verdict;
mod wilcoxon;

pub use bootstrap::{Bootstrap, Interval};
pub use comparison::{Comparison, ComparisonOptions, LaneValues, compare};
pub use description::{Description, describe};
pub use holm::holm;
pub use seeds::{OverSeeds, over_seeds};
pub use sources::Sources;
pub use verdict::Verdict;
pub use wilcoxon::{Wilcoxon, WilcoxonMethod, wilcoxon};

/// The mean, `None` without values.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values
        .into_iter()
        .fold((0.0, 0usize), |(sum, count), value| {
            (sum + value, count + 1)
        });
    (count > 0).then(|| sum / count as f64)
}

/// Sample standard deviation (divisor n − 1), `None` of fewer than two values.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values.iter().copied())?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}
