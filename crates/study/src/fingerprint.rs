//! Whether data are the same as they were.

use std::hash::Hasher;

use fnv::FnvHasher;
use losscope_datasets::Dataset;

use crate::{CellResult, Collection};

/// Of everything in a set that a result depends on (names, sources, pixels, labels), 16 hexadecimal digits: a set that
/// changes has another. [`DataSummary::fingerprint`](crate::DataSummary::fingerprint) is that of the data of a result.
pub fn fingerprint(data: &Dataset) -> String {
    let mut hasher = FnvHasher::default();
    for sample in &data.samples {
        hasher.write(sample.name.as_bytes());
        // A split follows the sources.
        hasher.write(sample.source.as_bytes());
        for pixel in &sample.pixels {
            hasher.write(&pixel.to_le_bytes());
        }
        hasher.write(&sample.labels);
    }
    format!("{:016x}", hasher.finish())
}

/// The fingerprint that most results on the data of this one have; of several, the one that comes first. Results do
/// not say when they were made, so that a report cannot tell which data are the latest: only `study run` can, which
/// has the data.
pub(crate) fn of_most<'a>(collection: &'a Collection, like: &CellResult) -> &'a str {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let same = |of: &CellResult| {
        let (of, like) = (&of.cell, &like.cell);
        of.dataset == like.dataset && of.foreground == like.foreground
    };
    for (_, result) in collection.done().filter(|(_, result)| same(result)) {
        let print = result.data.fingerprint.as_str();
        match counts.iter_mut().find(|(known, _)| *known == print) {
            Some((_, count)) => *count += 1,
            None => counts.push((print, 1)),
        }
    }
    let mut most = ("", 0);
    for found in counts {
        if found.1 > most.1 {
            most = found;
        }
    }
    most.0
}
