//! What a study varies.

use std::collections::BTreeMap;

use losscope_datasets::synthetic::Family;
use losscope_losses::Loss;
use losscope_trainer::{DataConfig, NetworkConfig, TrainingConfig};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The lists whose combinations are the cells. A list left out is what the base experiment has.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grid {
    /// Data.
    pub datasets: Vec<GridDataset>,
    /// Mean shares of foreground pixels; of synthetic data only: other data are as they are.
    pub foreground: Vec<f64>,
    /// Learning rates.
    pub learning_rates: Vec<f64>,
    /// Losses.
    pub losses: Vec<GridLoss>,
    /// Seeds of weights and batches; data and splits stay those of the base experiment.
    pub seeds: Vec<u64>,
}

/// A loss, and those of its parameters that take several values:
/// `{ "kind": "focal", "vary": { "gamma": [1, 2, 4] } }`.
#[derive(Debug, Clone, PartialEq)]
pub struct GridLoss {
    /// The loss.
    pub loss: Loss,
    /// Values of parameters, by their names.
    pub vary: BTreeMap<String, Vec<f64>>,
}

impl From<Loss> for GridLoss {
    fn from(loss: Loss) -> Self {
        Self {
            loss,
            vary: BTreeMap::new(),
        }
    }
}

impl<'de> Deserialize<'de> for GridLoss {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut object = Map::deserialize(deserializer)?;
        let vary = match object.remove("vary") {
            Some(vary) => serde_json::from_value(vary)
                .map_err(|error| D::Error::custom(format!("vary of a loss: {error}")))?,
            None => BTreeMap::new(),
        };
        let loss = serde_json::from_value(Value::Object(object)).map_err(D::Error::custom)?;
        Ok(Self { loss, vary })
    }
}

impl Serialize for GridLoss {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Document<'a> {
            #[serde(flatten)]
            loss: &'a Loss,
            #[serde(skip_serializing_if = "BTreeMap::is_empty")]
            vary: &'a BTreeMap<String, Vec<f64>>,
        }
        Document {
            loss: &self.loss,
            vary: &self.vary,
        }
        .serialize(serializer)
    }
}

/// A family, drawn as the base experiment's data are: `"vessel"`. Or data of their own, with a network and training
/// where the base's do not fit them: `{ "data": { "source": "folder", "path": "…" } }`.
#[derive(Debug, Clone, PartialEq)]
pub enum GridDataset {
    /// A family.
    Family(Family),
    /// Data of their own.
    Own(Box<OwnDataset>),
}

/// Data of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnDataset {
    /// Its name in tables; that of the family or folder where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The data.
    pub data: DataConfig,
    /// The network for them, instead of the base's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkConfig>,
    /// The training on them, instead of the base's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingConfig>,
}

impl<'de> Deserialize<'de> for GridDataset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not untagged: that would say of every mistake that nothing matches.
        match Value::deserialize(deserializer)? {
            name @ Value::String(_) => serde_json::from_value(name).map(Self::Family),
            own => serde_json::from_value(own).map(Self::Own),
        }
        .map_err(D::Error::custom)
    }
}

impl Serialize for GridDataset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Family(family) => family.serialize(serializer),
            Self::Own(own) => own.serialize(serializer),
        }
    }
}
