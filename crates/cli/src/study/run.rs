//! `losscope study run`: trains the cells that have no result yet.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use burn::tensor::Device;
use losscope_metrics::Metric;
use losscope_metrics::statistics::mean;
use losscope_study::{Cell, CellResult, Machine, Study, StudyError, run_cell};

use super::held::{CellData, HeldData};
use super::store::Store;
use super::wrong;
use crate::arguments::StudyRunArguments;
use crate::progress::Progress;
use crate::report::adapter;
use crate::text::metric;
use crate::{CliError, document};

/// What all threads share.
struct Run<'a> {
    study: &'a Study,
    store: &'a Store,
    /// Cells to run, in order.
    cells: Vec<&'a Cell>,
    next: AtomicUsize,
    failed: AtomicBool,
    done: AtomicUsize,
    data: HeldData,
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
    let mut progress = Progress::new(arguments.quiet);
    let data = HeldData::default();
    let given = asked.len();
    let Pending { cells, set_aside } = pending(asked, &store, &data, &mut progress)?;
    let pending = cells.len();
    let run = Run {
        study: &study,
        store: &store,
        cells,
        next: AtomicUsize::new(0),
        failed: AtomicBool::new(false),
        done: AtomicUsize::new(0),
        data,
        progress: Mutex::new(progress),
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
    let mut said = format!("{pending} of {given} cells were run, {there} had a result already.\n");
    if set_aside > 0 {
        said += &format!(
            "Of other images than the data have now, and so set aside in {}: {set_aside}.\n",
            store.other_data().display()
        );
    }
    Ok(said)
}

/// What is to be run.
struct Pending<'a> {
    cells: Vec<&'a Cell>,
    /// How many of them had a result that is not of the data there are.
    set_aside: usize,
}

/// The cells without a result of the data there are. A cell's hash does not see what is in a folder: where that has
/// changed, its results are set aside, so that no report mixes them with new ones.
fn pending<'a>(
    asked: Vec<&'a Cell>,
    store: &Store,
    data: &HeldData,
    progress: &mut Progress,
) -> Result<Pending<'a>, CliError> {
    let mut pending = Pending {
        cells: Vec::new(),
        set_aside: 0,
    };
    let mut unreadable: Vec<&str> = Vec::new();
    for cell in asked {
        let Some(of) = store.fingerprint(cell) else {
            pending.cells.push(cell);
            continue;
        };
        match data.of(cell, |remark| progress.say(remark)) {
            Ok(now) if now.fingerprint == of => (),
            Ok(_) => {
                store.set_aside(cell, &of)?;
                pending.set_aside += 1;
                pending.cells.push(cell);
            }
            // Results that others made where the data are.
            Err(error) => {
                if !unreadable.contains(&cell.dataset.as_str()) {
                    unreadable.push(&cell.dataset);
                    progress.say(&format!(
                        "results on {} are taken as they are, because the data are not there to compare: {error}",
                        cell.dataset
                    ));
                }
            }
        }
    }
    Ok(pending)
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
        let CellData { dataset, .. } = self.data.of(cell, |remark| {
            self.progress(|progress| progress.say(remark))
        })?;
        let machine = Machine {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            backend: "cpu".to_owned(),
            adapter: adapter(),
        };
        let steps = cell.experiment.training.steps;
        let show = |made: usize| self.show(cell, made as f64 / steps as f64);
        let device = Device::flex();
        let running = run_cell(self.study, cell, dataset, &device, machine, show);
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
