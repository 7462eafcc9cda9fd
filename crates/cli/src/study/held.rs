//! The data of a study's cells, of which a few are held: neighbouring cells share theirs.

use std::sync::{Arc, Mutex, PoisonError};

use losscope_datasets::Dataset;
use losscope_datasets::import::Rejection;
use losscope_study::{Cell, fingerprint};
use losscope_trainer::DataConfig;

use crate::CliError;
use crate::data::{self, Data};

/// So many sets of data are held.
const HELD: usize = 2;

/// The data of a cell.
#[derive(Debug, Clone)]
pub(super) struct CellData {
    pub(super) dataset: Arc<Dataset>,
    /// Of the data.
    pub(super) fingerprint: String,
}

/// A set that is held, and what it is drawn or read from.
#[derive(Debug)]
struct Entry {
    config: DataConfig,
    seed: u64,
    data: CellData,
}

/// The last few sets.
#[derive(Debug, Default)]
pub(super) struct HeldData {
    held: Mutex<Vec<Entry>>,
}

impl HeldData {
    /// The data of a cell; `reject` is told of each file that is not used, when the data are read.
    ///
    /// # Errors
    /// As of [`data::load`].
    pub(super) fn of(
        &self,
        cell: &Cell,
        reject: impl FnMut(&Rejection),
    ) -> Result<CellData, CliError> {
        let (config, seed) = (&cell.experiment.data, cell.experiment.data_seed());
        // Locked while it is read: another thread most likely waits for the same data.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held
            .iter()
            .find(|entry| entry.config == *config && entry.seed == seed);
        if let Some(entry) = known {
            return Ok(entry.data.clone());
        }
        let Data { dataset, rejected } = data::load(&cell.experiment)?;
        rejected.iter().for_each(reject);
        let data = CellData {
            fingerprint: fingerprint(&dataset),
            dataset: Arc::new(dataset),
        };
        if held.len() >= HELD {
            held.remove(0);
        }
        held.push(Entry {
            config: config.clone(),
            seed,
            data: data.clone(),
        });
        Ok(data)
    }
}
