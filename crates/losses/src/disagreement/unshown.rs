//! Conventions that numbers do not show.

/// A [convention](crate::Convention) that no number shows, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Unshown {
    /// The loss it is about.
    pub kind: &'static str,
    /// The convention, by its topic.
    pub topic: &'static str,
    /// Why there is no other number to put beside ours.
    pub why: &'static str,
}

const PLACE: &str = "Value and push are the same; what differs is only which of the equal pixels have the gradient.";
const UNDEFINED: &str = "What SciPy gives there is not defined, so that no number stands for it.";

/// Every convention that [`disagreements`](crate::disagreements) leave out.
pub fn unshown() -> &'static [Unshown] {
    const fn of(kind: &'static str, topic: &'static str, why: &'static str) -> Unshown {
        Unshown { kind, topic, why }
    }
    const {
        &[
            of("topk_ce", "Equal values", PLACE),
            of(
                "dice_plus_plus",
                "Clip",
                "The difference is smaller than the digits shown here.",
            ),
            of(
                "mcc",
                "Several classes",
                "Of two classes both are the same, and of more there is no value of theirs.",
            ),
            of("lovasz_softmax", "Equal errors", PLACE),
            of("lovasz_hinge", "Equal errors", PLACE),
            of("boundary", "Empty and full masks", UNDEFINED),
            of("hausdorff_dt", "Empty and full masks", UNDEFINED),
        ]
    }
}
