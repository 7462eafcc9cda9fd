//! `losscope study report`: tables, figures and a page from the results there are.

use std::fmt::Write;
use std::path::Path;

use losscope_study::figures::{Look, figures};
use losscope_study::{Collection, StudyReport, tables};

use super::store::{Found, Store};
use super::wrong;
use crate::{CliError, folder};

/// Writes everything into a folder, and says what it wrote.
///
/// # Errors
/// When there are no results, they cannot be compared, or a file cannot be written.
pub fn report(dir: &Path, out: Option<&Path>) -> Result<String, CliError> {
    let store = Store::new(dir);
    let study = store.study()?;
    let Found {
        results, unusable, ..
    } = store.results()?;
    let collection = Collection::new(study, results).map_err(wrong(dir))?;
    let mut report = StudyReport::new(&collection).map_err(wrong(dir))?;
    report.notes.extend(unusable);
    let out = out.map_or_else(|| dir.join("report"), Path::to_owned);
    let figures = figures(&report, Look::Paper);
    let beside: Vec<(String, String)> = figures
        .iter()
        .map(|figure| (format!("{}.svg", figure.name), figure.caption.clone()))
        .collect();
    let within: Vec<(String, String)> = figures
        .iter()
        .map(|figure| (figure.svg.clone(), figure.caption.clone()))
        .collect();
    let json = serde_json::to_vec_pretty(&report).map_err(|error| CliError::Encode {
        file: "report.json".to_owned(),
        reason: error.to_string(),
    })?;
    let failed = wrong(dir);
    let mut files: Vec<(String, Vec<u8>)> = vec![
        (
            "report.md".into(),
            tables::markdown(&report, &beside).into_bytes(),
        ),
        (
            "report.html".into(),
            tables::html(&report, &within)
                .map_err(&failed)?
                .into_bytes(),
        ),
        ("report.json".into(), json),
        ("tables.tex".into(), tables::latex(&report).into_bytes()),
        (
            "summary.csv".into(),
            tables::summary_csv(&report).map_err(&failed)?,
        ),
        (
            "comparisons.csv".into(),
            tables::comparisons_csv(&report).map_err(&failed)?,
        ),
        (
            "values.csv".into(),
            tables::values_csv(&collection).map_err(&failed)?,
        ),
        (
            "runs.csv".into(),
            tables::runs_csv(&collection).map_err(&failed)?,
        ),
    ];
    files.extend(
        figures
            .into_iter()
            .map(|figure| (format!("{}.svg", figure.name), figure.svg.into_bytes())),
    );
    for (name, bytes) in &files {
        folder::write(&out.join(name), bytes)?;
    }
    let mut said = format!(
        "{} of {} cells, in {}: open report.html.\n",
        report.cells - report.missing.len(),
        report.cells,
        out.display()
    );
    for note in &report.notes {
        // Writing to a string cannot fail.
        let _ = writeln!(said, "- {note}");
    }
    Ok(said)
}
