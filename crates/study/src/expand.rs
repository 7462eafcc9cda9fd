//! From a study to its cells.

use std::collections::HashSet;

use losscope_losses::Loss;
use losscope_trainer::{DataConfig, Experiment};
use serde_json::Value;

use crate::cell::{Cell, Varied};
use crate::grid::{GridDataset, GridLoss};
use crate::picture::MOST as MOST_PICTURES;
use crate::{Study, StudyError};

/// More would take years, and a report of them nobody could read.
const MOST_CELLS: usize = 100_000;

pub(crate) fn expand(study: &Study) -> Result<Vec<Cell>, StudyError> {
    if study.pictures > MOST_PICTURES {
        return Err(StudyError::Pictures {
            given: study.pictures,
            most: MOST_PICTURES,
        });
    }
    let datasets = datasets(study)?;
    let losses = losses(study)?;
    let grid = &study.grid;
    unique("foreground", &grid.foreground)?;
    unique("learning_rates", &grid.learning_rates)?;
    unique("seeds", &grid.seeds)?;
    let base = &study.base;
    let rates = or(&grid.learning_rates, base.optimiser.learning_rate);
    let seeds = or(&grid.seeds, base.seed);
    let given = datasets.len() * grid.foreground.len().max(1) * rates.len();
    let given = given * seeds.len() * losses.len();
    if given > MOST_CELLS {
        return Err(StudyError::TooLarge {
            given,
            most: MOST_CELLS,
        });
    }
    let mut cells = Vec::new();
    for (name, experiment) in &datasets {
        for experiment in with_foreground(experiment, &grid.foreground) {
            for &learning_rate in &rates {
                for &seed in &seeds {
                    for (loss, varied) in &losses {
                        let mut experiment = experiment.clone();
                        experiment.optimiser.learning_rate = learning_rate;
                        experiment.seed = seed;
                        experiment.losses = vec![loss.clone()];
                        let varied = varied.clone();
                        let cell = Cell::new(name, loss, varied, experiment, &study.metrics);
                        check(&cell)?;
                        cells.push(cell);
                    }
                }
            }
        }
    }
    tell_apart(&mut cells);
    Ok(cells)
}

fn check(cell: &Cell) -> Result<(), StudyError> {
    if cell.experiment.data.split()[2] <= 0.0 {
        return Err(StudyError::NoTest(cell.dataset.clone()));
    }
    let checked = cell.experiment.validate();
    checked.map_err(|source| StudyError::Cell {
        cell: cell.key.clone(),
        source,
    })
}

/// The list, or, where that is empty, what the base has.
fn or<T: Clone>(list: &[T], base: T) -> Vec<T> {
    match list {
        [] => vec![base],
        _ => list.to_vec(),
    }
}

fn unique<T: PartialEq + std::fmt::Display>(
    axis: &'static str,
    list: &[T],
) -> Result<(), StudyError> {
    for (index, entry) in list.iter().enumerate() {
        if list[..index].contains(entry) {
            return Err(StudyError::Twice {
                axis,
                entry: entry.to_string(),
            });
        }
    }
    Ok(())
}

/// Each dataset's name, and the base experiment on it; its data stay when seeds change.
fn datasets(study: &Study) -> Result<Vec<(String, Experiment)>, StudyError> {
    let mut base = study.base.clone();
    base.data_seed = Some(base.data_seed());
    if study.grid.datasets.is_empty() {
        return Ok(vec![(name(&base.data), base)]);
    }
    let mut datasets: Vec<(String, Experiment)> = Vec::new();
    for entry in &study.grid.datasets {
        let mut experiment = base.clone();
        let name = match entry {
            GridDataset::Family(chosen) => {
                let id = id(chosen);
                let DataConfig::Synthetic { family, .. } = &mut experiment.data else {
                    return Err(StudyError::FamilyOfWhat(id));
                };
                *family = *chosen;
                id
            }
            GridDataset::Own(own) => {
                experiment.data = own.data.clone();
                if let Some(network) = &own.network {
                    experiment.network = network.clone();
                }
                if let Some(training) = &own.training {
                    experiment.training = training.clone();
                }
                own.name.clone().unwrap_or_else(|| name(&own.data))
            }
        };
        if datasets.iter().any(|(taken, _)| *taken == name) {
            return Err(StudyError::Twice {
                axis: "datasets",
                entry: format!("the name \"{name}\""),
            });
        }
        datasets.push((name, experiment));
    }
    Ok(datasets)
}

/// What data are called where nobody says it.
fn name(data: &DataConfig) -> String {
    match data {
        DataConfig::Synthetic { family, .. } => id(family),
        DataConfig::Imported { id, .. } => id.clone(),
        DataConfig::Folder { path, .. } => {
            let mut parts = path.split(['/', '\\']).filter(|part| !part.is_empty());
            parts.next_back().unwrap_or("folder").to_owned()
        }
    }
}

/// Something's name in JSON.
fn id(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(id)) => id,
        _ => String::new(),
    }
}

fn with_foreground(experiment: &Experiment, fractions: &[f64]) -> Vec<Experiment> {
    let synthetic = matches!(experiment.data, DataConfig::Synthetic { .. });
    if !synthetic || fractions.is_empty() {
        return vec![experiment.clone()];
    }
    let with = |&fraction: &f64| {
        let mut experiment = experiment.clone();
        if let DataConfig::Synthetic { foreground, .. } = &mut experiment.data {
            *foreground = fraction;
        }
        experiment
    };
    fractions.iter().map(with).collect()
}

/// Every loss with every combination of the values its parameters take; the last parameter's change fastest.
fn losses(study: &Study) -> Result<Vec<(Loss, Varied)>, StudyError> {
    let base: Vec<GridLoss>;
    let entries = if study.grid.losses.is_empty() {
        base = study.base.losses.iter().cloned().map(Into::into).collect();
        &base
    } else {
        &study.grid.losses
    };
    let mut losses: Vec<(Loss, Varied)> = Vec::new();
    for entry in entries {
        let mut combinations = vec![Varied::new()];
        for (parameter, values) in &entry.vary {
            combinations = combinations
                .iter()
                .flat_map(|combination| {
                    values.iter().map(|&value| {
                        let mut combination = combination.clone();
                        combination.insert(parameter.clone(), value);
                        combination
                    })
                })
                .collect();
        }
        for varied in combinations {
            let loss = with_parameters(&entry.loss, &varied)?;
            if losses.iter().any(|(taken, _)| *taken == loss) {
                return Err(StudyError::Twice {
                    axis: "losses",
                    entry: format!("{} with the same parameters", loss.kind()),
                });
            }
            losses.push((loss, varied));
        }
    }
    Ok(losses)
}

fn with_parameters(loss: &Loss, varied: &Varied) -> Result<Loss, StudyError> {
    if varied.is_empty() {
        return Ok(loss.clone());
    }
    let mut document = serde_json::to_value(loss).map_err(StudyError::Document)?;
    let known: Vec<&str> = loss.parameters().iter().map(|(name, _)| *name).collect();
    for (parameter, &value) in varied {
        if !known.contains(&parameter.as_str()) {
            return Err(StudyError::Parameter {
                kind: loss.kind(),
                parameter: parameter.clone(),
                known: known.join(", "),
            });
        }
        // Those of a formula are an object of their own.
        let of_formula = document.get_mut("parameters").filter(|own| own.is_object());
        match of_formula {
            Some(own) => own[parameter] = value.into(),
            None => document[parameter] = value.into(),
        }
    }
    serde_json::from_value(document).map_err(StudyError::Document)
}

/// Losses that differ only in what their names do not say (class weights, a formula's text) get a number.
fn tell_apart(cells: &mut [Cell]) {
    let mut seen: Vec<(String, Loss)> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    for cell in cells {
        let Some(loss) = cell.experiment.losses.first().cloned() else {
            continue;
        };
        if let Some((name, _)) = seen.iter().find(|(_, known)| *known == loss) {
            cell.loss.clone_from(name);
            continue;
        }
        let plain = cell.loss.clone();
        let mut number = 1;
        while !taken.insert(cell.loss.clone()) {
            number += 1;
            cell.loss = format!("{plain} [{number}]");
        }
        seen.push((cell.loss.clone(), loss));
    }
}
