//! What can go wrong, as a sentence for a person, and the exit code it leads to.

use std::path::PathBuf;

use losscope_datasets::import::ImportError;
use losscope_losses::{FormulaError, LossError};
use losscope_study::StudyError;
use losscope_trainer::TrainerError;
use thiserror::Error;

/// Why a command did not do what was asked.
#[derive(Debug, Error)]
pub enum CliError {
    /// A document cannot be read.
    #[error("{name} cannot be read ({source}): check that it exists and that you may open it")]
    Read {
        /// Its path, or what it came from.
        name: String,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// A document is no experiment, or one that cannot be run.
    #[error("{name}: {source}")]
    Experiment {
        /// The document.
        name: String,
        /// What is wrong with it.
        source: TrainerError,
    },
    /// An experiment on data of the page.
    #[error(
        "the experiment is on images that were brought into the page, which cannot be reached from here: give data \
         of the source \"folder\", with the path of a folder that holds these images and their masks"
    )]
    Imported,
    /// An experiment without a folder, where one was to be looked at.
    #[error(
        "the experiment has no folder of data: give a folder, or an experiment whose data are of the source \"folder\""
    )]
    NoFolder,
    /// A folder of data that cannot be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A document is no study, or one that cannot be run or reported.
    #[error("{name}: {source}")]
    Study {
        /// The document or folder.
        name: String,
        /// What is wrong with it.
        source: StudyError,
    },
    /// A folder without a study's results.
    #[error(
        "{} holds no results of a study: give a folder that `losscope study run` wrote into", folder.display()
    )]
    NoStudy {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder that is to take merged results has some already.
    #[error("{} already holds results of a study: give another folder", folder.display())]
    MergeOccupied {
        /// The folder.
        folder: PathBuf,
    },
    /// A cell's training broke off.
    #[error(
        "the program failed in a cell; results that were written stay, and `study run` goes on from them"
    )]
    Crashed,
    /// A document is no case.
    #[error("{name} is no case: {source}")]
    Case {
        /// The document.
        name: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Parts of a case do not fit each other.
    #[error("{name} cannot be evaluated: {source}")]
    CaseData {
        /// The document.
        name: String,
        /// What does not fit.
        source: LossError,
    },
    /// A text is no formula.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// The catalogue's disagreements cannot be evaluated.
    #[error("the catalogue cannot be evaluated: {0}")]
    Catalogue(LossError),
    /// A network or an image that cannot be used to predict.
    #[error("{}: {reason}", file.display())]
    Predict {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A bench that cannot be run.
    #[error("the bench cannot be run: {0}")]
    Bench(String),
    /// There are results already.
    #[error(
        "{} already holds {found}: give another folder, or --overwrite to replace what is there", folder.display()
    )]
    Occupied {
        /// The folder for the results.
        folder: PathBuf,
        /// What was found in it.
        found: &'static str,
    },
    /// A file cannot be written.
    #[error("{} cannot be written ({source}): check that there is room and that you may write there", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// Results cannot be brought into their format.
    #[error("{file} cannot be made: {reason}")]
    Encode {
        /// The file.
        file: String,
        /// What its format does not take.
        reason: String,
    },
    /// Training did not go on.
    #[error("training stopped: {0}")]
    Training(#[from] TrainerError),
    /// Standard output is not taken.
    #[error("the output cannot be printed ({0})")]
    Print(std::io::Error),
}

impl CliError {
    /// 2 where what was given is wrong, 1 where something failed.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Read { .. }
            | Self::Experiment { .. }
            | Self::Imported
            | Self::NoFolder
            | Self::Study { .. }
            | Self::NoStudy { .. }
            | Self::MergeOccupied { .. }
            | Self::Import(_)
            | Self::Case { .. }
            | Self::CaseData { .. }
            | Self::Formula(_)
            | Self::Bench(_)
            | Self::Predict { .. }
            | Self::Occupied { .. } => 2,
            Self::Write { .. }
            | Self::Encode { .. }
            | Self::Training(_)
            | Self::Crashed
            | Self::Print(_)
            | Self::Catalogue(_) => 1,
        }
    }
}
