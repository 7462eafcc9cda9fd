//! The language's words: one table, from which formulas are read and which page and command line list.

use serde::Serialize;

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

struct Entry {
    name: &'static str,
    meaning: Meaning,
    word: FormulaWord,
}

const fn entry(
    name: &'static str,
    meaning: Meaning,
    group: FormulaWordGroup,
    usage: &'static str,
    shape: &'static str,
    text: &'static str,
) -> Entry {
    Entry {
        name,
        meaning,
        word: FormulaWord {
            usage,
            group,
            shape,
            meaning: text,
        },
    }
}

use FormulaWordGroup as G;
use Meaning as M;

const fn reduce(reduction: Reduction, axes: Axes) -> Meaning {
    Meaning::Function(Function::Reduce(reduction, axes))
}

const LIKE_X: &str = "that of x";

static ENTRIES: [Entry; 39] = [
    entry(
        "p",
        M::Variable(Variable::Probability),
        G::Data,
        "p",
        "[B, K, N]",
        "Probability of each class at each pixel, by softmax; two classes for the one logit of a sigmoid.",
    ),
    entry(
        "y",
        M::Variable(Variable::Target),
        G::Data,
        "y",
        "[B, K, N]",
        "The truth: 1 for a pixel's class, 0 for the others.",
    ),
    entry(
        "pt",
        M::Variable(Variable::TrueProbability),
        G::Data,
        "pt",
        "[B, 1, N]",
        "Probability of each pixel's true class, sum_classes(p*y).",
    ),
    entry(
        "logp",
        M::Variable(Variable::LogProbability),
        G::Data,
        "logp",
        "[B, K, N]",
        "log(p), exactly.",
    ),
    entry(
        "tp",
        M::Variable(Variable::TruePositives),
        G::Data,
        "tp",
        "[B, K, 1]",
        "True positives of each image and class, sum_pixels(p*y).",
    ),
    entry(
        "fn",
        M::Variable(Variable::FalseNegatives),
        G::Data,
        "fn",
        "[B, K, 1]",
        "False negatives, what is missed: sum_pixels((1-p)*y).",
    ),
    entry(
        "fp",
        M::Variable(Variable::FalsePositives),
        G::Data,
        "fp",
        "[B, K, 1]",
        "False positives, what is falsely found: sum_pixels(p*(1-y)).",
    ),
    entry(
        "tn",
        M::Variable(Variable::TrueNegatives),
        G::Data,
        "tn",
        "[B, K, 1]",
        "True negatives, sum_pixels((1-p)*(1-y)).",
    ),
    entry(
        "B",
        M::Number(Constant::Batch),
        G::Number,
        "B",
        "one number",
        "Images in a batch.",
    ),
    entry(
        "K",
        M::Number(Constant::Classes),
        G::Number,
        "K",
        "one number",
        "Classes, the background among them.",
    ),
    entry(
        "N",
        M::Number(Constant::Pixels),
        G::Number,
        "N",
        "one number",
        "Pixels in an image.",
    ),
    entry(
        "pi",
        M::Number(Constant::Known(std::f64::consts::PI)),
        G::Number,
        "pi",
        "one number",
        "3.14159…",
    ),
    entry(
        "e",
        M::Number(Constant::Known(std::f64::consts::E)),
        G::Number,
        "e",
        "one number",
        "2.71828…",
    ),
    entry(
        "+",
        M::Operator,
        G::Operator,
        "a + b",
        "that of both",
        "Sum. An axis of length 1 is repeated along the other's, in every operator.",
    ),
    entry(
        "-",
        M::Operator,
        G::Operator,
        "a - b, -a",
        "that of both",
        "Difference. -x^2 is -(x^2).",
    ),
    entry(
        "*",
        M::Operator,
        G::Operator,
        "a * b",
        "that of both",
        "Product; it is never left out.",
    ),
    entry(
        "/",
        M::Operator,
        G::Operator,
        "a / b",
        "that of both",
        "Quotient. A b between -1e-12 and 1e-12 counts as 1e-12, so that 0/0 is 0, and has no gradient.",
    ),
    entry(
        "^",
        M::Operator,
        G::Operator,
        "a ^ b",
        "that of both",
        "Power; it groups to the right. For whole numbers b up to 64 by multiplication, for any a. Else an a below \
         1e-12, also a negative one, counts as 1e-12 and has no gradient.",
    ),
    entry(
        "log",
        M::Function(Function::Log),
        G::Function,
        "log(x)",
        LIKE_X,
        "Natural logarithm. Exact of p, pt, 1-p and 1-pt (also of fg or bg of p): from log-softmax, so that a pixel \
         that is certain and wrong keeps its gradient. Else an x below 1.2e-38 counts as that and has no gradient.",
    ),
    entry(
        "exp",
        M::Function(Function::Exp),
        G::Function,
        "exp(x)",
        LIKE_X,
        "e to the power of x; beyond x = 88 it is infinite on a GPU, and training stops.",
    ),
    entry(
        "sqrt",
        M::Function(Function::Sqrt),
        G::Function,
        "sqrt(x)",
        LIKE_X,
        "Square root, x^0.5: an x below 1e-12 counts as 1e-12 and has no gradient.",
    ),
    entry(
        "abs",
        M::Function(Function::Abs),
        G::Function,
        "abs(x)",
        LIKE_X,
        "Absolute value; at 0 its gradient is 0.",
    ),
    entry(
        "tanh",
        M::Function(Function::Tanh),
        G::Function,
        "tanh(x)",
        LIKE_X,
        "Hyperbolic tangent.",
    ),
    entry(
        "pow",
        M::Function(Function::Power),
        G::Function,
        "pow(a, b)",
        "that of both",
        "a ^ b.",
    ),
    entry(
        "min",
        M::Function(Function::Min),
        G::Function,
        "min(a, b)",
        "that of both",
        "The smaller one.",
    ),
    entry(
        "max",
        M::Function(Function::Max),
        G::Function,
        "max(a, b)",
        "that of both",
        "The larger one.",
    ),
    entry(
        "clamp",
        M::Function(Function::Clamp),
        G::Function,
        "clamp(x, low, high)",
        LIKE_X,
        "x, but at least low and at most high, which are numbers; beyond them there is no gradient.",
    ),
    entry(
        "sum",
        reduce(Reduction::Sum, Axes::Every),
        G::Reduction,
        "sum(x)",
        "one number",
        "Sum over everything.",
    ),
    entry(
        "mean",
        reduce(Reduction::Mean, Axes::Every),
        G::Reduction,
        "mean(x)",
        "one number",
        "Mean over all elements of x: B·K·N of them in [B, K, N], B·K in [B, K, 1]. Cross entropy is a mean over \
         pixels, not over classes: sum(-y*log(p))/(B*N), which is mean(-log(pt)).",
    ),
    entry(
        "sum_pixels",
        reduce(Reduction::Sum, Axes::Pixels),
        G::Reduction,
        "sum_pixels(x)",
        "[B, K, 1]",
        "Sum over the pixels of an image.",
    ),
    entry(
        "mean_pixels",
        reduce(Reduction::Mean, Axes::Pixels),
        G::Reduction,
        "mean_pixels(x)",
        "[B, K, 1]",
        "Mean over the pixels of an image.",
    ),
    entry(
        "sum_classes",
        reduce(Reduction::Sum, Axes::Classes),
        G::Reduction,
        "sum_classes(x)",
        "[B, 1, N]",
        "Sum over classes.",
    ),
    entry(
        "mean_classes",
        reduce(Reduction::Mean, Axes::Classes),
        G::Reduction,
        "mean_classes(x)",
        "[B, 1, N]",
        "Mean over classes: K of them, or K − 1 in fg(x).",
    ),
    entry(
        "sum_batch",
        reduce(Reduction::Sum, Axes::Batch),
        G::Reduction,
        "sum_batch(x)",
        "[1, K, N]",
        "Sum over the images of the batch.",
    ),
    entry(
        "mean_batch",
        reduce(Reduction::Mean, Axes::Batch),
        G::Reduction,
        "mean_batch(x)",
        "[1, K, N]",
        "Mean over the images of the batch.",
    ),
    entry(
        "fg",
        M::Function(Function::Foreground),
        G::Classes,
        "fg(x)",
        "[B, K−1, N]",
        "Foreground: every class but the first.",
    ),
    entry(
        "bg",
        M::Function(Function::Background),
        G::Classes,
        "bg(x)",
        "[B, 1, N]",
        "Background: the first class.",
    ),
    entry(
        "(",
        M::Operator,
        G::Operator,
        "( )",
        "that inside",
        "Grouping.",
    ),
    entry(
        "any",
        M::Operator,
        G::Parameter,
        "any other name",
        "one number",
        "A parameter, such as gamma: its value comes with the loss.",
    ),
];

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
