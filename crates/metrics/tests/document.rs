//! `docs/metrics.md` is that of the catalogue.

use losscope_metrics::{catalogue, markdown};

#[test]
fn the_document_of_the_metrics_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/metrics.md");
    let kept = std::fs::read_to_string(file).unwrap();
    assert!(
        kept == markdown(),
        "make it again: cargo run -p losscope-metrics --example catalogue > docs/metrics.md"
    );
    for info in catalogue() {
        assert!(kept.contains(&format!("\n### `{}`\n", info.id)) && kept.contains(info.definition));
    }
}
