//! Settings too large for a device are refused before anything is made, with the largest that would fit.

use std::fmt;

use losscope_datasets::Dataset;
use losscope_losses::Loss;
use losscope_unet::{Demand, Load, Room};

use crate::fused::fused;
use crate::session::architecture;
use crate::{Experiment, TrainerError};

/// Memory that an experiment takes and a device does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLarge {
    demand: Demand,
    room: Room,
    /// The largest value of each setting that would fit, the others staying as they are.
    fitting: Vec<(&'static str, usize)>,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (needed, there) = if self.demand.total > self.room.total {
            (self.demand.total, self.room.total)
        } else {
            (self.demand.buffer, self.room.buffer)
        };
        let what = match needed == self.demand.total {
            true => "Training this would take",
            false => "One of this network's buffers would take",
        };
        let (needed, there) = (megabytes(needed), megabytes(there));
        write!(
            formatter,
            "{what} {needed} MB, and there is room for {there} MB here: "
        )?;
        for (index, (setting, most)) in self.fitting.iter().enumerate() {
            let or = if index > 0 { ", or " } else { "" };
            write!(formatter, "{or}{setting} of at most {most}")?;
        }
        match self.fitting.is_empty() {
            true => formatter.write_str("choose smaller images and a smaller network"),
            false => formatter.write_str(" would fit"),
        }
    }
}

fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1_000_000)
}

/// Tensors of a batch's logits that a loss composed of Burn's operations holds at once, with its gradient, at the
/// most.
const COMPOSED: usize = 48;

/// The same of one that takes distances from borders, which are worked out in double precision.
const DISTANCES: usize = 160;

/// The same of soft clDice: what it has without a skeleton, and what each iteration of one adds.
const SKELETON: (usize, usize) = (48, 5);

/// The same of a formula: what every one has, and what each of its values with a pixel axis does.
const FORMULA: (usize, usize) = (12, 3);

/// Tensors of a batch's logits that a loss holds at once in training, with its gradient, at the most; 0 where it sees one
/// image at a time (see [`losscope_unet::EXPLAINED`]).
pub fn loss_tensors(loss: &Loss) -> usize {
    match loss {
        _ if fused(loss).is_some() => 0,
        Loss::Formula(loss) => FORMULA.0 + FORMULA.1 * loss.formula().pixel_values(),
        Loss::Boundary(_) | Loss::HausdorffDt(_) => DISTANCES,
        Loss::SoftCldice(loss) => SKELETON.0 + SKELETON.1 * loss.iters.0 as usize,
        _ => COMPOSED,
    }
}

/// Memory that an experiment takes with its first so many losses, on a GPU (`at_once`) or on the CPU.
///
/// # Errors
/// When there is no such network for the data.
pub fn demand(
    experiment: &Experiment,
    dataset: &Dataset,
    lanes: usize,
    at_once: bool,
) -> Result<Demand, TrainerError> {
    let network = architecture(experiment, dataset)?;
    let losses = experiment.losses.iter().take(lanes);
    let load = Load {
        networks: lanes,
        batch: experiment.training.batch_size,
        loss_tensors: losses.map(loss_tensors).max().unwrap_or(0),
    };
    Ok(Demand::new(&network, &load, at_once))
}

/// Checks that an experiment fits a device.
///
/// # Errors
/// When it does not, or there is no such network for the data.
pub fn check_room(
    experiment: &Experiment,
    dataset: &Dataset,
    room: &Room,
) -> Result<(), TrainerError> {
    let demand = |experiment: &Experiment, lanes| demand(experiment, dataset, lanes, room.at_once);
    let lanes = experiment.losses.len();
    let asked = demand(experiment, lanes)?;
    if asked.fits(room) {
        return Ok(());
    }
    let fits = |experiment: &Experiment, lanes| {
        demand(experiment, lanes).is_ok_and(|demand| demand.fits(room))
    };
    let mut fitting = Vec::new();
    let mut smaller = experiment.clone();
    let batch = (1..experiment.training.batch_size).rev().find(|&batch| {
        smaller.training.batch_size = batch;
        fits(&smaller, lanes)
    });
    fitting.extend(batch.map(|batch| ("a training.batch_size", batch)));
    let losses = (1..lanes).rev().find(|&lanes| fits(experiment, lanes));
    fitting.extend(losses.map(|losses| ("a number of losses", losses)));
    let mut smaller = experiment.clone();
    let base = (1..experiment.network.base_channels).rev().find(|&base| {
        smaller.network.base_channels = base;
        fits(&smaller, lanes)
    });
    fitting.extend(base.map(|base| ("a network.base_channels", base)));
    Err(TrainerError::TooLarge(TooLarge {
        demand: asked,
        room: *room,
        fitting,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset() -> Dataset {
        let experiment = Experiment::default();
        experiment.data.generate(1).unwrap().unwrap()
    }

    fn room(total: usize) -> Room {
        Room {
            buffer: total / 4,
            total,
            at_once: true,
        }
    }

    #[test]
    fn what_fits_is_let_through() {
        assert!(check_room(&Experiment::default(), &dataset(), &room(1 << 30)).is_ok());
    }

    #[test]
    fn what_is_proposed_fits_and_one_more_would_not() {
        let experiment = Experiment::default();
        let (dataset, room) = (dataset(), room(60_000_000));
        let refused = check_room(&experiment, &dataset, &room).unwrap_err();
        let TrainerError::TooLarge(refused) = refused else {
            panic!("{refused}");
        };
        assert_eq!(refused.fitting.len(), 3, "{refused}");
        for (setting, most) in refused.fitting {
            let with = |value: usize| {
                let mut changed = experiment.clone();
                match setting {
                    "a training.batch_size" => changed.training.batch_size = value,
                    "a network.base_channels" => changed.network.base_channels = value,
                    _ => changed.losses.truncate(value),
                }
                check_room(&changed, &dataset, &room)
            };
            assert!(with(most).is_ok(), "{setting} {most}");
            assert!(with(most + 1).is_err(), "{setting} {most}");
        }
    }

    #[test]
    fn volumes_take_more_the_deeper_they_are() {
        let volumes = |depth: usize| {
            let document = format!(
                r#"{{"data": {{"source": "synthetic", "family": "brain", "size": 16, "depth": {depth}, "count": 4}},
                    "network": {{"dims": 3, "depth": 2}}}}"#
            );
            let experiment = Experiment::from_json(&document).unwrap();
            let dataset = experiment.data.generate(1).unwrap().unwrap();
            check_room(&experiment, &dataset, &room(100_000_000))
        };
        assert!(volumes(4).is_ok());
        assert!(matches!(volumes(64), Err(TrainerError::TooLarge(_))));
    }

    #[test]
    fn where_nothing_helps_that_is_said() {
        let refused = check_room(&Experiment::default(), &dataset(), &room(1000)).unwrap_err();
        assert!(refused.to_string().contains("smaller images"), "{refused}");
    }
}
