//! Results of several folders as one.

use losscope_study::{CellResult, Study, StudyError, merge};
use serde_json::json;

use crate::{result, study};

fn of_seeds(seeds: &[u64]) -> (Study, Vec<CellResult>) {
    let study = study(json!({
        "grid": { "losses": [{ "kind": "ce" }], "seeds": seeds },
        "metrics": { "metrics": [] },
    }));
    let cells = study.cells().unwrap();
    let results = cells
        .iter()
        .map(|cell| result(cell, &[Some(0.5)]))
        .collect();
    (study, results)
}

#[test]
fn grids_are_joined_and_every_cell_is_there_once_with_where_it_comes_from() {
    let (first, results) = of_seeds(&[1, 2]);
    let (second, mut others) = of_seeds(&[2, 3]);
    let merged = merge(vec![
        ("a".to_owned(), first.clone(), results.clone()),
        ("b".to_owned(), second.clone(), others.clone()),
    ])
    .unwrap();
    assert_eq!(merged.study.grid.seeds, [1, 2, 3]);
    assert_eq!(merged.results.len(), 3);
    let origin = |key: &str| merged.provenance.iter().find(|o| o.key == key).unwrap();
    let shared = &results[1].cell.key;
    assert_eq!(origin(shared).taken_from, "a");
    assert_eq!(origin(shared).also_in, ["b"]);
    assert!(origin(shared).differs_in.is_empty());
    // Other values of the same cell: the first stays, and it is said.
    others[0].images[0].values[0].per_class[1] = Some(0.75);
    let merged = merge(vec![
        ("a".to_owned(), first, results.clone()),
        ("b".to_owned(), second, others),
    ])
    .unwrap();
    assert_eq!(merged.results[shared], results[1]);
    let origin = merged.provenance.iter().find(|o| o.key == *shared).unwrap();
    assert_eq!(origin.differs_in, ["b"]);
}

#[test]
fn studies_of_other_budgets_do_not_belong_together() {
    let (first, results) = of_seeds(&[1]);
    let (mut second, _) = of_seeds(&[2]);
    second.base.training.steps += 1;
    let error = merge(vec![
        ("a".to_owned(), first, results),
        ("b".to_owned(), second, Vec::new()),
    ])
    .unwrap_err();
    assert!(matches!(error, StudyError::Different { what: "base", .. }));
    assert!(matches!(merge(Vec::new()), Err(StudyError::Nothing)));
}
