//! Parameters of losses: those that several losses share, and the types of their values.
//!
//! Every parameter can be given and shown as a number, so that a page can edit it with a slider. A switch
//! is 0 or 1 (JSON's `true` and `false` are read as well), a choice the position of its name.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ParameterInfo;

/// From `min` to `max` in steps of `step`.
pub(crate) const fn range(
    symbol: &'static str,
    (min, max, step): (f64, f64, f64),
    default: f64,
    meaning: &'static str,
) -> ParameterInfo {
    ParameterInfo {
        // The macro `loss!` names it after its field.
        name: "",
        symbol,
        min,
        max,
        step,
        default,
        meaning,
        choices: &[],
    }
}

/// From 0 to 1.
pub(crate) const fn unit(
    symbol: &'static str,
    default: f64,
    meaning: &'static str,
) -> ParameterInfo {
    range(symbol, (0.0, 1.0, 0.05), default, meaning)
}

/// Added to numerator and denominator of an overlap.
pub(crate) const fn smooth(default: f64) -> ParameterInfo {
    range(
        "s",
        (0.0, 1.0, 0.000_001),
        default,
        "Higher softens the loss on images with little or no foreground, and gives them a gradient at all.",
    )
}

/// Off or on.
pub(crate) const fn switch(
    symbol: &'static str,
    default: bool,
    meaning: &'static str,
) -> ParameterInfo {
    ParameterInfo {
        choices: &["off", "on"],
        ..range(
            symbol,
            (0.0, 1.0, 1.0),
            if default { 1.0 } else { 0.0 },
            meaning,
        )
    }
}

pub(crate) const SMOOTH: ParameterInfo = smooth(1e-6);
/// MONAI's default.
pub(crate) const MONAI_SMOOTH: ParameterInfo = smooth(1e-5);
pub(crate) const TVERSKY_DELTA: ParameterInfo = unit(
    r"\delta",
    0.7,
    "Weight of false negatives. Higher finds more of the foreground and raises more false alarms.",
);
pub(crate) const FOCAL_DELTA: ParameterInfo = unit(
    r"\delta",
    0.7,
    "Weight of foreground pixels; background pixels weigh 1 − δ. Higher finds more of the foreground.",
);
pub(crate) const FOCUS: ParameterInfo = range(
    r"\gamma",
    (0.0, 5.0, 0.1),
    2.0,
    "Higher pays less attention to pixels that are already right. At 0 every pixel counts alike.",
);
/// Weight of false positives in MONAI's and SMP's Tversky losses.
pub(crate) const FALSE_POSITIVES: ParameterInfo = unit(
    r"\alpha",
    0.3,
    "Weight of false positives. Higher raises fewer false alarms and misses more of the foreground.",
);
/// Weight of false negatives in MONAI's and SMP's Tversky losses.
pub(crate) const FALSE_NEGATIVES: ParameterInfo = unit(
    r"\beta",
    0.7,
    "Weight of false negatives. Higher finds more of the foreground and raises more false alarms.",
);

/// A value that can be given and shown as a number.
pub(crate) trait ParameterValue {
    fn from_number(number: f64) -> Self;
    fn number(&self) -> f64;
}

impl ParameterValue for f64 {
    fn from_number(number: f64) -> Self {
        number
    }

    fn number(&self) -> f64 {
        *self
    }
}

/// Off or on; in JSON 0 or 1, and `false` or `true` are read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch(pub bool);

/// A whole number; in JSON a number, whose fraction is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(pub u32);

/// Over which classes a mean is taken; in JSON 0 or 1, and `"present"` or `"all"` are read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classes {
    /// Those that the labels have.
    Present,
    /// All.
    All,
}

impl ParameterValue for Switch {
    fn from_number(number: f64) -> Self {
        Self(number != 0.0)
    }

    fn number(&self) -> f64 {
        f64::from(u8::from(self.0))
    }
}

impl ParameterValue for Count {
    fn from_number(number: f64) -> Self {
        // Saturates: the range is checked where it is read.
        Self(number as u32)
    }

    fn number(&self) -> f64 {
        f64::from(self.0)
    }
}

impl ParameterValue for Classes {
    fn from_number(number: f64) -> Self {
        if number == 0.0 {
            Self::Present
        } else {
            Self::All
        }
    }

    fn number(&self) -> f64 {
        f64::from(u8::from(*self == Self::All))
    }
}

/// How a value is read: from a number that is one of its own, or by a name.
struct Reader {
    expected: &'static str,
    /// The names of 0 and 1, if it has any.
    names: &'static [&'static str],
    max: u32,
}

impl Visitor<'_> for Reader {
    type Value = u32;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<u32, E> {
        if self.max == 1 && self.names.is_empty() {
            return Ok(u32::from(value));
        }
        Err(E::invalid_type(serde::de::Unexpected::Bool(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u32, E> {
        u32::try_from(value)
            .ok()
            .filter(|&value| value <= self.max)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u32, E> {
        u64::try_from(value)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(value), &self))
            .and_then(|value| self.visit_u64(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<u32, E> {
        if value >= 0.0 && value <= f64::from(self.max) && value.fract() == 0.0 {
            return Ok(value as u32);
        }
        Err(E::invalid_value(serde::de::Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<u32, E> {
        let position = self.names.iter().position(|&name| name == value);
        position
            .map(|position| position as u32)
            .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(value), &self))
    }
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = Reader {
            expected: "0, 1, true or false",
            names: &[],
            max: 1,
        };
        Ok(Self(deserializer.deserialize_any(reader)? == 1))
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = Reader {
            expected: "a whole number",
            names: &[],
            max: u32::MAX,
        };
        Ok(Self(deserializer.deserialize_any(reader)?))
    }
}

/// The names of [`Classes`].
pub(crate) const CLASSES: &[&str] = &["present", "all"];

impl<'de> Deserialize<'de> for Classes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reader = Reader {
            expected: r#""present", "all", 0 or 1"#,
            names: CLASSES,
            max: 1,
        };
        Ok(match deserializer.deserialize_any(reader)? {
            0 => Self::Present,
            _ => Self::All,
        })
    }
}

impl Serialize for Switch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(u8::from(self.0))
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl Serialize for Classes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number() as u8)
    }
}
