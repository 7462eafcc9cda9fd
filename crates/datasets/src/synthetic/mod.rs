//! Synthetic images and volumes whose share of foreground is a dial.
//!
//! Five families, after the kinds of data that segmentation losses are compared on: colonoscopy,
//! fundus photographs, breast ultrasound, brain MRI and abdominal CT. The last two are volumes:
//! with a depth of 1 a sample is an axial slice, and the slices of one volume share their
//! [`source`](crate::Sample::source).
//!
//! The dial holds exactly because every family ranks its pixels by how deep they lie in an object
//! and takes as many as are asked for: objects grow or shrink until they fit.

mod brain;
mod error;
mod family;
mod faults;
mod head;
mod kidney;
mod noise;
mod polyp;
mod settings;
mod shape;
mod spread;
mod texture;
mod torso;
mod ultrasound;
mod vessel;
mod vessel_tree;
mod volume;

pub use error::SyntheticError;
pub use family::Family;
pub use settings::{
    COUNT_RANGE, DEPTH_RANGE, FOREGROUND_LIMIT, FOREGROUND_RANGE, SIZE_RANGE, Synthetic,
};

use crate::dataset::{Dataset, Sample};
use volume::Planes;

/// As many slices are taken from one volume, or fewer where there would be less than three volumes.
const SLICES_OF_A_VOLUME: usize = 8;

/// What a family is asked for: one image, one volume, or some slices of one volume.
struct Request<'a> {
    settings: &'a Synthetic,
    /// Number of the image or volume in its set.
    index: usize,
    /// Pixels that must be foreground.
    foreground: usize,
    /// Those of them that must be of the second class, where the family has one.
    second: usize,
    /// Which slices (for images: one that is not empty).
    planes: Planes<'a>,
}

/// What a family makes.
struct Picture {
    /// `[channels, depth, height, width]`.
    pixels: Vec<f32>,
    /// `[depth, height, width]`.
    labels: Vec<u8>,
}

impl Synthetic {
    /// Makes the set.
    ///
    /// # Errors
    /// Where a setting is out of its range, or some of them do not go together.
    pub fn generate(&self) -> Result<Dataset, SyntheticError> {
        self.validate()?;
        let empties = spread::empties(self);
        let slices = self.family.is_volume() && self.depth == 1;
        let groups: Vec<&[bool]> = if slices {
            let volumes = self.count.div_ceil(SLICES_OF_A_VOLUME).max(3);
            (0..volumes)
                .map(|n| &empties[n * self.count / volumes..(n + 1) * self.count / volumes])
                .collect()
        } else {
            empties.chunks(1).collect()
        };
        let room: Vec<usize> = groups
            .iter()
            .map(|group| group.iter().filter(|&&empty| !empty).count())
            .map(|samples| samples * self.sample_size().pixels())
            .collect();
        let foreground = spread::foreground_pixels(self, &room);
        let second = spread::second_class_pixels(self, &foreground);

        let mut samples = Vec::with_capacity(self.count);
        for (index, group) in groups.into_iter().enumerate() {
            let request = Request {
                settings: self,
                index,
                foreground: foreground[index],
                second: second[index],
                planes: if slices {
                    Planes::Chosen(group)
                } else {
                    Planes::All(self.depth)
                },
            };
            let mut picture = self.family.draw(&request);
            noise::add(self, index, &mut picture.pixels);
            if !self.multiclass {
                for label in &mut picture.labels {
                    *label = (*label).min(1);
                }
            }
            let name = format!("{} {:04}", self.family.name(), index + 1);
            if slices {
                samples.extend(cut(self, &name, &picture));
            } else {
                samples.push(Sample {
                    source: name.clone(),
                    name,
                    pixels: picture.pixels,
                    labels: picture.labels,
                });
            }
        }
        for (index, sample) in samples.iter_mut().enumerate() {
            faults::add(self, index, &mut sample.labels);
        }
        Ok(Dataset {
            name: format!("Synthetic {}", self.family.title()),
            size: self.sample_size(),
            channels: self.family.channels(),
            classes: self.classes(),
            samples,
        })
    }

    /// Names of the classes, background first.
    fn classes(&self) -> Vec<String> {
        if self.multiclass {
            std::iter::once("background")
                .chain(self.family.foreground_classes().iter().copied())
                .map(str::to_owned)
                .collect()
        } else {
            crate::dataset::binary_classes()
        }
    }
}

/// The slices of a grey volume as samples of one source.
fn cut<'a>(
    settings: &Synthetic,
    source: &'a str,
    picture: &'a Picture,
) -> impl Iterator<Item = Sample> + 'a {
    let plane = settings.sample_size().pixels();
    picture
        .pixels
        .chunks_exact(plane)
        .zip(picture.labels.chunks_exact(plane))
        .enumerate()
        .map(move |(number, (pixels, labels))| Sample {
            name: format!("{source} slice {}", number + 1),
            source: source.to_owned(),
            pixels: pixels.to_vec(),
            labels: labels.to_vec(),
        })
}
