//! The values in masks, and which class each stands for.

use super::report::{ClassMapping, ImportError, MaskValue};

/// A value as it stands in a mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// A number.
    Number(i64),
    /// A colour of 8 bits.
    Colour([u8; 3]),
    /// What is told apart by a rule and not by a single value.
    Word(&'static str),
}

impl Key {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Colour([r, g, b]) => format!("#{r:02x}{g:02x}{b:02x}"),
            Self::Word(word) => (*word).to_owned(),
        }
    }
}

/// Below half of white, transparent, or otherwise no foreground by a rule.
pub(super) const DARK: Key = Key::Word("background");
/// Above half of white, opaque, or otherwise foreground by a rule.
pub(super) const LIGHT: Key = Key::Word("foreground");

#[derive(Debug)]
struct Entry {
    key: Key,
    /// The class it stands for unless told otherwise.
    class: u8,
    pixels: u64,
    masks: usize,
}

/// Every value met so far. Until the set is finished, labels are positions in this list, so that
/// values can be given other classes after decoding.
#[derive(Debug)]
pub(super) struct Values(Vec<Entry>);

/// Position of [`DARK`].
pub(super) const BACKGROUND: u8 = 0;
/// Position of [`LIGHT`].
pub(super) const FOREGROUND: u8 = 1;
/// More values than this, in all masks together, are told apart by rule only.
const MOST: usize = 255;

impl Values {
    pub(super) fn new() -> Self {
        let entry = |key, class| Entry {
            key,
            class,
            pixels: 0,
            masks: 0,
        };
        Self(vec![entry(DARK, 0), entry(LIGHT, 1)])
    }

    /// The position of a value that stands for a class.
    pub(super) fn intern(&mut self, key: Key, class: u8) -> u8 {
        let found = self
            .0
            .iter()
            .position(|entry| entry.key == key && entry.class == class);
        let position = found.unwrap_or_else(|| {
            if self.0.len() >= MOST {
                return usize::from(if class == 0 { BACKGROUND } else { FOREGROUND });
            }
            self.0.push(Entry {
                key,
                class,
                pixels: 0,
                masks: 0,
            });
            self.0.len() - 1
        });
        position as u8
    }

    /// Counts the pixels of one mask, which are positions in this list.
    pub(super) fn count(&mut self, labels: &[u8]) {
        let mut pixels = [0_u64; 256];
        for &label in labels {
            pixels[usize::from(label)] += 1;
        }
        for (entry, &pixels) in self.0.iter_mut().zip(&pixels) {
            entry.pixels += pixels;
            entry.masks += usize::from(pixels > 0);
        }
    }

    /// For each position the class it stands for.
    pub(super) fn classes(&self, mapping: Option<&ClassMapping>) -> [u8; 256] {
        let mut table = [0; 256];
        for (place, entry) in table.iter_mut().zip(&self.0) {
            *place = match mapping {
                None => entry.class,
                Some(mapping) => {
                    let text = entry.key.text();
                    let given = mapping.values.iter().find(|given| given.value == text);
                    given.map_or(0, |given| given.class as u8)
                }
            };
        }
        table
    }

    /// For each position the class of that number among so many; greys as far apart as they go count, too. Where a
    /// value is none, what it is.
    pub(super) fn numbered(&self, classes: usize) -> Result<[u8; 256], String> {
        let most = classes.saturating_sub(1) as i64;
        let mut table = [0; 256];
        let met = || self.0.iter().enumerate().filter(|(_, e)| e.pixels > 0);
        let number = |entry: &Entry| match entry.key {
            Key::Number(number) => Some(number),
            Key::Colour(_) | Key::Word(_) => None,
        };
        let grey = |number| (0..=most).find(|class| 255 * class / most == number);
        let strange = |entry: &Entry| number(entry).is_some_and(|n| n > most && grey(n).is_none());
        if let Some((_, entry)) = met().find(|(_, entry)| strange(entry)) {
            return Err(entry.key.text());
        }
        // All of a mask are one or the other.
        let plain = met().all(|(_, entry)| number(entry).is_none_or(|number| number <= most));
        for (place, entry) in met() {
            let class = match number(entry) {
                Some(number) if plain => Some(number),
                Some(number) => grey(number),
                None => (entry.key == DARK).then_some(0),
            };
            let class = class.filter(|class| (0..=most).contains(class));
            table[place] = class.ok_or_else(|| entry.key.text())? as u8;
        }
        Ok(table)
    }

    /// The highest class that any pixel has.
    pub(super) fn highest_class(&self) -> u8 {
        let met = self.0.iter().filter(|entry| entry.pixels > 0);
        met.map(|entry| entry.class).max().unwrap_or(0)
    }

    /// The values met, those of the most pixels first.
    pub(super) fn table(&self, mapping: Option<&ClassMapping>) -> Vec<MaskValue> {
        let classes = self.classes(mapping);
        let mut table: Vec<MaskValue> = Vec::new();
        for (entry, &class) in self.0.iter().zip(&classes) {
            let (value, class) = (entry.key.text(), usize::from(class));
            let same = table
                .iter_mut()
                .find(|other| other.value == value && other.class == class);
            if let Some(same) = same {
                same.pixels += entry.pixels;
                same.masks += entry.masks;
            } else if entry.pixels > 0 {
                table.push(MaskValue {
                    value,
                    class,
                    pixels: entry.pixels,
                    masks: entry.masks,
                });
            }
        }
        table.sort_by_key(|value| std::cmp::Reverse(value.pixels));
        table
    }
}

/// # Errors
/// Where the classes are too few or too many, or a value has a class that is not among them.
pub(super) fn check(mapping: &ClassMapping) -> Result<(), ImportError> {
    if !(2..=16).contains(&mapping.classes.len()) {
        return Err(ImportError::Classes(mapping.classes.len()));
    }
    match mapping
        .values
        .iter()
        .find(|given| given.class >= mapping.classes.len())
    {
        Some(given) => Err(ImportError::Class {
            value: given.value.clone(),
            class: given.class,
            classes: mapping.classes.len(),
        }),
        None => Ok(()),
    }
}
