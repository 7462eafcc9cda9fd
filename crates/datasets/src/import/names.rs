//! What a file's folders and name say: image or mask, and of what.

use super::files::stem;
use super::report::Role;

/// What the path of one file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Image or mask.
    pub(super) role: Role,
    /// Its folders, less the one that tells the role.
    pub(super) group: Vec<String>,
    /// What the folder that tells the role says beside that: `tumour` of `masks_tumour`.
    pub(super) qualifier: String,
    /// What it may be called in its pair, most likely first.
    pub(super) keys: Vec<String>,
    /// How good a mask its folder and its name promise; less is better.
    pub(super) rank: usize,
    /// The word that makes its name a mask's (empty where only the folder does), and the number of
    /// the part, where a mask comes in parts.
    pub(super) affix: (String, Option<u32>),
}

/// Folders of images.
const IMAGE_FOLDERS: [&str; 17] = [
    "image",
    "images",
    "img",
    "imgs",
    "original",
    "originals",
    "frame",
    "frames",
    "photo",
    "photos",
    "scan",
    "scans",
    "slices",
    "input",
    "inputs",
    "imagestr",
    "imagests",
];
/// Folders of masks, the better ones first: in DRIVE, `1st_manual` holds the vessels and `mask`
/// the field of view.
const MASK_FOLDERS: [&[&str]; 3] = [
    &["1stmanual", "manual1", "manual", "groundtruth", "gt"],
    &[
        "mask",
        "masks",
        "label",
        "labels",
        "annotation",
        "annotations",
        "segmentation",
        "segmentations",
        "seg",
        "segs",
        "target",
        "targets",
        "annot",
        "truth",
        "labelstr",
        "labelsts",
    ],
    &["2ndmanual", "manual2"],
];
/// Words that tell the role of a folder also where others stand beside them (`train_masks`). Short
/// words are not among them: `Dataset_BUSI_with_GT` holds images, too.
const MASK_WORDS: [&str; 7] = [
    "mask",
    "masks",
    "label",
    "labels",
    "groundtruth",
    "annotations",
    "segmentations",
];
const IMAGE_WORDS: [&str; 5] = ["image", "images", "img", "imgs", "frames"];
/// Words before or after a name that make it a mask's, the better ones first. A second observer
/// (`2ndHO` of CHASE_DB1) comes last.
const MASK_AFFIXES: [&[&str]; 2] = [
    &[
        "mask",
        "masks",
        "segmentation",
        "seg",
        "label",
        "labels",
        "gt",
        "groundtruth",
        "ground_truth",
        "annotation",
        "manual",
        "manual1",
        "1stho",
        "truth",
    ],
    &["manual2", "2ndho"],
];
/// Words before or after a name that say that it is an image's.
const IMAGE_AFFIXES: [&str; 7] = [
    "image", "img", "original", "orig", "training", "test", "frame",
];

impl Name {
    /// Reads a path. Where `folders` is false, only the file's own name tells its role.
    pub(super) fn read(path: &str, folders: bool) -> Self {
        let path = path.to_lowercase();
        let mut group: Vec<String> = path
            .split('/')
            .map(|part| part.trim_end_matches(".zip").to_owned())
            .collect();
        group.pop();
        let stem = stem(&path).to_owned();
        let told = folders
            .then(|| {
                group
                    .iter()
                    .enumerate()
                    .rev()
                    .find_map(|(at, folder)| folder_role(folder).map(|role| (at, role)))
            })
            .flatten();
        let affix = mask_affix(&stem);

        if let Some((at, (role, folder_rank, qualifier))) = told {
            group.remove(at);
            let mut name = Self {
                role,
                group,
                qualifier,
                keys: vec![stem.clone()],
                rank: 0,
                affix: Default::default(),
            };
            match (role, affix) {
                (Role::Mask, Some(affix)) => {
                    name.rank = folder_rank * MASK_AFFIXES.len() + affix.rank;
                    name.keys.extend(affix.keys);
                    name.affix = (affix.word, affix.part);
                }
                (Role::Mask, None) => name.rank = folder_rank * MASK_AFFIXES.len(),
                (Role::Image, _) => name.keys.extend(without_image_affix(&stem)),
            }
            return name;
        }
        match affix {
            Some(affix) => Self {
                role: Role::Mask,
                group,
                qualifier: String::new(),
                keys: affix.keys,
                rank: affix.rank,
                affix: (affix.word, affix.part),
            },
            None => {
                let mut keys = vec![stem.clone()];
                keys.extend(without_image_affix(&stem));
                Self {
                    role: Role::Image,
                    group,
                    qualifier: String::new(),
                    keys,
                    rank: 0,
                    affix: Default::default(),
                }
            }
        }
    }
}

/// The role a folder tells, its rank, and what else it says.
fn folder_role(folder: &str) -> Option<(Role, usize, String)> {
    let separator = |c: char| !c.is_alphanumeric();
    let plain: String = folder.split(separator).collect();
    if IMAGE_FOLDERS.contains(&plain.as_str()) {
        return Some((Role::Image, 0, String::new()));
    }
    if let Some(rank) = MASK_FOLDERS
        .iter()
        .position(|words| words.contains(&plain.as_str()))
    {
        return Some((Role::Mask, rank, String::new()));
    }
    let words: Vec<&str> = folder
        .split(separator)
        .filter(|word| !word.is_empty())
        .collect();
    let others = |at: usize| {
        let mut others = words.clone();
        others.remove(at);
        others.join(" ")
    };
    if let Some(at) = words.iter().position(|word| MASK_WORDS.contains(word)) {
        return Some((Role::Mask, 1, others(at)));
    }
    let at = words.iter().position(|word| IMAGE_WORDS.contains(word))?;
    Some((Role::Image, 0, others(at)))
}

struct MaskAffix {
    keys: Vec<String>,
    word: String,
    part: Option<u32>,
    rank: usize,
}

/// Splits a mask's name into what it is a mask of and the word that says so.
fn mask_affix(stem: &str) -> Option<MaskAffix> {
    for (rank, words) in MASK_AFFIXES.iter().enumerate() {
        for word in *words {
            if let Some(base) = before(stem, word) {
                return Some(MaskAffix {
                    keys: vec![base.to_owned()],
                    word: (*word).to_owned(),
                    part: None,
                    rank,
                });
            }
            if let Some(base) = after(stem, word) {
                return Some(MaskAffix {
                    keys: vec![base.to_owned()],
                    word: (*word).to_owned(),
                    part: None,
                    rank,
                });
            }
            // "a_mask_1": a part of the mask of "a", or the mask of "a_1".
            if let Some((start, digits)) = trailing_number(stem)
                && let Some(base) = before(start, word)
            {
                return Some(MaskAffix {
                    keys: vec![base.to_owned(), format!("{base}_{digits}")],
                    word: (*word).to_owned(),
                    part: digits.parse().ok(),
                    rank,
                });
            }
        }
    }
    None
}

fn without_image_affix(stem: &str) -> Option<String> {
    // nnU-Net numbers the channels of an image, of which this is the first.
    if let Some(base) = stem.strip_suffix("_0000").filter(|base| !base.is_empty()) {
        return Some(base.to_owned());
    }
    IMAGE_AFFIXES
        .iter()
        .find_map(|word| before(stem, word).or_else(|| after(stem, word)))
        .map(str::to_owned)
}

const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];

/// What stands before `word`, where the name ends in a separator and it.
fn before<'a>(stem: &'a str, word: &str) -> Option<&'a str> {
    let start = stem.strip_suffix(word)?;
    let base = start.trim_end_matches(SEPARATORS);
    (base.len() < start.len() && !base.is_empty()).then_some(base)
}

/// What stands after `word`, where the name begins with it and a separator.
fn after<'a>(stem: &'a str, word: &str) -> Option<&'a str> {
    let end = stem.strip_prefix(word)?;
    let base = end.trim_start_matches(SEPARATORS);
    (base.len() < end.len() && !base.is_empty()).then_some(base)
}

/// "a_mask_12" → ("a_mask", "12").
fn trailing_number(stem: &str) -> Option<(&str, &str)> {
    let start = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = start.trim_end_matches(SEPARATORS);
    (start.len() < stem.len() && base.len() < start.len()).then(|| (base, &stem[start.len()..]))
}
