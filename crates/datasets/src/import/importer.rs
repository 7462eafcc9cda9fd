//! Files in, one step at a time.

use std::collections::VecDeque;
use std::ops::Range;

use super::files::{Kind, NO_IMAGE, kind, normalise, stem};
use super::limits::{Limits, megabytes};
use super::notes;
use super::options::ImportOptions;
use super::plan::{self, Hand, plan};
use super::report::{
    ClassMapping, Import, ImportError, ImportProgress, MaskValue, PairPreview, Pairing,
    PlannedPair, Rejection,
};
use super::sample::{Context, Made, Names, open, reject, without_mask};
use super::source::{Source, head};
use super::store::{Store, unreadable};
use super::values::{self, Values};
use super::volume::Volume;
use super::{dicom, finish, nifti, zip};
use crate::Sample;

/// Files read.
type Files = Vec<Vec<u8>>;

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
    /// Files still to be used.
    pub(super) files: Store,
    /// Files ever taken, and bytes of those that lie in memory, against the limits.
    taken: (usize, usize),
    /// Files that came when there were as many as there may be.
    too_many: usize,
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
    /// Pairs for which there was no room.
    beyond: usize,
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
                mapping: None,
            },
            files: Store::default(),
            taken: (0, 0),
            too_many: 0,
            pairing: Pairing::default(),
            fresh: false,
            hand: Hand::default(),
            queue: VecDeque::new(),
            work: None,
            done: 0,
            samples: Vec::new(),
            previews: Vec::new(),
            channels: None,
            beyond: 0,
            rejected: Vec::new(),
        })
    }

    /// Takes a file that lies in memory, or all files of a ZIP archive. What cannot be used goes into
    /// the report, except for what operating systems leave behind (`.DS_Store`, `__MACOSX`), which is
    /// passed over.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) {
        let total = self.context.limits.total_bytes;
        if bytes.len() > total - self.taken.1 {
            let reason = format!(
                "An import may hold {} in all, and this file came when it was full. Bring fewer or smaller files.",
                megabytes(total)
            );
            self.reject(&normalise(path), reason);
            return;
        }
        self.taken.1 += bytes.len();
        self.offer(path, Box::new(bytes));
    }

    /// Takes a file, or all files of a ZIP archive, to be read only when it is its turn, and not at
    /// all where there is no room: a set may be far larger than memory. Otherwise as
    /// [`add`](Self::add).
    pub fn offer(&mut self, path: &str, source: Box<dyn Source>) {
        let path = normalise(path);
        match kind(&path) {
            Kind::Hidden => {}
            Kind::Other(reason) => self.reject(&path, reason),
            Kind::Image => self.take(path, source),
            Kind::Unnamed => match head(&*source, zip::HEAD) {
                Ok(bytes) if is_medical(&bytes) => self.take(path, source),
                Ok(_) => self.reject(&path, NO_IMAGE),
                Err(error) => self.reject(&path, unreadable(&error)),
            },
            Kind::Archive => {
                let listing = zip::list(&path, source, &self.context.limits);
                self.rejected.extend(listing.rejected);
                let Some(archive) = listing.archive else {
                    return;
                };
                let archive = self.files.open(archive);
                for (path, index) in listing.files {
                    if self.has_room(&path) {
                        self.files.put_entry(path, archive, index);
                    }
                }
            }
        }
    }

    /// Finds out which mask belongs to which image, and says how many pairs are to be decoded. May
    /// be called again after more files were added; pairs already decoded stay as they are, and
    /// those made by hand are kept.
    pub fn pair(&mut self) -> usize {
        let paths: Vec<&str> = self.files.paths().collect();
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
        plan::check(image, masks, |path| self.files.contains(path))?;
        self.hand.set(image, masks);
        self.pair();
        Ok(())
    }

    /// Takes the pair of an image apart; the image and its masks will not be used.
    ///
    /// # Errors
    /// Where the image is not there (any more).
    pub fn remove_pair(&mut self, image: &str) -> Result<(), ImportError> {
        if !self.files.contains(image) {
            return Err(ImportError::NoSuchFile(image.to_owned()));
        }
        self.hand.remove(image);
        self.pair();
        Ok(())
    }

    /// The bytes of a file, which archives may hold; it stays.
    ///
    /// # Errors
    /// Where it is not there (any more), or cannot be read.
    pub fn bytes(&mut self, path: &str) -> Result<Vec<u8>, ImportError> {
        if !self.files.contains(path) {
            return Err(ImportError::NoSuchFile(path.to_owned()));
        }
        let bytes = self.files.read(path, &self.context.limits);
        bytes.map_err(|reason| ImportError::Unusable {
            path: path.to_owned(),
            reason,
        })
    }

    /// Decodes the next image, or makes the next sample of a volume, if there is one left. A pair
    /// that cannot be used is in the report afterwards; progress is made all the same.
    pub fn decode_next(&mut self) -> Option<ImportProgress> {
        if let Some(work) = self.work.take() {
            return Some(self.go_on(work));
        }
        let room = self
            .context
            .most_samples()
            .saturating_sub(self.samples.len());
        if room == 0 {
            self.leave_the_rest(0);
        }
        let pair = self.queue.pop_front()?;
        let name = stem(&pair.images[0]).to_owned();
        let made = self
            .read(&pair)
            .and_then(|(images, masks)| open(&pair, images, masks, room, &mut self.context));
        match made {
            Ok(Made::Full) => {
                self.leave_the_rest(1);
                return None;
            }
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

    /// Gives up the pairs that wait, and so many that were looked at already: there is no room.
    fn leave_the_rest(&mut self, looked_at: usize) {
        self.beyond += self.queue.len() + looked_at;
        self.queue.clear();
    }

    /// Reads the files of a pair.
    fn read(&mut self, pair: &PlannedPair) -> Result<(Files, Files), Vec<Rejection>> {
        let limits = self.context.limits;
        let mut images = Vec::new();
        for path in &pair.images {
            let bytes = self.files.take(path, &limits);
            images.push(bytes.map_err(|reason| reject(path, reason))?);
        }
        let mut masks = Vec::new();
        for path in &pair.masks {
            let bytes = self.files.take(path, &limits);
            masks.push(bytes.map_err(|reason| without_mask(pair, path, reason))?);
        }
        Ok((images, masks))
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
        self.context.values.table(self.context.mapping.as_ref())
    }

    /// Says which class each value stands for, instead of the rules. Possible at any time before
    /// [`finish`](Self::finish); said before the first pair is decoded, it also decides what counts as
    /// foreground where masks are merged or made smaller.
    ///
    /// # Errors
    /// Where the classes are too few or too many, or a value has a class that is not among them.
    pub fn set_classes(&mut self, mapping: ClassMapping) -> Result<(), ImportError> {
        values::check(&mapping)?;
        self.context.mapping = Some(mapping);
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
        let notes = notes::partial(&self.context, self.done, self.beyond, self.too_many);
        finish::finish(finish::Parts {
            context: self.context,
            samples: self.samples,
            previews: self.previews,
            rejected,
            notes,
        })
    }

    fn take(&mut self, path: String, source: Box<dyn Source>) {
        let most = self.context.limits.file_bytes;
        if source.size() > most as u64 {
            let reason = format!(
                "The file has {}, more than the {} that one file may have. Make it smaller, or divide it.",
                megabytes(usize::try_from(source.size()).unwrap_or(usize::MAX)),
                megabytes(most)
            );
            self.reject(&path, reason);
        } else if self.has_room(&path) {
            self.files.put(path, source);
        }
    }

    /// Whether there is room for another file, of a path that is not there yet.
    fn has_room(&mut self, path: &str) -> bool {
        if self.files.contains(path) {
            self.reject(
                path,
                "A file of this path came twice; the first one was kept. Leave one out.",
            );
            return false;
        }
        if self.taken.0 >= self.context.limits.files {
            self.too_many += 1;
            return false;
        }
        self.taken.0 += 1;
        self.fresh = true;
        true
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
