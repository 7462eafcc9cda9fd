//! Training and testing one cell.

use std::sync::Arc;
use std::time::Duration;

use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_metrics::MetricOptions;
use losscope_trainer::{LaneInfo, Session, SplitName, TrainerError};
use web_time::Instant;

use crate::picture::test_pictures;
use crate::result::{CellResult, DataSummary, ImageResult, Machine};
use crate::{Cell, Study, fingerprint};

/// Steps whose reports are read at once.
const STEPS_AT_ONCE: usize = 10;
/// How many of the last losses are kept.
const LAST_LOSSES: usize = 10;

/// Trains a cell from its start and tests it. `data` are those of its experiment; `progress` is told the steps made.
///
/// # Errors
/// When the experiment does not fit the data, or the device fails.
pub async fn run_cell(
    study: &Study,
    cell: &Cell,
    data: Arc<Dataset>,
    device: &Device,
    machine: Machine,
    mut progress: impl FnMut(usize),
) -> Result<CellResult, TrainerError> {
    let mut run = CellRun::new(study, cell, data, device, machine)?;
    while !run.is_trained() {
        run.advance(STEPS_AT_ONCE).await?;
        progress(run.made());
    }
    run.finish().await
}

/// A cell under way: for callers that do something else between its steps.
pub struct CellRun {
    study: String,
    cell: Cell,
    metrics: MetricOptions,
    pictures: usize,
    machine: Machine,
    session: Session,
    /// Of every step.
    losses: Vec<f32>,
    made: usize,
    /// Time spent on it, what passed in between apart.
    spent: Duration,
}

impl CellRun {
    /// A cell at its start. `data` are those of its experiment.
    ///
    /// # Errors
    /// When the experiment does not fit the data.
    pub fn new(
        study: &Study,
        cell: &Cell,
        data: Arc<Dataset>,
        device: &Device,
        machine: Machine,
    ) -> Result<Self, TrainerError> {
        let started = Instant::now();
        let session = Session::new(cell.experiment.clone(), data, device)?;
        Ok(Self {
            study: study.name.clone(),
            cell: cell.clone(),
            metrics: study.metrics.clone(),
            pictures: study.pictures,
            machine,
            session,
            losses: Vec::new(),
            made: 0,
            spent: started.elapsed(),
        })
    }

    /// The cell.
    pub fn cell(&self) -> &Cell {
        &self.cell
    }

    /// Steps made, those included that a loss which is no number leaves out.
    pub fn made(&self) -> usize {
        self.made
    }

    /// Whether there is no step to make any more.
    pub fn is_trained(&self) -> bool {
        let stopped = |lane: LaneInfo| lane.stopped.is_some();
        self.made >= self.steps() || self.session.lanes().into_iter().all(stopped)
    }

    fn steps(&self) -> usize {
        self.cell.experiment.training.steps
    }

    /// Makes up to so many steps. Numbers do not depend on how many are made at once.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn advance(&mut self, count: usize) -> Result<(), TrainerError> {
        let started = Instant::now();
        let count = count.min(self.steps().saturating_sub(self.made));
        let reports = self.session.step(count).await?;
        self.losses.extend(reports.iter().map(|report| report.loss));
        self.made += count;
        self.spent += started.elapsed();
        Ok(())
    }

    /// Roughly how long the whole takes, in the unit of `per_step`: its steps, and its tests, whose images go through
    /// the network once instead of forward and back, a third of the work.
    pub fn foreseen(&self, per_step: f64) -> f64 {
        let images = [SplitName::Validation, SplitName::Test]
            .map(|split| self.session.images(split).len())
            .iter()
            .sum::<usize>();
        let batch = self.cell.experiment.training.batch_size.max(1);
        per_step * (self.steps() as f64 + images as f64 / batch as f64 / 3.0)
    }

    /// Makes the steps that are left, and tests.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn finish(mut self) -> Result<CellResult, TrainerError> {
        while !self.is_trained() {
            self.advance(STEPS_AT_ONCE).await?;
        }
        let started = Instant::now();
        let session = &mut self.session;
        let validation_dice = match session.images(SplitName::Validation) {
            [] => None,
            _ => {
                let evaluations = session.evaluate(SplitName::Validation).await?;
                evaluations.first().and_then(|found| found.mean_dice)
            }
        };
        let measured = session.measure(SplitName::Test, &self.metrics).await?;
        let pictures = test_pictures(session, self.pictures).await?;
        let data = session.dataset();
        let test = session.images(SplitName::Test);
        let sources = test.iter().map(|&image| data.samples[image].source.clone());
        let images = measured.into_iter().flat_map(|lane| lane.per_image);
        let images = images
            .zip(sources)
            .map(|(values, source)| ImageResult::new(values, source))
            .collect();
        let lane = session.lanes().into_iter().next();
        let losses = &self.losses;
        Ok(CellResult {
            format: CellResult::format(),
            study: self.study,
            cell: self.cell,
            metrics: self.metrics,
            machine: self.machine,
            data: summary(session),
            steps: losses.len(),
            stopped: lane.and_then(|lane| lane.stopped),
            last_losses: losses[losses.len().saturating_sub(LAST_LOSSES)..]
                .iter()
                .map(|&loss| loss.is_finite().then_some(loss))
                .collect(),
            validation_dice,
            images,
            pictures,
            seconds: (self.spent + started.elapsed()).as_secs_f64(),
        })
    }
}

fn summary(session: &Session) -> DataSummary {
    let data = session.dataset();
    let count = |split| session.images(split).len();
    let test = session.images(SplitName::Test);
    let foreground = test
        .iter()
        .map(|&image| data.samples[image].foreground_fraction());
    DataSummary {
        fingerprint: fingerprint(data),
        classes: data.classes.clone(),
        train: count(SplitName::Train),
        validation: count(SplitName::Validation),
        test: count(SplitName::Test),
        test_foreground: foreground.sum::<f64>() / test.len().max(1) as f64,
    }
}
