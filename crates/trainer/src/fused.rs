//! Losses that need no general differentiation: value and gradient by kernels made for their form.

use losscope_kernels::loss::FusedLoss;
use losscope_losses::{EPSILON, Loss};

/// Only the part over pixels, without class weights or power.
const PIXELS: FusedLoss = FusedLoss {
    pixel_weight: 1.0,
    pixel_clipped: false,
    class_weights: [1.0, 1.0],
    pixel_powers: [0.0, 0.0],
    region_weight: 0.0,
    region_clipped: false,
    delta: 0.5,
    smooth: EPSILON as f32,
    region_powers: [1.0, 1.0],
    constant: 0.0,
};

/// Only the part over regions, as Dice.
const REGIONS: FusedLoss = FusedLoss {
    pixel_weight: 0.0,
    region_weight: 1.0,
    ..PIXELS
};

/// The modified Focal loss: `powers` for background and foreground.
fn modified_focal(delta: f64, powers: [f64; 2]) -> FusedLoss {
    FusedLoss {
        pixel_clipped: true,
        class_weights: [(1.0 - delta) as f32, delta as f32],
        pixel_powers: powers.map(|power| power as f32),
        ..PIXELS
    }
}

/// The modified Focal Tversky loss: `powers` for background and foreground.
fn modified_tversky(delta: f64, powers: [f64; 2]) -> FusedLoss {
    FusedLoss {
        region_clipped: true,
        delta: delta as f32,
        region_powers: powers.map(|power| power as f32),
        ..REGIONS
    }
}

/// `lambda` times the part over regions of one, and 1 − `lambda` times the part over pixels of the other.
fn both(lambda: f64, regions: FusedLoss, pixels: FusedLoss) -> FusedLoss {
    FusedLoss {
        pixel_weight: (1.0 - lambda) as f32,
        region_weight: lambda as f32,
        region_clipped: regions.region_clipped,
        delta: regions.delta,
        smooth: regions.smooth,
        region_powers: regions.region_powers,
        ..pixels
    }
}

/// The loss in the form of [`losscope_kernels::loss`], if it has it.
pub fn fused(loss: &Loss) -> Option<FusedLoss> {
    Some(match loss {
        Loss::Ce(_) => PIXELS,
        Loss::CeClip(_) => FusedLoss {
            pixel_clipped: true,
            ..PIXELS
        },
        Loss::Focal(focal) => FusedLoss {
            pixel_powers: [focal.gamma as f32; 2],
            ..PIXELS
        },
        Loss::Dice(dice) => FusedLoss {
            smooth: dice.smooth as f32,
            ..REGIONS
        },
        Loss::Tversky(tversky) => FusedLoss {
            delta: tversky.delta as f32,
            smooth: tversky.smooth as f32,
            ..REGIONS
        },
        Loss::FocalTversky(focal) => FusedLoss {
            smooth: focal.smooth as f32,
            ..modified_tversky(focal.delta, [focal.gamma; 2])
        },
        Loss::Combo(combo) => FusedLoss {
            pixel_weight: combo.alpha as f32,
            class_weights: [combo.beta as f32, (1.0 - combo.beta) as f32],
            pixel_clipped: true,
            region_weight: (1.0 - combo.alpha) as f32,
            smooth: 1e-6,
            constant: (combo.alpha - 1.0) as f32,
            ..PIXELS
        },
        Loss::SymFocal(focal) => modified_focal(focal.delta, [focal.gamma; 2]),
        Loss::AsymFocal(focal) => modified_focal(focal.delta, [focal.gamma, 0.0]),
        Loss::SymFocalTversky(focal) => modified_tversky(focal.delta, [1.0 - focal.gamma; 2]),
        Loss::AsymFocalTversky(focal) => modified_tversky(focal.delta, [1.0, 1.0 - focal.gamma]),
        Loss::SymUnifiedFocal(unified) => both(
            unified.lambda,
            modified_tversky(unified.delta, [1.0 - unified.gamma; 2]),
            modified_focal(unified.delta, [unified.gamma; 2]),
        ),
        Loss::AsymUnifiedFocal(unified) => both(
            unified.lambda,
            modified_tversky(unified.delta, [1.0, 1.0 - unified.gamma]),
            modified_focal(unified.delta, [unified.gamma, 0.0]),
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use losscope_kernels::loss::push;
    use losscope_losses::catalogue;
    use losscope_losses::reference::{Activation, Case, value_and_gradient};

    /// Numbers in −1..1 that look random.
    fn noise(count: usize, seed: u64) -> Vec<f32> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
            })
            .collect()
    }

    #[test]
    fn fused_losses_are_the_losses_in_float64() {
        let (images, pixels) = (2, 48);
        let mut checked = 0;
        for info in catalogue() {
            for (seed, classes) in [(1, 2), (2, 2), (3, 3), (4, 4)] {
                // Parameters off their defaults, to tell them apart.
                let mut document = serde_json::json!({ "kind": info.kind });
                for parameter in &info.parameters.to_vec() {
                    let share = 0.3 + 0.1 * seed as f64;
                    let value = parameter.min + share * (parameter.max - parameter.min);
                    document[parameter.name] = value.into();
                }
                let Ok(loss) = serde_json::from_value::<Loss>(document) else {
                    continue;
                };
                let Some(form) = fused(&loss) else { continue };
                let logits: Vec<f32> = noise(images * classes * pixels, seed as u64)
                    .iter()
                    .map(|x| 4.0 * x)
                    .collect();
                let labels: Vec<u8> = noise(images * pixels, 99 + seed as u64)
                    .iter()
                    .map(|x| {
                        if *x < 0.6 {
                            0
                        } else {
                            1 + (x * 1e4) as u8 % (classes as u8 - 1)
                        }
                    })
                    .collect();
                let wide: Vec<f64> = logits.iter().map(|&x| f64::from(x)).collect();
                let case = Case {
                    input: &wide,
                    shape: &[images, classes, pixels],
                    labels: &labels,
                    activation: Activation::Softmax,
                };
                let (value, gradient) = value_and_gradient(&loss, &case).unwrap();
                let own = push(&form, &logits, &labels, classes, images);
                let near = |a: f32, b: f64, scale: f64| (f64::from(a) - b).abs() < 2e-5 * scale;
                assert!(
                    near(own.loss, value, 1.0 + value.abs()),
                    "{loss:?}: {} {value}",
                    own.loss
                );
                let largest = gradient.iter().fold(1e-9f64, |a, b| a.max(b.abs()));
                let mut pushes = vec![0.0; classes];
                for (at, (&a, &b)) in own.gradient.iter().zip(&gradient).enumerate() {
                    assert!(near(a, b, 5.0 * largest), "{loss:?}: {a} instead of {b}");
                    let image = at / (classes * pixels);
                    pushes[usize::from(labels[image * pixels + at % pixels])] += b.abs();
                }
                let total: f64 = pushes.iter().sum();
                for (&a, b) in own.per_class.iter().zip(pushes) {
                    assert!(near(a, b, 5.0 * total), "{loss:?}: {a} instead of {b}");
                }
                checked += 1;
            }
        }
        assert!(checked >= 4 * 13, "{checked} cases");
    }
}
