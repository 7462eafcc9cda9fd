//! Losses on a pixel's neighbourhood: neighbour-aware calibration, and centrelines of thin structures.

use burn::tensor::Tensor;
use burn::tensor::activation::relu;

use super::Evaluate;
use crate::parameter::{Count, range, smooth};
use crate::parts::neighbours::{box_mean, dilate, erode};
use crate::parts::numeric::quotient;
use crate::parts::overlap::foreground;
use crate::parts::pixel::{Logarithm, cross_entropy};
use crate::{Convention, LossFamily, Prediction};

loss! {
    /// Neighbour-aware calibration loss.
    Nacl {
        alpha: f64 = range(r"\alpha", (0.0, 1.0, 0.05), 0.1,
            "Weight of the pull of logits towards the share of neighbours of that class. Higher keeps logits smaller."),
    }
    info {
        kind: "nacl",
        name: "Neighbour-aware calibration",
        short_name: "NACL",
        family: LossFamily::Shape,
        year: 2023,
        paper: "Murugesan et al., MICCAI 2023, arXiv 2303.06268",
        formula: r"\mathrm{CE}+\alpha\,\frac{1}{NC}\sum_i\sum_c|u_{ic}-z_{ic}|,\quad u=\text{mean of }y\text{ over a }3\times3\text{ box}",
        summary: "Cross entropy that also pulls each logit to the share of its neighbours that have the class.",
        good_at: "Calibration, above all along boundaries.",
        bad_at: "Confident predictions: logits are held near [0, 1].",
        conventions: &[Convention {
            topic: "Border",
            ours: "Beyond the image is no class, and the mean is always over 3 pixels a side, as in MONAI.",
            others: "The authors' code pads the labels with 0: all that is beyond the image is background. It offers \
                     other kernels than the mean.",
        }],
    }
}

impl Evaluate for Nacl {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let shares = box_mean(prediction.channel_target(target), prediction.spatial());
        let apart = (shares - prediction.logits()).abs().mean();
        cross_entropy(prediction, target, None, Logarithm::Exact) + apart * self.alpha
    }
}

loss! {
    /// Soft centreline Dice: overlap of the skeletons of thin structures.
    SoftCldice {
        iters: Count = range("k", (0.0, 25.0, 1.0), 3.0,
            "How often the regions are eroded to find their skeletons: at least half the width of the thickest."),
        smooth: f64 = smooth(1.0),
    }
    info {
        kind: "soft_cldice",
        name: "Soft centreline Dice",
        short_name: "clDice",
        family: LossFamily::Shape,
        year: 2021,
        paper: "Shit et al., CVPR 2021, arXiv 2003.07311",
        formula: r"1-\frac{2\,T_p T_s}{T_p+T_s},\quad T_p=\frac{\sum S_p\,y+s}{\sum S_p+s},\;T_s=\frac{\sum S_y\,p+s}{\sum S_y+s},\quad S=\text{skeleton after }k\text{ erosions}",
        summary: "Asks whether the skeleton of one lies inside the other: a gap in a vessel costs more than its width.",
        good_at: "Connected thin structures: vessels, roads, nerves.",
        bad_at: "Alone: it does not care how thick a structure is. It wants Dice beside it.",
        conventions: &[
            Convention {
                topic: "Reduction",
                ours: "Sums over the whole batch and all foreground classes, as in MONAI until 1.5.",
                others: "MONAI 1.6 takes the mean over images, and adds 1e-4 to the denominator.",
            },
            Convention {
                topic: "Iterations",
                ours: "As many erosions as asked for.",
                others: "The authors' code always does 10, whatever it is given.",
            },
            Convention {
                topic: "One channel",
                ours: "The one logit of a sigmoid is two classes, of which the second counts.",
                others: "MONAI 1.5 cuts the only channel away and returns 0.",
            },
        ],
    }
}

impl Evaluate for SoftCldice {
    fn evaluate(&self, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
        let p = foreground(prediction.probabilities());
        let y = foreground(target.clone());
        let within = |skeleton: Tensor<3>, region: Tensor<3>| {
            let overlap = (skeleton.clone() * region).sum() + self.smooth;
            quotient(overlap, skeleton.sum() + self.smooth)
        };
        let skeleton = |region: &Tensor<3>| skeleton(region, prediction.spatial(), self.iters.0);
        let precision = within(skeleton(&p), y.clone());
        let sensitivity = within(skeleton(&y), p);
        let both = precision.clone() * sensitivity.clone();
        -quotient(both * 2.0, precision + sensitivity) + 1.0
    }
}

/// What each erosion loses that an opening does not bring back, added up.
fn skeleton(region: &Tensor<3>, spatial: &[usize], iterations: u32) -> Tensor<3> {
    let lost =
        |region: &Tensor<3>, eroded: Tensor<3>| relu(region.clone() - dilate(eroded, spatial));
    let mut region = region.clone();
    let mut eroded = erode(&region, spatial);
    let mut skeleton = lost(&region, eroded.clone());
    for _ in 0..iterations {
        region = eroded;
        eroded = erode(&region, spatial);
        let lost = lost(&region, eroded.clone());
        skeleton = skeleton.clone() + relu(lost.clone() - skeleton * lost);
    }
    skeleton
}
