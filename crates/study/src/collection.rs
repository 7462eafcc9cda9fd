//! Results beside the cells they are of.

use std::collections::HashMap;

use crate::{Cell, CellResult, Study, StudyError};

/// A study's cells, and the results there are.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The study.
    pub study: Study,
    /// Its cells, in order.
    pub cells: Vec<Cell>,
    /// One for each cell, `None` where it is still to be run.
    pub results: Vec<Option<CellResult>>,
    /// How many results are of no cell of the study: left over from when it was another.
    pub foreign: usize,
}

impl Collection {
    /// Puts results to their cells, by their hashes; of several of one cell the first counts.
    ///
    /// # Errors
    /// When the study cannot be expanded.
    pub fn new(
        study: Study,
        results: impl IntoIterator<Item = CellResult>,
    ) -> Result<Self, StudyError> {
        let cells = study.cells()?;
        let positions = cells.iter().enumerate();
        let positions: HashMap<&str, usize> = positions
            .map(|(position, cell)| (cell.hash.as_str(), position))
            .collect();
        let mut found: Vec<Option<CellResult>> = vec![None; cells.len()];
        let mut foreign = 0;
        for result in results {
            match positions.get(result.cell.hash.as_str()) {
                Some(&position) => {
                    found[position].get_or_insert(result);
                }
                None => foreign += 1,
            }
        }
        Ok(Self {
            study,
            cells,
            results: found,
            foreign,
        })
    }

    /// Keys of the cells that are still to be run.
    pub fn missing(&self) -> Vec<&str> {
        let cells = self.cells.iter().zip(&self.results);
        cells
            .filter(|(_, result)| result.is_none())
            .map(|(cell, _)| cell.key.as_str())
            .collect()
    }

    /// The cells that have results, in order.
    pub(crate) fn done(&self) -> impl Iterator<Item = (&Cell, &CellResult)> {
        let cells = self.cells.iter().zip(&self.results);
        cells.filter_map(|(cell, result)| Some((cell, result.as_ref()?)))
    }
}
