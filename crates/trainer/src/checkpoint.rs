//! A session as bytes, to go on with the same numbers later.
//!
//! A checkpoint is a safetensors file. Its tensors are `lane.<id>.parameters`, `.first` and `.second`: what
//! the optimiser left in memory, F32. Its metadata hold a JSON [`Header`] and a CRC-32 of header and tensors.

use std::collections::HashMap;

use losscope_datasets::Dataset;
use losscope_losses::Loss;
use losscope_unet::State;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Experiment, Stopped, TrainerError};

/// The version of checkpoints that this crate reads and writes.
const FORMAT: u32 = 1;

const HEADER: &str = "losscope";
const CHECKSUM: &str = "crc32";
const PARTS: [&str; 3] = ["parameters", "first", "second"];

/// Why a session cannot go on from a checkpoint.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// It is no safetensors file, or lacks what makes it a checkpoint.
    #[error("this is no checkpoint of Losscope: {0}; start the experiment anew")]
    Format(String),
    /// It is of another version.
    #[error(
        "the checkpoint is of version {0}, but this Losscope reads version {FORMAT}: go on with the Losscope \
         that wrote it, or start the experiment anew"
    )]
    Version(u32),
    /// Some of its bytes are not what was written.
    #[error("the checkpoint is damaged: its checksum does not match; start the experiment anew")]
    Checksum,
    /// A lane's state has another length than its network.
    #[error(
        "{part} of lane {lane} has {found} numbers in the checkpoint, but the network has {expected} parameters: \
         start the experiment anew"
    )]
    Length {
        /// The lane.
        lane: u32,
        /// Which part of its state.
        part: &'static str,
        /// Numbers in the checkpoint; 0 where the part is missing.
        found: usize,
        /// Parameters of the network.
        expected: usize,
    },
    /// The lanes do not fit the experiment.
    #[error("the checkpoint contradicts itself: {0}; start the experiment anew")]
    Lanes(String),
    /// It was trained on other data.
    #[error(
        "the checkpoint was trained on {expected}, but these data are {found}: bring the same data, or start anew"
    )]
    Data {
        /// What it was trained on.
        expected: String,
        /// What there is.
        found: String,
    },
}

/// Everything about a session but its networks.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: u32,
    experiment: Experiment,
    /// A description of the data: number, size, channels and classes.
    data: String,
    next_lane: u32,
    lanes: Vec<SavedLane>,
}

/// A lane without its network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedLane {
    pub(crate) id: u32,
    pub(crate) loss: Loss,
    pub(crate) step: usize,
    pub(crate) stopped: Option<Stopped>,
}

/// A session at rest: [`Session::checkpoint`](crate::Session::checkpoint) makes its bytes,
/// [`Session::restore`](crate::Session::restore) goes on from it.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    header: Header,
    states: Vec<State>,
}

/// What data are, as far as a checkpoint remembers them.
fn describe(dataset: &Dataset) -> String {
    let size = &dataset.size;
    let sides = match size.depth {
        1 => format!("images of {}×{} pixels", size.height, size.width),
        depth => format!("volumes of {depth}×{}×{} voxels", size.height, size.width),
    };
    format!(
        "{} {sides}, {} channels and {} classes",
        dataset.samples.len(),
        dataset.channels,
        dataset.classes.len()
    )
}

fn checksum<'a>(header: &str, parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header.as_bytes());
    parts.for_each(|part| hasher.update(part));
    format!("{:08x}", hasher.finalize())
}

fn little_endian(numbers: &[f32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn name(lane: u32, part: &str) -> String {
    format!("lane.{lane}.{part}")
}

impl Checkpoint {
    pub(crate) fn new(
        experiment: Experiment,
        dataset: &Dataset,
        next_lane: u32,
        lanes: Vec<(SavedLane, State)>,
    ) -> Self {
        let (lanes, states) = lanes.into_iter().unzip();
        let header = Header {
            format: FORMAT,
            experiment,
            data: describe(dataset),
            next_lane,
            lanes,
        };
        Self { header, states }
    }

    /// The experiment, its losses those of the lanes.
    pub fn experiment(&self) -> &Experiment {
        &self.header.experiment
    }

    pub(crate) fn next_lane(&self) -> u32 {
        self.header.next_lane
    }

    /// The lanes with their networks; `parameters` is the number that each has.
    pub(crate) fn into_lanes(
        self,
        dataset: &Dataset,
        parameters: usize,
    ) -> Result<Vec<(SavedLane, State)>, CheckpointError> {
        let found = describe(dataset);
        if found != self.header.data {
            return Err(CheckpointError::Data {
                expected: self.header.data,
                found,
            });
        }
        for (lane, state) in self.header.lanes.iter().zip(&self.states) {
            let lengths = [&state.parameters, &state.first, &state.second].map(Vec::len);
            for (part, found) in PARTS.into_iter().zip(lengths) {
                if found != parameters {
                    return Err(CheckpointError::Length {
                        lane: lane.id,
                        part,
                        found,
                        expected: parameters,
                    });
                }
            }
        }
        Ok(self.header.lanes.into_iter().zip(self.states).collect())
    }

    /// The file.
    ///
    /// # Errors
    /// Never, in fact: names are unique and lengths those of their tensors.
    pub fn to_bytes(&self) -> Result<Vec<u8>, TrainerError> {
        let header = serde_json::to_string(&self.header)?;
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        for (lane, state) in self.header.lanes.iter().zip(&self.states) {
            let values = [&state.parameters, &state.first, &state.second];
            for (part, values) in PARTS.into_iter().zip(values) {
                parts.push((name(lane.id, part), little_endian(values)));
            }
        }
        let sum = checksum(&header, parts.iter().map(|(_, bytes)| bytes.as_slice()));
        let format =
            |error: safetensors::SafeTensorError| CheckpointError::Format(error.to_string());
        let mut views = Vec::with_capacity(parts.len());
        for (name, bytes) in &parts {
            let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).map_err(format)?;
            views.push((name.as_str(), view));
        }
        let metadata = HashMap::from([(HEADER.to_owned(), header), (CHECKSUM.to_owned(), sum)]);
        Ok(safetensors::serialize(views, Some(metadata)).map_err(format)?)
    }

    /// Reads and checks the file.
    ///
    /// # Errors
    /// When it is no checkpoint, of another version, damaged, or contradicts itself.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TrainerError> {
        let format =
            |error: safetensors::SafeTensorError| CheckpointError::Format(error.to_string());
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(format)?;
        let file = SafeTensors::deserialize(bytes).map_err(format)?;
        let entry = |key: &str| {
            let entries = metadata.metadata().as_ref();
            let entry = entries.and_then(|entries| entries.get(key));
            entry.ok_or_else(|| CheckpointError::Format(format!("it has no entry {key}")))
        };
        let (text, sum) = (entry(HEADER)?, entry(CHECKSUM)?);
        // A later version may have other fields: its number comes first.
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let unreadable = |error: serde_json::Error| CheckpointError::Format(error.to_string());
        let version: Version = serde_json::from_str(text).map_err(unreadable)?;
        if version.format != FORMAT {
            return Err(CheckpointError::Version(version.format).into());
        }
        let header: Header = serde_json::from_str(text).map_err(unreadable)?;
        header.check()?;

        let names = header
            .lanes
            .iter()
            .flat_map(|lane| PARTS.map(|part| name(lane.id, part)));
        let views: Vec<_> = names.map(|name| file.tensor(&name).ok()).collect();
        let data = views.iter().flatten().map(TensorView::data);
        if sum != &checksum(text, data) {
            return Err(CheckpointError::Checksum.into());
        }
        // What is missing has no numbers, which `into_lanes` refuses by name.
        let mut values = views.iter().map(|view| {
            let data = view.as_ref().map_or(&[][..], TensorView::data);
            let numbers = data.as_chunks::<4>().0.iter();
            numbers
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect::<Vec<f32>>()
        });
        let mut part = || values.next().unwrap_or_default();
        let states = header
            .lanes
            .iter()
            .map(|_| State {
                parameters: part(),
                first: part(),
                second: part(),
            })
            .collect();
        Ok(Self { header, states })
    }
}

impl Header {
    /// Whether lanes and experiment can belong together.
    fn check(&self) -> Result<(), TrainerError> {
        self.experiment.validate()?;
        let contradiction = |what: String| Err(CheckpointError::Lanes(what).into());
        if !self
            .lanes
            .iter()
            .map(|lane| &lane.loss)
            .eq(&self.experiment.losses)
        {
            return contradiction("its lanes have other losses than its experiment".into());
        }
        for (position, lane) in self.lanes.iter().enumerate() {
            let twice = self.lanes[..position]
                .iter()
                .any(|other| other.id == lane.id);
            if twice || lane.id >= self.next_lane {
                return contradiction(format!("lane {} cannot be there", lane.id));
            }
        }
        Ok(())
    }
}
