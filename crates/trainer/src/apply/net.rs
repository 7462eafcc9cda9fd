//! A network from a weights file.

use burn::tensor::Device;
use losscope_datasets::{Dataset, Sample, Size};
use losscope_kernels::architecture::Architecture;
use losscope_kernels::loss::probabilities;
use losscope_unet::weights::{self, About};
use losscope_unet::{Demand, Images, Load, Probe};
use serde::Serialize;

use super::{ApplyError, Prediction};

/// The longest side that a network is applied at, and the most classes.
const MOST: (usize, usize) = (1024, 16);

/// Bytes that a network may take while it is applied: a browser's tab has no more than a few times that.
const ROOM: usize = 1 << 30;

/// A trained network. It takes no more memory than its parameters, but while it is applied.
#[derive(Debug, Clone)]
pub struct TrainedNet {
    about: About,
    architecture: Architecture,
    parameters: Vec<f32>,
}

/// What a weights file says of its network.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NetInfo {
    /// Version of Losscope that wrote it.
    pub version: String,
    /// Channels that it takes: 1 (grey) or 3 (colour).
    pub channels: usize,
    /// Names of its classes, background first.
    pub classes: Vec<String>,
    /// Rows that images are brought to.
    pub height: usize,
    /// Columns that images are brought to.
    pub width: usize,
    /// The loss it was trained under, as in experiments.
    #[cfg_attr(feature = "ts", ts(type = "unknown"))]
    pub loss: serde_json::Value,
    /// Steps it was trained for.
    pub step: usize,
    /// Number of its parameters.
    pub parameters: usize,
}

impl TrainedNet {
    /// Of the bytes of a weights file, for images of the size it was trained on, or of `side` rows and columns.
    ///
    /// # Errors
    /// Where it is no weights file, one of another version or damaged, or its network is for volumes, takes other
    /// channels than images have, or cannot take that size.
    pub fn read(bytes: &[u8], side: Option<usize>) -> Result<Self, ApplyError> {
        let about = weights::about(bytes)?;
        let [depth, height, width] = about.size;
        if depth > 1 || about.network.dims == 3 {
            return Err(ApplyError::Volumes {
                depth,
                height,
                width,
            });
        }
        if !matches!(about.channels, 1 | 3) {
            return Err(ApplyError::Channels(about.channels));
        }
        let (height, width) = side.map_or((height, width), |side| (side, side));
        let classes = about.classes.len();
        let (most_side, most_classes) = MOST;
        if height.max(width) > most_side || !(2..=most_classes).contains(&classes) {
            return Err(ApplyError::TooLarge {
                height,
                width,
                classes,
            });
        }
        let architecture = about.architecture([1, height, width])?;
        let one = Load {
            networks: 1,
            batch: 1,
            loss_tensors: 0,
        };
        let needed = Demand::new(&architecture, &one, false).total;
        if needed > ROOM {
            return Err(ApplyError::Memory {
                needed: needed.div_ceil(1 << 20),
                room: ROOM >> 20,
            });
        }
        let parameters = weights::from_safetensors(&architecture, bytes)?;
        Ok(Self {
            about,
            architecture,
            parameters,
        })
    }

    /// What its file says of it.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Rows and columns of the images it takes.
    pub fn size(&self) -> (usize, usize) {
        (self.architecture.height, self.architecture.width)
    }

    /// What there is to say of it.
    pub fn info(&self) -> NetInfo {
        let (height, width) = self.size();
        let about = &self.about;
        NetInfo {
            version: about.version.clone(),
            channels: about.channels,
            classes: about.classes.clone(),
            height,
            width,
            loss: about.loss.clone(),
            step: about.step,
            parameters: self.parameters.len(),
        }
    }

    /// An image `[channels, height, width]` in 0..=1 as the network sees it: each channel with mean 0 and
    /// deviation 1, as in training.
    ///
    /// # Errors
    /// Where it has another number of values.
    pub fn normalised(&self, values: Vec<f32>) -> Result<Vec<f32>, ApplyError> {
        let (height, width) = self.size();
        let (given, expected) = (values.len(), self.about.channels * height * width);
        if given != expected {
            return Err(ApplyError::Values { expected, given });
        }
        let dataset = Dataset {
            name: String::new(),
            size: Size::image(height, width),
            channels: self.about.channels,
            classes: self.about.classes.clone(),
            samples: vec![Sample {
                name: String::new(),
                source: String::new(),
                labels: vec![0; height * width],
                pixels: values,
            }],
        };
        Ok(dataset.batch(&[0]).images)
    }

    /// What it makes of an image `[channels, height, width]` in 0..=1.
    ///
    /// # Errors
    /// Where the image has another number of values, or the network gives no numbers.
    pub async fn predict(&self, values: Vec<f32>) -> Result<Prediction, ApplyError> {
        let images = Images {
            values: self.normalised(values)?,
            count: 1,
        };
        let mut probe = Probe::new(self.architecture, self.parameters.clone(), &Device::flex());
        let logits = probe.forward(&images);
        drop(probe);
        let logits = logits.into_data_async().await.map_err(ApplyError::Device)?;
        let logits: Vec<f32> = logits.iter().collect();
        let (size, classes) = (self.size(), self.about.classes.len());
        let probabilities = probabilities(&logits, classes, logits.len() / classes);
        Prediction::new(size, classes, probabilities, logits)
    }
}
