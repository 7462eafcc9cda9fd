//! Files in, one step at a time.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use super::files::{Kind, NO_IMAGE, kind, normalise, stem};
use super::limits::{Limits, megabytes};
use super::options::ImportOptions;
use super::plan::{self, Hand, plan};
use super::report::{
    ClassMapping, Import, ImportError, ImportProgress, MaskValue, PairPreview, Pairing,
    PlannedPair, Rejection,
};
use super::sample::{Context, Made, Names, open};
use super::values::{self, Values};
use super::volume::Volume;
use super::{dicom, finish, nifti, zip};
use crate::Sample;

/// A volume of which samples are being made.
#[derive(Debug)]
struct Work {
    volume: Box<Volume>,
    /// Of its samples.
    first: usize,
}

/// Makes a set out of files, one step at a time.
#[derive(Debug)]
pub struct Importer {
    pub(super) context: Context,
    /// Files still to be used. Sorted by path, so that the order of their coming does not matter.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Files and bytes ever taken, against the limits.
    taken: (usize, usize),
    /// What was found when files were last paired.
    pairing: Pairing,
    /// Whether files came since then.
    fresh: bool,
    hand: Hand,
    queue: VecDeque<PlannedPair>,
    work: Option<Work>,
    done: usize,
    samples: Vec<Sample>,
    /// With the positions of their samples.
    previews: Vec<(PairPreview, Range<usize>)>,
    /// Of the first pair; grey and colour go together, others do not.
    channels: Option<usize>,
    mapping: Option<ClassMapping>,
    rejected: Vec<Rejection>,
}

impl Importer {
    /// An importer without files.
    ///
    /// # Errors
    /// Where an option is out of range.
    pub fn new(options: ImportOptions) -> Result<Self, ImportError> {
        Self::with_limits(options, Limits::default())
    }

    /// An importer with bounds of its own, for example wider ones on a large machine.
    ///
    /// # Errors
    /// Where an option is out of range.
    pub fn with_limits(options: ImportOptions, limits: Limits) -> Result<Self, ImportError> {
        options.check()?;
        Ok(Self {
            context: Context {
                options,
                limits,
                layout: None,
                names: Names::default(),
                values: Values::new(),
            },
            files: BTreeMap::new(),
            taken: (0, 0),
            pairing: Pairing::default(),
            fresh: false,
            hand: Hand::default(),
            queue: VecDeque::new(),
            work: None,
            done: 0,
            samples: Vec::new(),
            previews: Vec::new(),
            channels: None,
            mapping: None,
            rejected: Vec::new(),
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
            Kind::Unnamed if is_medical(&bytes) => self.take(path, bytes),
            Kind::Unnamed => self.reject(&path, NO_IMAGE),
            Kind::Archive => {
                if bytes.len() > self.context.limits.file_bytes {
                    self.reject_size(&path, bytes.len());
                    return;
                }
                let limits = &self.context.limits;
                let (files, total) = self.taken;
                let unpacked = zip::unpack(
                    &path,
                    &bytes,
                    limits,
                    limits.files.saturating_sub(files),
                    limits.total_bytes.saturating_sub(total),
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
    /// be called again after more files were added; pairs already decoded stay as they are, and
    /// those made by hand are kept.
    pub fn pair(&mut self) -> usize {
        let paths: Vec<&str> = self.files.keys().map(String::as_str).collect();
        self.pairing = plan(
            &paths,
            &self.hand,
            self.context.options.modality,
            self.context.layout,
        );
        self.fresh = false;
        self.context.layout = self.pairing.layout;
        self.queue = self.pairing.pairs.iter().cloned().collect();
        self.queue.len()
    }

    /// The pairs that are to be decoded, and the files that are in none, as they were found when
    /// [`pair`](Self::pair) was last called.
    pub fn pairing(&self) -> &Pairing {
        &self.pairing
    }

    /// Makes a pair by hand: an image, and the masks to be merged for it. They leave the pairs that
    /// they were in.
    ///
    /// # Errors
    /// Where a file is not there (any more), or there is no mask.
    pub fn set_pair(&mut self, image: &str, masks: &[String]) -> Result<(), ImportError> {
        plan::check(image, masks, |path| self.files.contains_key(path))?;
        self.hand.set(image, masks);
        self.pair();
        Ok(())
    }

    /// Takes the pair of an image apart; the image and its masks will not be used.
    ///
    /// # Errors
    /// Where the image is not there (any more).
    pub fn remove_pair(&mut self, image: &str) -> Result<(), ImportError> {
        if !self.files.contains_key(image) {
            return Err(ImportError::NoSuchFile(image.to_owned()));
        }
        self.hand.remove(image);
        self.pair();
        Ok(())
    }

    /// Decodes the next image, or makes the next sample of a volume, if there is one left. A pair
    /// that cannot be used is in the report afterwards; progress is made all the same.
    pub fn decode_next(&mut self) -> Option<ImportProgress> {
        if let Some(work) = self.work.take() {
            return Some(self.go_on(work));
        }
        let pair = self.queue.pop_front()?;
        let name = stem(&pair.images[0]).to_owned();
        let mut read = |paths: &[String]| -> Vec<Vec<u8>> {
            let files = paths.iter().map(|path| self.files.remove(path));
            files.map(Option::unwrap_or_default).collect()
        };
        let (images, masks) = (read(&pair.images), read(&pair.masks));
        let room = self
            .context
            .most_samples()
            .saturating_sub(self.samples.len());
        match open(&pair, images, masks, room, &mut self.context) {
            Ok(Made::Samples(samples, preview)) => {
                let pixels = samples.first().map_or(1, |sample| sample.labels.len());
                let channels = samples
                    .first()
                    .map_or(1, |sample| sample.pixels.len() / pixels);
                if self.accepts(channels, &pair.images[0]) {
                    let first = self.samples.len();
                    self.samples.extend(samples);
                    self.previews.push((*preview, first..self.samples.len()));
                }
            }
            Ok(Made::Volume(volume)) => {
                if self.accepts(volume.channels(), &pair.images[0]) {
                    let first = self.samples.len();
                    self.work = Some(Work { volume, first });
                    return Some(self.progress(name, Some(0.0)));
                }
            }
            Err(rejections) => self.rejected.extend(rejections),
        }
        self.done += 1;
        Some(self.progress(name, None))
    }

    /// Makes the next sample of a volume.
    fn go_on(&mut self, mut work: Work) -> ImportProgress {
        let name = work.volume.name().to_owned();
        if let Some(sample) = work.volume.next() {
            self.samples.push(sample);
        }
        let part = work.volume.part();
        if part < 1.0 {
            self.work = Some(work);
            return self.progress(name, Some(part));
        }
        let range = work.first..self.samples.len();
        self.previews.push((work.volume.into_preview(), range));
        self.done += 1;
        self.progress(name, None)
    }

    fn progress(&self, name: String, part: Option<f64>) -> ImportProgress {
        let waiting = self.queue.len() + usize::from(self.work.is_some());
        ImportProgress {
            done: self.done,
            total: self.done + waiting,
            name,
            part,
        }
    }

    /// Whether samples with so many channels go with those there are; says so where not.
    fn accepts(&mut self, channels: usize, path: &str) -> bool {
        let usual = |channels| [1, 3].contains(&channels);
        let first = *self.channels.get_or_insert(channels);
        let fits = first == channels || usual(first) && usual(channels);
        if !fits {
            self.reject(
                path,
                format!(
                    "This file has {channels} channels, but the first of the set has {first}. Import files of either \
                     kind apart."
                ),
            );
        }
        fits
    }

    /// The values met so far in masks, how many pixels have each, and the class it stands for.
    pub fn values(&self) -> Vec<MaskValue> {
        self.context.values.table(self.mapping.as_ref())
    }

    /// Says which class each value stands for, instead of the rules. Possible at any time before
    /// [`finish`](Self::finish).
    ///
    /// # Errors
    /// Where the classes are too few or too many, or a value has a class that is not among them.
    pub fn set_classes(&mut self, mapping: ClassMapping) -> Result<(), ImportError> {
        values::check(&mapping)?;
        self.mapping = Some(mapping);
        Ok(())
    }

    /// Pairs what came since [`pair`](Self::pair), decodes what is left, and hands over the set.
    ///
    /// # Errors
    /// Where fewer than three pairs could be used; the error lists what was wrong with the others.
    pub fn finish(mut self) -> Result<Import, ImportError> {
        // Not otherwise: masks whose images are decoded would pair with what they do not belong to.
        if self.fresh {
            self.pair();
        }
        while self.decode_next().is_some() {}
        let mut rejected = self.rejected;
        rejected.extend(self.pairing.unpaired.into_iter().map(|file| Rejection {
            path: file.path,
            reason: file.reason,
        }));
        rejected.extend(self.pairing.ignored);
        finish::finish(finish::Parts {
            context: self.context,
            samples: self.samples,
            previews: self.previews,
            mapping: self.mapping,
            rejected,
        })
    }

    fn take(&mut self, path: String, bytes: Vec<u8>) {
        let limits = self.context.limits;
        if bytes.len() > limits.file_bytes {
            self.reject_size(&path, bytes.len());
        } else if self.taken.0 >= limits.files || bytes.len() > limits.total_bytes - self.taken.1 {
            let reason = format!(
                "An import may hold {} files and {} in all, and this file came when it was full. Bring fewer or \
                 smaller files.",
                limits.files,
                megabytes(limits.total_bytes)
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
            self.fresh = true;
        }
    }

    fn reject_size(&mut self, path: &str, bytes: usize) {
        let reason = format!(
            "The file has {}, more than the {} that one file may have. Make it smaller, or divide it.",
            megabytes(bytes),
            megabytes(self.context.limits.file_bytes)
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

/// Whether a file without an ending is a medical image all the same.
pub(super) fn is_medical(bytes: &[u8]) -> bool {
    dicom::is_dicom(bytes) || nifti::is_nifti(bytes)
}
