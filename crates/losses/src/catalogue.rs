//! The catalogue of losses: what page, command line and documentation are made from.

use serde::Serialize;

/// What a loss looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum LossFamily {
    /// Each pixel's distribution by itself.
    Distribution,
    /// The overlap of whole regions.
    Region,
    /// Both.
    Compound,
}

/// One kind of loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LossInfo {
    /// Identifier in JSON.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// A name short enough for a legend.
    pub short_name: &'static str,
    /// What it looks at.
    pub family: LossFamily,
    /// Year of its publication.
    pub year: u16,
    /// Where it was published.
    pub paper: &'static str,
    /// TeX, with class c of C, pixel i of N, label y and probability p.
    pub formula: &'static str,
    /// What it does, in a sentence or two.
    pub summary: &'static str,
    /// Its parameters, in the order of the formula.
    pub parameters: &'static [ParameterInfo],
}

/// One parameter of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ParameterInfo {
    /// Identifier in JSON.
    pub name: &'static str,
    /// TeX symbol, as in the formula.
    pub symbol: &'static str,
    /// Smallest value allowed.
    pub min: f64,
    /// Largest value allowed.
    pub max: f64,
    /// A sensible step of a slider.
    pub step: f64,
    /// The default of the authors' code.
    pub default: f64,
    /// What turning it up does.
    pub meaning: &'static str,
}

const fn unit(
    name: &'static str,
    symbol: &'static str,
    default: f64,
    meaning: &'static str,
) -> ParameterInfo {
    ParameterInfo {
        name,
        symbol,
        min: 0.0,
        max: 1.0,
        step: 0.05,
        default,
        meaning,
    }
}

const SMOOTH: ParameterInfo = ParameterInfo {
    name: "smooth",
    symbol: "s",
    min: 0.0,
    max: 1.0,
    step: 0.000_001,
    default: 1e-6,
    meaning: "Higher softens the loss on images with little or no foreground, and gives them a gradient at all.",
};
const TVERSKY_DELTA: ParameterInfo = unit(
    "delta",
    r"\delta",
    0.7,
    "Weight of false negatives. Higher finds more of the foreground and raises more false alarms.",
);
const FOCAL_DELTA: ParameterInfo = unit(
    "delta",
    r"\delta",
    0.7,
    "Weight of foreground pixels; background pixels weigh 1 − δ. Higher finds more of the foreground.",
);
const UNIFIED_DELTA: ParameterInfo = unit(
    "delta",
    r"\delta",
    0.6,
    "Weight of false negatives and of foreground pixels. Higher finds more of the foreground.",
);
const LAMBDA: ParameterInfo = unit(
    "lambda",
    r"\lambda",
    0.5,
    "Weight of the region half (Tversky). At 0 only the pixel-by-pixel half is left, at 1 only the region half.",
);
const FOCUS: ParameterInfo = ParameterInfo {
    name: "gamma",
    symbol: r"\gamma",
    min: 0.0,
    max: 5.0,
    step: 0.1,
    default: 2.0,
    meaning: "Higher pays less attention to pixels that are already right. At 0 every pixel counts alike.",
};
// At γ = 1 the power would be 0 and the loss constant.
const TVERSKY_GAMMA: ParameterInfo = ParameterInfo {
    name: "gamma",
    symbol: r"\gamma",
    min: 0.0,
    max: 0.95,
    step: 0.05,
    default: 0.75,
    meaning: "Higher makes the loss steeper where the overlap is already good.",
};
const UNIFIED_GAMMA: ParameterInfo = ParameterInfo {
    default: 0.5,
    meaning: "Higher holds easy background pixels down more, and makes the region half steeper where the overlap is \
              already good.",
    ..TVERSKY_GAMMA
};

const UNIFIED_FOCAL: &str = "Yeung et al., arXiv 2102.04525";

static CATALOGUE: [LossInfo; 15] = [
    LossInfo {
        kind: "ce",
        name: "Cross entropy",
        short_name: "CE",
        family: LossFamily::Distribution,
        year: 1948,
        paper: "Shannon, Bell Syst. Tech. J. 27; as a loss for segmentation: Long et al., CVPR 2015",
        formula: r"-\frac{1}{N}\sum_i\sum_c y_{ic}\log p_{ic}",
        summary: "Every pixel counts alike, so the class with most pixels decides where the network goes.",
        parameters: &[],
    },
    LossInfo {
        kind: "focal",
        name: "Focal",
        short_name: "Focal",
        family: LossFamily::Distribution,
        year: 2017,
        paper: "Lin et al., ICCV 2017, arXiv 1708.02002",
        formula: r"-\frac{1}{N}\sum_i\sum_c (1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}",
        summary: "Cross entropy that looks away from pixels that are already right.",
        parameters: &[FOCUS],
    },
    LossInfo {
        kind: "dice",
        name: "Dice",
        short_name: "Dice",
        family: LossFamily::Region,
        year: 2016,
        paper: "Milletari et al., 3DV 2016, arXiv 1606.04797",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{2\,\mathrm{tp}_c+s}{2\,\mathrm{tp}_c+\mathrm{fn}_c+\mathrm{fp}_c+s}\Big)",
        summary: "Scores the overlap of each class, however small: a lesion of ten pixels weighs as much as the rest.",
        parameters: &[SMOOTH],
    },
    LossInfo {
        kind: "tversky",
        name: "Tversky",
        short_name: "Tversky",
        family: LossFamily::Region,
        year: 2017,
        paper: "Salehi et al., MLMI 2017, arXiv 1706.05721",
        formula: r"\frac{1}{C}\sum_c\Big(1-\frac{\mathrm{tp}_c+s}{\mathrm{tp}_c+\delta\,\mathrm{fn}_c+(1-\delta)\,\mathrm{fp}_c+s}\Big)",
        summary: "Dice with separate weights for what is missed and what is falsely found.",
        parameters: &[TVERSKY_DELTA, SMOOTH],
    },
    LossInfo {
        kind: "focal_tversky",
        name: "Focal Tversky",
        short_name: "Focal Tversky",
        family: LossFamily::Region,
        year: 2019,
        paper: "Abraham and Khan, ISBI 2019, arXiv 1810.07842",
        formula: r"\frac{1}{C}\sum_c(1-\mathrm{TI}_c)^{\gamma}",
        summary: "Tversky raised to a power below one: classes that are almost right still push.",
        parameters: &[
            TVERSKY_DELTA,
            ParameterInfo {
                name: "gamma",
                symbol: r"\gamma",
                min: 0.05,
                max: 3.0,
                step: 0.05,
                default: 0.75,
                meaning: "Lower is steeper where the overlap is already good; above 1 the hard classes count more.",
            },
            SMOOTH,
        ],
    },
    LossInfo {
        kind: "combo",
        name: "Combo",
        short_name: "Combo",
        family: LossFamily::Compound,
        year: 2019,
        paper: "Taghanaki et al., Comput. Med. Imaging Graph. 75, arXiv 1805.02798",
        formula: r"-\frac{\alpha}{N}\sum_i\sum_c \beta_c\,y_{ic}\log p_{ic}-(1-\alpha)\frac{1}{C}\sum_c\mathrm{Dice}_c",
        summary: "Weighted cross entropy minus the Dice coefficient; it can go below zero.",
        parameters: &[
            unit(
                "alpha",
                r"\alpha",
                0.5,
                "Weight of the cross entropy against the Dice coefficient.",
            ),
            unit(
                "beta",
                r"\beta",
                0.5,
                "Weight of background pixels; foreground pixels weigh 1 − β, as in the authors' code.",
            ),
        ],
    },
    LossInfo {
        kind: "sym_unified_focal",
        name: "Unified Focal, symmetric",
        short_name: "Sym. UFL",
        family: LossFamily::Compound,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"\lambda\,\frac{1}{C}\sum_c(1-\mathrm{mTI}_c)^{1-\gamma}-\frac{1-\lambda}{N}\sum_i\sum_c\delta_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}",
        summary: "Focal Tversky and Focal loss in one, with three parameters instead of six.",
        parameters: &[LAMBDA, UNIFIED_DELTA, UNIFIED_GAMMA],
    },
    LossInfo {
        kind: "asym_unified_focal",
        name: "Unified Focal, asymmetric",
        short_name: "Asym. UFL",
        family: LossFamily::Compound,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"\lambda\,\frac{1}{C}\Big[(1-\mathrm{mTI}_0)+\sum_{c>0}(1-\mathrm{mTI}_c)^{1-\gamma}\Big]-\frac{1-\lambda}{N}\sum_i\Big[(1-\delta)(1-p_{i0})^{\gamma}\,y_{i0}\log p_{i0}+\delta\sum_{c>0}y_{ic}\log p_{ic}\Big]",
        summary: "Lifts the foreground in its region half and holds down the background in its pixel half.",
        parameters: &[LAMBDA, UNIFIED_DELTA, UNIFIED_GAMMA],
    },
    LossInfo {
        kind: "sym_focal",
        name: "Modified Focal, symmetric",
        short_name: "Sym. Focal",
        family: LossFamily::Distribution,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"-\frac{1}{N}\sum_i\sum_c\delta_c(1-p_{ic})^{\gamma}\,y_{ic}\log p_{ic}",
        summary: "The pixel half of symmetric Unified Focal: Focal loss with class weights δ and 1 − δ.",
        parameters: &[FOCAL_DELTA, FOCUS],
    },
    LossInfo {
        kind: "asym_focal",
        name: "Modified Focal, asymmetric",
        short_name: "Asym. Focal",
        family: LossFamily::Distribution,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"-\frac{1}{N}\sum_i\Big[(1-\delta)(1-p_{i0})^{\gamma}\,y_{i0}\log p_{i0}+\delta\sum_{c>0}y_{ic}\log p_{ic}\Big]",
        summary: "The pixel half of asymmetric Unified Focal: only easy background pixels are held down.",
        parameters: &[FOCAL_DELTA, FOCUS],
    },
    LossInfo {
        kind: "sym_focal_tversky",
        name: "Modified Focal Tversky, symmetric",
        short_name: "Sym. FTL",
        family: LossFamily::Region,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"\frac{1}{C}\sum_c(1-\mathrm{mTI}_c)^{1-\gamma}",
        summary: "The region half of symmetric Unified Focal.",
        parameters: &[TVERSKY_DELTA, TVERSKY_GAMMA],
    },
    LossInfo {
        kind: "asym_focal_tversky",
        name: "Modified Focal Tversky, asymmetric",
        short_name: "Asym. FTL",
        family: LossFamily::Region,
        year: 2022,
        paper: UNIFIED_FOCAL,
        formula: r"\frac{1}{C}\Big[(1-\mathrm{mTI}_0)+\sum_{c>0}(1-\mathrm{mTI}_c)^{1-\gamma}\Big]",
        summary: "The region half of asymmetric Unified Focal: only the foreground is lifted.",
        parameters: &[TVERSKY_DELTA, TVERSKY_GAMMA],
    },
    LossInfo {
        kind: "ce_clip",
        name: "Cross entropy, clipped",
        short_name: "CE clipped",
        family: LossFamily::Distribution,
        year: 2021,
        paper: "Keras' convention, used by the code of arXiv 2102.04525",
        formula: r"-\frac{1}{N}\sum_i\sum_c y_{ic}\log\,\mathrm{clip}(p_{ic},10^{-7},1-10^{-7})",
        summary: "Cross entropy of clipped probabilities: a pixel that is wrong and certain no longer pushes.",
        parameters: &[],
    },
    LossInfo {
        kind: "focal_clip",
        name: "Focal, clipped",
        short_name: "Focal clipped",
        family: LossFamily::Distribution,
        year: 2021,
        paper: "The code of arXiv 2102.04525",
        formula: r"-\frac{1}{N}\sum_i\sum_c (1-q_{ic})^{\gamma}\,y_{ic}\log q_{ic},\quad q=\mathrm{clip}(p,10^{-7},1-10^{-7})",
        summary: "Focal loss of clipped probabilities: a pixel that is wrong and certain no longer pushes.",
        parameters: &[FOCUS],
    },
    LossInfo {
        kind: "formula",
        name: "Your own formula",
        short_name: "Formula",
        family: LossFamily::Compound,
        year: 2026,
        paper: "Losscope: typed by you",
        formula: r"\operatorname{mean}\left(-\log\left(p_{t}\right)\,{\left(1-p_{t}\right)}^{\gamma}\right)+1-\frac{2\,\operatorname{sum}\left(p\,y\right)}{\operatorname{sum}\left(p\right)+\operatorname{sum}\left(y\right)}",
        summary: "Any formula of probabilities p, labels y and parameters of your own, here Focal loss and Dice.",
        parameters: &[ParameterInfo {
            step: 0.05,
            meaning: "In the example, higher pays less attention to pixels that are already right. A formula of your \
                      own has parameters of your own.",
            ..FOCUS
        }],
    },
];

/// Every kind of loss, in the order in which they are best offered.
pub fn catalogue() -> &'static [LossInfo] {
    &CATALOGUE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Loss;

    /// The catalogue and the enum say the same: kinds, names of parameters, defaults.
    #[test]
    fn every_entry_is_a_loss_with_these_parameters_and_defaults() {
        for info in catalogue() {
            let loss: Loss =
                serde_json::from_value(serde_json::json!({ "kind": info.kind })).unwrap();
            assert_eq!(loss.kind(), info.kind);
            let expected: Vec<_> = info
                .parameters
                .iter()
                .map(|p| (p.name, p.default))
                .collect();
            assert_eq!(loss.parameters(), expected, "{}", info.kind);
            loss.validate().unwrap();
            let json = serde_json::to_value(&loss).unwrap();
            assert_eq!(serde_json::from_value::<Loss>(json).unwrap(), loss);
        }
    }

    #[test]
    fn kinds_and_short_names_are_unique() {
        for (i, a) in catalogue().iter().enumerate() {
            for b in &catalogue()[i + 1..] {
                assert!(
                    a.kind != b.kind && a.short_name != b.short_name,
                    "{} and {}",
                    a.kind,
                    b.kind
                );
            }
        }
    }
}
