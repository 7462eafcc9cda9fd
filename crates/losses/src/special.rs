//! The special cases of the losses: at which parameters one is another, or a sum of others.

use crate::Loss;
use crate::kinds::*;

/// A loss at some parameters, and the sum that it is there, in value and gradient, to rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecialCase {
    /// The loss that generalises.
    pub loss: Loss,
    /// Simpler losses, each with its factor.
    pub sum: Vec<(f64, Loss)>,
    /// Added to the sum.
    pub constant: f64,
}

fn is(loss: impl Into<Loss>, sum: Vec<(f64, Loss)>) -> SpecialCase {
    SpecialCase {
        loss: loss.into(),
        sum,
        constant: 0.0,
    }
}

fn once(loss: impl Into<Loss>) -> Vec<(f64, Loss)> {
    vec![(1.0, loss.into())]
}

/// Every special case, none of which clipped probabilities or ties disturb where nothing is extreme.
pub fn special_cases() -> Vec<SpecialCase> {
    let mut all = pixels();
    all.extend(overlaps());
    all.extend(sums());
    all.extend(unified(
        SymFocal::with,
        SymFocalTversky::with,
        SymUnifiedFocal::with,
        SymUnifiedFocalExact::with,
    ));
    all.extend(unified(
        AsymFocal::with,
        AsymFocalTversky::with,
        AsymUnifiedFocal::with,
        AsymUnifiedFocalExact::with,
    ));
    all
}

/// Cross entropy is at the bottom of most losses of pixels.
fn pixels() -> Vec<SpecialCase> {
    let entropy = || once(Ce {});
    vec![
        is(Focal { gamma: 0.0 }, entropy()),
        is(
            CeWeighted {
                foreground: 1.0,
                weights: None,
            },
            entropy(),
        ),
        is(CeLabelSmoothing { eps: 0.0 }, entropy()),
        is(BceLogits { pos_weight: 1.0 }, entropy()),
        is(Poly1Ce { eps: 0.0 }, entropy()),
        is(
            Poly1Focal {
                eps: 0.0,
                gamma: 0.0,
            },
            entropy(),
        ),
        is(
            Poly1Focal {
                eps: 0.0,
                gamma: 2.0,
            },
            once(Focal { gamma: 2.0 }),
        ),
        is(TopkCe { k: 100.0 }, entropy()),
        is(
            OhemCe {
                min_kept_frac: 1.0,
                ..Default::default()
            },
            entropy(),
        ),
        is(Nacl { alpha: 0.0 }, entropy()),
        is(
            FocalClip {
                gamma: 0.0,
                alpha: None,
            },
            once(CeClip {}),
        ),
        is(
            FocalAlpha {
                alpha: 0.5,
                gamma: 2.0,
            },
            vec![(0.5, Focal { gamma: 2.0 }.into())],
        ),
        is(
            SymFocal::with(0.5, 1.4),
            vec![(
                0.5,
                FocalClip {
                    gamma: 1.4,
                    alpha: None,
                }
                .into(),
            )],
        ),
    ]
}

fn dice(smooth: f64) -> Loss {
    Dice { smooth }.into()
}

fn overlaps() -> Vec<SpecialCase> {
    let smp = |weight: f64| TverskySmp {
        alpha: weight,
        beta: weight,
        gamma: 1.0,
    };
    vec![
        is(
            Tversky {
                delta: 0.5,
                ..Default::default()
            },
            once(dice(1e-6)),
        ),
        is(
            FocalTversky {
                gamma: 1.0,
                ..Default::default()
            },
            once(Tversky::default()),
        ),
        is(
            DiceMonai {
                smooth: 2e-3,
                ..Default::default()
            },
            once(dice(1e-3)),
        ),
        is(
            TverskyMonai {
                alpha: 0.2,
                beta: 0.8,
                smooth: 1e-3,
            },
            once(Tversky {
                delta: 0.8,
                smooth: 1e-3,
            }),
        ),
        is(
            AsymmetricSimilarity {
                beta: 1.0,
                smooth: 1.0,
            },
            once(dice(1.0)),
        ),
        is(DicePlusPlus { gamma: 1.0 }, once(dice(5e-8))),
        is(smp(0.5), once(DiceSmp {})),
        is(smp(1.0), once(JaccardSmp {})),
    ]
}

fn sums() -> Vec<SpecialCase> {
    let monai = || Loss::from(DiceMonai::default());
    let dice_ce = || vec![(1.0, monai()), (1.0, Ce {}.into())];
    vec![
        is(
            Combo {
                alpha: 1.0,
                beta: 0.5,
            },
            vec![(0.5, CeClip {}.into())],
        ),
        SpecialCase {
            loss: Combo {
                alpha: 0.0,
                beta: 0.5,
            }
            .into(),
            sum: vec![(1.0, dice(1e-6))],
            constant: -1.0,
        },
        is(DiceCe::default(), dice_ce()),
        is(
            DiceFocal {
                gamma: 0.0,
                ..Default::default()
            },
            dice_ce(),
        ),
        is(
            DiceTopk {
                k: 100.0,
                ..Default::default()
            },
            dice_ce(),
        ),
        is(
            DiceFocalMonai::default(),
            vec![(1.0, monai()), (1.0, FocalOvr::default().into())],
        ),
    ]
}

/// λ takes Unified Focal apart; at γ = 0 it is Tversky and weighted cross entropy, at δ = ½ those are Dice and
/// half of cross entropy.
fn unified<P, R, U, E>(
    pixels: fn(f64, f64) -> P,
    regions: fn(f64, f64) -> R,
    unified: fn(f64, f64, f64) -> U,
    exact: fn(f64, f64, f64) -> E,
) -> Vec<SpecialCase>
where
    Loss: From<P> + From<R> + From<U> + From<E>,
{
    let pixel_half = || Loss::from(pixels(0.7, 0.3));
    let region_half = || Loss::from(regions(0.7, 0.3));
    let both = || vec![(0.4, region_half()), (0.6, pixel_half())];
    let tversky = Tversky {
        delta: 0.8,
        smooth: crate::EPSILON,
    };
    // Combo without its Dice is cross entropy with class weights.
    let weighted = Combo {
        alpha: 1.0,
        beta: 0.3,
    };
    let halves = || vec![(0.3, dice(crate::EPSILON)), (0.35, CeClip {}.into())];
    vec![
        is(unified(0.0, 0.7, 0.3), once(pixel_half())),
        is(unified(1.0, 0.7, 0.3), once(region_half())),
        is(unified(0.4, 0.7, 0.3), both()),
        is(exact(0.4, 0.7, 0.3), both()),
        is(regions(0.8, 0.0), once(tversky)),
        is(regions(0.5, 0.0), once(dice(crate::EPSILON))),
        is(pixels(0.7, 0.0), once(weighted)),
        is(pixels(0.5, 0.0), vec![(0.5, CeClip {}.into())]),
        is(unified(0.3, 0.5, 0.0), halves()),
        is(exact(0.3, 0.5, 0.0), halves()),
    ]
}

/// Parameters of the family by their places.
macro_rules! with {
    ($($kind:ident($($parameter:ident),*);)*) => {$(
        impl $kind {
            fn with($($parameter: f64),*) -> Self {
                Self { $($parameter),* }
            }
        }
    )*};
}

with! {
    SymFocal(delta, gamma);
    AsymFocal(delta, gamma);
    SymFocalTversky(delta, gamma);
    AsymFocalTversky(delta, gamma);
    SymUnifiedFocal(lambda, delta, gamma);
    AsymUnifiedFocal(lambda, delta, gamma);
    SymUnifiedFocalExact(lambda, delta, gamma);
    AsymUnifiedFocalExact(lambda, delta, gamma);
}
