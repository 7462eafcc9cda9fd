//! Whether two devices compute the same losses by their kernels: random logits and masks, up to the extreme.

use burn::tensor::Device;
use losscope_kernels::architecture::{Architecture, Upsampling};
use losscope_kernels::loss::Push;
use losscope_losses::{Loss, catalogue};
use losscope_unet::Networks;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::TrainerError;
use crate::fused::fused;
use crate::parity::Random;

/// Below this a number is as good as zero: devices may flush it.
const NOTHING: f32 = 1e-7;

/// How far two devices are apart in one random case; infinite where either gives what is not finite.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LossParity {
    /// The loss, its logits and its mask, in words.
    pub case: String,
    /// Of the loss, relative to it and to 1.
    pub loss: f32,
    /// The largest difference of dL/dlogit at a pixel, relative to the largest dL/dlogit.
    pub gradient: f32,
    /// The same of what each class pushes.
    pub per_class: f32,
}

/// A loss of the kernels' form at logits `[images, classes, side · side]`.
struct Case {
    words: String,
    loss: Loss,
    classes: usize,
    images: usize,
    side: usize,
    labels: Vec<u8>,
    logits: Vec<f32>,
}

impl Case {
    fn new(seed: u64) -> Result<Self, TrainerError> {
        let mut random = Random(seed);
        let loss = random_loss(&mut random)?;
        let classes = random.one_of(&[2, 3, 4]);
        let images = random.one_of(&[1, 2, 3]);
        let side = random.one_of(&[4, 8, 12]);
        let pixels = images * side * side;
        let mask = random.one_of(&["random", "empty", "full", "one pixel", "an absent class"]);
        let logits = random.one_of(&[
            "random",
            "±40",
            "±1e4",
            "certain and right",
            "certain and wrong",
        ]);
        let chosen = random.next() as usize % pixels;
        let labels: Vec<u8> = (0..pixels)
            .map(|at| match mask {
                "empty" => 0,
                "full" => classes - 1,
                "one pixel" => usize::from(at == chosen),
                "an absent class" => random.next() as usize % (classes - 1),
                _ => random.next() as usize % classes,
            } as u8)
            .collect();
        let noise = random.numbers(pixels * classes);
        let area = side * side;
        let value = |(at, noise): (usize, &f32)| {
            let pixel = at / (classes * area) * area + at % area;
            let own = usize::from(labels[pixel]) == at / area % classes;
            let certain = 60.0 + 30.0 * noise;
            match logits {
                "±40" => 40.0 * (1.5 * noise).round(),
                "±1e4" => 1e4 * (1.5 * noise).round(),
                "certain and right" if own => certain,
                "certain and wrong" if !own => certain,
                "certain and right" | "certain and wrong" => -certain,
                _ => 3.0 * noise,
            }
        };
        Ok(Self {
            words: format!(
                "{loss:?}, {logits} logits, {mask} mask, {images} images of {side}×{side}, {classes} classes"
            ),
            classes,
            images,
            side,
            logits: noise.iter().enumerate().map(value).collect(),
            labels,
            loss,
        })
    }

    async fn push(&self, device: &Device) -> Result<Push, TrainerError> {
        // No network is passed through: only sides and classes count.
        let net = Architecture {
            channels: 1,
            classes: self.classes,
            base: 1,
            depth: 1,
            group: None,
            upsampling: Upsampling::Nearest,
            planes: None,
            height: self.side,
            width: self.side,
        };
        let mut networks = Networks::new(net, device)?;
        let form = fused(&self.loss).unwrap_or_default();
        Ok(networks
            .push_at(&form, &self.logits, &self.labels, self.images)
            .await?)
    }
}

/// A loss of the kernels' form, its parameters at their defaults, at an end of their ranges (without smoothing, then)
/// or between.
fn random_loss(random: &mut Random) -> Result<Loss, TrainerError> {
    let mut forms = Vec::new();
    for info in catalogue() {
        let loss: Loss = serde_json::from_value(serde_json::json!({ "kind": info.kind }))?;
        if fused(&loss).is_some() {
            forms.push(info);
        }
    }
    let info = random.one_of(&forms);
    let share = random.one_of(&[None, Some(0.0), Some(1.0), Some(0.3), Some(0.7)]);
    let mut document = Map::from_iter([("kind".to_owned(), Value::from(info.kind))]);
    if let Some(share) = share {
        for parameter in info.parameters {
            let value = parameter.min + share * (parameter.max - parameter.min);
            document.insert(parameter.name.to_owned(), value.into());
        }
    }
    Ok(serde_json::from_value(document.into())?)
}

/// The largest difference, relative to the largest value.
fn difference(own: &[f32], other: &[f32]) -> f32 {
    let (mut apart, mut largest) = (0.0f32, NOTHING);
    for (a, b) in own.iter().zip(other) {
        if !(a.is_finite() && b.is_finite()) {
            return f32::INFINITY;
        }
        apart = apart.max((a - b).abs());
        largest = largest.max(b.abs());
    }
    match own.len() == other.len() {
        true => apart / largest,
        false => f32::INFINITY,
    }
}

/// Takes a random loss at random logits on two devices, which keep no gradients.
///
/// # Errors
/// When a device fails.
pub async fn loss_parity(
    seed: u64,
    device: &Device,
    reference: &Device,
) -> Result<LossParity, TrainerError> {
    let case = Case::new(seed)?;
    let (own, other) = (case.push(device).await?, case.push(reference).await?);
    // A loss may be near zero, and is a sum of larger numbers.
    let value = |push: &Push| [push.loss, 1.0];
    Ok(LossParity {
        loss: difference(&value(&own), &value(&other)),
        gradient: difference(&own.gradient, &other.gradient),
        per_class: difference(&own.per_class, &other.per_class),
        case: case.words,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_agrees_with_itself_and_cases_differ() {
        let device = Device::flex();
        let mut words = std::collections::HashSet::new();
        for seed in 0..100 {
            let parity = pollster::block_on(loss_parity(seed, &device, &device)).unwrap();
            assert_eq!(
                (parity.loss, parity.gradient, parity.per_class),
                (0.0, 0.0, 0.0),
                "{}",
                parity.case
            );
            words.insert(parity.case);
        }
        assert!(words.len() > 90, "{words:?}");
    }

    #[test]
    fn what_differs_is_seen() {
        assert_eq!(difference(&[1.0, 2.0], &[1.0, 4.0]), 0.5);
        assert_eq!(difference(&[1.0], &[1.0, 4.0]), f32::INFINITY);
        assert_eq!(difference(&[f32::NAN], &[1.0]), f32::INFINITY);
    }
}
