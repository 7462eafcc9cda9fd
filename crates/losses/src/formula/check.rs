//! From syntax to a program: names get their meaning, and every value its shape.

use std::ops::Range;

use super::error::Problem;
use super::shape::{Classes, Shape};
use super::suggestion::suggestion;
use super::tree::{MAX_PARAMETERS, MAX_PIXEL_NODES, Op, Operator, Tree};
use super::words::{Axes, Constant, Function, Meaning, Reduction, Variable, meaning};

/// What an evaluation does, in postfix order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Number(f64),
    Constant(Constant),
    /// By its place among the parameters.
    Parameter(usize),
    Variable(Variable),
    /// The exact logarithm of a probability.
    LogProbability(Probability),
    Negate,
    Binary(Operator),
    Function(Function),
}

/// A probability whose logarithm is computed exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Probability {
    /// Of the true class (pt) rather than of every class (p).
    pub(super) of_true_class: bool,
    /// 1 − p rather than p.
    pub(super) complement: bool,
    /// For which classes.
    pub(super) classes: Classes,
}

/// A checked formula: what to do, and the names of its parameters in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) parameters: Vec<String>,
    /// How many values have a pixel axis.
    pub(super) pixel_nodes: usize,
}

/// A value that would be on the stack.
#[derive(Debug, Clone)]
struct Value {
    shape: Shape,
    /// Its bytes in the text.
    span: Range<usize>,
    /// Its first step.
    start: usize,
    /// Whether the network's output is in it.
    predicts: bool,
    /// Whether it is the number one.
    is_one: bool,
    probability: Option<Probability>,
}

/// Checks a whole formula.
pub(super) fn check(tree: &Tree) -> Result<Program, Problem> {
    let mut checker = Checker {
        stack: vec![],
        program: Program {
            steps: vec![],
            parameters: vec![],
            pixel_nodes: 0,
        },
    };
    for node in tree {
        let span = node.span.clone();
        let value = match &node.op {
            Op::Number(number) => checker.number(*number, span),
            Op::Name(name) => checker.name(name, span)?,
            Op::Negate => checker.apply(Step::Negate, 1, span)?,
            Op::Binary(operator) => checker.apply(Step::Binary(*operator), 2, span)?,
            Op::Call {
                function,
                arguments,
            } => checker.call(function, *arguments, span)?,
        };
        if value.shape.has_pixels() {
            checker.program.pixel_nodes += 1;
            if checker.program.pixel_nodes > MAX_PIXEL_NODES {
                let message = format!(
                    "more than {MAX_PIXEL_NODES} values of this formula have a pixel axis, from here on: that \
                     many images' worth of memory"
                );
                return Err(Problem::new(value.span, message));
            }
        }
        checker.stack.push(value);
    }
    checker.finish()
}

struct Checker {
    stack: Vec<Value>,
    program: Program,
}

impl Checker {
    fn leaf(&mut self, step: Step, shape: Shape, span: Range<usize>) -> Value {
        let start = self.program.steps.len();
        self.program.steps.push(step);
        Value {
            shape,
            span,
            start,
            predicts: false,
            is_one: false,
            probability: None,
        }
    }

    fn number(&mut self, number: f64, span: Range<usize>) -> Value {
        Value {
            is_one: number == 1.0,
            ..self.leaf(Step::Number(number), Shape::Number, span)
        }
    }

    fn name(&mut self, name: &str, span: Range<usize>) -> Result<Value, Problem> {
        match meaning(name) {
            Some(Meaning::Number(constant)) => {
                Ok(self.leaf(Step::Constant(constant), Shape::Number, span))
            }
            Some(Meaning::Variable(variable)) => Ok(self.variable(variable, span)),
            Some(Meaning::Function(function)) => {
                let hint = format!(
                    "write {name}({})",
                    ["x", "a, b", "x, low, high"][function.arguments() - 1]
                );
                Err(Problem::new(
                    span,
                    format!("{name} is a function, and here has no parentheses"),
                )
                .hint(hint))
            }
            // The loss's own fields in a document; parameters may stand beside them.
            Some(Meaning::Operator) | None if matches!(name, "kind" | "formula" | "parameters") => {
                Err(Problem::new(
                    span,
                    format!("a parameter cannot be called {name}"),
                ))
            }
            Some(Meaning::Operator) | None => {
                let place = self.parameter(name, &span)?;
                Ok(self.leaf(Step::Parameter(place), Shape::Number, span))
            }
        }
    }

    fn parameter(&mut self, name: &str, span: &Range<usize>) -> Result<usize, Problem> {
        let parameters = &mut self.program.parameters;
        if let Some(place) = parameters.iter().position(|known| known == name) {
            return Ok(place);
        }
        if parameters.len() == MAX_PARAMETERS {
            let message = format!(
                "there are {MAX_PARAMETERS} parameters before this one, and no more can be had"
            );
            return Err(Problem::new(span.clone(), message));
        }
        parameters.push(name.to_owned());
        Ok(parameters.len() - 1)
    }

    fn variable(&mut self, variable: Variable, span: Range<usize>) -> Value {
        let (classes, pixels) = match variable {
            Variable::Probability | Variable::Target | Variable::LogProbability => {
                (Classes::All, true)
            }
            Variable::TrueProbability => (Classes::One, true),
            Variable::TruePositives
            | Variable::FalseNegatives
            | Variable::FalsePositives
            | Variable::TrueNegatives => (Classes::All, false),
        };
        let shape = Shape::Tensor {
            batch: true,
            classes,
            pixels,
        };
        let of_true_class = variable == Variable::TrueProbability;
        let is_probability = of_true_class || variable == Variable::Probability;
        Value {
            predicts: variable != Variable::Target,
            probability: is_probability.then_some(Probability {
                of_true_class,
                complement: false,
                classes,
            }),
            ..self.leaf(Step::Variable(variable), shape, span)
        }
    }

    fn call(&mut self, name: &str, given: usize, span: Range<usize>) -> Result<Value, Problem> {
        let word = span.start..span.start + name.len();
        let function = match meaning(name) {
            Some(Meaning::Function(function)) => function,
            Some(Meaning::Variable(_) | Meaning::Number(_)) => {
                let problem = Problem::new(word, format!("{name} is no function"));
                return Err(problem.hint(format!("write a product as {name}*(…)")));
            }
            Some(Meaning::Operator) | None => {
                let problem = Problem::new(word, format!("there is no function {name}"));
                return Err(problem.hint(suggestion(name)));
            }
        };
        let takes = function.arguments();
        if given != takes {
            let arguments = if takes == 1 { "argument" } else { "arguments" };
            let message = format!("{name} takes {takes} {arguments}, and here has {given}");
            let problem = Problem::new(span, message);
            return Err(match function {
                Function::Min | Function::Max => problem.hint(format!(
                    "{name}(a, b) is the one of two values, element by element"
                )),
                _ => problem,
            });
        }
        match self.stack.last().and_then(|argument| argument.probability) {
            Some(probability) if function == Function::Log => {
                Ok(self.log_probability(probability, span))
            }
            _ => self.apply(Step::Function(function), takes, span),
        }
    }

    /// The logarithm of a probability, in place of the steps that would compute the probability.
    fn log_probability(&mut self, probability: Probability, span: Range<usize>) -> Value {
        let argument = self.pop();
        self.program.steps.truncate(argument.start);
        Value {
            predicts: true,
            ..self.leaf(Step::LogProbability(probability), argument.shape, span)
        }
    }

    fn pop(&mut self) -> Value {
        // Postfix order, as the parser makes it, has operands before whatever takes them.
        self.stack.pop().unwrap_or(Value {
            shape: Shape::Number,
            span: 0..0,
            start: 0,
            predicts: false,
            is_one: false,
            probability: None,
        })
    }

    /// Applies a step to so many values on the stack.
    fn apply(&mut self, step: Step, operands: usize, span: Range<usize>) -> Result<Value, Problem> {
        let operands = self
            .stack
            .split_off(self.stack.len().saturating_sub(operands));
        let shape = shape_of(step, &operands, &span)?;
        let probability = probability_of(step, &operands);
        self.program.steps.push(step);
        Ok(Value {
            shape,
            span,
            start: operands.first().map_or(0, |first| first.start),
            predicts: operands.iter().any(|operand| operand.predicts),
            is_one: false,
            probability,
        })
    }

    fn finish(mut self) -> Result<Program, Problem> {
        let Value {
            shape,
            span,
            predicts,
            ..
        } = self.pop();
        if !shape.is_one_number() {
            let message = format!("a loss is one number, but this has the shape {shape}");
            return Err(Problem::new(span, message).hint("average it: mean(…)"));
        }
        if !predicts {
            let message = "this does not depend on what the network predicts, so nothing could be learnt from it";
            return Err(Problem::new(span, message)
                .hint("p must occur in it, or pt, logp, tp, fn, fp or tn"));
        }
        Ok(self.program)
    }
}

/// The shape of what a step makes of its operands.
fn shape_of(step: Step, operands: &[Value], span: &Range<usize>) -> Result<Shape, Problem> {
    let first = operands
        .first()
        .map_or(Shape::Number, |operand| operand.shape);
    match step {
        Step::Function(Function::Reduce(reduction, axes)) => first.without(axes).ok_or_else(|| {
            let (doing, name) = match reduction {
                Reduction::Sum => ("sum", "sum"),
                Reduction::Mean => ("average", "mean"),
            };
            let over = match axes {
                Axes::Every => "",
                Axes::Batch => " over images",
                Axes::Classes => " over classes",
                Axes::Pixels => " over pixels",
            };
            let problem = Problem::new(
                span.clone(),
                format!("there is nothing to {doing}{over}: inside is {}", described(first)),
            );
            if first.is_one_number() {
                problem.hint(format!("leave this {name} away"))
            } else {
                problem
            }
        }),
        Step::Function(Function::Foreground) => picked(first, Classes::Foreground, span),
        Step::Function(Function::Background) => picked(first, Classes::One, span),
        Step::Function(Function::Clamp) => {
            match operands[1..].iter().find(|limit| limit.shape != Shape::Number) {
                Some(limit) => Err(Problem::new(
                    limit.span.clone(),
                    "the limits of clamp are numbers and parameters",
                )
                .hint("min(a, b) and max(a, b) take any values")),
                None => Ok(first),
            }
        }
        _ => operands.iter().try_fold(Shape::Number, |shape, operand| {
            shape.with(operand.shape).ok_or_else(|| {
                let message = format!(
                    "{} and {} do not fit each other: only one of them is of the foreground classes alone",
                    described(shape),
                    described(operand.shape)
                );
                Problem::new(span.clone(), message).hint("take the foreground of both: fg(p)*fg(y)")
            })
        }),
    }
}

fn picked(shape: Shape, classes: Classes, span: &Range<usize>) -> Result<Shape, Problem> {
    shape.pick(classes).ok_or_else(|| {
        let message = format!(
            "there are not all classes to choose from: inside is {}",
            described(shape)
        );
        Problem::new(span.clone(), message).hint("choose first, then compute: fg(p)")
    })
}

fn described(shape: Shape) -> String {
    if shape.is_one_number() {
        shape.to_string()
    } else {
        format!("a value of shape {shape}")
    }
}

/// The probability that a step makes, where its logarithm is known exactly.
fn probability_of(step: Step, operands: &[Value]) -> Option<Probability> {
    match (step, operands) {
        (Step::Binary(Operator::Subtract), [one, of]) if one.is_one => {
            of.probability.map(|probability| Probability {
                complement: !probability.complement,
                ..probability
            })
        }
        (Step::Function(pick @ (Function::Foreground | Function::Background)), [of]) => {
            of.probability.map(|probability| Probability {
                classes: if pick == Function::Foreground {
                    Classes::Foreground
                } else {
                    Classes::One
                },
                ..probability
            })
        }
        _ => None,
    }
}
