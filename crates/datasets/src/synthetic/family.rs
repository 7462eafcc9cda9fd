//! What the synthetic images can look like.

use serde::{Deserialize, Serialize};

use super::{Picture, Request, brain, kidney, polyp, ultrasound, vessel};

/// What the synthetic images look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Family {
    /// Colour pictures as from a colonoscope; the foreground is polyps.
    Polyp,
    /// Colour photographs of the fundus; the foreground is the vessels. With more of it than eyes
    /// have (some tenth), the view is closer and the vessels are wider.
    Vessel,
    /// Grey B-mode pictures of the breast; the foreground is lesions.
    Ultrasound,
    /// Grey volumes as of contrast-enhanced T1-weighted MRI; the foreground is a tumour of rim and
    /// core.
    Brain,
    /// Grey volumes as of contrast-enhanced abdominal CT; the foreground is the kidneys, one of
    /// them with a tumour. With more of it than bodies have (some twentieth), the view is closer.
    Kidney,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 5] = [
        Self::Polyp,
        Self::Vessel,
        Self::Ultrasound,
        Self::Brain,
        Self::Kidney,
    ];

    /// As in documents: `polyp`, and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Polyp => "polyp",
            Self::Vessel => "vessel",
            Self::Ultrasound => "ultrasound",
            Self::Brain => "brain",
            Self::Kidney => "kidney",
        }
    }

    /// Whether the images are slices of volumes, which can be had whole too.
    pub fn is_volume(self) -> bool {
        matches!(self, Self::Brain | Self::Kidney)
    }

    /// Colour channels: 1 (grey) or 3.
    pub fn channels(self) -> usize {
        match self {
            Self::Polyp | Self::Vessel => 3,
            Self::Ultrasound | Self::Brain | Self::Kidney => 1,
        }
    }

    /// Names of the foreground classes, one or two.
    pub fn foreground_classes(self) -> &'static [&'static str] {
        match self {
            Self::Polyp => &["polyp"],
            Self::Vessel => &["vessel"],
            Self::Ultrasound => &["lesion"],
            Self::Brain => &["rim", "core"],
            Self::Kidney => &["kidney", "tumour"],
        }
    }

    /// What a set of it shows.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Polyp => "polyps",
            Self::Vessel => "retinal vessels",
            Self::Ultrasound => "breast ultrasound",
            Self::Brain => "brain tumours",
            Self::Kidney => "kidney tumours",
        }
    }

    pub(super) fn draw(self, request: &Request) -> Picture {
        match self {
            Self::Polyp => polyp::draw(request),
            Self::Vessel => vessel::draw(request),
            Self::Ultrasound => ultrasound::draw(request),
            Self::Brain => brain::draw(request),
            Self::Kidney => kidney::draw(request),
        }
    }
}
