//! From values to places on paper.

use crate::tables::number;

/// A scale from values to places, with its ticks.
pub(crate) struct Axis {
    from: f64,
    to: f64,
    logarithmic: bool,
    start: f64,
    end: f64,
    /// Values that are marked, with what is written there.
    pub(crate) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Round values from the least to the greatest, between two places.
    pub(crate) fn linear(least: f64, greatest: f64, (start, end): (f64, f64)) -> Self {
        let (least, greatest) = if greatest - least > 1e-12 {
            (least, greatest)
        } else {
            (least - 0.5, greatest + 0.5)
        };
        let step = step((greatest - least) / 5.0);
        let (first, last) = ((least / step).floor(), (greatest / step).ceil());
        let count = (last - first).round() as usize;
        let ticks = (0..=count).map(|index| {
            let value = (first + index as f64) * step;
            (value, short(value))
        });
        Self {
            from: first * step,
            to: last * step,
            logarithmic: false,
            start,
            end,
            ticks: ticks.collect(),
        }
    }

    /// The values themselves, on a logarithmic scale; they must be more than 0.
    pub(crate) fn logarithmic(
        values: &[f64],
        (start, end): (f64, f64),
        write: impl Fn(f64) -> String,
    ) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(0.0, f64::max);
        Self {
            from: least.ln(),
            to: greatest.ln(),
            logarithmic: true,
            start,
            end,
            ticks: values.iter().map(|&value| (value, write(value))).collect(),
        }
    }

    /// Where a value is.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.ln() } else { value };
        let share = if self.to > self.from {
            (value - self.from) / (self.to - self.from)
        } else {
            0.5
        };
        self.start + share * (self.end - self.start)
    }
}

/// 1, 2 or 5 times a power of ten: the least that is not below.
fn step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    let factors = [1.0, 2.0, 5.0, 10.0];
    let enough = factors
        .into_iter()
        .find(|factor| factor * power >= least * (1.0 - 1e-9));
    enough.unwrap_or(10.0) * power
}

/// A number without zeros behind.
fn short(value: f64) -> String {
    let text = number(value);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_values() {
        let axis = Axis::linear(0.13, 0.87, (0.0, 100.0));
        let ticks: Vec<&str> = axis.ticks.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!(ticks, ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!((axis.place(0.0), axis.place(1.0)), (0.0, 100.0));
        let one = Axis::linear(3.0, 3.0, (0.0, 10.0));
        assert!((one.place(3.0) - 5.0).abs() < 1e-9);
        let shares = Axis::logarithmic(&[0.001, 0.1], (0.0, 10.0), |v| v.to_string());
        assert!((shares.place(0.01) - 5.0).abs() < 1e-9);
    }
}
