//! Losses of pixels.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

use super::example::{BATCH, CERTAIN, THREE};
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::power;
use crate::parts::overlap::foreground;
use crate::parts::pixel::negative_log_likelihood;
use crate::{Loss, Prediction};

pub(super) fn pixels() -> Vec<Row> {
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
            FocalClip::default().into(),
            "Reduction",
            &BATCH,
            "the mean over two classes",
            Others::Formula(|p, y| FocalClip::default().evaluate(p, y) * 0.5),
        ),
        (
            BceLogits { pos_weight: 2.0 }.into(),
            "Several classes",
            &THREE,
            "three binary problems, one for each channel",
            Others::Formula(|p, y| {
                // A label counts twice.
                let weights = y.clone() + 1.0;
                -(log_of_own_sigmoid(p, y) * weights).mean()
            }),
        ),
        (
            FocalOvr::default().into(),
            "Reduction",
            &BATCH,
            "the sum, divided by the number of foreground pixels",
            Others::Formula(|p, y| {
                let entries = y.dims().iter().product::<usize>() as f64;
                FocalOvr::default().evaluate(p, y) * entries / foreground(y.clone()).sum()
            }),
        ),
        (
            Poly1Focal::default().into(),
            "Softmax or sigmoid",
            &BATCH,
            "of each logit's own sigmoid, and their mean",
            Others::Formula(|p, y| {
                let log = log_of_own_sigmoid(p, y);
                let miss = -log.clone().exp() + 1.0;
                let focal = -log * power(miss.clone(), 2.0);
                (focal + power(miss, 3.0)).mean()
            }),
        ),
        (
            TopkCe { k: 5.0 }.into(),
            "Count",
            &BATCH,
            "the mean of no pixel at all",
            Others::Formula(mean_of_none),
        ),
        (
            OhemCe {
                thresh: 0.1,
                min_kept_frac: 0.25,
            }
            .into(),
            "Threshold",
            &BATCH,
            "the minimum in each image by itself",
            Others::EachImage(
                OhemCe {
                    thresh: 0.1,
                    min_kept_frac: 0.25,
                }
                .into(),
            ),
        ),
    ]
}

/// log σ(z) where the class is the pixel's, log σ(−z) elsewhere: each channel is a problem of its own.
fn log_of_own_sigmoid(prediction: &Prediction, target: &Tensor<3>) -> Tensor<3> {
    log_sigmoid(prediction.logits() * (target.clone() * 2.0 - 1.0))
}

/// The mean of the hardest pixels, where rounding leaves none: 0/0.
pub(super) fn mean_of_none(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let none = negative_log_likelihood(prediction, target) * 0.0;
    none.clone().sum() / none.without_autodiff().sum()
}
