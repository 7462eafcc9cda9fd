//! A Unified Focal loss as the sum of simpler ones, with the proof on one picture.

use losscope_losses::Loss;
use serde::Serialize;

use super::{Member, Unified};
use crate::{Bench, InspectError, Picture};

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

impl Unified {
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
}
