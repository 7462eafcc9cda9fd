//! Losses of regions.

use burn::tensor::Tensor;

use super::example::{ABSENT, BATCH, EMPTY};
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::quotient;
use crate::parts::overlap::{foreground, tversky_miss};
use crate::{Classes, Loss, Prediction, Switch};

pub(super) fn regions() -> Vec<Row> {
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
            &EMPTY,
            "nothing added",
            Others::Formula(|p, y| Mcc { eps: 0.0 }.evaluate(p, y)),
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
            LovaszHinge {}.into(),
            "Several classes",
            &BATCH,
            "the second channel's logit alone",
            Others::Formula(|p, y| {
                let channel = Prediction::from_logits(p.logits().narrow(1, 1, 1));
                LovaszHinge {}.evaluate(&channel, y)
            }),
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
