//! The parts of the `losscope` command: each subcommand is a module, usable without a terminal.

pub mod case;
