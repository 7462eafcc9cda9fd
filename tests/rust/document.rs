//! `docs/conformance.md`: what the tests of the losses have tried and found. Each test keeps the rows that are its
//! own up to date: it fails where the document says something else, and writes it down instead where
//! `LOSSCOPE_RECORD` is set.

use std::sync::{Mutex, PoisonError};

use crate::root;

/// Tests of one program run side by side.
static FILE: Mutex<()> = Mutex::new(());

/// A table of the document, between comments of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Case files of the repository.
    Reference,
    /// Case files from elsewhere.
    Vectors,
    /// What property tests have tried.
    Properties,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Vectors => "vectors",
            Self::Properties => "properties",
        }
    }

    /// Where its rows are in the document.
    fn rows(self, document: &str) -> std::ops::Range<usize> {
        let (open, close) = (
            format!("<!-- {} -->\n", self.name()),
            format!("<!-- end of {} -->", self.name()),
        );
        let start = document.find(&open).map(|at| at + open.len());
        let end = document.find(&close);
        match (start, end) {
            (Some(start), Some(end)) if start <= end => start..end,
            _ => panic!("docs/conformance.md has no table {open}"),
        }
    }
}

/// Holds the document to a row. `same` tells whether a row is an older form of it.
///
/// # Panics
/// When the document does not have the row, unless it is to be written.
pub fn row(table: Table, row: &str, same: impl Fn(&str) -> bool) {
    let path = root().join("docs/conformance.md");
    let _one_at_a_time = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut document = std::fs::read_to_string(&path).expect("docs/conformance.md can be read");
    let place = table.rows(&document);
    let rows: Vec<&str> = document[place.clone()].lines().collect();
    if rows.contains(&row) {
        return;
    }
    assert!(
        std::env::var_os("LOSSCOPE_RECORD").is_some(),
        "docs/conformance.md does not say\n{row}\nLOSSCOPE_RECORD=1 cargo test -p losscope-tests -p losscope-trainer \
         writes down what is found"
    );
    let mut kept: Vec<&str> = rows.into_iter().filter(|row| !same(row)).collect();
    kept.push(row);
    // Below the two lines of the head, in order.
    kept[2..].sort_unstable();
    let text = kept.join("\n") + "\n";
    document.replace_range(place, &text);
    std::fs::write(&path, document).expect("docs/conformance.md can be written");
}

/// A sentence without its numbers: what stays the same when a test tries more.
pub(crate) fn without_numbers(sentence: &str) -> String {
    sentence
        .chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect()
}
