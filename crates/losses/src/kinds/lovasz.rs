//! The Lovász extension of the Jaccard index: its loss as a function of errors put in order.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::Evaluate;
use crate::parameter::{CLASSES, Classes, Switch, switch};
use crate::parts::order::{Order, running_sums};
use crate::{Convention, LossFamily, ParameterInfo, Prediction};

/// For each row of errors, Σ of error × (how much the Jaccard loss grows when it is added), largest errors
/// first; `[rows, 1]`. `members` is 1 where a column belongs to the region, 0 elsewhere.
fn extension(errors: Tensor<2>, members: Tensor<2>) -> Tensor<2> {
    let order = Order::descending(&errors);
    let members = order.arrange(&members.without_autodiff());
    let count = members.dims()[1];
    let size = members.clone().sum_dim(1);
    let found = running_sums(members.clone());
    let union = size.clone() + running_sums(-members + 1.0);
    let loss = -(size - found) / union + 1.0;
    let before = if count == 1 {
        loss.zeros_like()
    } else {
        let none = loss.clone().narrow(1, 0, 1).zeros_like();
        Tensor::cat(vec![none, loss.clone().narrow(1, 0, count - 1)], 1)
    };
    let weights = order.put_back(loss - before);
    (errors * weights).sum_dim(1)
}

const TIES: Convention = Convention {
    topic: "Equal errors",
    ours: "On the CPU they stay in the order of the pixels; on a GPU any order may come out. The value is the same.",
    others: "PyTorch's sort promises no order.",
};

loss! {
    /// Lovász-softmax loss.
    LovaszSoftmax {
        classes: Classes = ParameterInfo {
            choices: CLASSES,
            ..switch(r"\mathcal{C}", false, "Whether only the classes that the labels have count, or all of them.")
        },
        per_image: Switch = switch("B", false,
            "Whether each image of a batch is judged by itself. Off: the batch is one large image."),
    }
    info {
        kind: "lovasz_softmax",
        name: "Lovász-softmax",
        short_name: "Lovász",
        family: LossFamily::Region,
        year: 2018,
        paper: "Berman et al., CVPR 2018, arXiv 1705.08790",
        formula: r"\frac{1}{|\mathcal{C}|}\sum_{c\in\mathcal{C}}\overline{\Delta_{J_c}}\big(|y_{ic}-p_{ic}|\big)",
        summary: "The Jaccard index itself, made convex: errors in order of size, each weighed by what it costs the index.",
        good_at: "The Jaccard index, also of small objects; no smoothing is needed.",
        bad_at: "Starting from nothing, and speed: it sorts all pixels of a batch.",
        conventions: &[
            Convention {
                topic: "Absent classes",
                ours: "Left out of the mean (`present`), as in the authors' code.",
                others: "With `all`, an absent class counts its single worst false alarm.",
            },
            Convention {
                topic: "Reduction",
                ours: "Over the whole batch; with `per_image`, mean of the images.",
                others: "The authors' hinge loss for two classes is per image by default, their softmax loss is not.",
            },
            TIES,
        ],
    }
}

impl Evaluate for LovaszSoftmax {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let [batch, classes, pixels] = target.dims();
        let errors = (target.clone() - prediction.probabilities()).abs();
        let rows = |tensor: Tensor<3>| {
            if self.per_image.0 {
                tensor.reshape([batch * classes, pixels])
            } else {
                tensor.swap_dims(0, 1).reshape([classes, batch * pixels])
            }
        };
        let members = rows(target.clone()).without_autodiff();
        let images = if self.per_image.0 { batch } else { 1 };
        let losses = extension(rows(errors), members.clone()).reshape([images, classes]);
        if self.classes == Classes::All {
            return losses.mean();
        }
        let present = members.max_dim(1).reshape([images, classes]);
        let counts = present.clone().sum_dim(1).clamp_min(1.0);
        ((losses * present).sum_dim(1) / counts).mean()
    }
}

loss! {
    /// Lovász hinge loss.
    LovaszHinge {}
    info {
        kind: "lovasz_hinge",
        name: "Lovász hinge",
        short_name: "Lovász hinge",
        family: LossFamily::Region,
        year: 2018,
        paper: "Berman et al., CVPR 2018, arXiv 1705.08790; Yu and Blaschko, ICML 2015",
        formula: r"\overline{\Delta_{J}}\big(\max(0,\,1-(2y_i-1)z_i)\big)",
        summary: "The Jaccard index of the foreground, made convex, of margins instead of probabilities.",
        good_at: "The Jaccard index of one foreground; errors beyond the margin push with full strength however sure they are.",
        bad_at: "Probabilities: it only cares for the sign of a logit and a margin of 1.",
        conventions: &[
            Convention {
                topic: "Several classes",
                ours: "The mean over foreground classes of their log-odds; for two classes the difference of the logits.",
                others: "The authors' code takes one channel only.",
            },
            TIES,
        ],
    }
}

impl Evaluate for LovaszHinge {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let [batch, classes, pixels] = target.dims();
        let members = target.clone().narrow(1, 1, classes - 1);
        let margins = prediction.foreground_margins() * (members.clone() * 2.0 - 1.0);
        let rows = |tensor: Tensor<3>| {
            tensor
                .swap_dims(0, 1)
                .reshape([classes - 1, batch * pixels])
        };
        // Errors below zero come last, where they count nothing.
        let errors = relu(rows(-margins + 1.0));
        extension(errors, rows(members)).mean()
    }
}
