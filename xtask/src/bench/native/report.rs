//! What was measured, and the table of it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::contestant::{Contestant, Turn};
use crate::bench::case::Case;
use crate::bench::table::{markdown, number, quantile};

/// How far first losses may be apart.
const FIRST_LOSS_TOLERANCE: f64 = 1e-4;

/// One contestant in one case on so many threads, all its turns together.
#[derive(Debug, Serialize)]
pub(crate) struct Result {
    contestant: Contestant,
    #[serde(flatten)]
    case: Case,
    threads: u32,
    flops_per_step: u64,
    step_ms: Vec<f64>,
    /// Of the last turn.
    losses: Vec<f64>,
    /// The best of all turns.
    matmul_gflops: f64,
    /// Why its times are not to be believed, if so.
    disagrees: Option<String>,
}

impl Result {
    pub(crate) fn new(contestant: Contestant, case: Case, threads: u32) -> Self {
        Self {
            contestant,
            case,
            threads,
            flops_per_step: case.flops_per_step(),
            step_ms: Vec::new(),
            losses: Vec::new(),
            matmul_gflops: 0.0,
            disagrees: None,
        }
    }

    pub(crate) fn add(&mut self, turn: Turn) {
        self.step_ms.extend(turn.step_ms);
        self.losses = turn.losses;
        self.matmul_gflops = self.matmul_gflops.max(turn.matmul_gflops);
    }

    fn first_loss(&self) -> f64 {
        self.losses.first().copied().unwrap_or(f64::NAN)
    }
}

/// Marks whoever has another first loss than the others of its case: it computes something else.
///
/// The reference is `PyTorch` where it takes part; a contestant alone has nobody to disagree with.
pub(crate) fn compare_losses(results: &mut [Result]) {
    let references: Vec<_> = results
        .iter()
        .filter(|result| result.contestant == Contestant::Pytorch)
        .map(|result| (result.case, result.first_loss()))
        .collect();
    for result in results {
        let (own, case) = (result.first_loss(), result.case);
        let Some(&(_, reference)) = references.iter().find(|(of, _)| *of == case) else {
            continue;
        };
        let apart = (own - reference).abs();
        if apart.is_nan() || apart > FIRST_LOSS_TOLERANCE {
            result.disagrees = Some(format!("first loss {own:.6}, not {reference:.6}"));
        }
    }
}

/// One row for each result, and how to read them.
pub(crate) fn table(results: &[Result]) -> String {
    let mut peaks: BTreeMap<u32, f64> = BTreeMap::new();
    for result in results {
        let peak = peaks.entry(result.threads).or_default();
        *peak = peak.max(result.matmul_gflops);
    }
    let headings = [
        "Case",
        "Threads",
        "Contestant",
        "Step, median ms",
        "Quartiles",
        "Steps",
        "GFLOP/s",
        "Of peak",
        "First loss",
    ];
    let rows: Vec<_> = results.iter().map(|result| row(result, &peaks)).collect();
    let peaks: Vec<_> = peaks
        .iter()
        .map(|(threads, peak)| format!("{} GFLOP/s at {threads}", number(*peak)))
        .collect();
    format!(
        "{}\nPeak is the fastest large matrix product of the same run, by number of threads: {}. A \
         step's operations are those of its convolutions, the backward pass counted as two forward \
         passes.\n",
        markdown(headings, &rows),
        peaks.join(", ")
    )
}

fn row(result: &Result, peaks: &BTreeMap<u32, f64>) -> [String; 9] {
    let median = quantile(&result.step_ms, 0.5);
    let gflops = result.flops_per_step as f64 / median / 1e6;
    let peak = peaks.get(&result.threads).copied().unwrap_or(f64::NAN);
    let quartiles = [0.25, 0.75].map(|part| number(quantile(&result.step_ms, part)));
    let times = match &result.disagrees {
        Some(reason) => [
            reason.clone(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ],
        None => [
            number(median),
            quartiles.join("–"),
            result.step_ms.len().to_string(),
            number(gflops),
            format!("{:.0} %", 100.0 * gflops / peak),
        ],
    };
    let [step, spread, steps, rate, part] = times;
    [
        result.case.to_string(),
        result.threads.to_string(),
        result.contestant.name().to_owned(),
        step,
        spread,
        steps,
        rate,
        part,
        format!("{:.6}", result.first_loss()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(contestant: Contestant, first_loss: f64) -> Result {
        let mut result = Result::new(contestant, Case { size: 32, batch: 4 }, 1);
        result.add(Turn {
            step_ms: vec![10.0],
            losses: vec![first_loss],
            matmul_gflops: 50.0,
        });
        result
    }

    #[test]
    fn times_of_another_network_are_not_shown() {
        let mut results = [
            result(Contestant::Pytorch, 0.7),
            result(Contestant::Losscope, 0.7005),
        ];
        compare_losses(&mut results);
        assert!(results[0].disagrees.is_none());
        assert!(results[1].disagrees.is_some());
        assert_eq!(table(&results).matches(" % ").count(), 1);
    }

    #[test]
    fn a_loss_that_is_no_number_disagrees() {
        let mut results = [
            result(Contestant::Pytorch, 0.7),
            result(Contestant::Losscope, f64::NAN),
        ];
        compare_losses(&mut results);
        assert!(results[1].disagrees.is_some());
    }

    #[test]
    fn the_rate_is_that_of_the_median_step() {
        // 171,835,392 operations in 10 ms, of 50 · 10⁹ a second.
        let table = table(&[result(Contestant::Pytorch, 0.7)]);
        assert!(table.contains("| 17.2 "), "{table}");
        assert!(table.contains("| 34 % "), "{table}");
    }
}
