//! What drawings are made of.

use std::fmt::Write;

use super::Look;
use crate::tables::html::escape;

/// The colours of a drawing.
pub(crate) struct Palette {
    /// Of losses, told apart without seeing red or green.
    losses: [&'static str; 8],
    ink: &'static str,
    ground: &'static str,
    /// Lines to read values by.
    pub(crate) grid: &'static str,
    /// Small lines at an axis.
    pub(crate) tick: &'static str,
}

/// Dark enough for lines on white.
const PAPER: Palette = Palette {
    losses: [
        "#0072b2", "#b87800", "#008f68", "#b2568a", "#cc5500", "#3a8fc4", "#2b2b2b", "#857200",
    ],
    ink: "#1d1f21",
    ground: "#ffffff",
    grid: "#e4e1da",
    tick: "#8a867d",
};

/// The custom properties of the page around it, whatever they are at the time.
const PAGE: Palette = Palette {
    losses: [
        "var(--lane-1)",
        "var(--lane-2)",
        "var(--lane-3)",
        "var(--lane-4)",
        "var(--lane-5)",
        "var(--lane-6)",
        "var(--lane-7)",
        "var(--lane-8)",
    ],
    ink: "var(--ink)",
    ground: "var(--ground)",
    grid: "var(--line)",
    tick: "var(--control-line)",
};

impl Look {
    pub(crate) fn palette(self) -> &'static Palette {
        match self {
            Self::Paper => &PAPER,
            Self::Page => &PAGE,
        }
    }
}

/// Dashes beside the colours, so that nothing is told by colour alone.
const DASHES: [&str; 4] = ["", "6 3", "2 3", "8 3 2 3"];

/// A drawing under way.
pub(crate) struct Drawing {
    pub(crate) palette: &'static Palette,
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
pub(crate) fn style(look: Look, index: usize) -> Style {
    let colours = &look.palette().losses;
    Style {
        colour: colours[index % colours.len()],
        dashes: DASHES[(index + index / colours.len()) % DASHES.len()],
    }
}

impl Drawing {
    pub(crate) fn new(look: Look, width: f64, height: f64) -> Self {
        Self {
            palette: look.palette(),
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

    /// A PNG file in base64, its pixels as squares.
    pub(crate) fn picture(&mut self, corner: (f64, f64), size: (f64, f64), png: &str) {
        let _ = writeln!(
            self.body,
            r#"<image x="{:.1}" y="{:.1}" width="{:.1}" height="{:.1}" style="image-rendering:pixelated" href="data:image/png;base64,{png}"/>"#,
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
            palette: Palette { ink, ground, .. },
            body,
            width,
            height,
        } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" font-family=\"system-ui, sans-serif\" fill=\"{ink}\">\n<title>{}</title>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>\n{body}</svg>\n",
            escape(title)
        )
    }
}

fn list(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    points.collect::<Vec<_>>().join(" ")
}
