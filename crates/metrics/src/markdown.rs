//! The catalogue as a page of documentation.

use std::fmt::Write;

use crate::metric::{Best, MetricGroup, MetricInfo, MetricUnit};
use crate::{catalogue, statistics::Bootstrap};

/// `docs/metrics.md`.
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    let groups = [
        (MetricGroup::Overlap, "Overlaps", OVERLAPS),
        (MetricGroup::Surface, "Surfaces", SURFACES),
        (MetricGroup::Centreline, "Centrelines", CENTRELINES),
        (MetricGroup::Calibration, "Probabilities", PROBABILITIES),
    ];
    page += "\n| metric | id | best | range | unit |\n|---|---|---|---|---|\n";
    for info in catalogue() {
        row(&mut page, info);
    }
    for (group, title, introduction) in groups {
        let _ = write!(page, "\n## {title}\n\n{introduction}\n");
        for info in catalogue().iter().filter(|info| info.group == group) {
            section(&mut page, info);
        }
    }
    let defaults = Bootstrap::default();
    page + &STATISTICS
        .replace("{resamples}", &defaults.resamples.to_string())
        .replace("{level}", &(defaults.level * 100.0).to_string())
}

fn row(page: &mut String, info: &MetricInfo) {
    let best = match info.best {
        Best::Highest => "highest",
        Best::Lowest => "lowest",
        Best::One => "1",
    };
    let greatest = match info.greatest {
        Some(greatest) => format!("{:.1}", greatest).trim_end_matches(".0").to_owned(),
        None => "∞".to_owned(),
    };
    let least = info.least.to_string().replace('-', "−");
    let unit = match info.unit {
        MetricUnit::None => "–",
        MetricUnit::Length => "of the spacing",
        MetricUnit::Nats => "nats",
    };
    // Writing to a string does not fail.
    let _ = writeln!(
        page,
        "| {} | [`{id}`](#{id}) | {best} | {least} to {greatest} | {unit} |",
        info.name,
        id = info.id,
    );
}

fn section(page: &mut String, info: &MetricInfo) {
    let _ = write!(
        page,
        "\n### `{}`\n\n**{}.** {}\n\n```math\n{}\n```\n\n- {}\n",
        info.id, info.name, info.summary, info.definition, info.undefined
    );
    if !info.conventions.is_empty() {
        let _ = writeln!(page, "- Conventions: {}", info.conventions);
    }
}

const INTRODUCTION: &str = "\
# The metrics

Made from the catalogue of `losscope-metrics` by `cargo run -p losscope-metrics --example catalogue`; a test keeps it up
to date.

Each metric is of one class in one image, a plane or a volume. *P* is the set of cells predicted as the class (the class
with the largest probability), *G* that of the cells labelled so, a bar what is not in a set, *N* the number of all cells.

Definitions agree with MetricsReloaded and nnU-Net where those agree with each other. What is undefined is no number: it
is counted apart, and in no mean.
";

const OVERLAPS: &str = "Counts of cells. Always computed.";

const SURFACES: &str = "\
∂ of a mask are its cells with a neighbour outside it across a face: four neighbours in a plane, six in a volume. What lies
beyond the image is outside, so a mask that touches the image's edge has surface there. A volume one cell deep is a plane.
*d* is the Euclidean distance between centres of cells, by an exact distance transform, in the unit of the spacing.
MetricsReloaded, MONAI and MedPy take the same surface; over 300 pairs of masks, in planes and volumes with anisotropic
spacing, MONAI and MedPy give the numbers given here but for the conventions named (MetricsReloaded's are known from its
source, not from running it). DeepMind's surface-distance puts the surface
between cells instead. Computed on request.";

const CENTRELINES: &str =
    "*S* of a mask is its centreline, one cell wide. Spacing plays no part. Computed on request.";

const PROBABILITIES: &str = "\
*p* is the probability of the class, *y* is 1 where it is labelled and 0 elsewhere, Ω are the cells looked at: all, or the
foreground, which is where the class is labelled or predicted. Where the foreground is small, the background alone makes
numbers over all cells look good. Computed on request.";

const STATISTICS: &str = "
## From images to conclusions

- **Seeds.** Runs of one loss that differ in their seed are averaged image by image, over the seeds for which the image has
  a value; how much runs differ is the sample standard deviation of their means.
- **Mean and deviation** are over images; the deviation has the divisor n − 1.
- **Interval.** {level} % of the means of {resamples} resamples lie in it (percentile bootstrap, seeded, quantiles
  interpolated linearly). Where images share a source (a patient; tiles of one picture), as many sources are drawn as there
  are, and from each as many of its images as it has, both with replacement. One source gives no interval.
- **Test.** Wilcoxon's signed-rank test, two-sided, of the mean differences of the sources (of the images, where each is a
  source of its own). Differences of 0 are left out (Wilcoxon's own way, SciPy's `wilcox`); p is exact for up to 50
  differences without ties, else by the normal distribution, corrected for ties and continuity.
- **Several losses.** Every loss is compared with every other; p is adjusted for all pairs by Holm's method.
- **Effect size.** The matched-pairs rank-biserial correlation: the sum of the ranks of the positive differences less that of
  the negative ones, over the sum of all; −1 to 1.
- **Undefined values.** Two losses are compared on the images where both have a value; how many each lacks is said.
- **Verdict.** One is called better only where the interval of the mean difference does not contain 0, the adjusted p is
  below 1 − level, and mean and ranks lean the same way. Where so few sources were compared that p could not get there,
  whatever the outcome, that is said instead. A metric that is best at 1 is compared by its distance from 1.
";
