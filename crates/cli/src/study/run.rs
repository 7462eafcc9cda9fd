//! `losscope study run`: trains the cells that have no result yet.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_metrics::Metric;
use losscope_metrics::statistics::mean;
use losscope_study::{Cell, CellResult, Machine, Study, StudyError, run_cell};
use losscope_trainer::DataConfig;

use super::store::Store;
use super::wrong;
use crate::arguments::StudyRunArguments;
use crate::data::{self, Data};
use crate::progress::Progress;
use crate::report::adapter;
use crate::text::metric;
use crate::{CliError, document};

/// So many sets of data are kept: neighbouring cells share theirs.
const KEPT_DATA: usize = 2;

/// What all threads share.
struct Run<'a> {
    study: &'a Study,
    store: &'a Store,
    /// Cells to run, in order.
    cells: Vec<&'a Cell>,
    next: AtomicUsize,
    failed: AtomicBool,
    done: AtomicUsize,
    data: Mutex<Vec<(DataConfig, u64, Arc<Dataset>)>>,
    progress: Mutex<Progress>,
    quiet: bool,
    started: Instant,
}

/// Runs the cells that are asked for and have no result, and says how many those were.
///
/// # Errors
/// When the document is wrong, data cannot be had, a cell does not fit them or a file cannot be written. Results that
/// were written stay.
pub fn run(arguments: &StudyRunArguments) -> Result<String, CliError> {
    let (study, text) = document::study(&arguments.study)?;
    let all = study.cells().map_err(wrong(&arguments.study))?;
    let asked: Vec<&Cell> = match &arguments.cell {
        None => all.iter().collect(),
        Some(asked) => vec![find(&all, asked).map_err(wrong(&arguments.study))?],
    };
    let store = Store::new(&arguments.out);
    store.keep_study(&text)?;
    let cells: Vec<&Cell> = asked
        .iter()
        .copied()
        .filter(|cell| !store.has(cell))
        .collect();
    let (given, pending) = (asked.len(), cells.len());
    let run = Run {
        study: &study,
        store: &store,
        cells,
        next: AtomicUsize::new(0),
        failed: AtomicBool::new(false),
        done: AtomicUsize::new(0),
        data: Mutex::new(Vec::new()),
        progress: Mutex::new(Progress::new(arguments.quiet)),
        quiet: arguments.quiet,
        started: Instant::now(),
    };
    let threads = usize::from(arguments.jobs).min(pending.max(1));
    let outcomes: Vec<Result<(), CliError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(|| run.work())).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|outcome| outcome.unwrap_or(Err(CliError::Crashed)))
            .collect()
    });
    run.progress(|progress| progress.wipe());
    outcomes.into_iter().collect::<Result<(), _>>()?;
    let there = given - pending;
    Ok(format!(
        "{pending} of {given} cells were run, {there} had a result already.\n"
    ))
}

/// A cell by its number or key.
fn find<'a>(cells: &'a [Cell], asked: &str) -> Result<&'a Cell, StudyError> {
    let number: Option<usize> = asked.parse().ok();
    let by_number = number.and_then(|number| cells.get(number.checked_sub(1)?));
    let by_key = || cells.iter().find(|cell| cell.key == asked);
    by_number
        .or_else(by_key)
        .ok_or_else(|| StudyError::NoSuchCell {
            asked: asked.to_owned(),
            count: cells.len(),
        })
}

impl Run<'_> {
    /// Runs cells until there are none left, or one fails.
    fn work(&self) -> Result<(), CliError> {
        while !self.failed.load(Ordering::Relaxed) {
            let Some(cell) = self.cells.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            if let Err(error) = self.cell(cell) {
                self.failed.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    }

    fn cell(&self, cell: &Cell) -> Result<(), CliError> {
        let data = self.data(cell)?;
        let machine = Machine {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: "cpu".to_owned(),
            adapter: adapter(),
        };
        let steps = cell.experiment.training.steps;
        let show = |made: usize| self.show(cell, made as f64 / steps as f64);
        let device = Device::flex();
        let running = run_cell(self.study, cell, data, &device, machine, show);
        let result = pollster::block_on(running).map_err(|source| CliError::Study {
            name: self.study.name.clone(),
            source: StudyError::Cell {
                cell: cell.key.clone(),
                source,
            },
        })?;
        self.store.keep(&result)?;
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.quiet {
            self.progress(|progress| progress.say(&sentence(&result, done, self.cells.len())));
        }
        Ok(())
    }

    /// The data of a cell; neighbours mostly share them.
    fn data(&self, cell: &Cell) -> Result<Arc<Dataset>, CliError> {
        let experiment = &cell.experiment;
        let seed = experiment.data_seed();
        let mut kept = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept
            .iter()
            .find(|(config, of, _)| *config == experiment.data && *of == seed);
        if let Some((_, _, dataset)) = known {
            return Ok(dataset.clone());
        }
        let Data { dataset, remarks } = data::load(experiment)?;
        for remark in remarks {
            self.progress(|progress| progress.say(&remark));
        }
        let dataset = Arc::new(dataset);
        if kept.len() >= KEPT_DATA {
            kept.remove(0);
        }
        kept.push((experiment.data.clone(), seed, dataset.clone()));
        Ok(dataset)
    }

    /// Shows how far all is; a cell under way counts by its steps.
    fn show(&self, cell: &Cell, share: f64) {
        let done = self.done.load(Ordering::Relaxed);
        let made = done as f64 + share;
        let per_cell = self.started.elapsed().as_secs_f64() / made.max(1e-6);
        let left = Duration::from_secs_f64(per_cell * (self.cells.len() as f64 - made).max(0.0));
        self.progress(|progress| progress.cells(done, self.cells.len(), left, &cell.key));
    }

    fn progress(&self, with: impl FnOnce(&mut Progress)) {
        with(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What came of a cell, in a line.
fn sentence(result: &CellResult, done: usize, of: usize) -> String {
    let dice = mean(result.per_image(Metric::Dice).into_iter().flatten());
    let stopped = match &result.stopped {
        Some(stopped) => format!(", its loss was no number at step {}", stopped.step),
        None => String::new(),
    };
    format!(
        "{done}/{of} {}: Dice {}, {:.1} s{stopped}",
        result.cell.key,
        metric(dice),
        result.seconds
    )
}
