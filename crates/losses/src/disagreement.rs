//! Where implementations of the same loss disagree, in numbers: both sides are evaluated, in float64, on a
//! small fixed case, whenever they are asked for.

use burn::tensor::Tensor;
use serde::Serialize;

use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::{power, quotient};
use crate::parts::overlap::{foreground, tversky_miss};
use crate::parts::pixel::{Logarithm, cross_entropy};
use crate::reference::{Activation, Case, with_gradient};
use crate::{Classes, Count, EPSILON, Loss, LossError, Prediction, Switch};

/// A disagreement that the catalogue's [conventions](crate::Convention) describe, in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The loss it is about.
    pub kind: &'static str,
    /// The convention it shows, by its topic.
    pub topic: &'static str,
    /// On what both sides were evaluated.
    pub case: &'static str,
    /// What others do, as it was evaluated.
    pub others: &'static str,
    /// What this crate's loss gives.
    pub ours: Measured,
    /// What others' gives.
    pub theirs: Measured,
}

/// A loss on a case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    /// Its value.
    pub value: f64,
    /// The sum of the absolute values of its gradient with respect to the logits.
    pub push: f64,
}

/// What others do.
enum Others {
    /// It is one of our losses.
    Loss(Loss),
    /// One of our losses, of each image by itself, then the mean.
    EachImage(Loss),
    /// Something else.
    Formula(fn(&Prediction, &Tensor<3>) -> Tensor<1>),
}

struct Example {
    name: &'static str,
    shape: &'static [usize],
    labels: &'static [u8],
    logits: &'static [f64],
}

static BATCH: Example = Example {
    name: "two images of 2 × 3 pixels, the second without foreground",
    shape: &[2, 2, 2, 3],
    labels: &[0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0],
    logits: &[
        1.5, 0.5, -0.5, 2.0, 0.25, -1.5, -0.5, 0.0, 1.0, -1.0, -0.25, 0.5, //
        2.0, 1.0, 0.5, 1.5, 2.5, -0.25, -1.0, -0.5, 0.0, -1.5, -2.0, 0.75,
    ],
};
static CERTAIN: Example = Example {
    name: "2 × 2 pixels, one of them wrong by a logit margin of 40",
    shape: &[1, 2, 2, 2],
    labels: &[0, 1, 0, 1],
    logits: &[2.0, 20.0, 1.0, -1.0, -1.0, -20.0, 0.5, 1.5],
};
static EMPTY: Example = Example {
    name: "2 × 3 pixels without foreground",
    shape: &[1, 2, 2, 3],
    labels: &[0; 6],
    logits: &[
        2.0, 1.0, 0.5, 1.5, 2.5, -0.25, -1.0, -0.5, 0.0, -1.5, -2.0, 0.75,
    ],
};
static ABSENT: Example = Example {
    name: "2 × 3 pixels of three classes, the third absent",
    shape: &[1, 3, 2, 3],
    labels: &[0, 0, 1, 0, 1, 1],
    logits: &[
        1.5, 0.5, -0.5, 2.0, 0.25, -1.5, -0.5, 0.0, 1.0, -1.0, -0.25, 0.5, -1.0, -0.5, 0.0, -1.5,
        -2.0, 0.75,
    ],
};
static BLOB: Example = Example {
    name: "5 × 5 pixels with a square of 3 × 3, a false alarm in the corner",
    shape: &[1, 2, 5, 5],
    labels: &[
        0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0,
    ],
    logits: &[
        -1.0, 1.0, 1.0, 1.5, 2.0, 1.0, -1.0, 0.25, -1.0, 1.0, 0.5, -1.0, -2.0, -1.5, 1.0, 1.0,
        -0.5, -1.0, -1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 2.0, //
        1.0, -1.0, -1.0, -1.5, -2.0, -1.0, 1.0, -0.25, 1.0, -1.0, -0.5, 1.0, 2.0, 1.5, -1.0, -1.0,
        0.5, 1.0, 1.0, -1.0, -1.0, -0.5, -1.0, -1.0, -2.0,
    ],
};

type Row = (Loss, &'static str, &'static Example, &'static str, Others);

/// Every disagreement that numbers can show.
///
/// # Errors
/// None in practice: the cases and parameters are fixed, and sound.
pub fn disagreements() -> Result<Vec<Disagreement>, LossError> {
    let rows = pixels()
        .into_iter()
        .chain(regions())
        .chain(shapes_and_sums());
    rows.map(|(loss, topic, example, others, theirs)| {
        Ok(Disagreement {
            kind: loss.kind(),
            topic,
            case: example.name,
            others,
            ours: example.measure(&Others::Loss(loss))?,
            theirs: example.measure(&theirs)?,
        })
    })
    .collect()
}

impl Example {
    fn measure(&self, what: &Others) -> Result<Measured, LossError> {
        let whole = |evaluate: &dyn Fn(&Prediction, &Tensor<3>) -> Tensor<1>| {
            measured(self.shape, self.labels, self.logits, evaluate)
        };
        match what {
            Others::Loss(loss) => whole(&|p, y| loss.evaluate(p, y.clone())),
            Others::Formula(formula) => whole(&|p, y| formula(p, y)),
            Others::EachImage(loss) => {
                let images = self.shape[0];
                let mut shape = self.shape.to_vec();
                shape[0] = 1;
                let labels = self.labels.chunks(self.labels.len() / images);
                let logits = self.logits.chunks(self.logits.len() / images);
                let mut mean = Measured {
                    value: 0.0,
                    push: 0.0,
                };
                for (labels, logits) in labels.zip(logits) {
                    let one =
                        measured(&shape, labels, logits, &|p, y| loss.evaluate(p, y.clone()))?;
                    mean.value += one.value / images as f64;
                    mean.push += one.push / images as f64;
                }
                Ok(mean)
            }
        }
    }
}

fn measured(
    shape: &[usize],
    labels: &[u8],
    input: &[f64],
    evaluate: &dyn Fn(&Prediction, &Tensor<3>) -> Tensor<1>,
) -> Result<Measured, LossError> {
    let case = Case {
        input,
        shape,
        labels,
        activation: Activation::Softmax,
    };
    let (value, gradient) = with_gradient(&case, evaluate)?;
    let push = gradient.iter().map(|g| g.abs()).sum();
    Ok(Measured { value, push })
}

fn pixels() -> Vec<Row> {
    let smoothing = |eps| Loss::from(CeLabelSmoothing { eps });
    vec![
        (
            Loss::ce(),
            "Clip",
            &CERTAIN,
            "`ce_clip`",
            Others::Loss(CeClip {}.into()),
        ),
        (
            CeClip {}.into(),
            "Clip",
            &CERTAIN,
            "`ce`",
            Others::Loss(Loss::ce()),
        ),
        (
            CeWeighted::default().into(),
            "Normaliser",
            &BATCH,
            "the same weights, divided by the number of pixels",
            Others::Loss(BceLogits { pos_weight: 2.0 }.into()),
        ),
        (
            BceLogits { pos_weight: 2.0 }.into(),
            "Normaliser",
            &BATCH,
            "`ce_weighted` with the same weight",
            Others::Loss(CeWeighted::default().into()),
        ),
        (
            smoothing(0.1),
            "Spread",
            &BATCH,
            "0.1 spread over the other class only: ours at 0.2",
            Others::Loss(smoothing(0.2)),
        ),
        (
            Focal::default().into(),
            "Reduction",
            &BATCH,
            "the mean over two classes",
            Others::Formula(|p, y| Focal::default().evaluate(p, y) * 0.5),
        ),
        (
            Focal::default().into(),
            "Softmax or sigmoid",
            &BATCH,
            "`focal_ovr`",
            Others::Loss(FocalOvr::default().into()),
        ),
        (
            FocalClip {
                gamma: 2.0,
                alpha: Some(vec![0.25, 0.75]),
            }
            .into(),
            "Class weights",
            &BATCH,
            "`focal_alpha` with α = 0.25",
            Others::Loss(FocalAlpha::default().into()),
        ),
        (
            FocalAlpha::default().into(),
            "Whose weight α is",
            &BATCH,
            "α for class 0",
            Others::Loss(
                FocalAlpha {
                    alpha: 0.75,
                    gamma: 2.0,
                }
                .into(),
            ),
        ),
        (
            AsymFocal::default().into(),
            "Clip",
            &CERTAIN,
            "the same of exact logarithms",
            Others::Loss(
                AsymUnifiedFocalExact {
                    lambda: 0.0,
                    delta: 0.7,
                    gamma: 2.0,
                }
                .into(),
            ),
        ),
    ]
}

fn regions() -> Vec<Row> {
    let monai = |change: fn(&mut DiceMonai)| {
        let mut loss = DiceMonai::default();
        change(&mut loss);
        Loss::from(loss)
    };
    let jaccard = monai(|loss| loss.jaccard = Switch(true));
    let tversky = |alpha, beta| {
        let smooth = 1e-6;
        Loss::from(TverskyMonai {
            alpha,
            beta,
            smooth,
        })
    };
    let of_foreground: fn(&Prediction, &Tensor<3>) -> Tensor<1> =
        |p, y| foreground(tversky_miss(p.probabilities(), y, 0.7, 1e-6)).mean();
    vec![
        (
            Loss::dice(),
            "Which classes",
            &BATCH,
            "without the background",
            Others::Loss(monai(|loss| loss.include_background = Switch(false))),
        ),
        (
            Loss::dice(),
            "Smoothing",
            &EMPTY,
            "smoothing of 1",
            Others::Loss(Dice { smooth: 1.0 }.into()),
        ),
        (
            Loss::dice(),
            "Reduction",
            &BATCH,
            "`dice_smp`",
            Others::Loss(DiceSmp {}.into()),
        ),
        (
            Loss::dice(),
            "Absent classes",
            &ABSENT,
            "`dice_smp`",
            Others::Loss(DiceSmp {}.into()),
        ),
        (
            DiceMonai::default().into(),
            "Reduction",
            &BATCH,
            "`dice_smp`",
            Others::Loss(DiceSmp {}.into()),
        ),
        (
            DiceMonai::default().into(),
            "Absent classes",
            &ABSENT,
            "`dice_smp`",
            Others::Loss(DiceSmp {}.into()),
        ),
        (
            monai(|loss| loss.squared = Switch(true)),
            "Squares",
            &BATCH,
            "without squares",
            Others::Loss(monai(|_| ())),
        ),
        (
            jaccard.clone(),
            "Jaccard",
            &BATCH,
            "`jaccard_smp`",
            Others::Loss(JaccardSmp {}.into()),
        ),
        (
            DiceSmp {}.into(),
            "Reduction",
            &BATCH,
            "`dice_monai`",
            Others::Loss(monai(|_| ())),
        ),
        (
            DiceSmp {}.into(),
            "Absent classes",
            &ABSENT,
            "`dice_monai`",
            Others::Loss(monai(|_| ())),
        ),
        (
            JaccardSmp {}.into(),
            "Reduction",
            &BATCH,
            "`dice_monai` with `jaccard`",
            Others::Loss(jaccard.clone()),
        ),
        (
            JaccardSmp {}.into(),
            "Absent classes",
            &ABSENT,
            "`dice_monai` with `jaccard`",
            Others::Loss(jaccard),
        ),
        (
            LogCoshDice::default().into(),
            "Smoothing",
            &EMPTY,
            "smoothing of 1",
            Others::Loss(LogCoshDice { smooth: 1.0 }.into()),
        ),
        (
            GeneralisedDiceMonai::default().into(),
            "Absent classes",
            &ABSENT,
            "weight 1/ε² with ε = 1e-5",
            Others::Formula(|p, y| generalised_dice(p, y) + 1.0),
        ),
        (
            GeneralisedDiceMonai::default().into(),
            "Sign",
            &BATCH,
            "the negative score",
            Others::Formula(|p, y| GeneralisedDiceMonai::default().evaluate(p, y) - 1.0),
        ),
        (
            Tversky::default().into(),
            "Whose weight is whose",
            &BATCH,
            "0.7 for false positives",
            Others::Loss(tversky(0.7, 0.3)),
        ),
        (
            Tversky::default().into(),
            "Which classes",
            &BATCH,
            "the foreground only",
            Others::Formula(of_foreground),
        ),
        (
            tversky(0.3, 0.7),
            "Whose weight is whose",
            &BATCH,
            "`tversky` with δ = 0.3",
            Others::Loss(
                Tversky {
                    delta: 0.3,
                    smooth: 1e-6,
                }
                .into(),
            ),
        ),
        (
            FocalTversky::default().into(),
            "Whose weight is whose",
            &BATCH,
            "0.7 for false positives",
            Others::Loss(
                FocalTversky {
                    delta: 0.3,
                    ..FocalTversky::default()
                }
                .into(),
            ),
        ),
        (
            FocalTversky::default().into(),
            "Exponent",
            &BATCH,
            "the power of the mean, `tversky_smp`",
            Others::Loss(TverskySmp::default().into()),
        ),
        (
            TverskySmp::default().into(),
            "Power",
            &BATCH,
            "the power of each class, `focal_tversky`",
            Others::Loss(FocalTversky::default().into()),
        ),
        (
            TverskySmp::default().into(),
            "Absent classes",
            &ABSENT,
            "`focal_tversky`",
            Others::Loss(FocalTversky::default().into()),
        ),
        (
            AsymmetricSimilarity::default().into(),
            "Smoothing",
            &BATCH,
            "smoothing of 1e-6",
            Others::Loss(
                AsymmetricSimilarity {
                    smooth: 1e-6,
                    ..AsymmetricSimilarity::default()
                }
                .into(),
            ),
        ),
        (
            SensitivitySpecificity::default().into(),
            "Which classes",
            &BATCH,
            "the foreground only",
            Others::Formula(|p, y| {
                let error = foreground(y.clone() - p.probabilities());
                let squared = error.clone() * error;
                let inside = foreground(y.clone());
                let outside = -inside.clone() + 1.0;
                let share = |of: Tensor<3>| {
                    quotient(
                        (squared.clone() * of.clone()).sum_dim(2),
                        of.sum_dim(2) + 1.0,
                    )
                };
                (share(inside) * 0.1 + share(outside) * 0.9).mean()
            }),
        ),
        (
            SensitivitySpecificity::default().into(),
            "Which is which",
            &ABSENT,
            "r for the error outside",
            Others::Loss(
                SensitivitySpecificity {
                    r: 0.9,
                    smooth: 1.0,
                }
                .into(),
            ),
        ),
        (
            Mcc::default().into(),
            "Reduction",
            &BATCH,
            "each image by itself",
            Others::EachImage(Mcc::default().into()),
        ),
        (
            LovaszSoftmax::default().into(),
            "Absent classes",
            &ABSENT,
            "`classes` = `all`",
            Others::Loss(
                LovaszSoftmax {
                    classes: Classes::All,
                    per_image: Switch(false),
                }
                .into(),
            ),
        ),
        (
            LovaszSoftmax::default().into(),
            "Reduction",
            &BATCH,
            "`per_image`",
            Others::Loss(
                LovaszSoftmax {
                    classes: Classes::Present,
                    per_image: Switch(true),
                }
                .into(),
            ),
        ),
        (
            SymFocalTversky::default().into(),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| SymFocalTversky::default().evaluate(p, y) * 2.0),
        ),
        (
            AsymFocalTversky::default().into(),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| AsymFocalTversky::default().evaluate(p, y) * 2.0),
        ),
    ]
}

/// −(generalised Dice score), an absent class weighed by 1/ε².
fn generalised_dice(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let p = prediction.probabilities();
    let size = target.clone().sum_dim(2);
    let weight = size.clone().clamp_min(1e-5).powf_scalar(-2.0);
    let shared = (p.clone() * target.clone()).sum_dim(2) * weight.clone();
    let sum = (p.sum_dim(2) + size) * weight;
    -quotient(shared.sum_dim(1) * 2.0, sum.sum_dim(1)).mean()
}

fn shapes_and_sums() -> Vec<Row> {
    let sym = |lambda, delta| {
        let gamma = 0.5;
        Loss::from(SymUnifiedFocal {
            lambda,
            delta,
            gamma,
        })
    };
    let asym = |lambda, delta| {
        let gamma = 0.5;
        Loss::from(AsymUnifiedFocal {
            lambda,
            delta,
            gamma,
        })
    };
    let combo = |beta| Loss::from(Combo { alpha: 0.5, beta });
    vec![
        (
            sym(0.3, 0.6),
            "Whose weight λ is",
            &BATCH,
            "λ = 0.3 on the focal part",
            Others::Loss(sym(0.7, 0.6)),
        ),
        (
            asym(0.3, 0.6),
            "Whose weight λ is",
            &BATCH,
            "λ = 0.3 on the focal part",
            Others::Loss(asym(0.7, 0.6)),
        ),
        (
            asym(0.5, 0.6),
            "Focal part",
            &BATCH,
            "half of it",
            Others::Formula(|p, y| {
                let part = |lambda| {
                    let whole = AsymUnifiedFocal {
                        lambda,
                        ..AsymUnifiedFocal::default()
                    };
                    whole.evaluate(p, y)
                };
                part(1.0) * 0.5 + part(0.0) * 0.25
            }),
        ),
        (
            asym(0.5, 0.6),
            "δ by default",
            &BATCH,
            "δ = 0.7",
            Others::Loss(asym(0.5, 0.7)),
        ),
        (
            asym(0.5, 0.6),
            "Clip",
            &CERTAIN,
            "`asym_unified_focal_exact`",
            Others::Loss(AsymUnifiedFocalExact::default().into()),
        ),
        (
            AsymUnifiedFocalExact::default().into(),
            "Clip",
            &CERTAIN,
            "`asym_unified_focal`",
            Others::Loss(asym(0.5, 0.6)),
        ),
        (
            SymUnifiedFocalExact::default().into(),
            "Clip",
            &CERTAIN,
            "`sym_unified_focal`",
            Others::Loss(sym(0.5, 0.6)),
        ),
        (
            SymUnifiedFocalPrinted::default().into(),
            "Printed, not run",
            &BATCH,
            "`sym_unified_focal`",
            Others::Loss(sym(0.5, 0.6)),
        ),
        (
            AsymUnifiedFocalPrinted::default().into(),
            "Printed, not run",
            &BATCH,
            "`asym_unified_focal`",
            Others::Loss(asym(0.5, 0.6)),
        ),
        (
            combo(0.7),
            "Whose weight β is",
            &BATCH,
            "β = 0.7 for the foreground",
            Others::Loss(combo(0.3)),
        ),
        (
            ExpLog::default().into(),
            "Reduction",
            &BATCH,
            "SegLossOdyssey's: one logarithm, no power of the cross entropy",
            Others::Formula(exp_log_of_the_mean),
        ),
        (
            DiceCe::default().into(),
            "Which Dice",
            &BATCH,
            "−Dice of the foreground, summed over the batch",
            Others::Formula(|p, y| {
                let dice = quotient(
                    foreground((p.probabilities() * y.clone()).sum_dim(2).sum_dim(0)) * 2.0,
                    foreground((p.probabilities() + y.clone()).sum_dim(2).sum_dim(0)),
                );
                -dice.mean() + cross_entropy(p, y, None, Logarithm::Exact)
            }),
        ),
        (
            DiceFocal::default().into(),
            "Softmax or sigmoid",
            &BATCH,
            "`dice_focal_monai`",
            Others::Loss(DiceFocalMonai::default().into()),
        ),
        (
            DiceFocalMonai::default().into(),
            "Reduction",
            &BATCH,
            "`dice_focal`",
            Others::Loss(DiceFocal::default().into()),
        ),
        (
            SoftCldice::default().into(),
            "Reduction",
            &BATCH,
            "each image by itself",
            Others::EachImage(SoftCldice::default().into()),
        ),
        (
            SoftCldice {
                iters: Count(0),
                smooth: 1.0,
            }
            .into(),
            "Iterations",
            &BLOB,
            "10 erosions where 0 were asked for",
            Others::Loss(
                SoftCldice {
                    iters: Count(10),
                    smooth: 1.0,
                }
                .into(),
            ),
        ),
        (
            Boundary {}.into(),
            "Sign and border",
            &BLOB,
            "−1 on the innermost border pixels",
            Others::Formula(|p, y| {
                let inside = foreground(p.probabilities() * y.clone());
                Boundary {}.evaluate(p, y) - inside.mean()
            }),
        ),
    ]
}

fn exp_log_of_the_mean(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let ExpLog {
        w_dice,
        w_ce,
        gamma,
        smooth,
    } = ExpLog::default();
    let miss = tversky_miss(prediction.probabilities(), target, 0.5, 0.5 * smooth).mean();
    let entropy = cross_entropy(prediction, target, None, Logarithm::Exact);
    power(-(-miss + 1.0).clamp_min(EPSILON).log(), gamma) * w_dice + entropy * w_ce
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn every_one_shows_a_convention_of_its_loss_and_a_difference() {
        let all = disagreements().unwrap();
        for one in &all {
            let info = catalogue()
                .iter()
                .find(|info| info.kind == one.kind)
                .unwrap();
            assert!(
                info.conventions.iter().any(|c| c.topic == one.topic),
                "{one:?} is no convention of {}",
                one.kind
            );
            let apart = |a: f64, b: f64| (a - b).abs() > 1e-6 * (1.0 + a.abs());
            let (ours, theirs) = (one.ours, one.theirs);
            assert!(
                apart(ours.value, theirs.value) || apart(ours.push, theirs.push),
                "{one:?} shows no difference"
            );
            for number in [ours.value, ours.push, theirs.value, theirs.push] {
                assert!(number.is_finite(), "{one:?}");
            }
        }
        println!("{} disagreements", all.len());
    }
}
