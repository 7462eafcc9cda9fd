//! Nothing that is typed makes it hang, overflow or panic.

use std::time::{Duration, Instant};

use losscope_losses::{
    Formula, MAX_CHARACTERS, MAX_NESTING, MAX_NODES, MAX_PARAMETERS, MAX_PIXEL_NODES,
};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

fn refused(text: &str) -> String {
    match Formula::parse(text) {
        Ok(_) => panic!("read: {}…", &text[..text.len().min(40)]),
        Err(error) => {
            assert!(error.to_string().len() < 1000, "{error}");
            error.message().to_owned()
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    for part in ["(", "-", "log(", "2^", "-(", "2^-", "min(1,", "(1+"] {
        assert!(
            refused(&part.repeat(100_000)).contains("at most 2000"),
            "{part}"
        );
        let text = part.repeat(MAX_CHARACTERS / part.len());
        assert!(refused(&text).contains("levels"), "{part}");
    }
    let nested = |levels| format!("{}sum(p){}", "(".repeat(levels), ")".repeat(levels));
    // The call is a level too.
    assert!(Formula::parse(&nested(MAX_NESTING - 1)).is_ok());
    assert!(refused(&nested(MAX_NESTING)).contains("more than 64 levels"));
    let power = |levels| format!("sum(p)^{}1", "1^".repeat(levels));
    assert!(Formula::parse(&power(MAX_NESTING - 1)).is_ok());
    assert!(refused(&power(MAX_NESTING)).contains("levels"));
}

#[test]
fn length_is_limited() {
    let text = |characters| format!("sum(p){}", " ".repeat(characters - 6));
    assert!(Formula::parse(&text(MAX_CHARACTERS)).is_ok());
    let error = Formula::parse(&text(MAX_CHARACTERS + 1)).unwrap_err();
    assert_eq!(error.bytes(), MAX_CHARACTERS..MAX_CHARACTERS + 1);
    // Characters, not bytes.
    let greek = format!("sum(p)*{}", "γ".repeat(MAX_CHARACTERS - 7));
    assert!(Formula::parse(&greek).is_ok());
}

#[test]
fn operators_are_limited() {
    // "sum(p)" is two nodes, "+1" two more.
    let text = |more| format!("sum(p){}", "+1".repeat(more));
    assert!(Formula::parse(&text((MAX_NODES - 2) / 2)).is_ok());
    assert!(refused(&text(MAX_NODES / 2)).contains("more than 500"));
}

#[test]
fn memory_is_limited() {
    let text = |more| format!("sum(p{})", "+p".repeat(more));
    // The first p is one value, each "+p" two.
    assert!(Formula::parse(&text((MAX_PIXEL_NODES - 1) / 2)).is_ok());
    assert!(refused(&text(MAX_PIXEL_NODES / 2)).contains("more than 200 values"));
}

#[test]
fn parameters_are_limited() {
    let text =
        |count| (0..count).fold("sum(p)".to_owned(), |text, i| format!("{text} + a{i}*a{i}"));
    let formula = Formula::parse(&text(MAX_PARAMETERS)).unwrap();
    assert_eq!(formula.parameters().len(), MAX_PARAMETERS);
    assert!(refused(&text(MAX_PARAMETERS + 1)).contains("16 parameters"));
}

#[test]
fn the_longest_formula_takes_no_time() {
    let start = Instant::now();
    for _ in 0..100 {
        let text = format!("sum(p){}", "*(-a+1)^2".repeat(62));
        Formula::parse(&text).unwrap();
    }
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

/// Random characters, and random sequences of words, which get further.
#[test]
fn garbage_is_refused_or_read_but_never_panics() {
    const WORDS: [&str; 40] = [
        "p",
        "y",
        "pt",
        "logp",
        "tp",
        "fn",
        "K",
        "N",
        "B",
        "gamma",
        "γ",
        "1",
        "0.5",
        "1e-6",
        "+",
        "-",
        "*",
        "/",
        "^",
        "(",
        ")",
        ",",
        "log(",
        "mean(",
        "sum(",
        "sum_pixels(",
        "fg(",
        "bg(",
        "clamp(",
        "max(",
        "exp(",
        "1-p",
        "(p)",
        "mean(p)",
        " ",
        "\n",
        "−",
        "«",
        "𝛾",
        ".",
    ];
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut read = 0;
    for round in 0..20_000 {
        let length = rng.random_range(0..14);
        let text: String = if round % 4 == 0 {
            (0..length)
                .map(|_| rng.random_range('\0'..'\u{3000}'))
                .collect()
        } else {
            (0..length)
                .map(|_| WORDS[rng.random_range(0..WORDS.len())])
                .collect()
        };
        match Formula::parse(&text) {
            Ok(formula) => {
                read += 1;
                // What is printed is read again, and printed alike.
                let printed = formula.to_string();
                assert_eq!(
                    Formula::parse(&printed).unwrap().to_string(),
                    printed,
                    "{text}"
                );
                assert!(!formula.tex().is_empty());
            }
            Err(error) => {
                let place = error.bytes();
                assert!(text.get(place).is_some(), "{text:?}: {error}");
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(read > 20, "only {read} were formulas");
}
