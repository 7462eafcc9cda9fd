//! Text for people.

use losscope_losses::Loss;

/// A loss with its parameters: `tversky delta=0.7 smooth=0.000001`.
pub(crate) fn loss(loss: &Loss) -> String {
    let parameters = loss
        .parameters()
        .into_iter()
        .map(|(name, value)| format!(" {name}={value}"));
    parameters.fold(loss.kind().to_owned(), |text, parameter| text + &parameter)
}

/// A metric with four digits, or a dash where it is undefined.
pub(crate) fn metric(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"))
}

/// Rows in columns as wide as their widest cell; all but the first `left` columns are aligned to the right.
pub(crate) fn columns(rows: &[Vec<String>], left: usize) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0))
        .map(width)
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| {
                if column < left {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
