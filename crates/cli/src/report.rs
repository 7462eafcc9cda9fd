//! `report.json`: everything about a run but its pictures and weights.

use losscope_kernels::cpu::{Rounding, rounding};
use losscope_losses::Loss;
use losscope_trainer::{Evaluation, Experiment, LaneSnapshot, SessionInfo, SplitName, StepReport};
use serde::Serialize;

/// What an experiment came to. Numbers that are not finite are `null` in JSON.
#[derive(Debug, Serialize)]
pub struct RunReport {
    /// The experiment, with every default filled in.
    pub experiment: Experiment,
    /// Version of Losscope.
    pub version: &'static str,
    /// `cpu`.
    pub backend: &'static str,
    /// What it ran on.
    pub adapter: String,
    /// Names of the convolutions that `layer_norms` is about.
    pub layers: Vec<String>,
    /// The losses, in the order of the experiment.
    pub losses: Vec<LaneReport>,
}

/// What one loss came to.
#[derive(Debug, Serialize)]
pub struct LaneReport {
    /// The lane, as in the names of files.
    pub lane: u32,
    /// Kind and parameters.
    #[serde(flatten)]
    pub loss: Loss,
    /// Every step.
    pub history: Vec<HistoryEntry>,
    /// Metrics at some steps.
    pub evaluations: Vec<Evaluation>,
    /// The images of which there are pictures.
    pub pictures: Vec<PictureEntry>,
}

/// One step.
#[derive(Debug, Serialize)]
pub struct HistoryEntry {
    /// Steps made, this one included.
    pub step: usize,
    /// The loss on the step's batch, before the update.
    pub loss: f32,
    /// Share of Σ |dL/dlogit| that comes from pixels of each class, background first.
    pub gradient_share: Vec<f32>,
    /// Euclidean norm of dL/dweights of each convolution, at some steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer_norms: Option<Vec<f32>>,
}

/// One image of which there are pictures: the numbers that belong to them.
#[derive(Debug, Serialize)]
pub struct PictureEntry {
    /// The image's name.
    pub image: String,
    /// Steps made.
    pub step: usize,
    /// The loss of this image by itself.
    pub loss: f32,
    /// Dice over foreground classes.
    pub dice: Option<f64>,
    /// Share of Σ |dL/dlogit| per class of the label.
    pub gradient_share: Vec<f32>,
    /// Largest |dL/dlogit| of the lane on this image.
    pub gradient_max: f32,
    /// |dL/dlogit| that the gradient's picture shows in full colour: the largest of all lanes.
    pub gradient_scale: f32,
}

/// What everything runs on here.
pub(crate) fn adapter() -> String {
    let architecture = std::env::consts::ARCH;
    match rounding() {
        Rounding::Portable => format!("CPU ({architecture})"),
        Rounding::Fused => format!("CPU ({architecture}, fused rounding)"),
    }
}

impl RunReport {
    /// Of a session at step 0.
    pub fn new(session: SessionInfo) -> Self {
        let SessionInfo {
            experiment,
            lanes,
            layers,
            ..
        } = session;
        let lane = |lane: losscope_trainer::LaneInfo| LaneReport {
            lane: lane.id,
            loss: lane.loss,
            history: Vec::new(),
            evaluations: Vec::new(),
            pictures: Vec::new(),
        };
        Self {
            experiment,
            version: env!("CARGO_PKG_VERSION"),
            backend: "cpu",
            adapter: adapter(),
            layers,
            losses: lanes.into_iter().map(lane).collect(),
        }
    }

    fn lane(&mut self, id: u32) -> Option<&mut LaneReport> {
        self.losses.iter_mut().find(|lane| lane.lane == id)
    }

    /// Adds steps.
    pub fn add_steps(&mut self, steps: Vec<StepReport>) {
        for StepReport {
            lane,
            step,
            loss,
            gradient_share,
            layer_norms,
        } in steps
        {
            if let Some(lane) = self.lane(lane) {
                lane.history.push(HistoryEntry {
                    step,
                    loss,
                    gradient_share,
                    layer_norms,
                });
            }
        }
    }

    /// Adds evaluations.
    pub fn add_evaluations(&mut self, evaluations: Vec<Evaluation>) {
        for evaluation in evaluations {
            if let Some(lane) = self.lane(evaluation.lane) {
                lane.evaluations.push(evaluation);
            }
        }
    }

    /// Adds the numbers of an image of which pictures were drawn.
    pub fn add_pictures(&mut self, image: &str, gradient_scale: f32, snapshots: &[LaneSnapshot]) {
        for snapshot in snapshots {
            let entry = PictureEntry {
                image: image.to_owned(),
                step: snapshot.step,
                loss: snapshot.loss,
                dice: snapshot.dice,
                gradient_share: snapshot.gradient_share.clone(),
                gradient_max: snapshot.gradient_max,
                gradient_scale,
            };
            if let Some(lane) = self.lane(snapshot.lane) {
                lane.pictures.push(entry);
            }
        }
    }
}

impl LaneReport {
    /// The last evaluation on a split.
    pub fn last_evaluation(&self, split: SplitName) -> Option<&Evaluation> {
        self.evaluations
            .iter()
            .rev()
            .find(|evaluation| evaluation.split == split)
    }
}
