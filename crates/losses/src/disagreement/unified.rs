//! Unified Focal, its forms without the clip, and as printed.

use burn::tensor::Tensor;

use super::example::{BATCH, CERTAIN};
use super::halves::of_three;
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::power;
use crate::parts::overlap::{lifted_foreground, tversky_miss};
use crate::parts::pixel::{Logarithm, Powered, focal, rare_class_weights};
use crate::{EPSILON, Loss, Prediction};

pub(super) fn unified() -> Vec<Row> {
    let mut rows = wholes();
    rows.extend(variants());
    rows
}

fn sym(lambda: f64, gamma: f64) -> Loss {
    let delta = 0.6;
    Loss::from(SymUnifiedFocal {
        lambda,
        delta,
        gamma,
    })
}

fn asym(lambda: f64, delta: f64) -> Loss {
    let gamma = 0.5;
    Loss::from(AsymUnifiedFocal {
        lambda,
        delta,
        gamma,
    })
}

/// Of two classes: the Tversky part summed over them.
fn summed(at: impl Fn(f64) -> Loss, prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let part = |lambda| at(lambda).evaluate(prediction, target.clone());
    part(1.0) + part(0.0) * 0.5
}

fn wholes() -> Vec<Row> {
    vec![
        (
            sym(0.3, 0.5),
            "Whose weight λ is",
            &BATCH,
            "λ = 0.3 on the focal part",
            Others::Loss(sym(0.7, 0.5)),
        ),
        (
            sym(0.5, 0.5),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| summed(|lambda| sym(lambda, 0.5), p, y)),
        ),
        (
            sym(0.5, 0.3),
            "Powers",
            &BATCH,
            "0.7 for the focal part, 0.3 for the Tversky part",
            Others::Loss(sym(0.5, 0.7)),
        ),
        of_three::<SymUnifiedFocal>(),
        (
            sym(0.5, 0.5),
            "Clip",
            &CERTAIN,
            "`sym_unified_focal_exact`",
            Others::Loss(SymUnifiedFocalExact::default().into()),
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
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| summed(|lambda| asym(lambda, 0.6), p, y)),
        ),
        of_three::<AsymUnifiedFocal>(),
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
    ]
}

/// Without the clip, and as printed.
fn variants() -> Vec<Row> {
    vec![
        (
            AsymUnifiedFocalExact::default().into(),
            "Clip",
            &CERTAIN,
            "`asym_unified_focal`",
            Others::Loss(asym(0.5, 0.6)),
        ),
        (
            AsymUnifiedFocalExact {
                lambda: 0.3,
                ..Default::default()
            }
            .into(),
            "Whose weight λ is",
            &BATCH,
            "λ = 0.3 on the focal part",
            Others::Loss(
                AsymUnifiedFocalExact {
                    lambda: 0.7,
                    ..Default::default()
                }
                .into(),
            ),
        ),
        (
            AsymUnifiedFocalExact::default().into(),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| {
                let at = |lambda| {
                    Loss::from(AsymUnifiedFocalExact {
                        lambda,
                        ..Default::default()
                    })
                };
                summed(at, p, y)
            }),
        ),
        (
            SymUnifiedFocalExact::default().into(),
            "Clip",
            &CERTAIN,
            "`sym_unified_focal`",
            Others::Loss(sym(0.5, 0.5)),
        ),
        (
            SymUnifiedFocalExact {
                lambda: 0.3,
                ..Default::default()
            }
            .into(),
            "Whose weight λ is",
            &BATCH,
            "λ = 0.3 on the focal part",
            Others::Loss(
                SymUnifiedFocalExact {
                    lambda: 0.7,
                    ..Default::default()
                }
                .into(),
            ),
        ),
        (
            SymUnifiedFocalExact::default().into(),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| {
                let at = |lambda| {
                    Loss::from(SymUnifiedFocalExact {
                        lambda,
                        ..Default::default()
                    })
                };
                summed(at, p, y)
            }),
        ),
        (
            SymUnifiedFocalPrinted::default().into(),
            "Printed, not run",
            &BATCH,
            "`sym_unified_focal`",
            Others::Loss(sym(0.5, 0.5)),
        ),
        (
            AsymUnifiedFocalPrinted::default().into(),
            "Printed, not run",
            &BATCH,
            "`asym_unified_focal`",
            Others::Loss(asym(0.5, 0.6)),
        ),
        (
            SymUnifiedFocalPrinted::default().into(),
            "Clip",
            &CERTAIN,
            "without a clip",
            Others::Formula(|p, y| printed_without_clip(p, y, Powered::Every)),
        ),
        (
            AsymUnifiedFocalPrinted::default().into(),
            "Clip",
            &CERTAIN,
            "without a clip",
            Others::Formula(|p, y| printed_without_clip(p, y, Powered::Background)),
        ),
    ]
}

/// Half of the printed focal part and half of the printed Tversky part of one image, of exact probabilities.
fn printed_without_clip(
    prediction: &Prediction,
    target: &Tensor<3>,
    powered: Powered,
) -> Tensor<1> {
    const DELTA: f64 = 0.6;
    const GAMMA: f64 = 0.5;
    let miss = tversky_miss(prediction.probabilities(), target, DELTA, EPSILON);
    let (weights, regions) = match powered {
        Powered::Every => (vec![DELTA; 2], power(miss, GAMMA)),
        Powered::Background => (
            rare_class_weights(2, 1.0 - DELTA, DELTA),
            lifted_foreground(miss, 1.0 - GAMMA),
        ),
    };
    let pixels = focal(
        prediction,
        target,
        GAMMA,
        Some(&weights),
        powered,
        Logarithm::Exact,
    );
    (pixels + regions.sum()) * 0.5
}
