//! The family of the Unified Focal loss: which special case its parameters have landed on, and how its two
//! halves differ from plain Dice and cross entropy.

mod curves;
mod identity;

use losscope_losses::{EPSILON, Loss};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::InspectError;

pub use curves::{Curves, Halfway};
pub use identity::{Identity, Term};

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
}

/// A loss by its document: the names are the contract of every part of Losscope.
fn loss(document: Value) -> Result<Loss, InspectError> {
    Ok(serde_json::from_value(document)?)
}

#[cfg(test)]
mod tests {
    use super::*;

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
