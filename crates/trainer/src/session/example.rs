//! A small session for the tests of this module.

use std::sync::Arc;

use burn::tensor::Device;

use super::Session;
use crate::Experiment;

/// Two lanes on twelve images of 16 × 16 pixels, at step 0.
pub(crate) fn session() -> Session {
    let document = r#"{
        "data": {"source": "synthetic", "size": 16, "count": 12, "foreground": 0.2},
        "network": {"base_channels": 4, "depth": 1},
        "training": {"batch_size": 2},
        "losses": [{"kind": "ce"}, {"kind": "dice"}]
    }"#;
    let experiment = Experiment::from_json(document).unwrap();
    let data = experiment.data.generate(1).unwrap().unwrap();
    Session::new(experiment, Arc::new(data), &Device::flex()).unwrap()
}
