//! What a session says of itself.

use super::Session;
use crate::lane::Lane;
use crate::report::{DatasetInfo, SampleInfo};
use crate::{LaneInfo, SessionInfo, SplitName};

impl Session {
    /// The session as it stands.
    pub fn info(&self) -> SessionInfo {
        let dataset = &self.dataset;
        let mut samples: Vec<SampleInfo> =
            [SplitName::Train, SplitName::Validation, SplitName::Test]
                .into_iter()
                .flat_map(|split| self.images(split).iter().map(move |&index| (index, split)))
                .map(|(index, split)| {
                    let sample = &dataset.samples[index];
                    let foreground_fraction = sample.foreground_fraction();
                    SampleInfo {
                        index,
                        name: sample.name.clone(),
                        split,
                        foreground_fraction,
                    }
                })
                .collect();
        samples.sort_by_key(|sample| sample.index);
        SessionInfo {
            experiment: self.experiment.clone(),
            lanes: self.lanes(),
            layers: self.layers(),
            parameters: self.networks.layout().len,
            dataset: DatasetInfo {
                name: dataset.name.clone(),
                depth: dataset.size.depth,
                height: dataset.size.height,
                width: dataset.size.width,
                channels: dataset.channels,
                classes: dataset.classes.clone(),
                class_fractions: dataset.class_fractions(),
                train: self.split.train.len(),
                validation: self.split.validation.len(),
                test: self.split.test.len(),
                samples,
            },
        }
    }

    /// Names of the convolutions, from the input on.
    pub(super) fn layers(&self) -> Vec<String> {
        let layers = self.networks.layout().layers().into_iter();
        layers.map(|layer| layer.name.clone()).collect()
    }

    /// The lanes as they stand.
    pub fn lanes(&self) -> Vec<LaneInfo> {
        self.lanes.iter().map(Lane::info).collect()
    }
}
