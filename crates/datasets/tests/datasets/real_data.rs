//! Real sets, where they are at hand.

use std::io::Write;
use std::path::PathBuf;

use losscope_datasets::import::{Fit, ImportOptions};
use losscope_datasets::import_folder;

fn folder() -> PathBuf {
    std::env::var_os("LOSSCOPE_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

/// Name, pairs, channels, mean foreground of the full-size masks in per cent.
const SETS: [(&str, usize, usize, f64); 6] = [
    ("brisc2025_brain", 22, 1, 3.04),
    ("busi_ultrasound", 120, 1, 9.72),
    ("chase_tiles", 112, 3, 8.96),
    ("dsb2018_nuclei", 120, 1, 7.22),
    ("kits19_kidney", 24, 1, 4.23),
    ("polypgen", 100, 3, 10.42),
];

#[test]
fn real_sets_import() {
    for (name, pairs, channels, percent) in SETS {
        let path = folder().join(name);
        if !path.is_dir() {
            // Not by println!, which nobody sees where a test passes.
            let words = format!("real_sets_import: {name} skipped, it is not on this machine\n");
            std::io::stderr()
                .write_all(words.as_bytes())
                .expect("standard error");
            continue;
        }
        let import = import_folder(&path, ImportOptions::new(64, Fit::Resize), None).expect(name);
        assert_eq!(
            import.report.pairs.len(),
            pairs,
            "{name}: {:#?}",
            import.report.rejected
        );
        assert_eq!(
            (import.dataset.samples.len(), import.dataset.channels),
            (pairs, channels),
            "{name}"
        );
        assert_eq!(import.dataset.name, name);
        // Shrunk to 64 pixels, masks keep their share of foreground, thin vessels too.
        let here = 100.0 * import.report.foreground_fraction;
        println!("{name}: {here:.2} % foreground at 64 pixels, {percent} % at full size");
        assert!(
            (here / percent - 1.0).abs() < 0.15,
            "{name}: {here} % instead of {percent} %"
        );
        for rejection in &import.report.rejected {
            let expected = rejection.path.ends_with(".md")
                || rejection.path.ends_with(".json")
                || rejection.path.starts_with("masks_tumour/");
            assert!(expected, "{name}: {rejection:?}");
        }
        let tumour = import
            .report
            .rejected
            .iter()
            .filter(|r| r.path.starts_with("masks_tumour/"));
        assert_eq!(tumour.count(), if name == "kits19_kidney" { 24 } else { 0 });
        assert!(
            import
                .report
                .pairs
                .iter()
                .all(|pair| pair.mask.starts_with("masks/"))
        );
    }
}
