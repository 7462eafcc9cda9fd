//! `losscope data`: what a folder of images and masks holds, and what would be trained on.

use std::fmt::Write;
use std::path::Path;

use losscope_datasets::Dataset;
use losscope_datasets::import::{Import, ImportReport};
use losscope_trainer::{DataConfig, Experiment};
use serde_json::json;

use crate::data::{self as loading, not_used};
use crate::text::columns;
use crate::{CliError, document};

/// Imports a folder as it is usual, or as an experiment's document says, and says what came of it; as
/// JSON if so asked.
///
/// # Errors
/// When it cannot be read, has fewer than three pairs, or the experiment has no folder.
pub fn run(path: &Path, as_json: bool) -> Result<String, CliError> {
    let experiment = if path.is_dir() {
        let folder = json!({ "data": { "source": "folder", "path": path.to_string_lossy() } });
        Experiment::from_json(&folder.to_string()).map_err(loading::unusable)?
    } else {
        document::experiment(path)?
    };
    let Some(Import { dataset, report }) = loading::import(&experiment.data)? else {
        return Err(CliError::NoFolder);
    };
    if as_json {
        let classes = &report.classes;
        let pairs = report.pairs.iter().map(|pair| {
            json!({ "image": pair.image, "mask": pair.mask, "source": pair.source, "samples": pair.tiles })
        });
        let value = json!({
            "samples": report.samples,
            "size": dataset.size,
            "channels": dataset.channels,
            "sources": report.sources,
            "layout": report.layout,
            "classes": classes,
            "values": report.values,
            "notes": report.notes,
            "pairs": pairs.collect::<Vec<_>>(),
            "rejected": report.rejected,
        });
        return Ok(format!("{value:#}\n"));
    }
    Ok(text(&dataset, &report, &experiment.data))
}

fn text(dataset: &Dataset, report: &ImportReport, data: &DataConfig) -> String {
    let mut text = String::new();
    let size = dataset.size;
    let depth = match size.depth {
        1 => String::new(),
        depth => format!("{depth}×"),
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{} pairs, made into {} samples of {depth}{}×{} pixels and {} {}, from {} sources",
        report.pairs.len(),
        report.samples,
        size.height,
        size.width,
        dataset.channels,
        if dataset.channels == 1 {
            "channel"
        } else {
            "channels"
        },
        report.sources,
    );
    let classes = report.classes.iter().enumerate().map(|(place, class)| {
        vec![
            format!("  {place}"),
            class.name.clone(),
            format!("{:.2} %", 100.0 * class.fraction),
        ]
    });
    let _ = write!(
        text,
        "\nclasses, and their share of the pixels:\n{}",
        columns(&classes.collect::<Vec<_>>(), 2)
    );
    let values = report.values.iter().map(|value| {
        vec![
            format!("  {}", value.value),
            format!("class {}", value.class),
            format!("{} pixels", value.pixels),
            format!("in {} masks", value.masks),
        ]
    });
    let _ = write!(
        text,
        "\nvalues in the masks:\n{}",
        columns(&values.collect::<Vec<_>>(), 2)
    );
    if report.values.len() > 2 && matches!(data, DataConfig::Folder { classes: None, .. }) {
        let _ = writeln!(
            text,
            "\nTo give values other classes, say in the experiment's data: {}",
            json!({ "classes": {
                "classes": ["background", "…", "…"],
                "values": [{ "value": report.values[1].value, "class": 1 }, { "value": report.values[2].value, "class": 2 }],
            } })
        );
    }
    if !report.notes.is_empty() || !report.rejected.is_empty() {
        text.push('\n');
    }
    for line in report
        .notes
        .iter()
        .cloned()
        .chain(report.rejected.iter().map(not_used))
    {
        let _ = writeln!(text, "{line}");
    }
    text
}
