//! Results of several people, put together.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::grid::Grid;
use crate::{CellResult, ImageResult, Study, StudyError};

/// Results of several folders as one.
#[derive(Debug, Clone)]
pub struct Merged {
    /// The study whose grid holds all of theirs.
    pub study: Study,
    /// One result a cell, by key.
    pub results: BTreeMap<String, CellResult>,
    /// Where each comes from.
    pub provenance: Vec<Origin>,
}

/// Where a cell's result comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The cell.
    pub key: String,
    /// The folder whose result was taken: the first that has one.
    pub taken_from: String,
    /// Other folders that have one with the same values.
    pub also_in: Vec<String>,
    /// Other folders that have one whose values differ.
    pub differs_in: Vec<String>,
}

/// Puts folders together: each its name, study and results. Of a cell that several have, the first is taken.
///
/// # Errors
/// When there are none, or their studies differ in more than their names and grids.
pub fn merge(folders: Vec<(String, Study, Vec<CellResult>)>) -> Result<Merged, StudyError> {
    let mut merged: Option<Study> = None;
    let mut results: BTreeMap<String, CellResult> = BTreeMap::new();
    let mut origins: BTreeMap<String, Origin> = BTreeMap::new();
    for (folder, study, found) in folders {
        match &mut merged {
            None => merged = Some(study),
            Some(merged) => join(merged, &study)?,
        }
        for result in found {
            let key = result.cell.key.clone();
            match (results.get(&key), origins.get_mut(&key)) {
                (Some(taken), Some(origin)) => {
                    if same(&taken.images, &result.images) {
                        origin.also_in.push(folder.clone());
                    } else {
                        origin.differs_in.push(folder.clone());
                    }
                }
                _ => {
                    let origin = Origin {
                        key: key.clone(),
                        taken_from: folder.clone(),
                        also_in: Vec::new(),
                        differs_in: Vec::new(),
                    };
                    origins.insert(key.clone(), origin);
                    results.insert(key, result);
                }
            }
        }
    }
    Ok(Merged {
        study: merged.ok_or(StudyError::Nothing)?,
        results,
        provenance: origins.into_values().collect(),
    })
}

/// Whether values are the same, but for what writing and reading a number may change in its last digits.
fn same(first: &[ImageResult], second: &[ImageResult]) -> bool {
    const ROUNDING: f64 = 1e-12;
    let close = |a: &Option<f64>, b: &Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= ROUNDING * a.abs().max(1.0),
        (None, None) => true,
        _ => false,
    };
    let all = |a: &[Option<f64>], b: &[Option<f64>]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(a, b))
    };
    let values = |a: &ImageResult, b: &ImageResult| {
        a.values.len() == b.values.len()
            && a.values
                .iter()
                .zip(&b.values)
                .all(|(a, b)| a.metric == b.metric && all(&a.per_class, &b.per_class))
    };
    first.len() == second.len()
        && first
            .iter()
            .zip(second)
            .all(|(a, b)| a.image == b.image && a.source == b.source && values(a, b))
}

/// Adds to a study what another's grid has besides.
fn join(merged: &mut Study, other: &Study) -> Result<(), StudyError> {
    let differ = [
        ("base", merged.base != other.base),
        ("metrics", merged.metrics != other.metrics),
        ("primary", merged.primary != other.primary),
        ("bootstrap", merged.bootstrap != other.bootstrap),
        ("pictures", merged.pictures != other.pictures),
        // A list left out stands for what the base has, which a longer one would no longer hold.
        (
            "the lists that their grids have",
            lists(&merged.grid) != lists(&other.grid),
        ),
    ];
    if let Some((what, _)) = differ.into_iter().find(|(_, differ)| *differ) {
        return Err(StudyError::Different {
            first: merged.name.clone(),
            second: other.name.clone(),
            what,
        });
    }
    let grid = &mut merged.grid;
    add(&mut grid.datasets, &other.grid.datasets);
    add(&mut grid.foreground, &other.grid.foreground);
    add(&mut grid.learning_rates, &other.grid.learning_rates);
    add(&mut grid.losses, &other.grid.losses);
    add(&mut grid.seeds, &other.grid.seeds);
    Ok(())
}

/// Which lists a grid has.
fn lists(grid: &Grid) -> [bool; 5] {
    [
        grid.datasets.is_empty(),
        grid.foreground.is_empty(),
        grid.learning_rates.is_empty(),
        grid.losses.is_empty(),
        grid.seeds.is_empty(),
    ]
}

fn add<T: PartialEq + Clone>(list: &mut Vec<T>, other: &[T]) {
    for entry in other {
        if !list.contains(entry) {
            list.push(entry.clone());
        }
    }
}
