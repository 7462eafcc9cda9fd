//! The table of all metrics.

use crate::metric::{Best, Metric, MetricGroup, MetricInfo, MetricUnit};

/// All metrics, in the order of [`Metric`].
pub fn catalogue() -> &'static [MetricInfo] {
    &CATALOGUE
}

/// A ratio from 0 to 1 of which more is better, with nothing said yet.
const OVERLAP: MetricInfo = MetricInfo {
    metric: Metric::Dice,
    id: "",
    name: "",
    short_name: "",
    group: MetricGroup::Overlap,
    best: Best::Highest,
    unit: MetricUnit::None,
    least: 0.0,
    greatest: Some(1.0),
    definition: "",
    summary: "",
    undefined: "",
    conventions: "",
};

/// A distance.
const SURFACE: MetricInfo = MetricInfo {
    group: MetricGroup::Surface,
    best: Best::Lowest,
    unit: MetricUnit::Length,
    greatest: None,
    undefined: "Undefined where the class is missing from the prediction, the labels or both: a network that \
                finds nothing is left out, not punished, so read the mean beside the number of values it is made of.",
    ..OVERLAP
};

/// A metric of probabilities.
const CALIBRATION: MetricInfo = MetricInfo {
    group: MetricGroup::Calibration,
    best: Best::Lowest,
    undefined: "Defined for every image.",
    ..OVERLAP
};

/// What is undefined about a mean over foreground cells.
const NO_FOREGROUND: &str = "Undefined where no cell is of the class and none is predicted to be.";

static CATALOGUE: [MetricInfo; 20] = [
    MetricInfo {
        metric: Metric::Dice,
        id: "dice",
        name: "Dice coefficient",
        short_name: "Dice",
        definition: r"\frac{2\,|P\cap G|}{|P|+|G|}",
        summary: "How much prediction and labels overlap; the F1 score of cells.",
        undefined: "Undefined where the class is in neither prediction nor labels; 0 where it is in one of them.",
        conventions: "Undefined in nnU-Net too (nan, left out of its means); MetricsReloaded gives 1 where both are empty.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Iou,
        id: "iou",
        name: "Intersection over union",
        short_name: "IoU",
        definition: r"\frac{|P\cap G|}{|P\cup G|}",
        summary: "The Jaccard index: orders two predictions for one image as Dice does, but is lower, most of all for middling ones.",
        undefined: "Undefined where the class is in neither prediction nor labels; 0 where it is in one of them.",
        conventions: "As in nnU-Net and MetricsReloaded.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Precision,
        id: "precision",
        name: "Precision",
        short_name: "Precision",
        definition: r"\frac{|P\cap G|}{|P|}",
        summary: "The share of what was predicted that is right: false alarms lower it. Positive predictive value.",
        undefined: "Undefined where the class was not predicted.",
        conventions: "MetricsReloaded gives 0 where the class is labelled but not predicted.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Recall,
        id: "recall",
        name: "Recall",
        short_name: "Recall",
        definition: r"\frac{|P\cap G|}{|G|}",
        summary: "The share of what is there that was found: misses lower it. Sensitivity.",
        undefined: "Undefined where the class is not labelled.",
        conventions: "As in MetricsReloaded.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Specificity,
        id: "specificity",
        name: "Specificity",
        short_name: "Specificity",
        definition: r"\frac{|\bar P\cap\bar G|}{|\bar G|}",
        summary: "The share of what is not of the class that was left alone. Near 1 for any small class, whatever the prediction.",
        undefined: "Undefined where every cell is of the class.",
        conventions: "As in MetricsReloaded.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Accuracy,
        id: "accuracy",
        name: "Accuracy",
        short_name: "Accuracy",
        definition: r"\frac{|P\cap G|+|\bar P\cap\bar G|}{N}",
        summary: "The share of cells that are right, of the class or not. Where the foreground is 3 % of the image, predicting nothing scores 0.97.",
        undefined: "Defined for every image.",
        conventions: "Of one class against all others, as in MetricsReloaded.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Mcc,
        id: "mcc",
        name: "Matthews correlation coefficient",
        short_name: "MCC",
        least: -1.0,
        definition: r"\frac{|P\cap G|\,|\bar P\cap\bar G|-|P\cap\bar G|\,|\bar P\cap G|}{\sqrt{|P|\,|G|\,|\bar P|\,|\bar G|}}",
        summary: "The correlation of prediction and labels, cell by cell: 0 is no better than chance, and a small class is no easier than a large one.",
        undefined: "Undefined where prediction or labels hold no cell of the class, or nothing else.",
        conventions: "nan in MetricsReloaded too; scikit-learn gives 0.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::SizeRatio,
        id: "size_ratio",
        name: "Area or volume ratio",
        short_name: "Size ratio",
        best: Best::One,
        greatest: None,
        definition: r"\frac{|P|}{|G|}",
        summary: "Below 1 the prediction is too small, above 1 too large. Says nothing of where it is.",
        undefined: "Undefined where the class is not labelled; 0 where it is labelled and not predicted.",
        conventions: "MetricsReloaded's relative volume error is 100 % of this less 1.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Hd,
        id: "hd",
        name: "Hausdorff distance",
        short_name: "HD",
        definition: r"\max\Bigl(\max_{a\in\partial P}d(a,\partial G),\ \max_{b\in\partial G}d(b,\partial P)\Bigr)",
        summary: "The largest distance of one surface from the other: a single stray cell decides it.",
        conventions: "As in MetricsReloaded, MONAI and MedPy.",
        ..SURFACE
    },
    MetricInfo {
        metric: Metric::Hd95,
        id: "hd95",
        name: "Hausdorff distance, 95th percentile",
        short_name: "HD95",
        definition: r"\max\Bigl(\mathop{\mathrm{perc}_{95}}_{a\in\partial P}d(a,\partial G),\ \mathop{\mathrm{perc}_{95}}_{b\in\partial G}d(b,\partial P)\Bigr)",
        summary: "The Hausdorff distance without the worst 5 % of each surface.",
        conventions: "The larger of two percentiles, interpolated linearly, as in MetricsReloaded and MONAI. MedPy takes one percentile \
                      of both surfaces' distances together, which is mostly lower; DeepMind's surface-distance weights by the area of the surface.",
        ..SURFACE
    },
    MetricInfo {
        metric: Metric::Assd,
        id: "assd",
        name: "Average symmetric surface distance",
        short_name: "ASSD",
        definition: r"\frac{\sum_{a\in\partial P}d(a,\partial G)+\sum_{b\in\partial G}d(b,\partial P)}{|\partial P|+|\partial G|}",
        summary: "How far the surfaces are apart on average, each surface cell counting once.",
        conventions: "As in MetricsReloaded, MONAI (symmetric) and MedPy; before its version 0.5 MedPy's assd was `masd`.",
        ..SURFACE
    },
    MetricInfo {
        metric: Metric::Masd,
        id: "masd",
        name: "Mean average surface distance",
        short_name: "MASD",
        definition: r"\frac12\Bigl(\frac{1}{|\partial P|}\sum_{a\in\partial P}d(a,\partial G)+\frac{1}{|\partial G|}\sum_{b\in\partial G}d(b,\partial P)\Bigr)",
        summary: "As ASSD, but both surfaces count alike, however long each is.",
        conventions: "As in MetricsReloaded, and MedPy's assd before its version 0.5.",
        ..SURFACE
    },
    MetricInfo {
        metric: Metric::Nsd,
        id: "nsd",
        name: "Normalised surface distance",
        short_name: "NSD",
        best: Best::Highest,
        unit: MetricUnit::None,
        greatest: Some(1.0),
        definition: r"\frac{|\{a\in\partial P: d(a,\partial G)\le\tau\}|+|\{b\in\partial G: d(b,\partial P)\le\tau\}|}{|\partial P|+|\partial G|}",
        summary: "The share of both surfaces that is within a tolerance τ of the other: what would need no correction. Surface Dice.",
        undefined: "Undefined where the class is in neither prediction nor labels; 0 where it is in one of them.",
        conventions: "Surface cells are counted, as in MetricsReloaded and MONAI; τ is 1 unit of the spacing unless another is given, \
                      as in MetricsReloaded. DeepMind's surface-distance weights by the area of the surface.",
        ..SURFACE
    },
    MetricInfo {
        metric: Metric::ClDice,
        id: "cldice",
        name: "Centreline Dice",
        short_name: "clDice",
        group: MetricGroup::Centreline,
        definition: r"\frac{2\,T_p T_s}{T_p+T_s},\quad T_p=\frac{|S_P\cap G|}{|S_P|},\quad T_s=\frac{|S_G\cap P|}{|S_G|}",
        summary: "Whether vessels are found along their length, and joined where they are joined, whatever their width.",
        undefined: "Undefined where the class is in neither prediction nor labels; 0 where it is in one of them, \
                    or where neither centreline meets the other mask.",
        conventions: "Centrelines by the thinning of Lee et al. (1994) in planes and volumes, as scikit-image's skeletonize with \
                      method=\"lee\" but that a small piece never vanishes. MetricsReloaded and the authors use scikit-image's default: the same in volumes, its variant of Zhang and Suen's \
                      in planes, with which clDice of the small planes in the tests differs by 0.04 on average. They give nan where one mask \
                      is empty or the lines miss.",
        ..OVERLAP
    },
    MetricInfo {
        metric: Metric::Ece,
        id: "ece",
        name: "Expected calibration error",
        short_name: "ECE",
        definition: r"\sum_{k=1}^{K}\frac{|B_k|}{|\Omega|}\,\Bigl|\frac{1}{|B_k|}\sum_{i\in B_k}y_i-\frac{1}{|B_k|}\sum_{i\in B_k}p_i\Bigr|",
        summary: "By how much a probability misses how often it comes true. Over all cells, which easy background dominates.",
        conventions: "Of one class against all others; K = 10 intervals of equal width, closed above, unless another number is given, as in MetricsReloaded. \
                      A probability of exactly 0 is in the first interval; MetricsReloaded leaves it out.",
        ..CALIBRATION
    },
    MetricInfo {
        metric: Metric::EceForeground,
        id: "ece_foreground",
        name: "Expected calibration error over the foreground",
        short_name: "ECE fg",
        definition: r"\mathrm{ECE}\ \text{over}\ \Omega=P\cup G",
        summary: "The same where the class is labelled or predicted. Over labelled cells alone it would only be the mean of 1 − p.",
        undefined: NO_FOREGROUND,
        conventions: "There is no agreed foreground: others take a box around the labels.",
        ..CALIBRATION
    },
    MetricInfo {
        metric: Metric::Brier,
        id: "brier",
        name: "Brier score",
        short_name: "Brier",
        definition: r"\frac{1}{|\Omega|}\sum_{i\in\Omega}(p_i-y_i)^2",
        summary: "The mean squared error of the probability: calibration and sharpness in one. Over all cells.",
        conventions: "Of one class against all others, as in scikit-learn; Brier's own, in MetricsReloaded, is the sum over classes: twice this for two.",
        ..CALIBRATION
    },
    MetricInfo {
        metric: Metric::BrierForeground,
        id: "brier_foreground",
        name: "Brier score over the foreground",
        short_name: "Brier fg",
        definition: r"\mathrm{Brier}\ \text{over}\ \Omega=P\cup G",
        summary: "The same where the class is labelled or predicted.",
        undefined: NO_FOREGROUND,
        ..CALIBRATION
    },
    MetricInfo {
        metric: Metric::Nll,
        id: "nll",
        name: "Negative log-likelihood",
        short_name: "NLL",
        unit: MetricUnit::Nats,
        greatest: Some(16.118_095_650_958_32),
        definition: r"-\frac{1}{|\Omega|}\sum_{i\in\Omega}\bigl(y_i\log p_i+(1-y_i)\log(1-p_i)\bigr)",
        summary: "The surprise at the labels: certain and wrong costs most. Over all cells.",
        conventions: "A mean (MetricsReloaded sums), of one class against all others: for two classes the cross entropy. \
                      Probabilities are kept 1e-7 from 0 and 1, so that one cell costs 16.1 at most.",
        ..CALIBRATION
    },
    MetricInfo {
        metric: Metric::NllForeground,
        id: "nll_foreground",
        name: "Negative log-likelihood over the foreground",
        short_name: "NLL fg",
        unit: MetricUnit::Nats,
        greatest: Some(16.118_095_650_958_32),
        definition: r"\mathrm{NLL}\ \text{over}\ \Omega=P\cup G",
        summary: "The same where the class is labelled or predicted.",
        undefined: NO_FOREGROUND,
        conventions: "Probabilities are kept from 0 and 1 as above.",
        ..CALIBRATION
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_metric_has_its_place_and_its_words() {
        for (place, info) in catalogue().iter().enumerate() {
            assert_eq!(info.metric as usize, place, "{}", info.id);
            assert_eq!(info.metric.info().id, info.id);
            assert_eq!(Metric::from_id(info.id), Some(info.metric));
            let json = serde_json::to_string(&info.metric).unwrap();
            assert_eq!(json, format!("\"{}\"", info.id));
            for text in [info.name, info.short_name, info.definition, info.summary] {
                assert!(!text.is_empty(), "{}", info.id);
            }
            assert!(info.summary.ends_with('.') && info.undefined.ends_with('.'));
        }
        assert_eq!(Metric::from_id("no such metric"), None);
        assert_eq!(Metric::all().count(), catalogue().len());
    }
}
