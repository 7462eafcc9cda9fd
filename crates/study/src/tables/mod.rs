//! A report as tables: Markdown, LaTeX, CSV, and HTML with figures.

mod comma;
mod content;
mod format;
pub(crate) mod html;
mod latex;
mod markdown;
mod trained;

pub use comma::{comparisons_csv, runs_csv, summary_csv, values_csv};
pub use html::html;
pub use latex::latex;
pub use markdown::markdown;

pub(crate) use format::{metric_name, number, percent, title};
