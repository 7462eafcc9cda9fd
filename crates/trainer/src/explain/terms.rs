//! A loss's formula with the numbers of one pixel put in.

use losscope_kernels::loss::{FusedLoss, Region, power};
use serde::Serialize;

/// The terms of a loss that is a sum over pixels, over regions, or both.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Terms {
    /// What this pixel adds to the part over pixels; `None` where there is no such part.
    pub pixel: Option<PixelTerm>,
    /// The part over regions, one of each class; empty where there is no such part.
    pub regions: Vec<RegionTerm>,
}

/// `scale · weight · (1 − p)^power · (−ln p)`, p that of the true class.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PixelTerm {
    /// p of the true class, clipped where the loss clips it.
    pub probability: f64,
    /// The class's weight.
    pub weight: f64,
    /// γ, or what stands in its place.
    pub power: f64,
    /// (1 − p)^power.
    pub focus: f64,
    /// −ln p.
    pub surprise: f64,
    /// The part's weight in the loss over the number of pixels.
    pub scale: f64,
    /// What the pixel adds to the loss.
    pub value: f64,
}

/// `scale · u^power`, `u = (δ fn + (1 − δ) fp) / (tp + δ fn + (1 − δ) fp + s)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RegionTerm {
    /// Index of the class.
    pub class: usize,
    /// Σ p where the class is: tp.
    pub hit: f64,
    /// Σ (1 − p) there: fn.
    pub missed: f64,
    /// Σ p elsewhere: fp.
    pub false_alarm: f64,
    /// δ.
    pub delta: f64,
    /// s.
    pub smooth: f64,
    /// u.
    pub miss: f64,
    /// γ, or what stands in its place.
    pub power: f64,
    /// The part's weight in the loss over the number of classes.
    pub scale: f64,
    /// What the region adds to the loss.
    pub value: f64,
}

impl Terms {
    /// Of a pixel of one image: probabilities `[K, N]`, class indices `[N]`.
    pub(crate) fn new(
        loss: &FusedLoss,
        probabilities: &[f32],
        labels: &[u8],
        pixel: usize,
    ) -> Self {
        let pixels = labels.len();
        let classes = probabilities.len() / pixels;
        let over_pixels = loss.pixel_weight != 0.0;
        let over_regions = loss.region_weight != 0.0;
        let label = usize::from(labels[pixel]);
        Self {
            pixel: over_pixels.then(|| {
                PixelTerm::new(loss, probabilities[label * pixels + pixel], label, pixels)
            }),
            regions: (0..if over_regions { classes } else { 0 })
                .map(|class| {
                    let own = &probabilities[class * pixels..][..pixels];
                    RegionTerm::new(loss, own, labels, class, classes)
                })
                .collect(),
        }
    }
}

impl PixelTerm {
    fn new(loss: &FusedLoss, probability: f32, label: usize, pixels: usize) -> Self {
        let probability = loss.pixel_probability(probability);
        let index = label.min(1);
        let weight = f64::from(loss.class_weights[index]);
        let focus = f64::from(power(1.0 - probability, loss.pixel_powers[index]));
        // What the network rules out entirely has no finite surprise.
        let surprise = -f64::from(probability.max(f32::MIN_POSITIVE)).ln();
        let scale = f64::from(loss.pixel_weight) / pixels as f64;
        Self {
            probability: probability.into(),
            weight,
            power: loss.pixel_powers[index].into(),
            focus,
            surprise,
            scale,
            value: scale * weight * focus * surprise,
        }
    }
}

impl RegionTerm {
    fn new(
        loss: &FusedLoss,
        probabilities: &[f32],
        labels: &[u8],
        class: usize,
        classes: usize,
    ) -> Self {
        let mut region = Region::default();
        for (&p, &label) in probabilities.iter().zip(labels) {
            region.add(loss, p, usize::from(label) == class);
        }
        let (miss, _) = region.miss(loss);
        let exponent = loss.region_powers[class.min(1)];
        let scale = f64::from(loss.region_weight) / classes as f64;
        Self {
            class,
            hit: region.hit,
            missed: region.missed,
            false_alarm: region.false_alarm,
            delta: loss.delta.into(),
            smooth: loss.smooth.into(),
            miss: miss.into(),
            power: exponent.into(),
            scale,
            value: scale * f64::from(power(miss, exponent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fused;
    use losscope_kernels::loss::push;
    use losscope_losses::Loss;

    #[test]
    fn terms_of_all_pixels_and_regions_sum_to_the_loss() {
        let (classes, pixels) = (3, 20);
        let logits: Vec<f32> = (0..classes * pixels)
            .map(|i| ((i * 37) % 19) as f32 / 4.0 - 2.0)
            .collect();
        let labels: Vec<u8> = (0..pixels).map(|i| (i % 7 / 3) as u8).collect();
        let sums: Vec<f32> = (0..pixels)
            .map(|i| (0..classes).map(|k| logits[k * pixels + i].exp()).sum())
            .collect();
        let probabilities: Vec<f32> = logits
            .iter()
            .enumerate()
            .map(|(i, z)| z.exp() / sums[i % pixels])
            .collect();
        for kind in [
            "ce",
            "focal",
            "dice",
            "tversky",
            "focal_tversky",
            "asym_unified_focal",
        ] {
            let loss: Loss = serde_json::from_value(serde_json::json!({ "kind": kind })).unwrap();
            let form = fused(&loss).unwrap();
            let terms = |pixel| Terms::new(&form, &probabilities, &labels, pixel);
            let mut value = f64::from(form.constant);
            value += (0..pixels)
                .filter_map(|pixel| terms(pixel).pixel)
                .map(|term| term.value)
                .sum::<f64>();
            value += terms(0).regions.iter().map(|term| term.value).sum::<f64>();
            let expected = f64::from(push(&form, &logits, &labels, classes, 1).loss);
            assert!(
                (value - expected).abs() < 1e-5,
                "{kind}: {value} {expected}"
            );
        }
    }
}
