//! Shapes of values: every axis is there in full or has length 1.

use std::fmt;

use super::words::Axes;

/// The shape of a value, known without any tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Made of numbers and parameters only.
    Number,
    /// `[batch, classes, pixels]`.
    Tensor {
        batch: bool,
        classes: Classes,
        pixels: bool,
    },
}

/// The class axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Classes {
    One,
    All,
    /// All but the background.
    Foreground,
}

impl Shape {
    pub(super) const fn is_one_number(self) -> bool {
        matches!(
            self,
            Self::Number
                | Self::Tensor {
                    batch: false,
                    classes: Classes::One,
                    pixels: false
                }
        )
    }

    /// Whether its size goes with that of the images.
    pub(super) const fn has_pixels(self) -> bool {
        matches!(self, Self::Tensor { pixels: true, .. })
    }

    /// The shape of what is computed element by element of two values; none where foreground classes would
    /// meet all classes.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        let (
            Self::Tensor {
                batch,
                classes,
                pixels,
            },
            Self::Tensor {
                batch: other_batch,
                classes: other_classes,
                pixels: other_pixels,
            },
        ) = (self, other)
        else {
            return Some(if self == Self::Number { other } else { self });
        };
        let classes = match (classes, other_classes) {
            (one, Classes::One) => one,
            (Classes::One, other) => other,
            (one, other) if one == other => one,
            _ => return None,
        };
        Some(Self::Tensor {
            batch: batch || other_batch,
            classes,
            pixels: pixels || other_pixels,
        })
    }

    /// The shape without some axes; none where there is nothing of them.
    pub(super) fn without(self, axes: Axes) -> Option<Self> {
        let Self::Tensor {
            batch,
            classes,
            pixels,
        } = self
        else {
            return None;
        };
        let (has, reduced) = match axes {
            Axes::Every => (!self.is_one_number(), (false, Classes::One, false)),
            Axes::Batch => (batch, (false, classes, pixels)),
            Axes::Classes => (classes != Classes::One, (batch, Classes::One, pixels)),
            Axes::Pixels => (pixels, (batch, classes, false)),
        };
        let (batch, classes, pixels) = reduced;
        has.then_some(Self::Tensor {
            batch,
            classes,
            pixels,
        })
    }

    /// The shape of a choice of classes; none where there are not all to choose from.
    pub(super) fn pick(self, picked: Classes) -> Option<Self> {
        match self {
            Self::Tensor {
                batch,
                classes: Classes::All,
                pixels,
            } => Some(Self::Tensor {
                batch,
                classes: picked,
                pixels,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            shape if shape.is_one_number() => formatter.write_str("one number"),
            Self::Number => formatter.write_str("one number"),
            Self::Tensor {
                batch,
                classes,
                pixels,
            } => {
                let classes = match classes {
                    Classes::One => "1",
                    Classes::All => "K",
                    Classes::Foreground => "K−1",
                };
                let batch = if batch { "B" } else { "1" };
                let pixels = if pixels { "N" } else { "1" };
                write!(formatter, "[{batch}, {classes}, {pixels}]")
            }
        }
    }
}
