//! `cargo xtask test`: every stage in order, up to the first that fails.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;

use crate::counts::Counts;
use crate::stages::{self, STAGES};
use crate::workspace::Workspace;

/// What to test.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only this stage (can be given several times); what it builds on must be built.
    #[arg(long, value_name = "STAGE", value_parser = stages::names())]
    only: Vec<String>,
}

/// Runs the stages and prints, as the very last line, how many tests passed, failed and were
/// skipped.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> ExitCode {
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|it| it == name);
    let chosen: Vec<_> = STAGES.iter().filter(|stage| wanted(stage.name)).collect();

    let mut counts = Counts::default();
    let mut code = ExitCode::SUCCESS;
    let mut times = Vec::new();
    for (number, stage) in chosen.iter().enumerate() {
        println!("\n[{}/{}] {}", number + 1, chosen.len(), stage.title);
        let started = Instant::now();
        let mut stage_counts = Counts::default();
        let result = (stage.run)(workspace, &mut stage_counts);
        times.push((stage.title, started.elapsed()));
        if let Err(error) = &result {
            // A runner that broke before it could count is one failed test itself.
            if stage.runs_tests && stage_counts.failed == 0 {
                stage_counts.failed = 1;
            }
            println!("\nFailed: {}: {error:#}", stage.title);
            code = ExitCode::FAILURE;
        }
        counts += stage_counts;
        if result.is_err() {
            break;
        }
    }

    println!();
    for (title, time) in &times {
        println!("{:>8}  {title}", seconds(*time));
    }
    for stage in &chosen[times.len()..] {
        println!("{:>8}  {}", "not run", stage.title);
    }
    println!("\n{counts}");
    code
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
