//! From a document to its cells.

use losscope_study::{PRESETS, Study, StudyError};
use losscope_trainer::DataConfig;
use serde_json::{Value, json};

use crate::study;

fn grid() -> Value {
    json!({
        "base": { "seed": 3 },
        "grid": {
            "datasets": ["polyp", { "data": { "source": "folder", "path": "some/Where else" } }],
            "foreground": [0.1, 0.02],
            "losses": [{ "kind": "ce" }, { "kind": "tversky", "vary": { "delta": [0.5, 0.7] } }],
            "seeds": [1, 2],
        },
    })
}

#[test]
fn cells_come_in_a_fixed_order_and_a_folder_has_one_fraction() {
    let cells = study(grid()).cells().unwrap();
    let shown: Vec<String> = cells
        .iter()
        .map(|c| format!("{} {:?} {} {}", c.dataset, c.foreground, c.seed, c.loss))
        .collect();
    let mut expected = Vec::new();
    for data in ["polyp Some(0.1)", "polyp Some(0.02)", "Where else None"] {
        for seed in [1, 2] {
            for loss in ["CE", "Tversky (delta 0.5)", "Tversky (delta 0.7)"] {
                expected.push(format!("{data} {seed} {loss}"));
            }
        }
    }
    assert_eq!(shown, expected);
    let folder = &cells[12];
    assert!(
        folder.key.starts_with("where_else-ce-lr0.001-s1-"),
        "{}",
        folder.key
    );
    assert!(matches!(folder.experiment.data, DataConfig::Folder { .. }));
}

/// Results that people have would be of no cell any more if keys changed.
#[test]
fn keys_are_those_they_always_were() {
    let cells = study(json!({})).cells().unwrap();
    let keys: Vec<&str> = cells.iter().map(|cell| cell.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "polyp-f0.03-ce-lr0.001-s7-3daa800e811061d6",
            "polyp-f0.03-dice-lr0.001-s7-d87cac0feffa30d2",
            "polyp-f0.03-asym_unified_focal-lr0.001-s7-9cdd83e0ae0eb959",
        ]
    );
}

#[test]
fn seeds_change_weights_and_batches_but_not_the_images() {
    for cell in study(grid()).cells().unwrap() {
        assert_eq!(cell.experiment.seed, cell.seed);
        assert_eq!(cell.experiment.data_seed(), 3);
        assert_eq!(cell.experiment.losses.len(), 1);
        // As `losscope train` would read it.
        let text = serde_json::to_string(&cell.experiment).unwrap();
        assert_eq!(
            losscope_trainer::Experiment::from_json(&text).unwrap(),
            cell.experiment
        );
    }
}

#[test]
fn a_hash_changes_with_whatever_numbers_depend_on_and_with_nothing_else() {
    let hashes = |change: &dyn Fn(&mut Value)| {
        let mut document = grid();
        change(&mut document);
        let cells = study(document).cells().unwrap();
        cells.into_iter().map(|cell| cell.hash).collect::<Vec<_>>()
    };
    let before = hashes(&|_| {});
    let mut unique = before.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), before.len());
    let same = hashes(&|document| {
        document["name"] = "another".into();
        document["primary"] = "iou".into();
        document["bootstrap"] = json!({ "seed": 9 });
    });
    assert_eq!(before, same);
    let steps = hashes(&|document| document["base"]["training"] = json!({ "steps": 301 }));
    let measured = hashes(&|document| document["metrics"] = json!({ "tolerance": 2 }));
    let data = hashes(&|document| document["base"]["seed"] = 4.into());
    for changed in [steps, measured, data] {
        assert!(before.iter().zip(&changed).all(|(a, b)| a != b));
    }
    // One more value of an axis leaves the others' cells as they are.
    let more = hashes(&|document| document["grid"]["seeds"] = json!([1, 2, 3]));
    assert!(before.iter().all(|hash| more.contains(hash)));
}

#[test]
fn a_document_is_the_same_after_it_was_written_and_read() {
    for preset in PRESETS {
        let study = preset.study().unwrap();
        assert_eq!(study.name, preset.name);
        let text = study.to_json().unwrap();
        assert_eq!(Study::from_json(&text).unwrap(), study);
    }
    let study = study(grid());
    assert_eq!(Study::from_json(&study.to_json().unwrap()).unwrap(), study);
}

/// Results of the preset that people have stay results of it.
#[test]
fn the_papers_comparison_has_the_cells_of_its_families_drawn_as_they_are() {
    let mut grid = json!({ "datasets": ["polyp", "ultrasound"], "seeds": [1, 2] });
    grid["losses"] = json!([{ "kind": "ce" }, { "kind": "asym_unified_focal" }]);
    let plain = study(json!({ "grid": grid })).cells().unwrap();
    let paper = PRESETS[0].study().unwrap().cells().unwrap();
    assert_eq!(plain.len(), 8);
    for cell in &plain {
        assert!(paper.iter().any(|of| of.key == cell.key), "{}", cell.key);
    }
    let dimensions = |name: &str| {
        let cell = paper.iter().find(|cell| cell.dataset == name).unwrap();
        cell.experiment.network.dims
    };
    let names = ["polyp", "vessel", "ultrasound", "brain 3D", "kidney 3D"];
    assert_eq!(names.map(dimensions), [2, 2, 2, 3, 3]);
}

/// The documentation tells of the presets and of nothing else.
#[test]
fn documents_of_the_documentation_are_the_presets_on_a_small_budget() {
    for preset in PRESETS.iter().filter(|of| of.name != "learning-rate") {
        let file = format!(
            "{}/../../docs/study/{}.json",
            env!("CARGO_MANIFEST_DIR"),
            preset.name
        );
        let told = Study::from_json(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(told, preset.small().unwrap());
        let grid = preset.study().unwrap().grid;
        assert_eq!(told.grid.losses, grid.losses);
        assert_eq!(told.grid.foreground, grid.foreground);
    }
}

#[test]
fn presets_have_the_cells_that_they_promise() {
    let counts = PRESETS.map(|preset| preset.study().unwrap().cells().unwrap().len());
    // 5 families × 5 seeds × 8; 6 fractions × 3 × 8; 4 losses of 5 values × 3; 5 rates × 3 × 8.
    assert_eq!(counts, [200, 144, 60, 120]);
}

#[test]
fn losses_whose_names_do_not_tell_them_apart_are_numbered() {
    let weighted = |weight: f64| json!({ "kind": "ce_weighted", "weights": [1.0, weight] });
    let losses = json!([weighted(2.0), weighted(5.0)]);
    let cells = study(json!({ "grid": { "losses": losses, "seeds": [1, 2] } }))
        .cells()
        .unwrap();
    let names: Vec<&str> = cells.iter().map(|cell| cell.loss.as_str()).collect();
    assert_eq!(
        names,
        [
            "Weighted CE",
            "Weighted CE [2]",
            "Weighted CE",
            "Weighted CE [2]"
        ]
    );
}

#[test]
fn what_is_wrong_is_named() {
    for (document, named) in [
        (json!({ "grids": {} }), "`grids`"),
        (json!({ "grid": { "seed": [1] } }), "`seed`"),
        (json!({ "version": 2 }), "version 2"),
        (
            json!({ "grid": { "seeds": [1, 2, 1] } }),
            "grid.seeds has 1 twice",
        ),
        (
            json!({ "grid": { "losses": [{ "kind": "cee" }] } }),
            "`cee`",
        ),
        (
            json!({ "grid": { "losses": [{ "kind": "ce" }, { "kind": "ce" }] } }),
            "ce with the same parameters twice",
        ),
        (
            json!({ "grid": { "losses": [{ "kind": "focal", "vary": { "gama": [1] } }] } }),
            "gama of focal",
        ),
        (
            json!({ "grid": { "losses": [{ "kind": "tversky", "vary": { "delta": [2] } }] } }),
            "delta of tversky",
        ),
        (json!({ "grid": { "datasets": ["polip"] } }), "`polip`"),
        (
            json!({ "grid": { "datasets": ["polyp", "polyp"] } }),
            "\"polyp\" twice",
        ),
        (json!({ "grid": { "datasets": [{ "dat": {} }] } }), "`dat`"),
        (
            json!({ "grid": { "learning_rates": [0.0] } }),
            "optimiser.learning_rate",
        ),
        (
            json!({ "base": { "data": { "source": "synthetic", "split": [0.5, 0.5, 0.0] } } }),
            "nothing to test with",
        ),
        (
            json!({ "grid": { "seeds": (0..40_000).collect::<Vec<u32>>() } }),
            "120000 cells",
        ),
    ] {
        let error = Study::from_json(&document.to_string())
            .unwrap_err()
            .to_string();
        assert!(error.contains(named), "{document}: {error}");
    }
    let folder = json!({ "base": { "data": { "source": "folder", "path": "x" } }, "grid": { "datasets": ["polyp"] } });
    let error = Study::from_json(&folder.to_string()).unwrap_err();
    assert!(matches!(error, StudyError::FamilyOfWhat(name) if name == "polyp"));
}
