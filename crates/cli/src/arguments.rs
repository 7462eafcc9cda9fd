//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Trains small U-Nets under different losses on class-imbalanced segmentation data, and compares them.
#[derive(Debug, Parser)]
#[command(name = "losscope", version)]
pub struct Arguments {
    /// Round a product and the sum that it is added to at once, where the processor can: faster, but the last digits
    /// are not those of the page and of other machines
    #[arg(long, global = true)]
    pub fused: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train every loss of an experiment from the same weights on the same batches
    Train(TrainArguments),
    /// Time training steps on the CPU, on the problem that docs/performance.md describes
    Bench(BenchArguments),
    /// Say what a folder of images and masks holds: pairs, classes, values in masks, and what is left out
    Data {
        /// The folder, or an experiment's document that names one and says what to make of it
        path: PathBuf,
        /// As JSON, with every pair
        #[arg(long)]
        json: bool,
    },
    /// Apply trained networks to images
    Predict(PredictArguments),
    /// Run a grid of experiments, and report what comes of it
    #[command(subcommand)]
    Study(StudyCommand),
    /// List the losses, or evaluate them
    #[command(subcommand)]
    Loss(LossCommand),
}

/// What to train, and where the results go.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// The experiment, a JSON document; `{}` is one, and `-` reads it from standard input. A folder of
    /// data that it names is looked for from the current directory
    pub experiment: PathBuf,
    /// Folder for report.json, metrics.csv, weights and pictures; made where there is none
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Replace the results that DIR already holds
    #[arg(long)]
    pub overwrite: bool,
    /// For how many test images pictures are drawn
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub pictures: usize,
    /// Show no progress
    #[arg(long)]
    pub quiet: bool,
}

/// Which networks to apply to what.
#[derive(Debug, Args)]
pub struct PredictArguments {
    /// Weights, as `train` and the page write them; the predictions of each go into a folder of its name
    #[arg(required = true)]
    pub weights: Vec<PathBuf>,
    /// An image, or a folder of images
    #[arg(long, value_name = "PATH")]
    pub images: PathBuf,
    /// Folder for masks and probabilities; made where there is none
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Folder of masks, each of the name of its image (or with `_mask` behind it): what they allow to be measured goes
    /// into metrics.csv
    #[arg(long, value_name = "DIR")]
    pub masks: Option<PathBuf>,
    /// Height and width that images are brought to, instead of those that the network was trained on
    #[arg(long, value_name = "PIXELS")]
    pub size: Option<usize>,
    /// Write logits and the network's input too, as NumPy arrays [classes or channels, height, width]
    #[arg(long)]
    pub logits: bool,
}

/// What to time.
#[derive(Debug, Args)]
pub struct BenchArguments {
    /// Threads
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub threads: usize,
    /// Height and width, a multiple of 4
    #[arg(long, value_name = "PIXELS", default_value_t = 64)]
    pub size: usize,
    /// Images of a step
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub batch: usize,
    /// Steps to time, after the warm-up
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub steps: usize,
    /// In one line of JSON, losses and times of every step included
    #[arg(long)]
    pub json: bool,
}

/// What to do with studies.
#[derive(Debug, Subcommand)]
pub enum StudyCommand {
    /// Train and test every cell that has no result yet; may be stopped and started at any time
    Run(StudyRunArguments),
    /// List the cells
    List {
        /// The study, a JSON document; `-` reads it from standard input
        study: PathBuf,
        /// As JSON, each with its whole experiment
        #[arg(long)]
        json: bool,
    },
    /// Make tables, figures and a page from the results there are
    Report {
        /// Folder of the results
        dir: PathBuf,
        /// Folder for what is made, instead of `report` in DIR
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Put the results of several folders into one
    Merge {
        /// Folders of results, or files of studies with results as the page saves them
        #[arg(required = true)]
        dirs: Vec<PathBuf>,
        /// Folder for all of them; must not hold results yet
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Print a study that is ready to run, or list what there is
    Preset {
        /// Its name
        name: Option<String>,
        /// With smaller images and shorter training: minutes instead of hours
        #[arg(long, requires = "name")]
        small: bool,
    },
}

/// Which cells to run, and where the results go.
#[derive(Debug, Args)]
pub struct StudyRunArguments {
    /// The study, a JSON document; `-` reads it from standard input. Folders of data that it names are looked for
    /// from the current directory
    pub study: PathBuf,
    /// Folder for the results, one file a cell; made where there is none
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How many cells are trained at once; the numbers are the same
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// Only this cell: its number in `study list`, or its key
    #[arg(long, value_name = "K")]
    pub cell: Option<String>,
    /// Say nothing but warnings
    #[arg(long)]
    pub quiet: bool,
}

/// What to do with losses.
#[derive(Debug, Subcommand)]
pub enum LossCommand {
    /// Every loss, and its parameters with their ranges and defaults
    List {
        /// As JSON, with formulas, conventions and disagreements between libraries in numbers
        #[arg(long, conflicts_with = "markdown")]
        json: bool,
        /// As a document, the same in Markdown
        #[arg(long)]
        markdown: bool,
    },
    /// Values and gradients, in float64, of the losses that a case names
    Eval {
        /// The case, a JSON document with input, labels and entries; `-` reads it from standard input
        case: PathBuf,
        /// Break the lines of the JSON that is printed
        #[arg(long)]
        pretty: bool,
    },
    /// Read a formula of your own, and say what it is or where it is wrong
    Check {
        /// The formula, such as "mean(-log(pt)*(1-pt)^gamma)"
        #[arg(required_unless_present = "words", allow_hyphen_values = true)]
        formula: Option<String>,
        /// List the words that formulas are made of
        #[arg(long)]
        words: bool,
    },
}
