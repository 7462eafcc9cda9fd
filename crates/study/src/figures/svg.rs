//! What drawings are made of.

use std::fmt::Write;

use crate::tables::html::escape;

/// Colours that are told apart without seeing red or green, dark enough for lines on white.
const COLOURS: [&str; 8] = [
    "#0072b2", "#b87800", "#008f68", "#b2568a", "#cc5500", "#3a8fc4", "#2b2b2b", "#857200",
];
/// Dashes beside the colours, so that nothing is told by colour alone.
const DASHES: [&str; 4] = ["", "6 3", "2 3", "8 3 2 3"];

const INK: &str = "#1d1f21";

/// A drawing under way.
pub(crate) struct Drawing {
    body: String,
    width: f64,
    height: f64,
}

/// Where a text's place is in it.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A loss's colour and dashes.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) colour: &'static str,
    pub(crate) dashes: &'static str,
}

/// The style of a group's how-manieth loss, the same in all figures: losses keep their order.
pub(crate) fn style(index: usize) -> Style {
    Style {
        colour: COLOURS[index % COLOURS.len()],
        dashes: DASHES[(index + index / COLOURS.len()) % DASHES.len()],
    }
}

impl Drawing {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            body: String::new(),
            width,
            height,
        }
    }

    // Writing to a string cannot fail.

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        let _ = writeln!(
            self.body,
            r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="{colour}" stroke-width="{width}"/>"#,
            from.0, from.1, to.0, to.1
        );
    }

    pub(crate) fn path(&mut self, points: &[(f64, f64)], style: Style) {
        let dashes = match style.dashes {
            "" => String::new(),
            dashes => format!(r#" stroke-dasharray="{dashes}""#),
        };
        let _ = writeln!(
            self.body,
            r#"<polyline points="{}" fill="none" stroke="{}" stroke-width="1.8"{dashes}/>"#,
            list(points),
            style.colour
        );
    }

    pub(crate) fn area(&mut self, points: &[(f64, f64)], colour: &str, opacity: f64) {
        let _ = writeln!(
            self.body,
            r#"<polygon points="{}" fill="{colour}" fill-opacity="{opacity}"/>"#,
            list(points)
        );
    }

    pub(crate) fn dot(&mut self, at: (f64, f64), radius: f64, colour: &str, opacity: f64) {
        let _ = writeln!(
            self.body,
            r#"<circle cx="{:.1}" cy="{:.1}" r="{radius}" fill="{colour}" fill-opacity="{opacity}"/>"#,
            at.0, at.1
        );
    }

    /// A box without filling.
    pub(crate) fn frame(&mut self, corner: (f64, f64), size: (f64, f64), colour: &str) {
        let _ = writeln!(
            self.body,
            r#"<rect x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}" fill="none" stroke="{colour}" stroke-opacity="0.55"/>"#,
            corner.0, corner.1, size.0, size.1
        );
    }

    pub(crate) fn text(&mut self, at: (f64, f64), anchor: Anchor, size: f64, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.body,
            r#"<text x="{:.1}" y="{:.1}" font-size="{size}" text-anchor="{anchor}">{}</text>"#,
            at.0,
            at.1,
            escape(text)
        );
    }

    /// The whole, described for those who cannot see it.
    pub(crate) fn finish(self, title: &str) -> String {
        let Self {
            body,
            width,
            height,
        } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" font-family=\"system-ui, sans-serif\" fill=\"{INK}\">\n<title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{body}</svg>\n",
            escape(title)
        )
    }
}

fn list(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    points.collect::<Vec<_>>().join(" ")
}
