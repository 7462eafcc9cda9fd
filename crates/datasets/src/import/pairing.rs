//! Which mask belongs to which image.
//!
//! Roles come from folders (`images/a.png`, `masks/a.png`) or, where there are none, from names
//! (`a.png`, `a_mask.png`). A mask goes to the image of the same name in the same place, else to
//! the only image of that name anywhere. Masks in numbered parts are merged, and so are all masks
//! beside a single image in a folder of the image's name. Nothing is guessed: what could go two
//! ways is rejected.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Name;
use super::report::{Role, Unpaired};

/// Why an image is in no pair.
pub(super) const NO_MASK: &str = "No mask goes with this image. Bring one of the same name in a folder \"masks\", or beside \
                                  the image with \"_mask\" after its name; for an image without foreground, bring a \
                                  black mask.";
/// Why a mask is in no pair.
pub(super) const NO_IMAGE: &str =
    "No image goes with this mask. Bring the image, and give it the same name as the mask.";

/// An image and its masks, as indices into the list of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The image; several where each holds a channel.
    pub(super) images: Vec<usize>,
    /// Its masks, to be merged; mostly one.
    pub(super) masks: Vec<usize>,
}

/// Pairs and what could not be paired.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// In the order of the paths of their images.
    pub(super) pairs: Vec<Pair>,
    /// What is in no pair, and why.
    pub(super) unpaired: Vec<Unpaired>,
}

/// Pairs images and masks by their paths (sorted, for a result that does not depend on the order
/// in which files came).
pub(super) fn pair(paths: &[&str]) -> Found {
    let by_folder = pair_by(paths, true);
    // A folder's name can mislead: "segmentation/a.png" beside "segmentation/a_mask.png".
    let by_name = pair_by(paths, false);
    if by_name.pairs.len() > by_folder.pairs.len() {
        by_name
    } else {
        by_folder
    }
}

fn pair_by(paths: &[&str], folders: bool) -> Found {
    let names: Vec<Name> = paths.iter().map(|path| Name::read(path, folders)).collect();
    let of_role = |role: Role| {
        let has_role = move |&(_, name): &(usize, &Name)| name.role == role;
        names
            .iter()
            .enumerate()
            .filter(has_role)
            .map(|(index, _)| index)
    };
    let images = Images::new(&names);
    let mut pairing = Found::default();

    // Each mask looks for its image: first in its own place, then for one that is still without.
    let mut claims: BTreeMap<usize, Vec<usize>> = of_role(Role::Image)
        .map(|image| (image, Vec::new()))
        .collect();
    let mut doubtful: BTreeSet<usize> = BTreeSet::new();
    let (here, elsewhere): (Vec<_>, Vec<_>) = of_role(Role::Mask)
        .map(|mask| (mask, images.in_place(&names, mask)))
        .partition(|(_, found)| !found.is_empty());
    for (mask, found) in here {
        pairing.claim(paths, mask, &found, &mut claims, &mut doubtful);
    }
    let free: BTreeSet<usize> = claims
        .iter()
        .filter(|(image, masks)| masks.is_empty() && !doubtful.contains(image))
        .map(|(&image, _)| image)
        .collect();
    for (mask, _) in elsewhere {
        let mut found = images.anywhere(&names, mask);
        found.retain(|image| free.contains(image));
        pairing.claim(paths, mask, &found, &mut claims, &mut doubtful);
    }

    for (image, mut masks) in claims {
        masks.sort_by_key(|&mask| {
            (
                names[mask].qualifier != names[image].qualifier,
                names[mask].rank,
                mask,
            )
        });
        let Some(&best) = masks.first() else {
            pairing.reject(Role::Image, paths[image], if doubtful.contains(&image) {
                "A mask could go with this image or with another of the same name. Give the images different names, \
                 or leave all but one out.".to_owned()
            } else {
                NO_MASK.to_owned()
            });
            continue;
        };
        let standing = |mask: usize| {
            (
                names[mask].qualifier == names[image].qualifier,
                names[mask].rank,
            )
        };
        let equals: Vec<usize> = masks
            .iter()
            .copied()
            .filter(|&mask| standing(mask) == standing(best))
            .collect();
        if equals.len() > 1 && !are_parts(&names, image, &equals) {
            pairing.reject(Role::Image, paths[image], format!(
                "{} masks go with this image equally well, for example {} and {}. Leave all but one out.",
                equals.len(), paths[equals[0]], paths[equals[1]]
            ));
            for &mask in &masks {
                pairing.reject(Role::Mask, paths[mask], format!(
                    "{} has several masks, and which to use is not clear. Leave all but one out.", paths[image]
                ));
            }
            continue;
        }
        for &mask in masks.iter().filter(|mask| !equals.contains(mask)) {
            pairing.reject(
                Role::Mask,
                paths[mask],
                format!(
                    "{} already has a mask, {}. To use this one instead, leave the other out.",
                    paths[image], paths[best]
                ),
            );
        }
        pairing.pairs.push(Pair {
            images: vec![image],
            masks: equals,
        });
    }
    pairing
}

/// Whether several masks are the parts of one: numbered, or in a folder of the image's own.
fn are_parts(names: &[Name], image: usize, masks: &[usize]) -> bool {
    let (word, _) = &names[masks[0]].affix;
    let numbers: BTreeSet<Option<u32>> = masks.iter().map(|&mask| names[mask].affix.1).collect();
    let numbered = !word.is_empty()
        && numbers.len() == masks.len()
        && masks.iter().all(|&mask| {
            names[mask].affix.0 == *word && names[mask].group == names[masks[0]].group
        });
    numbered
        || masks
            .iter()
            .all(|&mask| names[mask].group == names[image].group)
            && is_own_folder(&names[image])
}

/// Whether the image lies in a folder of its own name, as in the 2018 Data Science Bowl:
/// `<id>/images/<id>.png` beside `<id>/masks/<one file for each nucleus>.png`.
fn is_own_folder(image: &Name) -> bool {
    image.group.last() == image.keys.first()
}

/// Images, to be found by what a mask knows.
struct Images<'a> {
    by_place: BTreeMap<(&'a [String], &'a str), Vec<usize>>,
    by_key: BTreeMap<&'a str, Vec<usize>>,
    by_group: BTreeMap<&'a [String], Vec<usize>>,
}

impl<'a> Images<'a> {
    fn new(names: &'a [Name]) -> Self {
        let mut images = Self {
            by_place: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_group: BTreeMap::new(),
        };
        for (image, name) in names
            .iter()
            .enumerate()
            .filter(|(_, name)| name.role == Role::Image)
        {
            images.by_group.entry(&name.group).or_default().push(image);
            for key in &name.keys {
                images
                    .by_place
                    .entry((&name.group, key))
                    .or_default()
                    .push(image);
                images.by_key.entry(key).or_default().push(image);
            }
        }
        images
    }

    /// The images in the mask's own place that it may belong to: none, one, or several that
    /// cannot be told apart.
    fn in_place(&self, names: &[Name], mask: usize) -> Vec<usize> {
        let name = &names[mask];
        let group = name.group.as_slice();
        if let Some((key, found)) = name
            .keys
            .iter()
            .find_map(|key| Some((key, self.by_place.get(&(group, key.as_str()))?)))
        {
            return narrow(names, name, key, found);
        }
        match self.by_group.get(group).map(Vec::as_slice) {
            Some([image]) if is_own_folder(&names[*image]) => vec![*image],
            _ => Vec::new(),
        }
    }

    /// The images in any place that the mask may belong to, by name alone.
    fn anywhere(&self, names: &[Name], mask: usize) -> Vec<usize> {
        let name = &names[mask];
        name.keys
            .iter()
            .find_map(|key| Some(narrow(names, name, key, self.by_key.get(key.as_str())?)))
            .unwrap_or_default()
    }
}

/// Of several images of one name, those that bear it in full and whose folder says the same.
fn narrow(names: &[Name], mask: &Name, key: &str, images: &[usize]) -> Vec<usize> {
    let mut images = images.to_vec();
    let tests: [&dyn Fn(usize) -> bool; 2] = [
        &|image| names[image].qualifier == mask.qualifier,
        &|image| names[image].keys[0] == key,
    ];
    for test in tests {
        if images.iter().any(|&image| test(image)) {
            images.retain(|&image| test(image));
        }
    }
    images
}

impl Found {
    /// Enters what a mask found.
    fn claim(
        &mut self,
        paths: &[&str],
        mask: usize,
        found: &[usize],
        claims: &mut BTreeMap<usize, Vec<usize>>,
        doubtful: &mut BTreeSet<usize>,
    ) {
        match found {
            [] => self.reject(Role::Mask, paths[mask], NO_IMAGE),
            [image] => claims.entry(*image).or_default().push(mask),
            several => {
                doubtful.extend(several);
                self.reject(Role::Mask, paths[mask], format!(
                    "This mask could go with {} images, for example {} and {}. Give the images different names, or \
                     leave all but one out.",
                    several.len(), paths[several[0]], paths[several[1]]
                ));
            }
        }
    }

    fn reject(&mut self, role: Role, path: &str, reason: impl Into<String>) {
        self.unpaired.push(Unpaired {
            role,
            path: path.to_owned(),
            reason: reason.into(),
        });
    }
}
