//! Files that people hand to each other.

use losscope_study::{Bundle, CellResult, Files, Shared, StudyError, gather};

use crate::{result, small};

fn results() -> Vec<CellResult> {
    let cells = small().cells().unwrap();
    cells
        .iter()
        .map(|cell| result(cell, &[Some(1.0 / 3.0), None]))
        .collect()
}

fn files(name: &str, files: &[(&str, Vec<u8>)]) -> Files {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.clone()));
    Files {
        name: name.to_owned(),
        files: files.collect(),
    }
}

#[test]
fn a_file_says_itself_what_it_is() {
    let (study, results) = (small(), results());
    let document = study.to_json().unwrap().into_bytes();
    assert_eq!(
        Shared::from_json(&document).unwrap(),
        Shared::Study(Box::new(study.clone()))
    );
    let cell = results[0].to_json().unwrap();
    assert!(matches!(Shared::from_json(&cell), Ok(Shared::Result(_))));
    let bundle = Bundle::new(study, results);
    let read = Shared::from_json(&bundle.to_json().unwrap()).unwrap();
    let Shared::Bundle(read) = read else {
        panic!("{read:?}");
    };
    assert_eq!(read.study, bundle.study);
    let keys = |bundle: &Bundle| -> Vec<String> {
        let results = bundle.results.iter();
        results.map(|result| result.cell.key.clone()).collect()
    };
    assert_eq!(keys(&read), keys(&bundle));
    for text in [
        "",
        "[]",
        "{\"format\": \"holiday\"}",
        "{\"photographs\": 3}",
    ] {
        assert!(Shared::from_json(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn results_without_a_study_belong_to_the_first_and_what_is_unusable_is_told() {
    let (study, results) = (small(), results());
    let document = study.to_json().unwrap().into_bytes();
    let cell = |index: usize| results[index].to_json().unwrap();
    let gathered = gather(vec![
        files("here", &[("study.json", document), ("0.json", cell(0))]),
        files(
            "loose",
            &[("1.json", cell(1)), ("letter.json", b"Dear".to_vec())],
        ),
        files(
            "ben",
            &[(
                "ben.json",
                Bundle::new(study.clone(), results[1..3].to_vec())
                    .to_json()
                    .unwrap(),
            )],
        ),
    ])
    .unwrap();
    assert_eq!(gathered.merged.study, study);
    assert_eq!(gathered.merged.results.len(), 3);
    let origins = &gathered.merged.provenance;
    let origin = |index: usize| {
        let key = &results[index].cell.key;
        origins.iter().find(|origin| origin.key == *key).unwrap()
    };
    assert_eq!(origin(0).taken_from, "here");
    // The same after a number was written and read once more.
    assert_eq!(origin(1).taken_from, "loose");
    assert_eq!(origin(1).also_in, ["ben"]);
    assert_eq!(origin(2).taken_from, "ben");
    assert_eq!(gathered.unusable.len(), 1);
    assert!(gathered.unusable[0].starts_with("letter.json is left out: "));
}

#[test]
fn without_a_study_there_is_nothing_to_gather() {
    let cell = results()[0].to_json().unwrap();
    let alone = gather(vec![files("loose", &[("0.json", cell)])]);
    assert!(matches!(alone, Err(StudyError::NoDocument)));
    // What is wrong with the only document is the reason, not that there is none.
    let wrong = gather(vec![files(
        "here",
        &[("study.json", b"{\"x\": 1}".to_vec())],
    )]);
    assert!(matches!(wrong, Err(StudyError::Document(_))));
}
