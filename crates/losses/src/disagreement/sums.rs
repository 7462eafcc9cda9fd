//! Sums of losses, but for Unified Focal.

use burn::tensor::Tensor;

use super::example::{BATCH, CERTAIN, RIGHT};
use super::pixels::mean_of_none;
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::{power, quotient};
use crate::parts::overlap::{foreground, tversky_miss};
use crate::parts::pixel::{Logarithm, cross_entropy, negative_log_likelihood};
use crate::{EPSILON, Loss, Prediction};

pub(super) fn sums() -> Vec<Row> {
    let combo = |beta| Loss::from(Combo { alpha: 0.5, beta });
    vec![
        (
            combo(0.5),
            "Clip",
            &CERTAIN,
            "exact logarithms",
            Others::Formula(|p, y| {
                let of_pixels = |logarithm| cross_entropy(p, y, None, logarithm) * 0.25;
                Combo::default().evaluate(p, y) - of_pixels(Logarithm::Clipped)
                    + of_pixels(Logarithm::Exact)
            }),
        ),
        (
            ExpLog::default().into(),
            "At a perfect prediction",
            &RIGHT,
            "the formula as it stands",
            Others::Formula(exp_log_as_it_stands),
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
            Others::Formula(|p, y| negative_foreground_dice(p, y) + Ce {}.evaluate(p, y)),
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
            DiceFocal::default().into(),
            "Which Dice",
            &BATCH,
            "−Dice of the foreground, summed over the batch",
            Others::Formula(|p, y| {
                negative_foreground_dice(p, y) + Focal::default().evaluate(p, y)
            }),
        ),
        (
            DiceFocalMonai::default().into(),
            "Which Dice",
            &BATCH,
            "−Dice of the foreground, summed over the batch",
            Others::Formula(|p, y| {
                negative_foreground_dice(p, y) + FocalOvr::default().evaluate(p, y)
            }),
        ),
        (
            DiceTopk::default().into(),
            "Which Dice",
            &BATCH,
            "−Dice of the foreground, summed over the batch",
            Others::Formula(|p, y| {
                negative_foreground_dice(p, y) + TopkCe::default().evaluate(p, y)
            }),
        ),
        (
            DiceTopk {
                k: 5.0,
                ..DiceTopk::default()
            }
            .into(),
            "Count",
            &BATCH,
            "a mean of no pixel at all",
            Others::Formula(|p, y| DiceMonai::default().evaluate(p, y) + mean_of_none(p, y)),
        ),
    ]
}

/// −Dice of the foreground, of the whole batch.
fn negative_foreground_dice(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let p = prediction.probabilities();
    let sum = |of: Tensor<3>| foreground(of.sum_dim(2).sum_dim(0));
    let dice = quotient(
        sum(p.clone() * target.clone()) * 2.0,
        sum(p + target.clone()),
    );
    -dice.mean()
}

/// Without the distance that is kept from a perfect prediction.
fn exp_log_as_it_stands(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let ExpLog {
        w_dice,
        w_ce,
        gamma,
        smooth,
    } = ExpLog::default();
    let size = target.clone().sum_dim(2).sum_dim(0);
    let p = prediction.probabilities();
    let shared = (p.clone() * target.clone()).sum_dim(2).sum_dim(0);
    let sum = p.sum_dim(2).sum_dim(0) + size.clone();
    let dice = (shared * 2.0 + smooth) / (sum + smooth);
    let dice = (-dice.log()).powf_scalar(gamma).mean();
    let [batch, _, pixels] = target.dims();
    let weight = (size.recip() * (batch * pixels) as f64).sqrt() * target.clone();
    let entropy = negative_log_likelihood(prediction, target).powf_scalar(gamma);
    dice * w_dice + (entropy * weight.sum_dim(1)).mean() * w_ce
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
