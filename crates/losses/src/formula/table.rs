//! The table of the language's words.

use super::words::{
    Axes, Constant, FormulaWord, FormulaWordGroup, Function as F, Meaning, Reduction as R, Variable,
};

/// A word, and what it stands for in a formula.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) meaning: Meaning,
    pub(super) word: FormulaWord,
}

const LIKE_X: &str = "that of x";

const fn variable(variable: Variable) -> Meaning {
    Meaning::Variable(variable)
}

const fn number(constant: Constant) -> Meaning {
    Meaning::Number(constant)
}

const fn function(function: F) -> Meaning {
    Meaning::Function(function)
}

const fn reduce(reduction: R, axes: Axes) -> Meaning {
    Meaning::Function(F::Reduce(reduction, axes))
}

/// Listed, but not a name.
const SIGN: Meaning = Meaning::Operator;

/// Name, what it stands for, group, how it is written, the shape of its value; what it means.
macro_rules! words {
    ($($name:literal, $stands:expr, $group:ident, $usage:literal, $shape:expr, $meaning:literal;)*) => {
        &[$(Entry {
            name: $name,
            meaning: $stands,
            word: FormulaWord {
                usage: $usage,
                group: FormulaWordGroup::$group,
                shape: $shape,
                meaning: $meaning,
            },
        },)*]
    };
}

/// In the order in which they are best read.
pub(super) static ENTRIES: &[Entry] = words! {
    "p", variable(Variable::Probability), Data, "p", "[B, K, N]",
        "Probability of each class at each pixel, by softmax; two classes for the one logit of a sigmoid.";
    "y", variable(Variable::Target), Data, "y", "[B, K, N]",
        "The truth: 1 for a pixel's class, 0 for the others.";
    "pt", variable(Variable::TrueProbability), Data, "pt", "[B, 1, N]",
        "Probability of each pixel's true class, sum_classes(p*y).";
    "logp", variable(Variable::LogProbability), Data, "logp", "[B, K, N]",
        "log(p), exactly.";
    "tp", variable(Variable::TruePositives), Data, "tp", "[B, K, 1]",
        "True positives of each image and class, sum_pixels(p*y).";
    "fn", variable(Variable::FalseNegatives), Data, "fn", "[B, K, 1]",
        "False negatives, what is missed: sum_pixels((1-p)*y).";
    "fp", variable(Variable::FalsePositives), Data, "fp", "[B, K, 1]",
        "False positives, what is falsely found: sum_pixels(p*(1-y)).";
    "tn", variable(Variable::TrueNegatives), Data, "tn", "[B, K, 1]",
        "True negatives, sum_pixels((1-p)*(1-y)).";
    "B", number(Constant::Batch), Number, "B", "one number",
        "Images in a batch.";
    "K", number(Constant::Classes), Number, "K", "one number",
        "Classes, the background among them.";
    "N", number(Constant::Pixels), Number, "N", "one number",
        "Pixels in an image.";
    "pi", number(Constant::Known(std::f64::consts::PI)), Number, "pi", "one number",
        "3.14159…";
    "e", number(Constant::Known(std::f64::consts::E)), Number, "e", "one number",
        "2.71828…";
    "+", SIGN, Operator, "a + b", "that of both",
        "Sum. An axis of length 1 is repeated along the other's, in every operator.";
    "-", SIGN, Operator, "a - b, -a", "that of both",
        "Difference. -x^2 is -(x^2).";
    "*", SIGN, Operator, "a * b", "that of both",
        "Product; it is never left out.";
    "/", SIGN, Operator, "a / b", "that of both",
        "Quotient. A b between -1e-12 and 1e-12 counts as 1e-12, so that 0/0 is 0, and has no gradient.";
    "^", SIGN, Operator, "a ^ b", "that of both",
        "Power; it groups to the right. For whole numbers b up to 64 by multiplication, for any a. Else an a \
         below 1e-12, also a negative one, counts as 1e-12 and has no gradient.";
    "log", function(F::Log), Function, "log(x)", LIKE_X,
        "Natural logarithm. Exact of p, pt, 1-p and 1-pt (also of fg or bg of p): from log-softmax, so that a \
         pixel that is certain and wrong keeps its gradient. Else an x below 1.2e-38 counts as that and has no \
         gradient.";
    "exp", function(F::Exp), Function, "exp(x)", LIKE_X,
        "e to the power of x; beyond x = 88 it is infinite on a GPU, and training stops.";
    "sqrt", function(F::Sqrt), Function, "sqrt(x)", LIKE_X,
        "Square root, x^0.5: an x below 1e-12 counts as 1e-12 and has no gradient.";
    "abs", function(F::Abs), Function, "abs(x)", LIKE_X,
        "Absolute value; at 0 its gradient is 0.";
    "tanh", function(F::Tanh), Function, "tanh(x)", LIKE_X,
        "Hyperbolic tangent.";
    "pow", function(F::Power), Function, "pow(a, b)", "that of both",
        "a ^ b.";
    "min", function(F::Min), Function, "min(a, b)", "that of both",
        "The smaller one.";
    "max", function(F::Max), Function, "max(a, b)", "that of both",
        "The larger one.";
    "clamp", function(F::Clamp), Function, "clamp(x, low, high)", LIKE_X,
        "x, but at least low and at most high, which are numbers; beyond them there is no gradient.";
    "sum", reduce(R::Sum, Axes::Every), Reduction, "sum(x)", "one number",
        "Sum over everything.";
    "mean", reduce(R::Mean, Axes::Every), Reduction, "mean(x)", "one number",
        "Mean over all elements of x: B·K·N of them in [B, K, N], B·K in [B, K, 1]. Cross entropy is a mean over \
         pixels, not over classes: sum(-y*log(p))/(B*N), which is mean(-log(pt)).";
    "sum_pixels", reduce(R::Sum, Axes::Pixels), Reduction, "sum_pixels(x)", "[B, K, 1]",
        "Sum over the pixels of an image.";
    "mean_pixels", reduce(R::Mean, Axes::Pixels), Reduction, "mean_pixels(x)", "[B, K, 1]",
        "Mean over the pixels of an image.";
    "sum_classes", reduce(R::Sum, Axes::Classes), Reduction, "sum_classes(x)", "[B, 1, N]",
        "Sum over classes.";
    "mean_classes", reduce(R::Mean, Axes::Classes), Reduction, "mean_classes(x)", "[B, 1, N]",
        "Mean over classes: K of them, or K − 1 in fg(x).";
    "sum_batch", reduce(R::Sum, Axes::Batch), Reduction, "sum_batch(x)", "[1, K, N]",
        "Sum over the images of the batch.";
    "mean_batch", reduce(R::Mean, Axes::Batch), Reduction, "mean_batch(x)", "[1, K, N]",
        "Mean over the images of the batch.";
    "fg", function(F::Foreground), Classes, "fg(x)", "[B, K−1, N]",
        "Foreground: every class but the first.";
    "bg", function(F::Background), Classes, "bg(x)", "[B, 1, N]",
        "Background: the first class.";
    "(", SIGN, Operator, "( )", "that inside",
        "Grouping.";
    "any", SIGN, Parameter, "any other name", "one number",
        "A parameter, such as gamma: its value comes with the loss.";
};
