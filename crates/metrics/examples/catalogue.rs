//! Prints `docs/metrics.md`.

fn main() {
    print!("{}", losscope_metrics::markdown());
}
