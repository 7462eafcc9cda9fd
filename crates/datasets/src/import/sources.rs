//! What an image was taken from, as far as its name tells: a split never parts the images of one
//! patient, case or sequence.

use super::files::{folder, stem};
use super::layout::{Layout, chase};

/// Frames of one examination follow one another in CVC-ClinicDB; as many as this are kept together.
pub(super) const CVC_BLOCK: u64 = 25;

/// Words before a number that name someone or something with several images.
const WORDS: [&str; 12] = [
    "patient",
    "pat",
    "subject",
    "subj",
    "sub",
    "case",
    "sequence",
    "seq",
    "video",
    "volunteer",
    "person",
    "scan",
];

/// The source of an image: its patient, case or sequence, or else the image itself.
pub(super) fn source(path: &str, layout: Option<Layout>) -> String {
    let lower = path.to_lowercase();
    let stem = stem(&lower);
    let known = match layout {
        // Both eyes of one child.
        Some(Layout::ChaseDb1) if chase(stem).is_some() => Some(stem[..8].to_owned()),
        Some(Layout::CvcClinicDb) => stem.parse::<u64>().ok().map(|frame| {
            let first = frame.saturating_sub(1) / CVC_BLOCK * CVC_BLOCK + 1;
            format!("frames {first} to {}", first + CVC_BLOCK - 1)
        }),
        Some(Layout::Brats) => stem
            .rsplit_once(['_', '-'])
            .map(|(case, _)| case.to_owned()),
        Some(Layout::Kits) => Some(folder(&lower).to_owned()),
        Some(_) => None,
        None => by_words(&lower),
    };
    known.unwrap_or_else(|| path.to_owned())
}

/// The path up to a number that follows one of the words ("patient12", "case_7", "seq-03"), where
/// more comes after it; or a patient's barcode of the Cancer Genome Atlas.
fn by_words(lower: &str) -> Option<String> {
    let ending = lower.len() - stem(lower).len();
    let end_of_stem = lower.len() - (ending - folder_length(lower));
    let text = &lower[..end_of_stem];
    if let Some(at) = text.find("tcga_") {
        let parts: Vec<&str> = text[at..].splitn(4, '_').collect();
        if let [tcga, centre, patient, _] = *parts.as_slice() {
            return Some(format!("{tcga}_{centre}_{patient}"));
        }
    }
    for word in WORDS {
        for (at, _) in text.match_indices(word) {
            let starts = at == 0 || !text[..at].ends_with(|c: char| c.is_alphanumeric());
            let after = &text[at + word.len()..];
            let number = after.trim_start_matches(['_', '-', ' ']);
            let digits = number.len()
                - number
                    .trim_start_matches(|c: char| c.is_ascii_digit())
                    .len();
            let rest = &number[digits..];
            let ends = rest.starts_with(|c: char| !c.is_alphanumeric());
            if starts && digits > 0 && ends {
                return Some(text[..text.len() - rest.len()].to_owned());
            }
        }
    }
    None
}

fn folder_length(path: &str) -> usize {
    path.rfind('/').map_or(0, |at| at + 1)
}
