//! Losses on distances to the boundary.

use burn::tensor::Tensor;

use super::Evaluate;
use crate::parameter::range;
use crate::parts::distance::squared_distances;
use crate::parts::numeric::power;
use crate::parts::overlap::foreground;
use crate::{Convention, LossFamily, Prediction};

const EMPTY: Convention = Convention {
    topic: "Empty and full masks",
    ours: "A class that an image does not have, or has nowhere else, contributes 0.",
    others: "SciPy's distance transform of an empty mask is undefined: code that does not treat it gives any number.",
};

loss! {
    /// Boundary loss: probabilities against signed distances to the true boundary.
    Boundary {}
    info {
        kind: "boundary",
        name: "Boundary",
        short_name: "Boundary",
        family: LossFamily::Shape,
        year: 2019,
        paper: "Kervadec et al., MIDL 2019, arXiv 1812.07032",
        formula: r"\frac{1}{N(C-1)}\sum_i\sum_{c>0}\phi_{ic}\,p_{ic},\quad\phi=\text{signed distance to the boundary of }y",
        summary: "A false alarm costs its distance from the object; a pixel inside is worth its depth.",
        good_at: "Stray false alarms far from the object.",
        bad_at: "Alone: it can go below zero, does nothing on images without foreground, and is best faded in beside Dice.",
        conventions: &[
            EMPTY,
            Convention {
                topic: "Sign and border",
                ours: "Positive outside, 0 on the object's own border pixels and negative within, as in the authors' code.",
                others: "MONAI and others count the border as −1, or half a pixel.",
            },
        ],
    }
}

impl Evaluate for Boundary {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let region = foreground(target.clone()).without_autodiff();
        let distances = squared_distances(&region, prediction.spatial());
        let inside = distances.inside.sqrt();
        // One pixel less deep inside, but not in an image whose distances are not defined.
        let border = inside.clone().clamp_max(1.0);
        let signed = distances.outside.sqrt() - (inside - border);
        (foreground(prediction.probabilities()) * signed).mean()
    }
}

loss! {
    /// Hausdorff loss by distance transforms.
    HausdorffDt {
        alpha: f64 = range(r"\alpha", (0.0, 4.0, 0.5), 2.0,
            "Power of the distances. Higher looks at the farthest errors only; at 0 all errors count alike."),
    }
    info {
        kind: "hausdorff_dt",
        name: "Hausdorff distance, by distance transforms",
        short_name: "Hausdorff DT",
        family: LossFamily::Shape,
        year: 2019,
        paper: "Karimi and Salcudean, IEEE TMI 39(2), arXiv 1904.10030",
        formula: r"\frac{1}{N(C-1)}\sum_i\sum_{c>0}(p_{ic}-y_{ic})^2\big(d_{p,ic}^{\alpha}+d_{y,ic}^{\alpha}\big)",
        summary: "Squared errors, weighed by how far they lie from the true and from the predicted boundary.",
        good_at: "Large outliers, which the Hausdorff distance is made of.",
        bad_at: "Early training: the predicted boundary jumps, and with it the weights. It wants Dice beside it.",
        conventions: &[
            EMPTY,
            Convention {
                topic: "Predicted boundary",
                ours: "Where p passes 0.5, for each class by itself; it has no gradient.",
                others: "Others take the class of highest probability.",
            },
        ],
    }
}

impl Evaluate for HausdorffDt {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let p = foreground(prediction.probabilities()).without_autodiff();
        let dtype = p.dtype();
        let predicted = p.greater_scalar(0.5).float().cast(dtype);
        hausdorff(prediction, target, predicted, self.alpha)
    }
}

/// Errors weighed by the distances to the boundaries of `predicted`, `[B, C − 1, N]`, and of the target.
pub(crate) fn hausdorff(
    prediction: &Prediction,
    target: &Tensor<3>,
    predicted: Tensor<3>,
    alpha: f64,
) -> Tensor<1> {
    let y = foreground(target.clone());
    let error = foreground(prediction.probabilities()) - y.clone();
    let both = Tensor::cat(vec![predicted, y.without_autodiff()], 0);
    let distances = squared_distances(&both, prediction.spatial());
    // One of the two is zero at each pixel; the square roots are spared.
    let fields = power(distances.outside + distances.inside, 0.5 * alpha);
    let images = error.dims()[0];
    let weights = fields.clone().narrow(0, 0, images) + fields.narrow(0, images, images);
    (error.clone() * error * weights).mean()
}
