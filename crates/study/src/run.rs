//! Training and testing one cell.

use std::sync::Arc;

use burn::tensor::Device;
use losscope_datasets::Dataset;
use losscope_trainer::{Session, SplitName, TrainerError};
use web_time::Instant;

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
    let started = Instant::now();
    let mut session = Session::new(cell.experiment.clone(), data.clone(), device)?;
    let steps = cell.experiment.training.steps;
    let mut losses = Vec::new();
    let mut made = 0;
    while made < steps {
        let count = STEPS_AT_ONCE.min(steps - made);
        let reports = session.step(count).await?;
        losses.extend(reports.iter().map(|report| report.loss));
        made += count;
        progress(made);
        if session.lanes().iter().all(|lane| lane.stopped.is_some()) {
            break;
        }
    }
    let validation_dice = match session.images(SplitName::Validation) {
        [] => None,
        _ => {
            let evaluations = session.evaluate(SplitName::Validation).await?;
            evaluations.first().and_then(|found| found.mean_dice)
        }
    };
    let measured = session.measure(SplitName::Test, &study.metrics).await?;
    let test = session.images(SplitName::Test);
    let sources = test.iter().map(|&image| data.samples[image].source.clone());
    let images = measured.into_iter().flat_map(|lane| lane.per_image);
    let lane = session.lanes().into_iter().next();
    Ok(CellResult {
        format: CellResult::format(),
        study: study.name.clone(),
        cell: cell.clone(),
        metrics: study.metrics.clone(),
        machine,
        data: summary(&session),
        steps: losses.len(),
        stopped: lane.and_then(|lane| lane.stopped),
        last_losses: losses[losses.len().saturating_sub(LAST_LOSSES)..]
            .iter()
            .map(|&loss| loss.is_finite().then_some(loss))
            .collect(),
        validation_dice,
        images: images
            .zip(sources)
            .map(|(values, source)| ImageResult::new(values, source))
            .collect(),
        seconds: started.elapsed().as_secs_f64(),
    })
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
