//! The one form that all data take before training.

use serde::{Deserialize, Serialize};

/// The most pixels (samples × depth × height × width) that one set may hold: with three channels, some
/// 400 MB, which leaves a browser tab room to train.
pub const MAX_PIXELS: usize = 1 << 25;

/// Depth, height and width in pixels (voxels of a volume).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Size {
    /// Slices; 1 for an image.
    pub depth: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Size {
    /// Of an image.
    pub fn image(height: usize, width: usize) -> Self {
        Self {
            depth: 1,
            height,
            width,
        }
    }

    /// Number of pixels.
    pub fn pixels(self) -> usize {
        self.depth * self.height * self.width
    }
}

/// Images of one size, each with a class for every pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Name to show.
    pub name: String,
    /// Size of every sample.
    pub size: Size,
    /// Channels of every sample: 1 (grey), 3 (red, green, blue), or as many as a scan has sequences.
    pub channels: usize,
    /// Names of the classes; a label is an index into this list. Class 0 is background.
    pub classes: Vec<String>,
    /// The samples, in an order that depends on nothing but the input.
    pub samples: Vec<Sample>,
}

/// One image with its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Name to show, unique in its set.
    pub name: String,
    /// What the sample was taken from. Samples of one source (tiles of one image) never fall into
    /// different parts of a split.
    pub source: String,
    /// `[channels, depth, height, width]`, row by row, 0..=1.
    pub pixels: Vec<f32>,
    /// `[depth, height, width]`, row by row: index of the class.
    pub labels: Vec<u8>,
}

impl Sample {
    /// Share of pixels that are not background (class 0), 0..=1; 0 for a sample without pixels.
    pub fn foreground_fraction(&self) -> f64 {
        let foreground = self.labels.iter().filter(|&&class| class != 0).count();
        foreground as f64 / self.labels.len().max(1) as f64
    }

    /// Share of the pixels that belong to each of so many classes. Sums to 1, or is all 0 for a
    /// sample without pixels.
    pub fn class_fractions(&self, classes: usize) -> Vec<f64> {
        fractions(&self.labels, classes)
    }
}

impl Dataset {
    /// Share of all pixels that are not background (class 0), 0..=1; 0 for an empty set.
    pub fn foreground_fraction(&self) -> f64 {
        let sum: f64 = self.samples.iter().map(Sample::foreground_fraction).sum();
        sum / self.samples.len().max(1) as f64
    }

    /// Share of all pixels that belong to each class, in the order of `classes`. Sums to 1, or is
    /// all 0 for an empty set.
    pub fn class_fractions(&self) -> Vec<f64> {
        let labels = self.samples.iter().flat_map(|sample| &sample.labels);
        fractions(labels, self.classes.len())
    }
}

/// Share of the labels that are of each class.
fn fractions<'a>(labels: impl IntoIterator<Item = &'a u8>, classes: usize) -> Vec<f64> {
    let mut counts = vec![0_u64; classes];
    for &class in labels {
        if let Some(count) = counts.get_mut(usize::from(class)) {
            *count += 1;
        }
    }
    let total = counts.iter().sum::<u64>().max(1);
    counts
        .iter()
        .map(|&count| count as f64 / total as f64)
        .collect()
}

/// The classes of every binary set.
pub(crate) fn binary_classes() -> Vec<String> {
    vec!["background".to_owned(), "foreground".to_owned()]
}
