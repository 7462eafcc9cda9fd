//! Sentences about a set of which only a part was taken.

use super::sample::Context;

/// What is to be said where pairs or files were left out for want of room.
pub(super) fn partial(
    context: &Context,
    taken: usize,
    beyond: usize,
    too_many: usize,
) -> Vec<String> {
    let mut notes = Vec::new();
    if beyond > 0 {
        let side = context.options.size;
        let depth = match context.options.sample_depth() {
            1 => String::new(),
            depth => format!("×{depth}"),
        };
        notes.push(format!(
            "The first {} of {} pairs were taken: at {side}×{side}{depth} pixels a set may hold {} samples. Choose a \
             smaller size to take more, or bring other files to take others.",
            grouped(taken),
            grouped(taken + beyond),
            grouped(context.most_samples()),
        ));
    }
    if too_many > 0 {
        notes.push(format!(
            "The first {} files were looked at, and {} more were not. Bring a part of them to have those looked at.",
            grouped(context.limits.files),
            grouped(too_many),
        ));
    }
    notes
}

/// "30,131".
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
