//! `losscope train`: trains every lane and writes what comes of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use losscope_losses::Loss;
use losscope_trainer::{Experiment, Session, SplitName};

use crate::data::{self, Data};
use crate::folder::ResultsFolder;
use crate::metrics_csv::metrics_csv;
use crate::progress::Progress;
use crate::report::RunReport;
use crate::{CliError, pictures};

/// The report grows with every step: written at each of many evaluations, it would take longer than
/// training. What an interruption costs is at most this, and what was trained since an evaluation.
const WRITE_EVERY: Duration = Duration::from_secs(1);

/// A run under way.
struct Run {
    session: Session,
    report: RunReport,
    folder: ResultsFolder,
    progress: Progress,
    written: Option<Instant>,
    /// Lanes whose loss is no number any more, which has been said.
    lost: Vec<u32>,
}

/// Runs an experiment, writes its results into a folder and draws pictures of the first `images` test
/// images (of validation images where there are none to test with).
///
/// # Errors
/// When the experiment cannot be run on its data, the device fails or a file cannot be written. What had
/// been written before stays.
pub fn run(
    experiment: Experiment,
    folder: ResultsFolder,
    images: usize,
    mut progress: Progress,
) -> Result<RunReport, CliError> {
    let Data { dataset, remarks } = data::load(&experiment)?;
    for remark in remarks {
        progress.say(&remark);
    }
    let session =
        Session::new(experiment, Arc::new(dataset), &Device::flex()).map_err(data::unusable)?;
    folder.prepare()?;
    let report = RunReport::new(session.info());
    let run = Run {
        session,
        report,
        folder,
        progress,
        written: None,
        lost: Vec::new(),
    };
    pollster::block_on(run.train(images))
}

impl Run {
    async fn train(mut self, images: usize) -> Result<RunReport, CliError> {
        let training = self.session.info().experiment.training;
        self.evaluate(SplitName::Validation).await?;
        self.evaluate(SplitName::Test).await?;
        self.write_numbers()?;
        for step in 1..=training.steps {
            let reports = self.session.step(1).await?;
            self.report.add_steps(reports);
            self.show(step, training.steps);
            let last = step == training.steps;
            if last || step.is_multiple_of(training.evaluate_every) {
                self.evaluate(SplitName::Validation).await?;
                if !last
                    && self
                        .written
                        .is_none_or(|written| written.elapsed() >= WRITE_EVERY)
                {
                    self.write_numbers()?;
                }
            }
        }
        self.evaluate(SplitName::Test).await?;
        self.write_weights().await?;
        self.write_pictures(images).await?;
        self.write_numbers()?;
        self.progress.wipe();
        Ok(self.report)
    }

    /// Metrics on a split, where it has images.
    async fn evaluate(&mut self, split: SplitName) -> Result<(), CliError> {
        if !self.session.images(split).is_empty() {
            self.report
                .add_evaluations(self.session.evaluate(split).await?);
        }
        Ok(())
    }

    /// Shows progress, and says of a lane once when its loss is no number.
    fn show(&mut self, step: usize, steps: usize) {
        for lane in &self.report.losses {
            let broken = lane
                .history
                .last()
                .is_some_and(|entry| !entry.loss.is_finite());
            if broken && !self.lost.contains(&lane.lane) {
                self.lost.push(lane.lane);
                self.progress.say(&format!(
                    "lane {} ({}): the loss is not finite at step {step}; a lower learning rate may help",
                    lane.lane,
                    lane.loss.kind()
                ));
            }
        }
        let losses = self.report.losses.iter();
        let losses = losses.filter_map(|lane| {
            lane.history
                .last()
                .map(|entry| (lane.loss.kind(), entry.loss))
        });
        self.progress.step(step, steps, losses);
    }

    fn write_numbers(&mut self) -> Result<(), CliError> {
        let failed = |file: &str, reason: String| CliError::Encode {
            file: file.to_owned(),
            reason,
        };
        let report = serde_json::to_vec(&self.report)
            .map_err(|error| failed("report.json", error.to_string()))?;
        let metrics = metrics_csv(&self.report, &self.session.dataset().classes)
            .map_err(|error| failed("metrics.csv", error.to_string()))?;
        self.folder.write("metrics.csv", &metrics)?;
        self.folder.write("report.json", &report)?;
        self.written = Some(Instant::now());
        Ok(())
    }

    async fn write_weights(&self) -> Result<(), CliError> {
        for lane in &self.report.losses {
            let weights = self.session.weights(lane.lane).await?;
            self.folder.write(
                &format!("weights/{}-{}.safetensors", lane.lane, lane.loss.kind()),
                &weights,
            )?;
        }
        Ok(())
    }

    async fn write_pictures(&mut self, count: usize) -> Result<(), CliError> {
        let tested = !self.session.images(SplitName::Test).is_empty();
        let split = if tested {
            SplitName::Test
        } else {
            SplitName::Validation
        };
        let images: Vec<usize> = self
            .session
            .images(split)
            .iter()
            .copied()
            .take(count)
            .collect();
        let dataset = Arc::clone(self.session.dataset());
        let losses: Vec<Loss> = self
            .report
            .losses
            .iter()
            .map(|lane| lane.loss.clone())
            .collect();
        let stems = pictures::stems(
            images
                .iter()
                .map(|&image| dataset.samples[image].name.as_str()),
        );
        for (image, stem) in images.into_iter().zip(stems) {
            let snapshots = self.session.snapshot(image).await?;
            pictures::write(&self.folder, &dataset, &stem, &snapshots, &losses).await?;
            let scale = pictures::gradient_scale(&snapshots);
            self.report
                .add_pictures(&dataset.samples[image].name, scale, &snapshots);
        }
        Ok(())
    }
}
