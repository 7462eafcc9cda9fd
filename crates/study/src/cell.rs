//! One experiment of a study.

use std::collections::BTreeMap;
use std::hash::Hasher;

use fnv::FnvHasher;
use losscope_losses::Loss;
use losscope_metrics::MetricOptions;
use losscope_trainer::{DataConfig, Experiment};
use serde::{Deserialize, Serialize};

/// Values of the parameters that a study varies, by their names.
pub type Varied = BTreeMap<String, f64>;

/// One experiment of a study: one loss, one seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What it is called, a name for a file: what it is, readable, and `hash`.
    pub key: String,
    /// Of everything that its numbers depend on, 16 hexadecimal digits: a cell that changes has another.
    pub hash: String,
    /// The dataset's name.
    pub dataset: String,
    /// Mean share of foreground pixels that was asked for; `None` of data that are as they are.
    pub foreground: Option<f64>,
    /// The learning rate.
    pub learning_rate: f64,
    /// The loss's name, with parameters that are varied or not the default.
    pub loss: String,
    /// The parameters that are varied.
    pub varied: Varied,
    /// Seed of weights and batches.
    pub seed: u64,
    /// The experiment, its only loss that of the cell.
    pub experiment: Experiment,
}

impl Cell {
    /// Of an experiment with one loss.
    pub(crate) fn new(
        dataset: &str,
        loss: &Loss,
        varied: Varied,
        experiment: Experiment,
        metrics: &MetricOptions,
    ) -> Self {
        let hash = hash(&experiment, metrics);
        let foreground = match experiment.data {
            DataConfig::Synthetic { foreground, .. } => Some(foreground),
            DataConfig::Imported { .. } | DataConfig::Folder { .. } => None,
        };
        let learning_rate = experiment.optimiser.learning_rate;
        let mut key = file_name(dataset);
        if let Some(foreground) = foreground {
            key += &format!("-f{foreground}");
        }
        key += &format!("-{}", loss.kind());
        for (name, value) in settings(loss, &varied) {
            key += &format!("-{name}{value}");
        }
        key += &format!("-lr{learning_rate}-s{}-{hash}", experiment.seed);
        Self {
            key,
            hash,
            dataset: dataset.to_owned(),
            foreground,
            learning_rate,
            loss: label(loss, &varied),
            varied,
            seed: experiment.seed,
            experiment,
        }
    }
}

/// A loss's parameters that are varied or not the default.
fn settings(loss: &Loss, varied: &Varied) -> Vec<(String, f64)> {
    let defaults = loss.info().parameters;
    loss.parameters()
        .into_iter()
        .filter(|(name, value)| {
            let info = defaults.iter().find(|info| info.name == *name);
            varied.contains_key(*name) || info.is_none_or(|info| info.default != *value)
        })
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A loss's name for tables.
fn label(loss: &Loss, varied: &Varied) -> String {
    let settings = settings(loss, varied).into_iter();
    let settings: Vec<String> = settings
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    match settings.as_slice() {
        [] => loss.info().short_name.to_owned(),
        _ => format!("{} ({})", loss.info().short_name, settings.join(", ")),
    }
}

/// A dataset's name as part of a file's.
fn file_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    name.to_ascii_lowercase().chars().map(plain).collect()
}

/// Of what a cell's numbers depend on. FNV-1a of bytes is the same everywhere and in every version.
fn hash(experiment: &Experiment, metrics: &MetricOptions) -> String {
    let mut hasher = FnvHasher::default();
    // Fields in the order of their declaration, numbers as short as they can be told apart.
    let documents = [serde_json::to_vec(experiment), serde_json::to_vec(metrics)];
    for document in documents.into_iter().flatten() {
        hasher.write(&document);
    }
    format!("{:016x}", hasher.finish())
}
