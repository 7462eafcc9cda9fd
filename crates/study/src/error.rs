//! What can be wrong with a study.

use losscope_metrics::MetricsError;
use losscope_trainer::TrainerError;
use thiserror::Error;

use crate::document::VERSION;

/// Why a study cannot be run or reported.
#[derive(Debug, Error)]
pub enum StudyError {
    /// The document is no study.
    #[error("the study cannot be read: {0}")]
    Document(serde_json::Error),
    /// The document is of another version.
    #[error(
        "the study is of version {0}, but this Losscope reads version {VERSION}: use the Losscope that wrote it"
    )]
    Version(u32),
    /// A list of the grid has the same entry twice.
    #[error("grid.{axis} has {entry} twice: each combination is trained once, so leave one out")]
    Twice {
        /// Which list.
        axis: &'static str,
        /// What is there twice.
        entry: String,
    },
    /// Too many cells.
    #[error(
        "the grid has {given} cells, but a study may have {most}: make it smaller, or divide it"
    )]
    TooLarge {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// Too many pictures.
    #[error("pictures is {given}, but a cell may keep {most}: results are to stay small")]
    Pictures {
        /// How many were asked for.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// A family without drawn data to be of.
    #[error(
        "grid.datasets names the family \"{0}\", but base.data is not synthetic: give base.data of the source \
         \"synthetic\", or the dataset's whole data"
    )]
    FamilyOfWhat(String),
    /// A parameter that the loss does not have.
    #[error(
        "grid.losses varies {parameter} of {kind}, which has no such parameter: it has {known}"
    )]
    Parameter {
        /// Kind of the loss.
        kind: &'static str,
        /// What was to be varied.
        parameter: String,
        /// What the loss has.
        known: String,
    },
    /// There is nothing to test with.
    #[error(
        "the data \"{0}\" leave nothing to test with: give the third share of its split more than 0"
    )]
    NoTest(String),
    /// A cell's experiment is out of range or does not fit its data.
    #[error("the cell {cell}: {source}")]
    Cell {
        /// The cell's key.
        cell: String,
        /// What is wrong with it.
        source: TrainerError,
    },
    /// There is no such cell.
    #[error("there is no cell {asked}: the study has the cells 1 to {count}")]
    NoSuchCell {
        /// What was asked for.
        asked: String,
        /// How many there are.
        count: usize,
    },
    /// A file is no result.
    #[error("this is no result of a cell: {0}")]
    Result(String),
    /// Results without the study that they are of.
    #[error(
        "there is no study among the files: add the study's document, or a file that holds a study with its results"
    )]
    NoDocument,
    /// A file that holds no results with their study.
    #[error(
        "this is no study with its results: give a folder of `study run`, or a study.json that the page has saved with \
         its results"
    )]
    NoBundle,
    /// Values that cannot be compared, or options that are out of range.
    #[error("the results cannot be compared: {0}")]
    Statistics(#[from] MetricsError),
    /// There is nothing to report.
    #[error("there are no results to report: run the study first")]
    Nothing,
    /// Studies that differ in more than their grids.
    #[error(
        "the studies \"{first}\" and \"{second}\" differ in {what}, so their results do not belong into one table: \
         merge those of one study"
    )]
    Different {
        /// Name of one.
        first: String,
        /// Name of the other.
        second: String,
        /// What differs.
        what: &'static str,
    },
    /// There is no such preset.
    #[error("there is no preset \"{asked}\"; there are {known}")]
    NoSuchPreset {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// A table cannot be written.
    #[error("a table cannot be made: {0}")]
    Table(String),
}
