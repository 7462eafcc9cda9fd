//! `cargo xtask bench native`: Losscope and `PyTorch` on the CPU of this machine.

mod contestant;
mod report;

use std::fs;

use anyhow::{Context, Result, ensure};
use clap::Args;

use self::contestant::Contestant;
use self::report::Result as Measured;
use super::case::Case;
use crate::workspace::Workspace;

/// What to run natively.
#[derive(Args)]
pub(crate) struct Options {
    /// Side of the images and size of a batch; may be repeated.
    #[arg(long = "case", default_values = ["32x4", "64x4", "64x8", "128x4"])]
    cases: Vec<Case>,
    /// Number of threads; may be repeated.
    #[arg(long, default_values_t = [1, 2])]
    threads: Vec<u32>,
    /// How often each contestant has its turn.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Contestant to run; may be repeated. All if none.
    #[arg(long = "contestant", value_enum)]
    contestants: Vec<Contestant>,
}

/// Runs all contestants in turns, compares their losses, and prints a table.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut there = Vec::new();
    for contestant in Contestant::ALL {
        if !options.contestants.is_empty() && !options.contestants.contains(&contestant) {
            continue;
        }
        match contestant.prepare(workspace) {
            Ok(ready) => there.push(ready),
            Err(error) => println!("{} takes no part: {error:#}", contestant.name()),
        }
    }
    ensure!(!there.is_empty(), "nobody can take part here");

    let mut results = Vec::new();
    for &case in &options.cases {
        for &threads in &options.threads {
            let mut group: Vec<_> = there
                .iter()
                .map(|ready| Measured::new(ready.contestant, case, threads))
                .collect();
            // In turns, so that whatever else the machine does hits all of them.
            for round in 1..=options.rounds {
                for (ready, result) in there.iter().zip(&mut group) {
                    eprintln!(
                        "{case}, {threads} threads: {}, round {round}",
                        ready.contestant.name()
                    );
                    result.add(ready.run(workspace, case, threads)?);
                }
            }
            results.append(&mut group);
        }
    }
    report::compare_losses(&mut results);
    print!("{}", report::table(&results));

    let folder = workspace.bench_results();
    let file = folder.join("native.json");
    let writing = || format!("could not write {}", file.display());
    fs::create_dir_all(&folder).with_context(writing)?;
    fs::write(&file, serde_json::to_string_pretty(&results)?).with_context(writing)?;
    println!("\nAll times and losses are in {}.", file.display());
    Ok(())
}
