//! How many tests passed, failed and were skipped, read from what the test runners print.

use std::fmt;
use std::ops::AddAssign;

/// Tests of one or several runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Counts {
    /// Adds what this line says, if it is a summary of Rust's test harness
    /// (`test result: ok. 3 passed; 0 failed; 1 ignored; …`) or of Node's (`ℹ pass 3`, `# fail 0`).
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(results) = line.strip_prefix("test result: ") {
            let items = results.split_once(". ").map_or("", |(_, items)| items);
            for item in items.split(';') {
                let mut words = item.split_whitespace();
                let number = words.next().and_then(|word| word.parse().ok());
                if let (Some(number), Some(word)) = (number, words.next()) {
                    self.add(word, number);
                }
            }
        } else if let Some(result) = line.strip_prefix("ℹ ").or(line.strip_prefix("# "))
            && let Some((word, number)) = result.split_once(' ')
            && let Ok(number) = number.parse()
        {
            self.add(word, number);
        }
    }

    fn add(&mut self, word: &str, number: usize) {
        match word {
            "passed" | "pass" => self.passed += number,
            // Node counts a test that ran into the end of its file as cancelled.
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(
            formatter,
            "{passed} passed, {failed} failed, {skipped} skipped"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Counts {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts.read(line));
        counts
    }

    fn counts(passed: usize, failed: usize, skipped: usize) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn rust_summaries_of_all_binaries_are_added() {
        let text = "\
running 3 tests
test a ... ok
test b ... FAILED
test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s

   Doc-tests losscope_losses
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.52s";
        assert_eq!(read(text), counts(5, 1, 1));
    }

    #[test]
    fn a_coloured_verdict_is_read_too() {
        let line = "test result: \u{1b}[32mok\u{1b}[m. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(read(line), counts(2, 0, 0));
    }

    #[test]
    fn node_summaries_are_added_in_both_styles() {
        let spec = "✔ opens (12.3ms)\nℹ tests 6\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 61.2";
        assert_eq!(read(spec), counts(2, 2, 2));
        let tap = "ok 1 - opens\n# tests 2\n# pass 1\n# fail 1\n# cancelled 0\n# skipped 0\n# duration_ms 3";
        assert_eq!(read(tap), counts(1, 1, 0));
    }

    #[test]
    fn other_lines_count_for_nothing() {
        let text =
            "3 passed; 1 failed\n# pass the salt\ntest passed ... ok\ntest result: ok.\nℹ pass";
        assert_eq!(read(text), Counts::default());
    }

    #[test]
    fn the_last_line_names_all_three() {
        let mut sum = counts(3, 0, 1);
        sum += counts(2, 1, 0);
        assert_eq!(sum.to_string(), "5 passed, 1 failed, 1 skipped");
    }
}
