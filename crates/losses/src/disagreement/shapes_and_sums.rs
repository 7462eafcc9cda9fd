//! Losses of shapes, and sums.

use burn::tensor::Tensor;

use super::example::{BATCH, BLOB, CERTAIN};
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::{power, quotient};
use crate::parts::overlap::{foreground, tversky_miss};
use crate::parts::pixel::{Logarithm, cross_entropy};
use crate::{Count, EPSILON, Loss, Prediction};

pub(super) fn shapes_and_sums() -> Vec<Row> {
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
