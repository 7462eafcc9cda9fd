//! Studies that are ready to run.

use losscope_datasets::synthetic::{Family, Synthetic};
use losscope_losses::{Loss, catalogue};
use losscope_trainer::DataConfig;

use crate::budget::Budget;
use crate::grid::{GridDataset, GridLoss, OwnDataset};
use crate::{Study, StudyError};

/// A study that is ready to run.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// What it is asked for by.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub summary: &'static str,
    document: fn(&Budget) -> Result<Study, StudyError>,
}

/// Every preset.
pub const PRESETS: [Preset; 4] = [
    Preset {
        name: "paper-comparison",
        summary: "The eight losses of the Unified Focal loss paper on its five tasks, two of them in volumes; five seeds each.",
        document: paper_comparison,
    },
    Preset {
        name: "imbalance-sweep",
        summary: "The eight losses while the foreground shrinks from 30 % to 0.2 % of the pixels.",
        document: imbalance_sweep,
    },
    Preset {
        name: "gamma-sweep",
        summary: "The focal parameter γ of the losses that have one.",
        document: gamma_sweep,
    },
    Preset {
        name: "learning-rate",
        summary: "The eight losses at five learning rates, so that none is judged at one that does not suit it.",
        document: learning_rate,
    },
];

impl Preset {
    /// The preset of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(name: &str) -> Result<Self, StudyError> {
        let found = PRESETS.into_iter().find(|preset| preset.name == name);
        found.ok_or_else(|| StudyError::NoSuchPreset {
            asked: name.to_owned(),
            known: PRESETS.map(|preset| preset.name).join(", "),
        })
    }

    /// Its document.
    ///
    /// # Errors
    /// Never, in fact: a test makes them all.
    pub fn study(self) -> Result<Study, StudyError> {
        self.with(&Budget::full())
    }

    /// Its document with smaller images and shorter training, for minutes instead of hours; its grid is the same. The
    /// studies that are told of in the documentation are these.
    ///
    /// # Errors
    /// Never, in fact: a test makes them all.
    pub fn small(self) -> Result<Study, StudyError> {
        let mut study = self.with(&Budget::small())?;
        study.name += ", small budget";
        Ok(study)
    }

    fn with(self, budget: &Budget) -> Result<Study, StudyError> {
        let study = (self.document)(budget)?;
        study.cells()?;
        Ok(study)
    }
}

/// The paper's losses come first in the catalogue.
const OF_THE_PAPER: usize = 8;

fn loss(document: serde_json::Value) -> Result<Loss, StudyError> {
    serde_json::from_value(document).map_err(StudyError::Document)
}

fn of_the_paper() -> Result<Vec<GridLoss>, StudyError> {
    let kinds = catalogue().iter().take(OF_THE_PAPER).map(|info| info.kind);
    kinds
        .map(|kind| loss(serde_json::json!({ "kind": kind })).map(Into::into))
        .collect()
}

fn study(name: &str, seeds: u64, budget: &Budget) -> Result<Study, StudyError> {
    let mut study = Study {
        name: name.to_owned(),
        base: budget.images(),
        ..Study::default()
    };
    study.base.losses.truncate(1);
    study.grid.seeds = (1..=seeds).collect();
    study.grid.losses = of_the_paper()?;
    Ok(study)
}

/// The paper's five tasks: polyps, vessels and breast lesions in images, brain tumours in volumes, and kidney and tumour
/// as two classes in volumes.
fn paper_comparison(budget: &Budget) -> Result<Study, StudyError> {
    let mut study = study("paper-comparison", 5, budget)?;
    study.pictures = 4;
    let Budget { split, .. } = *budget;
    let vessel = Synthetic {
        // What eyes have: with less the vessels would be threads of single pixels.
        foreground: 0.1,
        ..budget.drawn(Family::Vessel)
    };
    let volumes = |name: &str, drawn: Synthetic| OwnDataset {
        name: Some(name.to_owned()),
        data: DataConfig::synthetic(drawn, split),
        network: Some(budget.volume_network.clone()),
        training: Some(budget.volume_training.clone()),
    };
    let brain = Synthetic {
        foreground: 0.02,
        ..budget.drawn_volumes(Family::Brain)
    };
    let kidney = Synthetic {
        foreground: 0.05,
        multiclass: true,
        ..budget.drawn_volumes(Family::Kidney)
    };
    let own = |own| GridDataset::Own(Box::new(own));
    study.grid.datasets = vec![
        GridDataset::Family(Family::Polyp),
        own(OwnDataset {
            name: None,
            data: DataConfig::synthetic(vessel, split),
            network: None,
            training: None,
        }),
        GridDataset::Family(Family::Ultrasound),
        own(volumes("brain 3D", brain)),
        own(volumes("kidney 3D", kidney)),
    ];
    Ok(study)
}

fn imbalance_sweep(budget: &Budget) -> Result<Study, StudyError> {
    let mut study = study("imbalance-sweep", 3, budget)?;
    study.grid.foreground = vec![0.3, 0.1, 0.03, 0.01, 0.005, 0.002];
    Ok(study)
}

fn gamma_sweep(budget: &Budget) -> Result<Study, StudyError> {
    let mut study = study("gamma-sweep", 3, budget)?;
    let vary = |kind: &str, values: &[f64]| {
        Ok::<_, StudyError>(GridLoss {
            loss: loss(serde_json::json!({ "kind": kind }))?,
            vary: [("gamma".to_owned(), values.to_vec())].into(),
        })
    };
    let shares = [0.1, 0.3, 0.5, 0.7, 0.9];
    study.grid.losses = vec![
        vary("focal", &[0.5, 1.0, 2.0, 3.0, 5.0])?,
        vary("focal_tversky", &[0.5, 0.75, 1.0, 1.33, 2.0])?,
        vary("sym_unified_focal", &shares)?,
        vary("asym_unified_focal", &shares)?,
    ];
    Ok(study)
}

fn learning_rate(budget: &Budget) -> Result<Study, StudyError> {
    let mut study = study("learning-rate", 3, budget)?;
    study.grid.learning_rates = vec![1e-4, 3e-4, 1e-3, 3e-3, 1e-2];
    Ok(study)
}
