//! A report as Markdown.

use std::fmt::Write;

use super::content::{Table, chosen_rates, reading, sections};
use super::trained::budget;
use crate::StudyReport;

/// The report; `figures` are the names of pictures that lie beside it, with what they show.
pub fn markdown(report: &StudyReport, figures: &[(String, String)]) -> String {
    // Writing to a string cannot fail.
    let mut text = format!(
        "# {}\n\n{}\n\n{}\n",
        report.study.name,
        budget(report),
        reading(&report.study.bootstrap)
    );
    for machines in &report.machines {
        let machine = &machines.machine;
        let _ = write!(
            text,
            "\n{} cells by Losscope {} on {}.\n",
            machines.cells, machine.version, machine.adapter
        );
    }
    if !report.notes.is_empty() {
        text.push_str("\n**To be known**\n\n");
        for note in &report.notes {
            let _ = writeln!(text, "- {note}");
        }
    }
    for (file, caption) in figures {
        let _ = write!(text, "\n![{caption}]({file})\n");
    }
    if let Some(rates) = chosen_rates(report) {
        table(&mut text, &rates);
    }
    for section in sections(report) {
        let _ = write!(text, "\n## {}\n\n{}\n", section.title, section.about);
        for content in &section.tables {
            table(&mut text, content);
        }
    }
    text
}

fn table(text: &mut String, table: &Table) {
    let escape = |cell: &str| cell.replace('|', "\\|").replace('*', "\\*");
    let _ = write!(
        text,
        "\n**{}**\n\n| {} |\n|---|",
        table.caption,
        table.head.join(" | ")
    );
    for _ in table.head.iter().skip(1) {
        text.push_str("---:|");
    }
    text.push('\n');
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell.strong {
            true => format!("**{}**", escape(&cell.text)),
            false => escape(&cell.text),
        });
        let _ = writeln!(text, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}
