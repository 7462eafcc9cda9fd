//! The language's words: one table (`table`), from which formulas are read and which page and command line list.

use serde::Serialize;

use super::table::ENTRIES;

/// A word of formulas, for a list of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FormulaWord {
    /// How it is written, with its arguments: `log(x)`.
    pub usage: &'static str,
    /// What it is.
    pub group: FormulaWordGroup,
    /// The shape of its value.
    pub shape: &'static str,
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
}

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FormulaWordGroup {
    /// What the network says, and the truth.
    Data,
    /// A number that is known.
    Number,
    /// An operator.
    Operator,
    /// A function of every element by itself.
    Function,
    /// A reduction: it takes axes away.
    Reduction,
    /// A choice of classes.
    Classes,
    /// A number that comes with the loss.
    Parameter,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    Variable(Variable),
    Number(Constant),
    Function(Function),
    /// An operator: listed, but not a name.
    Operator,
}

/// What a prediction and a target give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    Probability,
    Target,
    LogProbability,
    TrueProbability,
    TruePositives,
    FalseNegatives,
    FalsePositives,
    TrueNegatives,
}

/// Numbers by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Constant {
    Batch,
    Classes,
    Pixels,
    Known(f64),
}

/// What is called with parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Log,
    Exp,
    Sqrt,
    Abs,
    Tanh,
    Power,
    Min,
    Max,
    Clamp,
    Reduce(Reduction, Axes),
    Background,
    Foreground,
}

/// How axes are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reduction {
    Sum,
    Mean,
}

/// Which axes are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axes {
    Every,
    Batch,
    Classes,
    Pixels,
}

impl Function {
    /// How many arguments it takes.
    pub(super) const fn arguments(self) -> usize {
        match self {
            Self::Clamp => 3,
            Self::Min | Self::Max | Self::Power => 2,
            _ => 1,
        }
    }
}

/// Every word of the language of formulas, in the order in which they are best read.
pub fn formula_words() -> Vec<FormulaWord> {
    ENTRIES.iter().map(|entry| entry.word).collect()
}

/// What a name stands for; none: it is a parameter.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    ENTRIES
        .iter()
        .find(|entry| entry.name == name && !matches!(entry.meaning, Meaning::Operator))
        .map(|entry| entry.meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once_and_as_it_is_used() {
        for (i, entry) in ENTRIES.iter().enumerate() {
            assert!(ENTRIES[..i].iter().all(|other| other.name != entry.name));
            if let Meaning::Function(function) = entry.meaning {
                let usage = entry.word.usage;
                assert!(usage.starts_with(&format!("{}(", entry.name)), "{usage}");
                assert_eq!(
                    usage.matches(',').count() + 1,
                    function.arguments(),
                    "{usage}"
                );
            }
        }
    }
}
