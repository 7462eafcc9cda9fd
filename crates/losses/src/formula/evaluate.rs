//! A checked formula on tensors.

use burn::tensor::Tensor;

use super::arithmetic::{Value, binary, call, negate, pick};
use super::check::{Probability, Program, Step};
use super::shape::Classes;
use super::words::{Constant, Variable};
use crate::Prediction;

/// The value `[1]` of a program, with its parameters in its order.
pub(super) fn evaluate(
    program: &Program,
    parameters: &[f64],
    prediction: &Prediction,
    target: &Tensor<3>,
) -> Tensor<1> {
    let data = Data { prediction, target };
    let mut stack: Vec<Value> = vec![];
    for step in &program.steps {
        let value = match *step {
            Step::Number(number) => Some(Value::Number(number)),
            Step::Constant(constant) => Some(Value::Number(data.constant(constant))),
            Step::Parameter(place) => parameters.get(place).copied().map(Value::Number),
            Step::Variable(variable) => Some(Value::Tensor(data.variable(variable))),
            Step::LogProbability(probability) => Some(Value::Tensor(data.logarithm(probability))),
            Step::Negate => stack.pop().map(negate),
            Step::Binary(operator) => {
                let (b, a) = (stack.pop(), stack.pop());
                a.zip(b).map(|(a, b)| binary(operator, a, b))
            }
            Step::Function(function) => {
                let arguments = stack.len().saturating_sub(function.arguments());
                call(function, stack.split_off(arguments))
            }
        };
        // The check has seen to it that there are operands and parameters for every step.
        stack.push(value.expect("a checked program has its operands"));
    }
    match stack.pop() {
        Some(Value::Tensor(value)) => value.reshape([1]),
        // What predicts is a tensor, and every checked formula does.
        Some(Value::Number(_)) | None => unreachable!("a checked program predicts"),
    }
}

struct Data<'a> {
    prediction: &'a Prediction,
    target: &'a Tensor<3>,
}

impl Data<'_> {
    fn constant(&self, constant: Constant) -> f64 {
        let [batch, classes, pixels] = self.target.dims();
        match constant {
            Constant::Batch => batch as f64,
            Constant::Classes => classes as f64,
            Constant::Pixels => pixels as f64,
            Constant::Known(number) => number,
        }
    }

    fn variable(&self, variable: Variable) -> Tensor<3> {
        let p = || self.prediction.probabilities();
        let y = || self.target.clone();
        match variable {
            Variable::Probability => p(),
            Variable::Target => y(),
            Variable::LogProbability => self.prediction.log_probabilities(),
            Variable::TrueProbability => (p() * y()).sum_dim(1),
            Variable::TruePositives => (p() * y()).sum_dim(2),
            Variable::FalseNegatives => ((-p() + 1.0) * y()).sum_dim(2),
            Variable::FalsePositives => (p() * (-y() + 1.0)).sum_dim(2),
            Variable::TrueNegatives => ((-p() + 1.0) * (-y() + 1.0)).sum_dim(2),
        }
    }

    fn logarithm(&self, probability: Probability) -> Tensor<3> {
        let logarithm = if probability.complement {
            self.prediction.log_complements()
        } else {
            self.prediction.log_probabilities()
        };
        if probability.of_true_class {
            return (logarithm * self.target.clone()).sum_dim(1);
        }
        match probability.classes {
            Classes::All => logarithm,
            Classes::Foreground => pick(logarithm, true),
            Classes::One => pick(logarithm, false),
        }
    }
}
