//! Losses of pixels.

use super::example::{BATCH, CERTAIN};
use super::{Others, Row};
use crate::Loss;
use crate::kinds::Evaluate;
use crate::kinds::*;

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
