//! The parts of the `losscope` command: each subcommand is a module, usable without a terminal.
//!
//! `losscope train` reads an experiment ([`document`]), gets its data ([`data`]), trains ([`run`]) and
//! writes numbers, weights and pictures into a folder ([`folder`]). `losscope loss` lists the losses
//! ([`listing`], [`markdown`]), evaluates them on a case ([`case`]) and reads formulas ([`formula`]). `losscope
//! study` runs and reports grids of experiments ([`study`]), `losscope predict` applies trained networks ([`predict`]). `losscope
//! data` says what a folder holds ([`contents`]).

pub mod arguments;
pub mod bench;
pub mod case;
pub mod contents;
pub mod data;
pub mod document;
pub mod error;
pub mod folder;
pub mod formula;
pub mod listing;
pub mod markdown;
pub mod metrics_csv;
mod npy;
pub mod pictures;
pub mod predict;
pub mod progress;
pub mod report;
pub mod results;
pub mod run;
pub mod study;
mod text;

pub use error::CliError;
