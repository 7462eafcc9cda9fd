//! What may have been meant by a function's name that is none.

use super::table::{ENTRIES, Entry};
use super::words::Meaning;

/// What other languages call a function, and what it is here.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("ln", "write log(…), which is the natural logarithm"),
    ("log2", "write log(…)/log(2)"),
    ("log10", "write log(…)/log(10)"),
    ("average", "did you mean `mean`?"),
    ("avg", "did you mean `mean`?"),
    ("power", "did you mean `pow`?"),
    ("square", "write a square as ^2"),
    ("clip", "did you mean `clamp`?"),
    ("relu", "write max(…, 0)"),
    ("sigmoid", "p holds probabilities already"),
    ("softmax", "p holds probabilities already"),
    (
        "log_softmax",
        "write log(p), which is computed by log-softmax",
    ),
];

/// What may have been meant by the name of a function that there is none of.
pub(super) fn suggestion(name: &str) -> String {
    if let Some((_, hint)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
        return (*hint).to_owned();
    }
    let functions = || {
        let is_function = |entry: &&Entry| matches!(entry.meaning, Meaning::Function(_));
        ENTRIES.iter().filter(is_function).map(|entry| entry.name)
    };
    let lower = name.to_lowercase();
    let closest = functions()
        .map(|known| (strsim::damerau_levenshtein(&lower, known), known))
        .min_by_key(|&(distance, _)| distance);
    match closest {
        Some((distance, known)) if distance <= 1 + known.len() / 5 => {
            format!("did you mean `{known}`?")
        }
        _ => {
            let known: Vec<_> = functions().collect();
            let (last, others) = known.split_last().unwrap_or((&"", &[]));
            format!("the functions are {} and {last}", others.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_function_is_recognised() {
        for (name, hint) in [
            ("meen", "did you mean `mean`?"),
            ("Sum", "did you mean `sum`?"),
            ("sum_pixel", "did you mean `sum_pixels`?"),
            ("mean_class", "did you mean `mean_classes`?"),
            ("ln", "write log(…), which is the natural logarithm"),
        ] {
            assert_eq!(suggestion(name), hint);
        }
        assert!(suggestion("convolve").starts_with("the functions are log, exp"));
    }
}
