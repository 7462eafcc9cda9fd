//! The halves of Unified Focal.

use burn::tensor::Tensor;

use super::example::{BATCH, CERTAIN, RIGHT, THREE, VOLUME};
use super::{Others, Row};
use crate::kinds::Evaluate;
use crate::kinds::*;
use crate::parts::numeric::power;
use crate::parts::pixel::Powered;
use crate::{Loss, Prediction};

/// What is not for more than two classes, of three.
pub(super) fn of_three<L: Evaluate + Default + Into<Loss>>() -> Row {
    (
        L::default().into(),
        "Several classes",
        &THREE,
        "channels from the third on ignored",
        Others::Formula(|p, y| {
            let two = |channels: Tensor<3>| channels.narrow(1, 0, 2);
            let prediction = Prediction::from_probabilities(two(p.probabilities()));
            L::default().evaluate(&prediction, &two(y.clone()))
        }),
    )
}

pub(super) fn halves() -> Vec<Row> {
    let sym_exact = |lambda, gamma| {
        let delta = 0.7;
        Loss::from(SymUnifiedFocalExact {
            lambda,
            delta,
            gamma,
        })
    };
    let asym_exact = |lambda, gamma| {
        let delta = 0.7;
        Loss::from(AsymUnifiedFocalExact {
            lambda,
            delta,
            gamma,
        })
    };
    vec![
        of_three::<SymFocal>(),
        (
            SymFocal::default().into(),
            "Clip",
            &CERTAIN,
            "the same of exact logarithms",
            Others::Loss(sym_exact(0.0, 2.0)),
        ),
        (
            SymFocal::default().into(),
            "Volumes",
            &VOLUME,
            "two slices for two classes",
            Others::Formula(|p, y| slices_for_classes(p, y, Powered::Every)),
        ),
        (
            AsymFocal::default().into(),
            "Second term",
            &BATCH,
            "the rare class in both terms",
            Others::Formula(rare_class_in_both_terms),
        ),
        of_three::<AsymFocal>(),
        (
            AsymFocal::default().into(),
            "Clip",
            &CERTAIN,
            "the same of exact logarithms",
            Others::Loss(asym_exact(0.0, 2.0)),
        ),
        (
            AsymFocal::default().into(),
            "Volumes",
            &VOLUME,
            "two slices for two classes",
            Others::Formula(|p, y| slices_for_classes(p, y, Powered::Background)),
        ),
        (
            SymFocalTversky::default().into(),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| SymFocalTversky::default().evaluate(p, y) * 2.0),
        ),
        of_three::<SymFocalTversky>(),
        (
            SymFocalTversky::default().into(),
            "Clip",
            &RIGHT,
            "the same without the clip",
            Others::Loss(sym_exact(1.0, 0.75)),
        ),
        (
            AsymFocalTversky::default().into(),
            "Sum or mean over classes",
            &BATCH,
            "the sum",
            Others::Formula(|p, y| AsymFocalTversky::default().evaluate(p, y) * 2.0),
        ),
        of_three::<AsymFocalTversky>(),
        (
            AsymFocalTversky::default().into(),
            "Clip",
            &RIGHT,
            "the same without the clip",
            Others::Loss(asym_exact(1.0, 0.75)),
        ),
    ]
}

/// Of a volume, the first slice along its last axis where class 0 is meant, the second where class 1 is; with
/// the defaults of the focal half.
fn slices_for_classes(prediction: &Prediction, target: &Tensor<3>, powered: Powered) -> Tensor<1> {
    const DELTA: f64 = 0.7;
    const GAMMA: f64 = 2.0;
    let width = prediction.spatial().last().copied().unwrap_or(1);
    let slice = |of: &Tensor<3>, at| {
        let lines = of.dims().iter().product::<usize>() / width;
        of.clone().reshape([lines, width]).narrow(1, at, 1)
    };
    let probabilities = prediction.clipped();
    let terms = -(probabilities.clone().log() * target.clone());
    let held = |at| power(-slice(&probabilities, at) + 1.0, GAMMA) * slice(&terms, at);
    let common = held(0) * (1.0 - DELTA);
    let rare = match powered {
        Powered::Every => held(1),
        Powered::Background => slice(&terms, 1),
    };
    (common + rare * DELTA).mean()
}

/// Equation 20 to the letter, of two classes: background pixels have the logarithm of the foreground's
/// probability.
fn rare_class_in_both_terms(prediction: &Prediction, target: &Tensor<3>) -> Tensor<1> {
    let AsymFocal { delta, gamma } = AsymFocal::default();
    let class = |of: &Tensor<3>, at| of.clone().narrow(1, at, 1);
    let (p, y) = (prediction.clipped(), target);
    let log_rare = class(&p, 1).log();
    let common = power(-class(&p, 0) + 1.0, gamma) * class(y, 0) * log_rare.clone();
    let rare = class(y, 1) * log_rare;
    -(common * (1.0 - delta) + rare * delta).mean()
}
