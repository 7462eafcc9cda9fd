//! Which files make pairs: the layout of a published set, else names, and what was changed by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Case, Layout, brats_cases, kits_cases, modality};
use super::options::Modality;
use super::pairing::{self, NO_IMAGE, NO_MASK, Pair};
use super::report::{ImportError, Pairing, PlannedPair, Rejection, Role, Unpaired};
use super::sources::source;

/// What was changed by hand.
#[derive(Debug, Default)]
pub(super) struct Hand {
    /// The masks of an image.
    pairs: BTreeMap<String, Vec<String>>,
    /// Images that are to be in no pair.
    apart: BTreeSet<String>,
}

impl Hand {
    /// Pairs an image with masks.
    pub(super) fn set(&mut self, image: &str, masks: &[String]) {
        self.apart.remove(image);
        // A mask goes with one image only.
        for others in self.pairs.values_mut() {
            others.retain(|mask| !masks.contains(mask));
        }
        self.pairs.retain(|_, masks| !masks.is_empty());
        self.pairs.insert(image.to_owned(), masks.to_vec());
    }

    /// Takes the pair of an image apart.
    pub(super) fn remove(&mut self, image: &str) {
        self.pairs.remove(image);
        self.apart.insert(image.to_owned());
    }
}

/// Whether a pair may be set of these files.
///
/// # Errors
/// Where a file is not there, or there is no mask, or the image is its own mask.
pub(super) fn check(
    image: &str,
    masks: &[String],
    has: impl Fn(&str) -> bool,
) -> Result<(), ImportError> {
    if let Some(missing) = masks
        .iter()
        .map(String::as_str)
        .chain([image])
        .find(|path| !has(path))
    {
        return Err(ImportError::NoSuchFile(missing.to_owned()));
    }
    if masks.is_empty() || masks.iter().any(|mask| mask == image) {
        return Err(ImportError::NoMask(image.to_owned()));
    }
    Ok(())
}

/// Pairs files, whose paths are sorted. What is left of a published set may not show any more which
/// one it was; then `known` tells.
pub(super) fn plan(
    paths: &[&str],
    hand: &Hand,
    wanted: Modality,
    known: Option<Layout>,
) -> Pairing {
    let layout = Layout::recognise(paths).or(known);
    let mut pairing = Pairing {
        layout,
        ..Pairing::default()
    };
    let by_hand: BTreeSet<&str> = hand
        .pairs
        .iter()
        .flat_map(|(image, masks)| masks.iter().chain([image]))
        .map(String::as_str)
        .collect();
    let mut used = BTreeSet::new();
    for (index, path) in paths.iter().enumerate() {
        let ignored = layout.and_then(|layout| layout.ignores(path));
        if let Some(reason) = ignored.filter(|_| !by_hand.contains(path)) {
            used.insert(index);
            pairing.ignored.push(Rejection {
                path: (*path).to_owned(),
                reason: reason.to_owned(),
            });
        }
    }

    let cases = match layout {
        Some(Layout::Brats) => brats_cases(paths),
        Some(Layout::Kits) => kits_cases(paths),
        _ => BTreeMap::new(),
    };
    let mut pairs = Vec::new();
    let sequences = match wanted {
        Modality::All => None,
        Modality::Flair => Some(0),
        Modality::T1 => Some(1),
        Modality::T1ce => Some(2),
        Modality::T2 => Some(3),
    };
    for Case { mut images, mask } in cases.into_values() {
        used.extend(images.iter().copied().chain(mask));
        if layout == Some(Layout::Brats) {
            match sequences {
                Some(one) => images.retain(|&image| modality(paths[image]) == Some(one)),
                None if images.len() < 4 => {
                    for &image in &images {
                        pairing.unpaired(
                            Role::Image,
                            paths[image],
                            "This case has not all of its four sequences. Bring the others, or choose to import one \
                             sequence only.",
                        );
                    }
                    images.clear();
                }
                None => {}
            }
        }
        match mask {
            Some(mask) if !images.is_empty() => pairs.push(Pair {
                images,
                masks: vec![mask],
            }),
            mask => {
                for &image in &images {
                    pairing.unpaired(Role::Image, paths[image], NO_MASK);
                }
                if let Some(mask) = mask {
                    pairing.unpaired(Role::Mask, paths[mask], NO_IMAGE);
                }
            }
        }
    }
    let (places, rest): (Vec<usize>, Vec<&str>) = paths
        .iter()
        .enumerate()
        .filter(|(index, _)| !used.contains(index))
        .map(|(index, path)| (index, *path))
        .unzip();
    let found = pairing::pair(&rest);
    let restore = |list: Vec<usize>| list.into_iter().map(|at| places[at]).collect();
    pairs.extend(found.pairs.into_iter().map(|pair| Pair {
        images: restore(pair.images),
        masks: restore(pair.masks),
    }));
    pairing.unpaired.extend(found.unpaired);
    pairs.sort_by(|a, b| a.images.cmp(&b.images));

    let name = |list: &[usize]| list.iter().map(|&at| paths[at].to_owned()).collect();
    pairing.pairs = pairs
        .iter()
        .map(|pair| PlannedPair {
            images: name(&pair.images),
            masks: name(&pair.masks),
            source: source(paths[pair.images[0]], layout),
            by_hand: false,
        })
        .collect();
    by_hand_too(&mut pairing, hand, &by_hand);
    pairing
}

/// Changes what was found to what was set by hand.
fn by_hand_too(pairing: &mut Pairing, hand: &Hand, taken: &BTreeSet<&str>) {
    let mut pairs = Vec::new();
    let mut channels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mut pair in std::mem::take(&mut pairing.pairs) {
        let image = pair.images[0].clone();
        if hand.pairs.contains_key(&image) {
            // Its masks may be in no pair any more.
            for mask in pair
                .masks
                .iter()
                .filter(|mask| !taken.contains(mask.as_str()))
            {
                pairing.unpaired(Role::Mask, mask, NO_IMAGE);
            }
            channels.insert(image, pair.images);
        } else if hand.apart.contains(&image) {
            pairing.unpaired(
                Role::Image,
                &image,
                "This image was taken out of its pair by hand. To use it, give it a mask.",
            );
            for mask in pair
                .masks
                .iter()
                .filter(|mask| !taken.contains(mask.as_str()))
            {
                pairing.unpaired(
                    Role::Mask,
                    mask,
                    "This mask was taken out of its pair by hand. To use it, give it to an image.",
                );
            }
        } else if taken.contains(image.as_str()) {
            // It is a mask now.
            for mask in pair
                .masks
                .iter()
                .filter(|mask| !taken.contains(mask.as_str()))
            {
                pairing.unpaired(Role::Mask, mask, NO_IMAGE);
            }
        } else {
            pair.masks.retain(|mask| !taken.contains(mask.as_str()));
            if pair.masks.is_empty() {
                pairing.unpaired(Role::Image, &image, NO_MASK);
            } else {
                pairs.push(pair);
            }
        }
    }
    for (image, masks) in &hand.pairs {
        pairs.push(PlannedPair {
            images: channels
                .remove(image)
                .unwrap_or_else(|| vec![image.clone()]),
            masks: masks.clone(),
            source: source(image, pairing.layout),
            by_hand: true,
        });
    }
    pairs.sort_by(|a, b| a.images.cmp(&b.images));
    pairing.pairs = pairs;
    pairing
        .unpaired
        .retain(|file| !taken.contains(file.path.as_str()));
}

impl Pairing {
    fn unpaired(&mut self, role: Role, path: &str, reason: &str) {
        self.unpaired.push(Unpaired {
            role,
            path: path.to_owned(),
            reason: reason.to_owned(),
        });
    }
}
