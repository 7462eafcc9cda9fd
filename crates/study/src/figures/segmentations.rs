//! Test images in rows, losses in columns, as in the figures of arXiv 2102.04525.

use super::svg::{Anchor, Drawing};
use super::{Figure, Look};
use crate::StudyReport;
use crate::report::{GroupReport, Segmentation};
use crate::tables::{metric_name, title};

const TILE: f64 = 96.0;
const GAP: f64 = 8.0;
/// What is written below a tile.
const BELOW: f64 = 20.0;
const LEFT: f64 = 16.0;
const TOP: f64 = 84.0;

pub(crate) fn grids(report: &StudyReport, look: Look) -> Vec<Figure> {
    let several_rates = report.several_rates();
    let groups = report.groups.iter().enumerate();
    let with_pictures = groups.filter(|(_, group)| !group.segmentations.is_empty());
    with_pictures
        .map(|(position, group)| {
            let title = title(group, several_rates);
            let metric = metric_name(report.study.primary);
            Figure {
                name: format!("segmentations-{}", position + 1),
                caption: format!(
                    "What each loss makes of some test images, from much foreground to little ({title}): false \
                     positives are magenta, false negatives green. Below each its {metric}. One run each, of the first \
                     seed."
                ),
                svg: grid(look, group, &title),
            }
        })
        .collect()
}

fn grid(look: Look, group: &GroupReport, title: &str) -> String {
    let columns = 2 + group.losses.len();
    let rows = group.segmentations.len() as f64;
    let mut drawing = Drawing::new(
        look,
        2.0 * LEFT + columns as f64 * (TILE + GAP) - GAP,
        TOP + rows * (TILE + BELOW) + GAP,
    );
    drawing.text((LEFT, 24.0), Anchor::Start, 15.0, title);
    let names = ["Image", "Truth"].into_iter();
    let names = names.chain(group.losses.iter().map(|loss| loss.name.as_str()));
    for (column, name) in names.enumerate() {
        let lines = lines(name);
        for (line, words) in lines.iter().enumerate() {
            let above = 14.0 * (lines.len() - 1 - line) as f64;
            let at = (middle(column), TOP - 10.0 - above);
            drawing.text(at, Anchor::Middle, 12.0, words);
        }
    }
    for (row, shown) in group.segmentations.iter().enumerate() {
        let y = TOP + row as f64 * (TILE + BELOW);
        tile(&mut drawing, shown, &shown.pixels, 0, y);
        tile(&mut drawing, shown, &shown.truth, 1, y);
        for (position, found) in shown.found.iter().enumerate() {
            let column = position + 2;
            let Some(found) = found else { continue };
            tile(&mut drawing, shown, &found.picture, column, y);
            let value = found
                .value
                .map_or_else(|| "undefined".to_owned(), |value| format!("{value:.2}"));
            let at = (middle(column), y + TILE + 14.0);
            drawing.text(at, Anchor::Middle, 11.0, &value);
        }
    }
    drawing.finish(&format!("Segmentations by loss: {title}"))
}

fn left(column: usize) -> f64 {
    LEFT + column as f64 * (TILE + GAP)
}

fn middle(column: usize) -> f64 {
    left(column) + 0.5 * TILE
}

/// A picture as large as its tile has room for.
fn tile(drawing: &mut Drawing, shown: &Segmentation, picture: &str, column: usize, y: f64) {
    let scale = TILE / shown.width.max(shown.height) as f64;
    let (width, height) = (shown.width as f64 * scale, shown.height as f64 * scale);
    let corner = (middle(column) - 0.5 * width, y + 0.5 * (TILE - height));
    drawing.picture(corner, (width, height), picture);
}

/// A name in lines that fit above a tile.
fn lines(name: &str) -> Vec<String> {
    const MOST: usize = 15;
    let mut lines: Vec<String> = Vec::new();
    for word in name.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= MOST => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
