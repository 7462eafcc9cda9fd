//! Images as training changes them.

use losscope_datasets::{Augmentation, Axis, Cut, Sample};

use super::Session;
use crate::TrainerError;

/// An image as a training step would see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Augmented {
    /// The image, changed.
    pub sample: Sample,
    /// Of a volume the slice to look at.
    pub cut: Cut,
    /// Whether anything was changed.
    pub changed: bool,
}

impl Session {
    /// An image of the data as training step `step` would see it under other settings: what a run with them and the
    /// experiment's seed does to it.
    ///
    /// # Errors
    /// When there is no such image, or a setting is out of its range.
    pub fn augmented(
        &self,
        image: usize,
        settings: &Augmentation,
        step: usize,
    ) -> Result<Augmented, TrainerError> {
        let (size, plain) = (self.dataset.size, self.sample(image)?);
        let sample = match settings.is_off() {
            true => plain.clone(),
            false => self
                .dataset
                .augmented(image, settings, self.experiment.seed, step)?,
        };
        Ok(Augmented {
            cut: Cut::most_foreground(size, &plain.labels, Axis::Axial),
            changed: sample != *plain,
            sample,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use burn::tensor::Device;

    use super::*;
    use crate::Experiment;

    #[test]
    fn a_preview_shows_what_a_run_trains_on() {
        let document = r#"{
            "data": {"source": "synthetic", "size": 16, "count": 12, "foreground": 0.2},
            "network": {"base_channels": 4, "depth": 1},
            "augmentation": {"probability": 1, "rotation": 90, "mirror": true},
            "losses": [{"kind": "ce"}]
        }"#;
        let experiment = Experiment::from_json(document).unwrap();
        let (settings, seed) = (experiment.augmentation, experiment.seed);
        let data = Arc::new(experiment.data.generate(1).unwrap().unwrap());
        let session = Session::new(experiment, data.clone(), &Device::flex()).unwrap();
        let shown = session.augmented(2, &settings, 5).unwrap();
        assert!(shown.changed);
        let batch = data.batch_augmented(&[2], &settings, seed, 5).unwrap();
        assert_eq!(shown.sample.labels, batch.labels);
        let off = session.augmented(2, &Augmentation::default(), 5).unwrap();
        assert_eq!((off.changed, off.sample), (false, data.samples[2].clone()));
        assert!(session.augmented(99, &settings, 5).is_err());
        let wrong = Augmentation {
            rotation: 999.0,
            ..settings
        };
        assert!(session.augmented(2, &wrong, 5).is_err());
    }
}
