//! Published sets, recognised by the names that their owners gave the files.

use serde::{Deserialize, Serialize};

/// A published set in the form its owners hand it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Layout {
    /// CVC-ClinicDB: `Original/1.tif`, `Ground Truth/1.tif`.
    CvcClinicDb,
    /// Kvasir-SEG: `images/cju….jpg`, `masks/cju….jpg`.
    KvasirSeg,
    /// DRIVE: `images/21_training.tif`, `1st_manual/21_manual1.gif`, and fields of view in `mask/`.
    Drive,
    /// CHASE_DB1: `Image_01L.jpg`, `Image_01L_1stHO.png`, `Image_01L_2ndHO.png`.
    ChaseDb1,
    /// BUSI: `benign (1).png`, `benign (1)_mask.png`, `benign (1)_mask_1.png`.
    Busi,
    /// 2018 Data Science Bowl: `<id>/images/<id>.png`, `<id>/masks/<nucleus>.png`.
    Dsb2018,
    /// ISIC: `ISIC_0000000.jpg`, `ISIC_0000000_segmentation.png`.
    Isic,
    /// BraTS: `BraTS20_Training_001_flair.nii` with `_t1`, `_t1ce`, `_t2` and `_seg`.
    Brats,
    /// KiTS: `case_00000/imaging.nii.gz`, `case_00000/segmentation.nii.gz`.
    Kits,
}

impl Layout {
    /// Name to show.
    pub fn name(self) -> &'static str {
        match self {
            Self::CvcClinicDb => "CVC-ClinicDB",
            Self::KvasirSeg => "Kvasir-SEG",
            Self::Drive => "DRIVE",
            Self::ChaseDb1 => "CHASE_DB1",
            Self::Busi => "BUSI",
            Self::Dsb2018 => "2018 Data Science Bowl",
            Self::Isic => "ISIC",
            Self::Brats => "BraTS",
            Self::Kits => "KiTS",
        }
    }
}

#[cfg(feature = "import")]
pub(super) use recognising::*;

#[cfg(feature = "import")]
mod recognising {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::files::{folder, stem};
    use super::*;

    impl Layout {
        /// The set that files of these paths come from, if it is one of those known.
        pub(in super::super) fn recognise(paths: &[&str]) -> Option<Self> {
            if !brats_cases(paths).is_empty() {
                return Some(Self::Brats);
            }
            if !kits_cases(paths).is_empty() {
                return Some(Self::Kits);
            }
            let lower: Vec<String> = paths.iter().map(|path| path.to_lowercase()).collect();
            type Test = fn(&str, &str) -> bool;
            let tests: [(Self, Test); 7] = [
                (Self::Isic, |_, stem| isic(stem).is_some_and(str::is_empty)),
                (Self::Busi, |_, stem| busi(stem)),
                (Self::ChaseDb1, |_, stem| {
                    chase(stem).is_some_and(str::is_empty)
                }),
                (Self::Drive, |path, stem| {
                    within(path, "images") && drive(stem).is_some()
                }),
                (Self::Dsb2018, |path, stem| {
                    path.rsplit('/').nth(1) == Some("images")
                        && path.rsplit('/').nth(2) == Some(stem)
                }),
                (Self::KvasirSeg, |path, stem| {
                    within(path, "images") && stem.starts_with("cju") && stem.len() >= 20
                }),
                (Self::CvcClinicDb, |path, stem| {
                    within(path, "original") && stem.bytes().all(|b| b.is_ascii_digit())
                }),
            ];
            tests
                .into_iter()
                .find(|(layout, test)| {
                    let has_masks = *layout != Self::CvcClinicDb
                        || lower.iter().any(|path| within(path, "ground truth"));
                    // One file might be called like that by chance.
                    has_masks
                        && lower
                            .iter()
                            .filter(|path| test(path, stem(path)))
                            .take(2)
                            .count()
                            == 2
                })
                .map(|(layout, _)| layout)
        }

        /// Why a file of the set is neither image nor mask, if it is neither.
        pub(in super::super) fn ignores(self, path: &str) -> Option<&'static str> {
            let path = path.to_lowercase();
            let stem = stem(&path);
            match self {
                Self::Drive if within(&path, "mask") && stem.ends_with("_mask") => Some(
                    "This is the camera's field of view, not a segmentation, so it was left out. The vessels are in \
                     1st_manual.",
                ),
                Self::Isic if stem.ends_with("_superpixels") => {
                    Some("This is a map of superpixels, not a segmentation, so it was left out.")
                }
                Self::Isic if stem.contains("_attribute_") => Some(
                    "This is the mask of a dermoscopic attribute, not of the lesion, so it was left out. Import the \
                     attributes apart from the segmentations.",
                ),
                Self::Kits if within(&path, "instances") => Some(
                    "This is one annotator's part of a segmentation.nii.gz, so it was left out.",
                ),
                _ => None,
            }
        }

        /// What class a number in its masks stands for.
        pub(in super::super) fn class(self, value: i64) -> Option<u8> {
            match (self, value) {
                (Self::Brats | Self::Kits, 0..=3) => Some(value as u8),
                // Up to 2021 the enhancing tumour is 4, since then 3.
                (Self::Brats, 4) => Some(3),
                _ => None,
            }
        }

        /// Names of the classes, where there are more than background and foreground.
        pub(in super::super) fn classes(self, highest: u8) -> Option<Vec<String>> {
            let names: &[&str] = match self {
                Self::Brats => &["background", "necrotic core", "oedema", "enhancing tumour"],
                // Cysts only since 2021.
                Self::Kits if highest < 3 => &["background", "kidney", "tumour"],
                Self::Kits => &["background", "kidney", "tumour", "cyst"],
                _ => return None,
            };
            Some(names.iter().map(|&name| name.to_owned()).collect())
        }

        /// Centre and width of the window in which its volumes are looked at.
        pub(in super::super) fn window(self) -> Option<(f64, f64)> {
            // Soft tissue of the abdomen, in HU.
            (self == Self::Kits).then_some((40.0, 400.0))
        }
    }

    /// Files of one patient, as indices into the list of paths.
    #[derive(Debug, Default, PartialEq, Eq)]
    pub(in super::super) struct Case {
        pub(in super::super) images: Vec<usize>,
        pub(in super::super) mask: Option<usize>,
    }

    /// The order of channels, under the names of BraTS up to 2021 and since.
    const MODALITIES: [[&str; 2]; 4] = [
        ["flair", "t2f"],
        ["t1", "t1n"],
        ["t1ce", "t1c"],
        ["t2", "t2w"],
    ];

    /// The cases of BraTS among the paths, by their common name; images in the order of channels.
    pub(in super::super) fn brats_cases(paths: &[&str]) -> BTreeMap<String, Case> {
        let mut cases: BTreeMap<String, ([Option<usize>; 4], Option<usize>)> = BTreeMap::new();
        let mut odd: Vec<(String, usize)> = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            let lower = path.to_lowercase();
            if !is_nifti_name(&lower) {
                continue;
            }
            let stem = stem(&lower);
            let Some((name, suffix)) = stem.rsplit_once(['_', '-']) else {
                continue;
            };
            let place = MODALITIES.iter().position(|names| names.contains(&suffix));
            let key = format!("{}/{name}", folder(&lower));
            match (place, suffix) {
                (Some(place), _) => cases.entry(key).or_default().0[place] = Some(index),
                (None, "seg") => cases.entry(key).or_default().1 = Some(index),
                // Case 355 of 2020 has a mask of another name, "W39_1998.09.19_Segm.nii".
                _ if stem.ends_with("segm") => odd.push((folder(&lower).to_owned(), index)),
                _ => {}
            }
        }
        for (folder_of_mask, index) in odd {
            let case = cases
                .iter_mut()
                .find(|(key, _)| folder(key) == folder_of_mask);
            if let Some((_, (_, mask @ None))) = case {
                *mask = Some(index);
            }
        }
        cases.retain(|_, (images, _)| images.iter().flatten().count() >= 2);
        let case = |(key, (images, mask)): (String, ([Option<usize>; 4], Option<usize>))| {
            let images = images.into_iter().flatten().collect();
            (key, Case { images, mask })
        };
        cases.into_iter().map(case).collect()
    }

    /// Which of the four modalities a file of BraTS is.
    pub(in super::super) fn modality(path: &str) -> Option<usize> {
        let lower = path.to_lowercase();
        let (_, suffix) = stem(&lower).rsplit_once(['_', '-'])?;
        MODALITIES.iter().position(|names| names.contains(&suffix))
    }

    /// The cases of KiTS among the paths, by their folder.
    pub(in super::super) fn kits_cases(paths: &[&str]) -> BTreeMap<String, Case> {
        let mut cases: BTreeMap<String, Case> = BTreeMap::new();
        for (index, path) in paths.iter().enumerate() {
            let lower = path.to_lowercase();
            if !is_nifti_name(&lower) || !folder(&lower).contains("case_") {
                continue;
            }
            let case = cases.entry(folder(&lower).to_owned());
            match stem(&lower) {
                "imaging" => case.or_default().images.push(index),
                "segmentation" => case.or_default().mask = Some(index),
                _ => {}
            }
        }
        cases.retain(|_, case| !case.images.is_empty());
        cases
    }

    fn is_nifti_name(lower: &str) -> bool {
        lower.ends_with(".nii") || lower.ends_with(".nii.gz")
    }

    fn within(path: &str, folder: &str) -> bool {
        let mut parts: BTreeSet<&str> = path.split('/').collect();
        parts.remove(path.rsplit('/').next().unwrap_or_default());
        parts.contains(folder)
    }

    /// What follows "isic_" and seven digits.
    fn isic(stem: &str) -> Option<&str> {
        let rest = stem.strip_prefix("isic_")?;
        let (number, rest) = rest.split_at_checked(7)?;
        number.bytes().all(|b| b.is_ascii_digit()).then_some(rest)
    }

    fn busi(stem: &str) -> bool {
        let number = ["benign (", "malignant (", "normal ("]
            .iter()
            .find_map(|start| stem.strip_prefix(start));
        number
            .and_then(|number| number.strip_suffix(')'))
            .is_some_and(|number| number.parse::<u32>().is_ok())
    }

    /// What follows "image_", two digits and the side of the eye.
    pub(in super::super) fn chase(stem: &str) -> Option<&str> {
        let rest = stem.strip_prefix("image_")?;
        let (number, rest) = rest.split_at_checked(2)?;
        let rest = rest.strip_prefix(['l', 'r'])?;
        number.bytes().all(|b| b.is_ascii_digit()).then_some(rest)
    }

    /// The number of an image of DRIVE.
    fn drive(stem: &str) -> Option<u32> {
        ["_training", "_test"]
            .iter()
            .find_map(|end| stem.strip_suffix(end))
            .and_then(|number| number.parse().ok())
    }
}
