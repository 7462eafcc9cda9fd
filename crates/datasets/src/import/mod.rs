//! Images and masks brought along by the user, as single files or in ZIP archives.
//!
//! Whatever the files are, an [`Importer`] ends in samples or in sentences: a file that cannot be
//! used is in [`ImportReport::rejected`] with what is wrong and what to do. It takes files one by
//! one ([`add`](Importer::add)), finds pairs ([`pair`](Importer::pair)), and decodes a pair at a
//! time ([`decode_next`](Importer::decode_next)), so that a page can show progress and stop.
//!
//! Images are PNG, JPEG, WebP, BMP, GIF or TIFF, told apart by content. A set is grey unless one
//! of its images has colour. Images of 8 bits keep their scale; those with more, which seldom use
//! it in full, are stretched from their darkest to their brightest value.
//!
//! # What is foreground in a mask
//! - **Transparent pixels** (opacity below half) are background. Where all opaque ones are black,
//!   the opacity itself is the mask.
//! - **Colour**: every pixel is foreground that is not (nearly) black. A picture with thousands of
//!   colours is taken for a photograph and refused.
//! - **Grey, two values, one of them 0**: the other is foreground, whatever it is (0/1, 0/255).
//! - **Grey, no value above 31**: class numbers; all above 0 are foreground.
//! - **Any other grey**: foreground is above half of white.
//!
//! JPEG and WebP blur values, so that for their grey masks only the last rule holds. A mask
//! without foreground is a mask: an image may well show no lesion.

mod decode;
mod files;
mod fit;
mod limits;
mod mask;
mod names;
mod pairing;
mod report;
mod sample;
mod zip;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

pub use fit::Fit;
pub use limits::Limits;
pub use report::{
    Import, ImportError, ImportProgress, ImportReport, PairPreview, Rejection, Thumbnail,
};

use crate::dataset::{Dataset, Sample, Size, binary_classes};
use files::{Kind, kind, normalise, stem};
use limits::megabytes;
use sample::{Names, PairFiles};

/// The smallest and the largest working size, in pixels.
pub const SIZE_RANGE: std::ops::RangeInclusive<usize> = 16..=512;
/// The fewest pairs that make a set: one each to train, validate and test on.
pub const FEWEST_PAIRS: usize = 3;

/// What to make of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ImportOptions {
    /// Side of the samples in pixels, 16..=512.
    pub size: usize,
    /// How an image becomes samples.
    pub fit: Fit,
}

/// Makes a set out of files, one step at a time.
#[derive(Debug)]
pub struct Importer {
    options: ImportOptions,
    limits: Limits,
    /// Files still to be used. Sorted by path, so that the order of their coming does not matter.
    files: BTreeMap<String, Vec<u8>>,
    /// Files and bytes ever taken, against the limits.
    taken: (usize, usize),
    queue: VecDeque<PairFiles>,
    done: usize,
    samples: Vec<Sample>,
    previews: Vec<PairPreview>,
    names: Names,
    rejected: Vec<Rejection>,
    /// Kept apart, because pairing again judges anew.
    unpaired: Vec<Rejection>,
}

impl Importer {
    /// An importer without files.
    ///
    /// # Errors
    /// Where the working size is out of range.
    pub fn new(options: ImportOptions) -> Result<Self, ImportError> {
        Self::with_limits(options, Limits::default())
    }

    /// An importer with bounds of its own, for example wider ones on a large machine.
    ///
    /// # Errors
    /// Where the working size is out of range.
    pub fn with_limits(options: ImportOptions, limits: Limits) -> Result<Self, ImportError> {
        if !SIZE_RANGE.contains(&options.size) {
            return Err(ImportError::Size(options.size));
        }
        Ok(Self {
            options,
            limits,
            files: BTreeMap::new(),
            taken: (0, 0),
            queue: VecDeque::new(),
            done: 0,
            samples: Vec::new(),
            previews: Vec::new(),
            names: Names::default(),
            rejected: Vec::new(),
            unpaired: Vec::new(),
        })
    }

    /// Takes a file; a ZIP archive is unpacked. What cannot be used goes into the report, except
    /// for what operating systems leave behind (`.DS_Store`, `__MACOSX`), which is passed over.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        let path = normalise(path);
        match kind(&path) {
            Kind::Hidden => {}
            Kind::Other(reason) => self.reject(&path, reason),
            Kind::Image => self.take(path, bytes),
            Kind::Archive => {
                if bytes.len() > self.limits.file_bytes {
                    self.reject_size(&path, bytes.len());
                    return;
                }
                let (files, total) = self.taken;
                let unpacked = zip::unpack(
                    &path,
                    &bytes,
                    &self.limits,
                    self.limits.files.saturating_sub(files),
                    self.limits.total_bytes.saturating_sub(total),
                );
                drop(bytes);
                self.rejected.extend(unpacked.rejected);
                for (path, bytes) in unpacked.files {
                    self.take(path, bytes);
                }
            }
        }
    }

    /// Finds out which mask belongs to which image, and says how many pairs are to be decoded. May
    /// be called again after more files were added; pairs already decoded stay as they are.
    pub fn pair(&mut self) -> usize {
        let paths: Vec<&str> = self.files.keys().map(String::as_str).collect();
        let pairing = pairing::pair(&paths);
        self.queue = pairing
            .pairs
            .iter()
            .map(|pair| PairFiles {
                image: paths[pair.image].to_owned(),
                masks: pair
                    .masks
                    .iter()
                    .map(|&mask| paths[mask].to_owned())
                    .collect(),
            })
            .collect();
        self.unpaired = pairing.rejected;
        self.queue.len()
    }

    /// Decodes the next pair, if there is one left. A pair that cannot be used is in the report
    /// afterwards; progress is made all the same.
    pub fn decode_next(&mut self) -> Option<ImportProgress> {
        let pair = self.queue.pop_front()?;
        self.done += 1;
        let progress = ImportProgress {
            done: self.done,
            total: self.done + self.queue.len(),
            name: stem(&pair.image).to_owned(),
        };
        let image = self.files.remove(&pair.image).unwrap_or_default();
        let masks: Vec<Vec<u8>> = pair
            .masks
            .iter()
            .map(|path| self.files.remove(path).unwrap_or_default())
            .collect();
        let room = self
            .limits
            .samples
            .min(self.limits.sample_pixels / (self.options.size * self.options.size))
            .saturating_sub(self.samples.len());
        match sample::samples(
            &pair,
            &image,
            &masks,
            self.options,
            &self.limits,
            room,
            &mut self.names,
        ) {
            Ok((samples, preview)) => {
                self.samples.extend(samples);
                self.previews.push(preview);
            }
            Err(rejections) => self.rejected.extend(rejections),
        }
        Some(progress)
    }

    /// Pairs and decodes what is left, and hands over the set.
    ///
    /// # Errors
    /// Where fewer than three pairs could be used; the error lists what was wrong with the others.
    pub fn finish(mut self) -> Result<Import, ImportError> {
        if self.queue.is_empty() && !self.files.is_empty() {
            self.pair();
        }
        while self.decode_next().is_some() {}
        let mut rejected = self.rejected;
        rejected.append(&mut self.unpaired);
        if self.previews.len() < FEWEST_PAIRS {
            return Err(ImportError::TooFewPairs {
                found: self.previews.len(),
                rejected,
            });
        }

        let size = Size::image(self.options.size, self.options.size);
        let colour = self
            .samples
            .iter()
            .any(|sample| sample.pixels.len() > size.pixels());
        if colour {
            for sample in self
                .samples
                .iter_mut()
                .filter(|sample| sample.pixels.len() == size.pixels())
            {
                sample.pixels = sample.pixels.repeat(3);
            }
        }
        let dataset = Dataset {
            name: common_folder(&self.previews)
                .unwrap_or("Imported images")
                .to_owned(),
            size,
            channels: if colour { 3 } else { 1 },
            classes: binary_classes(),
            samples: self.samples,
        };
        let report = ImportReport {
            pairs: self.previews,
            rejected,
            foreground_fraction: dataset.foreground_fraction(),
            samples: dataset.samples.len(),
        };
        Ok(Import { dataset, report })
    }

    fn take(&mut self, path: String, bytes: Vec<u8>) {
        if bytes.len() > self.limits.file_bytes {
            self.reject_size(&path, bytes.len());
        } else if self.taken.0 >= self.limits.files
            || bytes.len() > self.limits.total_bytes - self.taken.1
        {
            let reason = format!(
                "An import may hold {} files and {} in all, and this file came when it was full. Bring fewer or \
                 smaller files.",
                self.limits.files,
                megabytes(self.limits.total_bytes)
            );
            self.reject(&path, reason);
        } else if self.files.contains_key(&path) {
            self.reject(
                &path,
                "A file of this path came twice; the first one was kept. Leave one out.",
            );
        } else {
            self.taken.0 += 1;
            self.taken.1 += bytes.len();
            self.files.insert(path, bytes);
        }
    }

    fn reject_size(&mut self, path: &str, bytes: usize) {
        let reason = format!(
            "The file has {}, more than the {} that one file may have. Make it smaller, or divide it.",
            megabytes(bytes),
            megabytes(self.limits.file_bytes)
        );
        self.reject(path, reason);
    }

    pub(crate) fn reject(&mut self, path: &str, reason: impl Into<String>) {
        self.rejected.push(Rejection {
            path: path.to_owned(),
            reason: reason.into(),
        });
    }
}

/// The outermost folder or archive that all images share, as a name for the set.
fn common_folder(previews: &[PairPreview]) -> Option<&str> {
    let folders: BTreeSet<Option<&str>> = previews
        .iter()
        .map(|pair| pair.image.split_once('/').map(|(folder, _)| folder))
        .collect();
    match folders.into_iter().collect::<Vec<_>>().as_slice() {
        [Some(folder)] => Some(folder.trim_end_matches(".zip"))
            .filter(|name| !name.eq_ignore_ascii_case("images")),
        _ => None,
    }
}
