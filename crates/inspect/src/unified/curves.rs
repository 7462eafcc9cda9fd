//! How the two halves of a Unified Focal loss differ from plain Dice and cross entropy.

use serde::Serialize;

use super::Unified;
use crate::surface::Disc;
use crate::{Bench, InspectError, Picture};

/// Points of each curve.
const POINTS: usize = 39;

/// Pushes of one pixel, and the region half as more of the foreground is found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Halfway {
    /// Weighted dL/dz of a foreground pixel against its probability.
    pub foreground: Vec<f64>,
    /// The same of a background pixel.
    pub background: Vec<f64>,
    /// Weighted region half against the share found, without false alarms.
    pub region: Vec<f64>,
}

/// The curves of the explorer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// Probabilities, and shares found, along them.
    pub along: Vec<f64>,
    /// The symmetric form.
    pub symmetric: Halfway,
    /// The asymmetric form.
    pub asymmetric: Halfway,
    /// Both at γ = 0 and δ = ½: Dice and half of the cross entropy.
    pub plain: Halfway,
}

impl Unified {
    /// Its halves, weighted as they count in the sum, symmetric, asymmetric and plain; the region half on a
    /// disc of `foreground` of the picture.
    ///
    /// # Errors
    /// When a parameter is out of its range.
    pub async fn curves(self, bench: &Bench, foreground: f64) -> Result<Curves, InspectError> {
        let disc = Disc::new(foreground)?;
        let plain = Self {
            delta: 0.5,
            gamma: 0.0,
            ..self
        };
        let form = |symmetric| Self { symmetric, ..self };
        Ok(Curves {
            along: along(),
            symmetric: form(true).halfway(bench, &disc).await?,
            asymmetric: form(false).halfway(bench, &disc).await?,
            plain: plain.halfway(bench, &disc).await?,
        })
    }

    async fn halfway(self, bench: &Bench, disc: &Disc) -> Result<Halfway, InspectError> {
        let (factor, distribution) = self.distribution()?;
        let weight = (1.0 - self.lambda) * factor;
        let push = async |label: u8| {
            // These losses are means over pixels: one picture holds every point, and each pixel's slope is
            // a POINTS-th of what it would be by itself.
            let labels = vec![label; POINTS];
            let picture = Picture::from_probabilities(1, POINTS, &along(), labels)?;
            let evaluation = bench.evaluate(&distribution, &picture).await?;
            let by_itself = weight * POINTS as f64;
            let slopes = evaluation.gradient.iter().map(|slope| by_itself * slope);
            Ok::<Vec<f64>, InspectError>(slopes.collect())
        };
        let overlap = self.region()?;
        let mut region = Vec::with_capacity(POINTS);
        for found in along() {
            let slope = disc.slope(bench, &overlap, 0.0, 1.0 - found).await?;
            region.push(self.lambda * slope.value);
        }
        Ok(Halfway {
            foreground: push(1).await?,
            background: push(0).await?,
            region,
        })
    }
}

/// Probabilities, or shares found, evenly spaced between 0 and 1 without the ends.
fn along() -> Vec<f64> {
    (1..=POINTS)
        .map(|at| at as f64 / (POINTS + 1) as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::loss;
    use super::*;
    use serde_json::json;

    /// At γ = 0 and δ = ½ the pixel half pushes like half of the cross entropy.
    #[test]
    fn curves_have_the_slopes_of_single_pixels() {
        let unified = Unified {
            lambda: 0.5,
            delta: 0.6,
            gamma: 0.5,
            symmetric: false,
        };
        let bench = Bench::default();
        let curves = pollster::block_on(unified.curves(&bench, 0.05)).unwrap();
        for (at, p) in curves.along.iter().enumerate() {
            assert!((curves.plain.foreground[at] - 0.25 * (p - 1.0)).abs() < 1e-12);
            assert!((curves.plain.background[at] - 0.25 * p).abs() < 1e-12);
            let alone = loss(json!({ "kind": "asym_focal", "delta": 0.6, "gamma": 0.5 })).unwrap();
            let [_, slope, _] =
                pollster::block_on(crate::curve::pixel(&bench, &alone, 0, *p)).unwrap();
            assert!((curves.asymmetric.background[at] - 0.5 * slope).abs() < 1e-12);
        }
    }
}
