//! A report as one page that needs nothing else: it opens from disk.

use std::fmt::Write;

use super::content::{Table, chosen_rates, reading, sections};
use super::trained::budget;
use crate::{StudyError, StudyReport};

const STYLE: &str = "\
:root{color-scheme:light;font:15px/1.5 system-ui,sans-serif;background:#fbfaf8;color:#1d1f21}
body{max-width:76rem;margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.75rem;line-height:1.2}h2{font-size:1.25rem;margin-top:2.5rem}
p{max-width:46rem}figure{margin:1.5rem 0;overflow-x:auto}figure svg{max-width:100%;height:auto}
.table{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0 1.25rem;font-variant-numeric:tabular-nums;font-size:.875rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #dedbd4;white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{border-bottom:2px solid #8a867d}
th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid #3446c2;outline-offset:2px}
th button:hover{text-decoration:underline}th[aria-sort=ascending] button::after{content:\" ↑\"}
th[aria-sort=descending] button::after{content:\" ↓\"}
details{margin-top:2rem}pre{overflow-x:auto;font-size:.75rem}";

/// Heads of tables become buttons that sort: numbers from the greatest, then from the least, what is no number last.
const SCRIPT: &str = r#"
const number = (row, column) => {
  const found = /[-\d.]+/.exec(row.cells[column].textContent.replace("\u2212", "-"));
  return found === null || Number.isNaN(Number(found[0])) ? null : Number(found[0]);
};
const text = (row, column) => row.cells[column].textContent;
for (const table of document.querySelectorAll("table")) {
  const [body] = table.tBodies;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const words = column === 0;
      const first = words ? "ascending" : "descending";
      const other = words ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const compare = (a, b) => {
        if (words) return sign * text(a, column).localeCompare(text(b, column));
        const [x, y] = [number(a, column), number(b, column)];
        if (x === null || y === null) return (x === null) - (y === null);
        return sign * (x - y);
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
"#;

/// The page, with figures (drawings and what they show) and the study's document.
///
/// # Errors
/// Never, in fact: JSON takes whatever a study holds.
pub fn html(report: &StudyReport, figures: &[(String, String)]) -> Result<String, StudyError> {
    let name = escape(&report.study.name);
    // Writing to a string cannot fail.
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{name}</title>\n\
         <style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{name}</h1>\n<p>{}</p>\n<p>{}</p>\n",
        escape(&budget(report)),
        escape(&reading(&report.study.bootstrap))
    );
    for machines in &report.machines {
        let machine = &machines.machine;
        let _ = writeln!(
            text,
            "<p>{} cells by Losscope {} on {}.</p>",
            machines.cells,
            escape(&machine.version),
            escape(&machine.adapter)
        );
    }
    if !report.notes.is_empty() {
        text.push_str("<h2>To be known</h2>\n<ul>\n");
        for note in &report.notes {
            let _ = writeln!(text, "<li>{}</li>", escape(note));
        }
        text.push_str("</ul>\n");
    }
    for (drawing, caption) in figures {
        let _ = writeln!(
            text,
            "<figure>{drawing}<figcaption>{}</figcaption></figure>",
            escape(caption)
        );
    }
    if let Some(rates) = chosen_rates(report) {
        table(&mut text, &rates);
    }
    for section in sections(report) {
        let _ = writeln!(
            text,
            "<h2>{}</h2>\n<p>{}</p>",
            escape(&section.title),
            escape(&section.about)
        );
        for content in &section.tables {
            table(&mut text, content);
        }
    }
    let _ = write!(
        text,
        "<details><summary>The study's document</summary>\n<pre>{}</pre></details>\n<script>{SCRIPT}</script>\n\
         </body>\n</html>\n",
        escape(&report.study.to_json()?)
    );
    Ok(text)
}

fn table(text: &mut String, table: &Table) {
    let _ = write!(
        text,
        "<div class=\"table\"><table>\n<caption>{}</caption>\n<thead><tr>",
        escape(&table.caption)
    );
    for cell in &table.head {
        let _ = write!(text, "<th scope=\"col\">{}</th>", escape(cell));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        text.push_str("<tr>");
        for cell in row {
            let content = escape(&cell.text);
            let _ = match cell.strong {
                true => write!(text, "<td><strong>{content}</strong></td>"),
                false => write!(text, "<td>{content}</td>"),
            };
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody></table></div>\n");
}

/// Text as HTML and SVG take it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
