//! What a run says on standard error: its progress, where that is a terminal, and warnings.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Wider lines would break, and then not be written over.
const WIDTH: usize = 79;
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// One line that is written over again and again.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    start: Instant,
    drawn: Option<Instant>,
    /// Whether there is a line that has to be wiped.
    dirty: bool,
}

impl Progress {
    /// Shows progress where standard error is a terminal, unless it should be `quiet`.
    pub fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        Self {
            shown,
            start: Instant::now(),
            drawn: None,
            dirty: false,
        }
    }

    /// Says how far the run is, and what the losses are (kind and value).
    pub fn step(
        &mut self,
        step: usize,
        steps: usize,
        losses: impl Iterator<Item = (&'static str, f32)>,
    ) {
        let fresh = self
            .drawn
            .is_some_and(|drawn| drawn.elapsed() < REDRAW_EVERY);
        if !self.shown || (fresh && step < steps) {
            return;
        }
        let per_step = self.start.elapsed().as_secs_f64() / step.max(1) as f64;
        let left = (per_step * steps.saturating_sub(step) as f64).round() as u64;
        let mut line = format!("step {step}/{steps}, {}:{:02} left", left / 60, left % 60);
        for (kind, loss) in losses {
            line.push_str(&format!("  {kind} {loss:.4}"));
        }
        self.draw(&line);
        self.drawn = Some(Instant::now());
    }

    /// Says how far many runs are.
    pub fn cells(&mut self, done: usize, of: usize, left: Duration, running: &str) {
        let fresh = self
            .drawn
            .is_some_and(|drawn| drawn.elapsed() < REDRAW_EVERY);
        if !self.shown || fresh {
            return;
        }
        let left = left.as_secs();
        let (hours, minutes, seconds) = (left / 3600, left / 60 % 60, left % 60);
        let left = match hours {
            0 => format!("{minutes}:{seconds:02}"),
            _ => format!("{hours}:{minutes:02}:{seconds:02}"),
        };
        self.draw(&format!("cell {done}/{of}, {left} left  {running}"));
        self.drawn = Some(Instant::now());
    }

    /// Says something that stays, above the line.
    pub fn say(&mut self, message: &str) {
        self.wipe();
        // Nobody can be told that standard error is closed.
        let _ = writeln!(std::io::stderr(), "{message}");
    }

    /// Removes the line.
    pub fn wipe(&mut self) {
        if std::mem::take(&mut self.dirty) {
            let _ = write!(std::io::stderr(), "\r{:WIDTH$}\r", "");
        }
    }

    fn draw(&mut self, line: &str) {
        let line: String = line.chars().take(WIDTH).collect();
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "\r{line:WIDTH$}").and_then(|()| stderr.flush());
        self.dirty = true;
    }
}
