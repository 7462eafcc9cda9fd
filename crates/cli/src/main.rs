//! `losscope`: the engine from a terminal.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use losscope_cli::arguments::{
    Arguments, BenchArguments, Command, LossCommand, StudyCommand, TrainArguments,
};
use losscope_cli::folder::ResultsFolder;
use losscope_cli::progress::Progress;
use losscope_cli::{
    CliError, bench, case, contents, document, formula, listing, markdown, predict, results, run,
    study,
};
use losscope_kernels::cpu::{Rounding, set_rounding};
use serde::Serialize;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.fused {
        set_rounding(Rounding::Fused);
    }
    let text = match arguments.command {
        Command::Train(arguments) => train(&arguments),
        Command::Bench(arguments) => time(&arguments),
        Command::Study(command) => study(&command),
        Command::Data { path, json } => contents::run(&path, json),
        Command::Predict(arguments) => predict::run(&arguments),
        Command::Loss(LossCommand::List { json, markdown }) => list(json, markdown),
        Command::Loss(LossCommand::Eval { case, pretty }) => evaluate(&case, pretty),
        Command::Loss(LossCommand::Check { formula, words }) => {
            formula::check(formula.as_deref(), words)
        }
    };
    match text.and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody can be told that standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn train(arguments: &TrainArguments) -> Result<String, CliError> {
    let experiment = document::experiment(&arguments.experiment)?;
    let folder = ResultsFolder::new(&arguments.out, arguments.overwrite)?;
    let report = run::run(
        experiment,
        folder,
        arguments.pictures,
        Progress::new(arguments.quiet),
    )?;
    Ok(results::table(&report))
}

fn time(arguments: &BenchArguments) -> Result<String, CliError> {
    let result = bench::run(arguments)?;
    if arguments.json {
        return json(&result, false);
    }
    let mut times = result.step_ms.clone();
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
    Ok(format!(
        "{median:.1} ms a step (median of {}); matrix product: {:.1} GFLOP/s",
        times.len(),
        result.matmul_gflops
    ))
}

fn study(command: &StudyCommand) -> Result<String, CliError> {
    match command {
        StudyCommand::Run(arguments) => study::run(arguments),
        StudyCommand::List { study, json } => study::list(study, *json),
        StudyCommand::Report { dir, out } => study::report(dir, out.as_deref()),
        StudyCommand::Merge { dirs, out } => study::merge(dirs, out),
        StudyCommand::Preset { name, small } => study::preset(name.as_deref(), *small),
    }
}

fn list(as_json: bool, as_markdown: bool) -> Result<String, CliError> {
    if as_markdown {
        return markdown::markdown().map_err(CliError::Catalogue);
    }
    if as_json {
        return json(&listing::list().map_err(CliError::Catalogue)?, true);
    }
    Ok(listing::listing())
}

fn evaluate(path: &std::path::Path, pretty: bool) -> Result<String, CliError> {
    let (name, case) = document::case(path)?;
    let report = case::evaluate(&case).map_err(|source| CliError::CaseData { name, source })?;
    json(&report, pretty)
}

fn json(value: &impl Serialize, pretty: bool) -> Result<String, CliError> {
    let text = if pretty {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    let text = text.map_err(|error| CliError::Encode {
        file: "the JSON".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(text + "\n")
}

/// Prints to standard output. That nobody reads it to its end (`losscope loss list | head`) is no error.
fn print(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::Print(error)),
        _ => Ok(()),
    }
}
