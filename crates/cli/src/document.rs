//! Reading the documents that commands are given.

use std::io::Read;
use std::path::Path;

use losscope_study::Study;
use losscope_trainer::Experiment;

use crate::CliError;
use crate::case::Case;

/// A document's name in messages, and its text.
struct Document {
    name: String,
    text: String,
}

/// Reads a file, or standard input where the path is `-`.
fn read(path: &Path) -> Result<Document, CliError> {
    let mut text = String::new();
    let (name, outcome) = if path == Path::new("-") {
        (
            "standard input".to_owned(),
            std::io::stdin().read_to_string(&mut text).map(drop),
        )
    } else {
        (
            path.display().to_string(),
            std::fs::read_to_string(path).map(|content| text = content),
        )
    };
    match outcome {
        Ok(()) => Ok(Document { name, text }),
        Err(source) => Err(CliError::Read { name, source }),
    }
}

/// Reads and checks an experiment from a file, or from standard input where the path is `-`.
///
/// # Errors
/// When it cannot be read, has an unknown field, or a value is out of its range: the field is named.
pub fn experiment(path: &Path) -> Result<Experiment, CliError> {
    let Document { name, text } = read(path)?;
    Experiment::from_json(&text).map_err(|source| CliError::Experiment { name, source })
}

/// Reads and checks a study from a file, or from standard input where the path is `-`; also gives its text.
///
/// # Errors
/// When it cannot be read, has an unknown field, or a cell of it is out of range: the field is named.
pub fn study(path: &Path) -> Result<(Study, String), CliError> {
    let Document { name, text } = read(path)?;
    match Study::from_json(&text) {
        Ok(study) => Ok((study, text)),
        Err(source) => Err(CliError::Study { name, source }),
    }
}

/// Reads a case from a file, or from standard input where the path is `-`; also gives its name.
///
/// # Errors
/// When it cannot be read, or is no case.
pub fn case(path: &Path) -> Result<(String, Case), CliError> {
    let Document { name, text } = read(path)?;
    match serde_json::from_str(&text) {
        Ok(case) => Ok((name, case)),
        Err(source) => Err(CliError::Case { name, source }),
    }
}
