//! From samples to a set: classes, channels, and what belongs together.

use std::collections::BTreeSet;
use std::ops::Range;

use super::FEWEST_PAIRS;
use super::layout::Layout;
use super::report::{ClassShare, Import, ImportError, ImportReport, PairPreview, Rejection};
use super::sample::Context;
use super::sources::CVC_BLOCK;
use crate::dataset::{Dataset, Sample, Size, binary_classes};

/// All that was made of files.
pub(super) struct Parts {
    pub(super) context: Context,
    pub(super) samples: Vec<Sample>,
    pub(super) previews: Vec<(PairPreview, Range<usize>)>,
    pub(super) rejected: Vec<Rejection>,
    pub(super) notes: Vec<String>,
}

/// Makes the set.
///
/// # Errors
/// Where there are fewer than three pairs, and they cannot be divided either.
pub(super) fn finish(parts: Parts) -> Result<Import, ImportError> {
    let Parts {
        context,
        mut samples,
        mut previews,
        rejected,
        mut notes,
    } = parts;
    let mapping = context.mapping;
    let classes = context.values.classes(mapping.as_ref());
    if !enough_sources(&mut samples, &mut previews, &classes, &mut notes) {
        return Err(ImportError::TooFewPairs {
            found: previews.len(),
            rejected,
        });
    }
    if context.layout == Some(Layout::CvcClinicDb) {
        notes.push(format!(
            "Files of CVC-ClinicDB do not tell where one examination ends. Blocks of {CVC_BLOCK} neighbouring frames \
             stay together when the set is divided, but frames at the edges of two blocks may be alike."
        ));
    }

    for label in samples.iter_mut().flat_map(|sample| &mut sample.labels) {
        *label = classes[usize::from(*label)];
    }
    for (preview, range) in &mut previews {
        let own = &samples[range.clone()];
        let sum: f64 = own.iter().map(Sample::foreground_fraction).sum();
        preview.foreground_fraction = sum / own.len().max(1) as f64;
    }

    let options = context.options;
    let size = Size {
        depth: options.sample_depth(),
        height: options.size,
        width: options.size,
    };
    let channels = |sample: &Sample| sample.pixels.len() / size.pixels();
    let most = samples.iter().map(channels).max().unwrap_or(1);
    for sample in samples.iter_mut().filter(|sample| channels(sample) < most) {
        sample.pixels = sample.pixels.repeat(most);
    }
    let table = context.values.table(mapping.as_ref());
    let names = match mapping {
        Some(mapping) => mapping.classes,
        None => context
            .layout
            .and_then(|layout| layout.classes(context.values.highest_class()))
            .unwrap_or_else(binary_classes),
    };
    let previews: Vec<PairPreview> = previews.into_iter().map(|(preview, _)| preview).collect();
    let dataset = Dataset {
        name: common_folder(&previews)
            .unwrap_or("Imported images")
            .to_owned(),
        size,
        channels: most,
        classes: names,
        samples,
    };
    let shares = dataset.class_fractions();
    let names = dataset.classes.iter().cloned();
    let report = ImportReport {
        pairs: previews,
        rejected,
        foreground_fraction: dataset.foreground_fraction(),
        samples: dataset.samples.len(),
        depth: size.depth,
        layout: context.layout,
        sources: sources(&dataset.samples),
        classes: names
            .zip(shares)
            .map(|(name, fraction)| ClassShare { name, fraction })
            .collect(),
        values: table,
        notes,
    };
    Ok(Import { dataset, report })
}

fn sources(samples: &[Sample]) -> usize {
    let sources: BTreeSet<&str> = samples
        .iter()
        .map(|sample| sample.source.as_str())
        .collect();
    sources.len()
}

/// Sees to it that there are at least three sources, so that there is something to train, validate
/// and test on; where it takes less care for that, a note says so.
fn enough_sources(
    samples: &mut [Sample],
    previews: &mut [(PairPreview, Range<usize>)],
    classes: &[u8; 256],
    notes: &mut Vec<String>,
) -> bool {
    let known = sources(samples);
    if known >= FEWEST_PAIRS {
        return true;
    }
    if previews.len() >= FEWEST_PAIRS {
        for (preview, range) in previews.iter_mut() {
            preview.source.clone_from(&preview.image);
            for sample in &mut samples[range.clone()] {
                sample.source.clone_from(&preview.image);
            }
        }
        notes.push(format!(
            "By their names, all images come from {known} {}. Each image is divided off by itself, so images to test on \
             may be much like images trained on.",
            if known == 1 { "patient or sequence" } else { "patients or sequences" }
        ));
        return true;
    }
    // One or two volumes or images cut into tiles: runs of what lies side by side.
    let divisible = previews.iter().map(|(_, range)| range.len().min(RUNS));
    if divisible.filter(|&runs| runs > 1).sum::<usize>() < FEWEST_PAIRS {
        return false;
    }
    for (preview, range) in previews.iter() {
        let own = &mut samples[range.clone()];
        let volume = preview.depth > 1;
        // Empty slices are part of any volume, but all foreground of a photograph may lie in a few tiles.
        let foreground = |sample: &Sample| {
            let mut labels = sample.labels.iter();
            !volume && labels.any(|&label| classes[usize::from(label)] != 0)
        };
        let has_foreground: Vec<bool> = own.iter().map(foreground).collect();
        for (sample, run) in own.iter_mut().zip(runs(&has_foreground)) {
            sample.source = format!("{}, part {run}", preview.source);
        }
    }
    let volumes = previews.iter().all(|(preview, _)| preview.depth > 1);
    notes.push(
        if volumes {
            "There are fewer than three volumes, so runs of neighbouring slices are divided into training, validation and \
             test. Slices to test on come from patients trained on, which flatters every result."
        } else {
            "There are fewer than three images, so the tiles of each are divided into training, validation and test, \
             neighbours mostly together. Tiles to test on come from images trained on, which flatters every result."
        }
        .to_owned(),
    );
    true
}

/// The most parts that one volume or image is divided into.
const RUNS: usize = 6;

/// The run, counted from 1, of each of the slices or tiles that lie in a row. Those with foreground,
/// and those without, make as many runs of equal length: wherever the foreground lies, each run has
/// its share of it, as long as there is enough.
fn runs(has_foreground: &[bool]) -> Vec<usize> {
    let total = has_foreground.len();
    let with = has_foreground.iter().filter(|&&has| has).count();
    let runs = if with < FEWEST_PAIRS {
        total.min(RUNS)
    } else {
        with.min(RUNS)
    };
    let mut met = [0; 2];
    let place = |&has: &bool| {
        let of_kind = if has { with } else { total - with };
        let at = &mut met[usize::from(has)];
        *at += 1;
        (*at - 1) * runs / of_kind + 1
    };
    has_foreground.iter().map(place).collect()
}

/// The outermost folder or archive that all images share, as a name for the set.
fn common_folder(previews: &[PairPreview]) -> Option<&str> {
    let folders: BTreeSet<Option<&str>> = previews
        .iter()
        .map(|pair| pair.image.split_once('/').map(|(folder, _)| folder))
        .collect();
    match folders.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(folder)] => Some(folder.trim_end_matches(".zip"))
            .filter(|name| !name.eq_ignore_ascii_case("images")),
        _ => None,
    }
}
