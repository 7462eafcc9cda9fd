//! Losses after scores of classification: sensitivity and specificity, Matthews' correlation.

use burn::tensor::Tensor;

use super::Evaluate;
use crate::parameter::{range, smooth, unit};
use crate::parts::numeric::quotient;
use crate::parts::overlap::{Overlap, foreground};
use crate::{Convention, LossFamily, Prediction};

loss! {
    /// Sensitivity-specificity loss.
    SensitivitySpecificity {
        r: f64 = unit("r", 0.1,
            "Weight of the error inside each class against that outside. For two classes it cancels: what is inside of \
             one is outside of the other."),
        smooth: f64 = smooth(1.0),
    }
    info {
        kind: "sensitivity_specificity",
        name: "Sensitivity-specificity",
        short_name: "Sens.-spec.",
        family: LossFamily::Region,
        year: 2015,
        paper: "Brosch et al., MICCAI 2015",
        formula: r"\frac{1}{C}\sum_c\Big[r\,\frac{\sum_i(y-p)^2y}{\sum_iy+s}+(1-r)\,\frac{\sum_i(y-p)^2(1-y)}{\sum_i(1-y)+s}\Big]",
        summary: "The mean squared error inside a class and outside of it, each by its own size.",
        good_at: "Extreme imbalance: each class counts as one, however small.",
        bad_at: "Certain errors: the gradient of a squared error of a softmax fades where it is wrong and sure.",
        conventions: &[
            Convention {
                topic: "Which classes",
                ours: "The mean over all of them, as in SegLossOdyssey: for two classes r cancels.",
                others: "The paper is about the lesions alone.",
            },
            Convention {
                topic: "Which is which",
                ours: "r weighs the error inside the class (sensitivity).",
                others: "SegLossOdyssey computes the same, with the two names swapped.",
            },
        ],
    }
}

impl Evaluate for SensitivitySpecificity {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let others = -target.clone() + 1.0;
        let error = target.clone() - prediction.probabilities();
        let error = error.clone() * error;
        let share = |of: Tensor<3>| {
            quotient(
                (error.clone() * of.clone()).sum_dim(2),
                of.sum_dim(2) + self.smooth,
            )
        };
        (share(target.clone()) * self.r + share(others) * (1.0 - self.r)).mean()
    }
}

loss! {
    /// Loss by Matthews' correlation coefficient.
    Mcc {
        eps: f64 = range(r"\epsilon", (1e-6, 1.0, 0.000_001), 1e-5,
            "Added to each count. Higher softens the loss where a count is nearly zero."),
    }
    info {
        kind: "mcc",
        name: "Matthews' correlation",
        short_name: "MCC",
        family: LossFamily::Region,
        year: 2021,
        paper: "Abhishek and Hamarneh, ISBI 2021, arXiv 2010.13454",
        formula: r"1-\frac{\mathrm{tp}\,\mathrm{tn}-\mathrm{fp}\,\mathrm{fn}}{\sqrt{(\mathrm{tp}+\mathrm{fp})(\mathrm{tp}+\mathrm{fn})(\mathrm{tn}+\mathrm{fp})(\mathrm{tn}+\mathrm{fn})}},\quad\text{each count with }\epsilon\text{ added}",
        summary: "One minus the correlation of prediction and label: true negatives count, which Dice does not see.",
        good_at: "Both kinds of imbalance: a guess of all foreground is as worthless as one of none.",
        bad_at: "Masks that are empty or full, where the correlation is not defined and ε decides.",
        conventions: &[
            Convention {
                topic: "Reduction",
                ours: "Counts of the whole batch, with ε added to each, as in SMP.",
                others: "The authors' code takes them per batch as well, and adds nothing.",
            },
            Convention {
                topic: "Several classes",
                ours: "The mean over foreground classes, each against the rest.",
                others: "SMP has it for two classes only.",
            },
        ],
    }
}

impl Evaluate for Mcc {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let (p, y) = (
            foreground(prediction.probabilities()),
            foreground(target.clone()),
        );
        let background = ((-p.clone() + 1.0) * (-y.clone() + 1.0))
            .sum_dim(2)
            .sum_dim(0);
        let overlap = Overlap::per_batch(p, &y);
        let tp = overlap.true_positive + self.eps;
        let tn = background + self.eps;
        let fp = overlap.false_positive + self.eps;
        let missed = overlap.false_negative + self.eps;
        // Root by root: the product of four counts would leave float32's range in large volumes.
        let root = |a: &Tensor<3>, b: &Tensor<3>| (a.clone() + b.clone()).sqrt();
        let predicted = root(&tp, &fp) * root(&tn, &missed);
        let labelled = root(&tp, &missed) * root(&tn, &fp);
        let correlation = (tp * tn - fp * missed) / predicted / labelled;
        (-correlation + 1.0).mean()
    }
}
