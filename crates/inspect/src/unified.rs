//! The family of the Unified Focal loss: which special case its parameters have landed on, and how its two
//! halves differ from plain Dice and cross entropy.

use losscope_losses::{EPSILON, Loss};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::surface::Disc;
use crate::{Bench, InspectError, Picture};

/// Points of each curve.
const POINTS: usize = 39;

/// Parameters of a Unified Focal loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unified {
    /// Weight of the region half.
    pub lambda: f64,
    /// Weight of false negatives and of the foreground.
    pub delta: f64,
    /// How strongly the focal forms act.
    pub gamma: f64,
    /// Whether the focal forms act on both classes alike.
    pub symmetric: bool,
}

/// Which halves are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Halves {
    /// λ = 1.
    Region,
    /// In between.
    Both,
    /// λ = 0.
    Distribution,
}

/// A member of the family, and whether it is weighted and focal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Which halves it has.
    pub halves: Halves,
    /// δ is not ½.
    pub weighted: bool,
    /// γ is not 0.
    pub focal: bool,
}

/// One summand of the special case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// Its factor.
    pub weight: f64,
    /// A loss with a simpler name.
    pub loss: Loss,
    /// Its value on the picture.
    pub value: f64,
}

/// What a Unified Focal loss is at its parameters, with the proof on one picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Identity {
    /// The member of the family.
    pub member: Member,
    /// Its summands.
    pub terms: Vec<Term>,
    /// The Unified Focal loss on the picture.
    pub value: f64,
    /// The sum of the weighted terms.
    pub sum: f64,
    /// The largest difference between the two gradients at any pixel.
    pub gradient_difference: f64,
}

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
    fn loss(self) -> Result<Loss, InspectError> {
        let Self {
            lambda,
            delta,
            gamma,
            symmetric,
        } = self;
        let kind = if symmetric {
            "sym_unified_focal"
        } else {
            "asym_unified_focal"
        };
        loss(json!({ "kind": kind, "lambda": lambda, "delta": delta, "gamma": gamma }))
    }

    /// The member of the family that these parameters make it.
    pub fn member(self) -> Member {
        Member {
            halves: match self.lambda {
                0.0 => Halves::Distribution,
                1.0 => Halves::Region,
                _ => Halves::Both,
            },
            weighted: self.delta != 0.5,
            focal: self.gamma != 0.0,
        }
    }

    /// The region half, by its simplest name.
    fn region(self) -> Result<Loss, InspectError> {
        let Self { delta, gamma, .. } = self;
        let Member {
            weighted, focal, ..
        } = self.member();
        loss(match (focal, weighted) {
            (false, false) => json!({ "kind": "dice", "smooth": EPSILON }),
            (false, true) => json!({ "kind": "tversky", "delta": delta, "smooth": EPSILON }),
            (true, _) if self.symmetric => {
                let exponent = 1.0 - gamma;
                json!({ "kind": "focal_tversky", "delta": delta, "gamma": exponent, "smooth": EPSILON })
            }
            (true, _) => json!({ "kind": "asym_focal_tversky", "delta": delta, "gamma": gamma }),
        })
    }

    /// The distribution half, by its simplest name, and the factor that class weights of ½ come to.
    fn distribution(self) -> Result<(f64, Loss), InspectError> {
        let Self { delta, gamma, .. } = self;
        let Member {
            weighted, focal, ..
        } = self.member();
        let (factor, named) = match (focal, weighted) {
            (false, false) => (0.5, json!({ "kind": "ce_clip" })),
            // Combo without its Dice is the cross entropy with class weights.
            (false, true) => {
                let background = 1.0 - delta;
                (
                    1.0,
                    json!({ "kind": "combo", "alpha": 1.0, "beta": background }),
                )
            }
            (true, false) if self.symmetric => {
                (0.5, json!({ "kind": "focal_clip", "gamma": gamma }))
            }
            (true, _) => {
                let kind = if self.symmetric {
                    "sym_focal"
                } else {
                    "asym_focal"
                };
                (1.0, json!({ "kind": kind, "delta": delta, "gamma": gamma }))
            }
        };
        Ok((factor, loss(named)?))
    }

    /// The loss as the sum of simpler ones, with the proof on `picture`.
    ///
    /// # Errors
    /// When a parameter is out of its range.
    pub async fn identity(
        self,
        bench: &Bench,
        picture: &Picture,
    ) -> Result<Identity, InspectError> {
        let whole = bench.evaluate(&self.loss()?, picture).await?;
        let (factor, distribution) = self.distribution()?;
        let summands = [
            (self.lambda, self.region()?),
            ((1.0 - self.lambda) * factor, distribution),
        ];
        let mut terms = Vec::new();
        let mut sum = 0.0;
        let mut gradient = vec![0.0; whole.gradient.len()];
        for (weight, loss) in summands.into_iter().filter(|&(weight, _)| weight != 0.0) {
            let part = bench.evaluate(&loss, picture).await?;
            sum += weight * part.value;
            for (total, slope) in gradient.iter_mut().zip(&part.gradient) {
                *total += weight * slope;
            }
            let value = part.value;
            terms.push(Term {
                weight,
                loss,
                value,
            });
        }
        let differences = whole.gradient.iter().zip(&gradient);
        Ok(Identity {
            member: self.member(),
            terms,
            value: whole.value,
            sum,
            gradient_difference: differences.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max),
        })
    }

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

/// A loss by its document: the names are the contract of every part of Losscope.
fn loss(document: Value) -> Result<Loss, InspectError> {
    Ok(serde_json::from_value(document)?)
}

/// Probabilities, or shares found, evenly spaced between 0 and 1 without the ends.
fn along() -> Vec<f64> {
    (1..=POINTS)
        .map(|at| at as f64 / (POINTS + 1) as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Guess, SIDE, Truth, scene};

    /// Every special case is the Unified Focal loss to rounding, value and gradient, at every corner.
    #[test]
    fn special_cases_are_the_same_loss() {
        let scene = scene(Truth::Lesion, Guess::Mistakes);
        let picture =
            Picture::from_probabilities(SIDE, SIDE, &scene.probabilities, scene.labels).unwrap();
        for symmetric in [true, false] {
            for lambda in [0.0, 0.3, 1.0] {
                for delta in [0.5, 0.7] {
                    for gamma in [0.0, 0.4] {
                        let unified = Unified {
                            lambda,
                            delta,
                            gamma,
                            symmetric,
                        };
                        let bench = Bench::default();
                        let found = pollster::block_on(unified.identity(&bench, &picture)).unwrap();
                        assert!((found.value - found.sum).abs() < 1e-12, "{unified:?}");
                        assert!(found.gradient_difference < 1e-14, "{unified:?}");
                    }
                }
            }
        }
    }

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

    #[test]
    fn members_are_named_by_what_is_special() {
        let unified = |lambda, delta, gamma| Unified {
            lambda,
            delta,
            gamma,
            symmetric: true,
        };
        assert_eq!(unified(1.0, 0.5, 0.0).region().unwrap().kind(), "dice");
        assert_eq!(unified(1.0, 0.7, 0.0).region().unwrap().kind(), "tversky");
        assert_eq!(
            unified(1.0, 0.7, 0.2).region().unwrap().kind(),
            "focal_tversky"
        );
        assert_eq!(
            unified(0.0, 0.5, 0.0).distribution().unwrap().1.kind(),
            "ce_clip"
        );
        assert_eq!(
            unified(0.0, 0.5, 0.2).distribution().unwrap().1.kind(),
            "focal_clip"
        );
        let member = unified(0.0, 0.5, 0.0).member();
        assert_eq!(member.halves, Halves::Distribution);
        assert!(!member.weighted && !member.focal);
    }
}
