//! What is wrong with a formula, and where.

use std::fmt;
use std::ops::Range;

/// Why a text is no formula: what is wrong, at which characters, and what would help.
///
/// Shown ([`Display`](fmt::Display)) it is several lines, with a caret below the place;
/// [`sentence`](FormulaError::sentence) says the same in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaError {
    text: String,
    problem: Problem,
}

/// What is wrong with which bytes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Bytes, on character boundaries; empty where something is missing.
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn within(self, text: &str) -> FormulaError {
        FormulaError {
            text: text.to_owned(),
            problem: self,
        }
    }
}

/// How much of a line is shown on each side of the place.
const CONTEXT: usize = 40;

impl FormulaError {
    /// The bytes of the formula at which it is wrong; empty where something is missing.
    pub fn bytes(&self) -> Range<usize> {
        self.problem.span.clone()
    }

    /// The same in characters, from 0.
    pub fn characters(&self) -> Range<usize> {
        let count = |end| self.text[..end].chars().count();
        count(self.problem.span.start)..count(self.problem.span.end)
    }

    /// The same in UTF-16 code units, as JavaScript counts.
    pub fn utf16(&self) -> Range<usize> {
        let count = |end| self.text[..end].encode_utf16().count();
        count(self.problem.span.start)..count(self.problem.span.end)
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.problem.message
    }

    /// What would help, where that is known.
    pub fn hint(&self) -> Option<&str> {
        self.problem.hint.as_deref()
    }

    /// Place, what is wrong and what would help, in one line.
    pub fn sentence(&self) -> String {
        let position = self.characters().start + 1;
        let hint = self.hint().map(|hint| format!("; {hint}"));
        format!(
            "character {position} of the formula: {}{}",
            self.message(),
            hint.unwrap_or_default()
        )
    }

    /// The line with the place, cut to a width that can be shown, and carets below it.
    fn excerpt(&self) -> [String; 2] {
        let Range { start, end } = self.problem.span;
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let before = self.text[line_start..start].chars().count();
        let marked = self.text[start..end.min(line_start + line.len()).max(start)]
            .chars()
            .count();
        let from = before.saturating_sub(CONTEXT);
        let to = before + marked.min(CONTEXT) + CONTEXT;
        // A tab would shift the carets.
        let shown: String = line
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .take(to)
            .skip(from)
            .collect();
        let carets = "^".repeat(marked.clamp(1, 2 * CONTEXT));
        [shown, " ".repeat(before - from) + &carets]
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.characters().start + 1;
        let [line, carets] = self.excerpt();
        write!(
            formatter,
            "character {position} of the formula: {}\n  {line}\n  {carets}",
            self.message()
        )?;
        match self.hint() {
            Some(hint) => write!(formatter, "\n{hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FormulaError {}
