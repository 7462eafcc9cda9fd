//! Images and masks brought along by the user, as single files or in ZIP archives.
//!
//! Whatever the files are, an [`Importer`] ends in samples or in sentences: a file that cannot be
//! used is in [`ImportReport::rejected`] with what is wrong and what to do. It takes files one by
//! one ([`add`](Importer::add)), finds pairs ([`pair`](Importer::pair)), which can be looked at and
//! changed ([`pairing`](Importer::pairing), [`set_pair`](Importer::set_pair)), and decodes an image
//! or a slice of a volume at a time ([`decode_next`](Importer::decode_next)), so that a page can
//! show progress and stop.
//!
//! Images are PNG, JPEG, WebP, BMP, GIF or TIFF; medical images and volumes NIfTI, uncompressed
//! DICOM, NumPy arrays or TIFF files of several pages; all are told apart by content. A set is grey
//! unless one of its images has colour. Images of 8 bits keep their scale; what has more is
//! stretched as [`Intensity`] says. Volumes become slices, or samples with depth ([`VolumeUse`]).
//! Published sets are recognised by the names of their files ([`Layout`]).
//!
//! # What is foreground in a mask
//! - **Transparent pixels** (opacity below half) are background. Where all opaque ones are black,
//!   the opacity itself is the mask.
//! - **Colour**: every pixel is foreground that is not (nearly) black. A picture with thousands of
//!   colours is taken for a photograph and refused.
//! - **Grey, two values, one of them 0**: the other is foreground, whatever it is (0/1, 0/255).
//! - **Grey, no value above 31**: class numbers; all above 0 are foreground.
//! - **Any other grey**: foreground is above half of white.
//! - **Numbers of more than 8 bits** (NIfTI, DICOM, NumPy): all above 0 are foreground; of
//!   probabilities between 0 and 1, those above a half.
//!
//! JPEG and WebP blur values, so that for their grey masks only the rule of half of white holds. A
//! mask without foreground is a mask: an image may well show no lesion.
//!
//! Single values and colours, as far as they are few, are counted in [`ImportReport::values`], and
//! any class may be given to each ([`Importer::set_classes`]) before the set is finished. Masks of
//! BraTS and KiTS have their classes to begin with.
//!
//! # What belongs together
//! Tiles and slices have the source of their image. Where names tell a patient, case or sequence
//! (`patient12_3.png`, `case_00001/…`, both eyes of a child in CHASE_DB1), that is the source, so
//! that a split never parts it.

mod layout;
mod limits;
mod options;
mod report;

#[cfg(feature = "import")]
mod decode;
#[cfg(feature = "import")]
mod dicom;
#[cfg(feature = "import")]
mod easel;
#[cfg(feature = "import")]
mod files;
#[cfg(feature = "import")]
mod finish;
#[cfg(feature = "import")]
mod fit;
#[cfg(feature = "import")]
mod grid;
#[cfg(feature = "import")]
mod gzip;
#[cfg(feature = "import")]
mod importer;
#[cfg(feature = "import")]
mod mask;
#[cfg(feature = "import")]
mod names;
#[cfg(feature = "import")]
mod nifti;
#[cfg(feature = "import")]
mod npy;
#[cfg(feature = "import")]
mod pages;
#[cfg(feature = "import")]
mod pairing;
#[cfg(feature = "import")]
mod photo;
#[cfg(feature = "import")]
mod plan;
#[cfg(feature = "import")]
mod sample;
#[cfg(feature = "import")]
mod sources;
#[cfg(feature = "import")]
mod tags;
#[cfg(feature = "import")]
mod values;
#[cfg(feature = "import")]
mod volume;
#[cfg(feature = "import")]
mod zip;

#[cfg(feature = "import")]
pub use easel::Easel;
#[cfg(feature = "import")]
pub use importer::Importer;
pub use layout::Layout;
pub use limits::Limits;
pub use options::{
    DEPTH_RANGE, Fit, ImportOptions, Intensity, Keep, Modality, SIZE_RANGE, VolumeUse,
};
#[cfg(feature = "import")]
pub use photo::{Photo, grey_png};
pub use report::{
    ClassMapping, ClassShare, Import, ImportError, ImportProgress, ImportReport, MaskValue,
    PairPreview, Pairing, PlannedPair, Rejection, Role, Thumbnail, Unpaired, ValueClass,
};

/// The fewest pairs that make a set: one each to train, validate and test on. The slices of one or
/// two volumes make one, too, and so do tiles of one or two images.
pub const FEWEST_PAIRS: usize = 3;
