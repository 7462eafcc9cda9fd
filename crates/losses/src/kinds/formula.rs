//! A formula of one's own, as a kind of loss.

use burn::tensor::Tensor;

use super::Definition;
use crate::{FormulaLoss, Loss, LossFamily, LossInfo, ParameterInfo, Prediction};

/// The loss of a formula.
pub type Formula = FormulaLoss;

impl FormulaLoss {
    pub(crate) const INFO: LossInfo = LossInfo {
        kind: "formula",
        name: "Your own formula",
        short_name: "Formula",
        family: LossFamily::Compound,
        year: 2026,
        paper: "Losscope: typed by you",
        formula: r"\operatorname{mean}\left(-\log\left(p_{t}\right)\,{\left(1-p_{t}\right)}^{\gamma}\right)+1-\frac{2\,\operatorname{sum}\left(p\,y\right)}{\operatorname{sum}\left(p\right)+\operatorname{sum}\left(y\right)}",
        summary: "Any formula of probabilities p, labels y and parameters of your own, here Focal loss and Dice.",
        good_at: "Trying an idea, and seeing what each of its parts does to the gradient.",
        bad_at: "Sorting, distances and neighbours, which formulas have no words for; and nothing keeps a formula \
                 from being a bad loss.",
        conventions: &[],
        parameters: &[ParameterInfo {
            name: "gamma",
            symbol: r"\gamma",
            min: 0.0,
            max: 5.0,
            step: 0.05,
            default: 2.0,
            meaning: "In the example, higher pays less attention to pixels that are already right. A formula of your \
                      own has parameters of your own.",
            choices: &[],
        }],
    };
}

impl Definition for FormulaLoss {
    fn info(&self) -> &'static LossInfo {
        const { &Self::INFO }
    }

    fn parameters(&self) -> Vec<(&str, f64)> {
        FormulaLoss::parameters(self).collect()
    }

    fn class_weights(&self) -> Option<&[f64]> {
        None
    }

    fn value(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        self.evaluate(prediction, target)
    }
}

impl From<FormulaLoss> for Loss {
    fn from(loss: FormulaLoss) -> Self {
        Self::Formula(loss)
    }
}
