//! Where implementations of the same loss disagree, in numbers: both sides are evaluated, in float64, on a
//! small fixed case, whenever they are asked for.

mod example;
mod halves;
mod pixels;
mod regions;
mod shapes;
mod sums;
mod unified;
mod unshown;

use burn::tensor::Tensor;
use serde::Serialize;

use crate::{Loss, LossError, Prediction};
use example::Example;
use halves::halves;
use pixels::pixels;
use regions::regions;
use shapes::shapes;
use sums::sums;
use unified::unified;
pub use unshown::{Unshown, unshown};

/// A disagreement that the catalogue's [conventions](crate::Convention) describe, in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The loss it is about.
    pub kind: &'static str,
    /// The convention it shows, by its topic.
    pub topic: &'static str,
    /// On what both sides were evaluated.
    pub case: &'static str,
    /// What others do, as it was evaluated.
    pub others: &'static str,
    /// What this crate's loss gives.
    pub ours: Measured,
    /// What others' gives.
    pub theirs: Measured,
}

/// A loss on a case. Where an implementation divides by zero, it is not a number here as there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    /// Its value.
    pub value: f64,
    /// The sum of the absolute values of its gradient with respect to the logits.
    pub push: f64,
}

/// What others do.
enum Others {
    /// It is one of our losses.
    Loss(Loss),
    /// One of our losses, of each image by itself, then the mean.
    EachImage(Loss),
    /// Something else.
    Formula(fn(&Prediction, &Tensor<3>) -> Tensor<1>),
}

/// A loss, the topic, on what it is evaluated, what others do, in words and as it is evaluated.
type Row = (Loss, &'static str, &'static Example, &'static str, Others);

/// Every disagreement that numbers can show.
///
/// # Errors
/// None in practice: the cases and parameters are fixed, and sound.
pub fn disagreements() -> Result<Vec<Disagreement>, LossError> {
    let families = [pixels, halves, regions, shapes, sums, unified];
    let rows = families.into_iter().flat_map(|rows| rows());
    rows.map(|(loss, topic, example, others, theirs)| {
        Ok(Disagreement {
            kind: loss.kind(),
            topic,
            case: example.name,
            others,
            ours: example.measure(&Others::Loss(loss))?,
            theirs: example.measure(&theirs)?,
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn every_one_shows_a_convention_of_its_loss_and_a_difference() {
        let all = disagreements().unwrap();
        for one in &all {
            let info = catalogue()
                .iter()
                .find(|info| info.kind == one.kind)
                .unwrap();
            assert!(
                info.conventions.iter().any(|c| c.topic == one.topic),
                "{one:?} is no convention of {}",
                one.kind
            );
            // What is no number is apart from every number.
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (1.0 + a.abs());
            let apart = |a, b| !near(a, b);
            let (ours, theirs) = (one.ours, one.theirs);
            assert!(
                apart(ours.value, theirs.value) || apart(ours.push, theirs.push),
                "{one:?} shows no difference"
            );
            for number in [ours.value, ours.push] {
                assert!(number.is_finite(), "{one:?}");
            }
        }
        println!("{} disagreements", all.len());
    }

    #[test]
    fn every_convention_has_numbers_or_says_why_not() {
        let all = disagreements().unwrap();
        for info in catalogue() {
            for convention in info.conventions {
                let is = |kind: &str, topic: &str| kind == info.kind && topic == convention.topic;
                let shown = all.iter().any(|one| is(one.kind, one.topic));
                let reasons = unshown().iter().filter(|one| is(one.kind, one.topic));
                assert_eq!(
                    usize::from(!shown),
                    reasons.count(),
                    "{}: {}",
                    info.kind,
                    convention.topic
                );
            }
        }
        let conventions = catalogue().iter().flat_map(|info| info.conventions);
        assert!(unshown().len() < conventions.count() / 10);
    }

    #[test]
    fn only_what_divides_by_zero_is_no_number() {
        let all = disagreements().unwrap();
        let broken = all.iter().filter(|one| {
            let Measured { value, push } = one.theirs;
            !value.is_finite() || !push.is_finite()
        });
        let broken: Vec<_> = broken.map(|one| (one.kind, one.topic)).collect();
        let known = [
            ("topk_ce", "Count"),
            ("mcc", "Reduction"),
            ("exp_log", "At a perfect prediction"),
            ("dice_topk", "Count"),
        ];
        assert_eq!(broken, known);
    }
}
