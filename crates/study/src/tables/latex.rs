//! A report's tables as LaTeX, for `\input` where the package booktabs is loaded.

use std::fmt::Write;

use super::content::{Table, chosen_rates, sections};
use crate::StudyReport;

/// Every table, each in an environment of its own.
pub fn latex(report: &StudyReport) -> String {
    let mut text = format!(
        "% {} — made by Losscope. Needs \\usepackage{{booktabs}} and \\usepackage{{graphicx}}.\n",
        report.study.name.replace('\n', " ")
    );
    if let Some(rates) = chosen_rates(report) {
        table(&mut text, "", &rates);
    }
    for section in sections(report) {
        for content in &section.tables {
            table(&mut text, &section.title, content);
        }
    }
    text
}

fn table(text: &mut String, title: &str, table: &Table) {
    let caption = match title {
        "" => table.caption.clone(),
        _ => format!("{title}: {}", table.caption),
    };
    let columns = "r".repeat(table.head.len().saturating_sub(1));
    let head: Vec<String> = table.head.iter().map(|cell| escape(cell)).collect();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n\\begin{{table}}\n\\centering\n\\caption{{{}}}\n\\resizebox{{\\textwidth}}{{!}}{{%\n\
         \\begin{{tabular}}{{l{columns}}}\n\\toprule\n{} \\\\\n\\midrule\n",
        escape(&caption),
        head.join(" & ")
    );
    for row in &table.rows {
        let cells = row.iter().map(|cell| match cell.strong {
            true => format!("\\textbf{{{}}}", escape(&cell.text)),
            false => escape(&cell.text),
        });
        let _ = writeln!(text, "{} \\\\", cells.collect::<Vec<_>>().join(" & "));
    }
    text.push_str("\\bottomrule\n\\end{tabular}}\n\\end{table}\n");
}

/// Text as LaTeX takes it in any encoding.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '<' | '>' => escaped.push_str(&format!("${character}$")),
            '−' => escaped.push_str("$-$"),
            '–' => escaped.push_str("--"),
            '×' => escaped.push_str("$\\times$"),
            'γ' => escaped.push_str("$\\gamma$"),
            'δ' => escaped.push_str("$\\delta$"),
            'λ' => escaped.push_str("$\\lambda$"),
            '*' => escaped.push_str("$^{*}$"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_latex_would_take_for_a_command_is_text() {
        assert_eq!(
            escape(r"asym_unified 5 % & −0.1 < 1 \x"),
            r"asym\_unified 5 \% \& $-$0.1 $<$ 1 \textbackslash{}x"
        );
    }
}
