//! The family of the Unified Focal loss: which special case its parameters have landed on, and how its two
//! halves differ from plain Dice and cross entropy.

use losscope_losses::{EPSILON, Loss};
use serde::{Deserialize, Serialize};

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
    fn loss(self) -> Loss {
        let Self {
            lambda,
            delta,
            gamma,
            symmetric,
        } = self;
        if symmetric {
            Loss::SymUnifiedFocal {
                lambda,
                delta,
                gamma,
            }
        } else {
            Loss::AsymUnifiedFocal {
                lambda,
                delta,
                gamma,
            }
        }
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
    fn region(self) -> Loss {
        let Self { delta, gamma, .. } = self;
        match (self.member().focal, self.member().weighted) {
            (false, false) => Loss::Dice { smooth: EPSILON },
            (false, true) => Loss::Tversky {
                delta,
                smooth: EPSILON,
            },
            (true, _) if self.symmetric => Loss::FocalTversky {
                delta,
                gamma: 1.0 - gamma,
                smooth: EPSILON,
            },
            (true, _) => Loss::AsymFocalTversky { delta, gamma },
        }
    }

    /// The distribution half, by its simplest name, and the factor that the class weights of ½ come to.
    fn distribution(self) -> (f64, Loss) {
        let Self { delta, gamma, .. } = self;
        match (self.member().focal, self.member().weighted) {
            (false, false) => (0.5, Loss::CeClip {}),
            // Combo without its Dice is the cross entropy with class weights.
            (false, true) => (
                1.0,
                Loss::Combo {
                    alpha: 1.0,
                    beta: 1.0 - delta,
                },
            ),
            (true, false) if self.symmetric => (0.5, Loss::FocalClip { gamma, alpha: None }),
            (true, _) if self.symmetric => (1.0, Loss::SymFocal { delta, gamma }),
            (true, _) => (1.0, Loss::AsymFocal { delta, gamma }),
        }
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
        let whole = bench.evaluate(&self.loss(), picture).await?;
        let (factor, distribution) = self.distribution();
        let summands = [
            (self.lambda, self.region()),
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
        let (factor, distribution) = self.distribution();
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
        let mut region = Vec::with_capacity(POINTS);
        for found in along() {
            let slope = disc.slope(bench, &self.region(), 0.0, 1.0 - found).await?;
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
            let alone = Loss::AsymFocal {
                delta: 0.6,
                gamma: 0.5,
            };
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
        assert_eq!(unified(1.0, 0.5, 0.0).region().kind(), "dice");
        assert_eq!(unified(1.0, 0.7, 0.0).region().kind(), "tversky");
        assert_eq!(unified(1.0, 0.7, 0.2).region().kind(), "focal_tversky");
        assert_eq!(unified(0.0, 0.5, 0.0).distribution().1.kind(), "ce_clip");
        assert_eq!(unified(0.0, 0.5, 0.2).distribution().1.kind(), "focal_clip");
        let member = unified(0.0, 0.5, 0.0).member();
        assert_eq!(member.halves, Halves::Distribution);
        assert!(!member.weighted && !member.focal);
    }
}
