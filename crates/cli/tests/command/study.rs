//! `losscope study`, from outside: whatever interrupts it, the same report comes out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{command, files, losscope, path, scratch, stderr, stdout, succeeded};

/// Two datasets, two losses, two seeds, networks of a few parameters.
fn tiny() -> Value {
    json!({
        "name": "tiny",
        "base": {
            "seed": 3,
            "data": { "source": "synthetic", "size": 16, "count": 15, "split": [0.4, 0.2, 0.4] },
            "network": { "base_channels": 4, "depth": 1 },
            "training": { "batch_size": 2, "steps": 12 },
        },
        "grid": {
            "datasets": ["polyp", "vessel"],
            "foreground": [0.15],
            "losses": [{ "kind": "ce" }, { "kind": "focal", "vary": { "gamma": [1, 3] } }],
            "seeds": [1, 2],
        },
        "bootstrap": { "resamples": 200 },
    })
}

pub(super) fn write(folder: &Path, study: &Value) -> String {
    let file = folder.join("study.json");
    std::fs::write(&file, study.to_string()).unwrap();
    path(&file).to_owned()
}

pub(super) fn run(study: &str, out: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["study", "run", study, "--out", path(out), "--quiet"];
    arguments.extend(more);
    let output = losscope(&arguments);
    succeeded(&output);
    output
}

/// Every file of the report but the one that says how long cells took.
fn report(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let made = out.join("report");
    succeeded(&losscope(&["study", "report", path(out)]));
    let names = files(&made).into_iter().filter(|name| name != "runs.csv");
    names
        .map(|name| {
            let bytes = std::fs::read(made.join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

/// The results, without how long they took.
pub(super) fn results(out: &Path) -> BTreeMap<String, Value> {
    let cells = out.join("cells");
    let names = files(&cells)
        .into_iter()
        .filter(|name| name.ends_with(".json"));
    names
        .map(|name| {
            let text = std::fs::read(cells.join(&name)).unwrap();
            let mut result: Value = serde_json::from_slice(&text).unwrap();
            assert!(result["seconds"].take().as_f64().unwrap() > 0.0);
            (name, result)
        })
        .collect()
}

/// The keys of a study's cells, in order.
fn keys(study: &str) -> Vec<String> {
    let output = losscope(&["study", "list", study, "--json"]);
    succeeded(&output);
    let cells: Vec<Value> = serde_json::from_str(stdout(&output)).unwrap();
    for (index, cell) in cells.iter().enumerate() {
        assert_eq!(cell["number"], index + 1);
    }
    let key = |cell: &Value| cell["key"].as_str().unwrap().to_owned();
    cells.iter().map(key).collect()
}

#[test]
fn cells_one_by_one_or_several_at_once_give_what_the_whole_study_gives() {
    let folder = scratch("study-cells");
    let study = write(&folder, &tiny());
    let [whole, single, jobs] = ["whole", "single", "jobs"].map(|name| folder.join(name));
    run(&study, &whole, &[]);
    let keys = keys(&study);
    assert_eq!(keys.len(), 12);
    // From the last to the first, by number and by key.
    for (index, key) in keys.iter().enumerate().rev() {
        let number = (index + 1).to_string();
        let asked = if index % 2 == 0 { key } else { &number };
        run(&study, &single, &["--cell", asked]);
    }
    let output = run(&study, &jobs, &["--jobs", "3"]);
    assert_eq!(
        stdout(&output),
        "12 of 12 cells were run, 0 had a result already.\n"
    );
    let expected = results(&whole);
    let mut sorted: Vec<String> = keys.iter().map(|key| format!("{key}.json")).collect();
    sorted.sort();
    assert_eq!(expected.keys().cloned().collect::<Vec<_>>(), sorted);
    assert_eq!(results(&single), expected);
    assert_eq!(results(&jobs), expected);
    let made = report(&whole);
    assert_eq!(report(&single), made);
    assert_eq!(report(&jobs), made);
    for name in [
        "report.md",
        "report.html",
        "tables.tex",
        "summary.csv",
        "images-1.svg",
        "sweep-1.svg",
    ] {
        assert!(made.contains_key(name), "{name}");
    }
}

#[test]
fn a_study_goes_on_where_it_stopped_and_ends_with_the_same_report() {
    let folder = scratch("study-resume");
    let study = write(&folder, &tiny());
    let out = folder.join("out");
    run(&study, &out, &[]);
    let (made, cells) = (report(&out), out.join("cells"));
    let names = files(&cells);
    // One result is gone, one is half a file, one is of something else.
    std::fs::remove_file(cells.join(&names[0])).unwrap();
    let whole = std::fs::read(cells.join(&names[1])).unwrap();
    std::fs::write(cells.join(&names[1]), &whole[..whole.len() / 2]).unwrap();
    std::fs::copy(cells.join(&names[3]), cells.join(&names[2])).unwrap();
    let untouched = std::fs::read(cells.join(&names[4])).unwrap();
    let output = run(&study, &out, &[]);
    assert_eq!(
        stdout(&output),
        "3 of 12 cells were run, 9 had a result already.\n"
    );
    assert_eq!(std::fs::read(cells.join(&names[4])).unwrap(), untouched);
    assert_eq!(report(&out), made);
}

#[test]
fn a_changed_document_does_not_reuse_what_is_no_longer_its_own() {
    let folder = scratch("study-changed");
    let mut document = tiny();
    document["grid"]["datasets"] = json!(["polyp"]);
    let study = write(&folder, &document);
    let out = folder.join("out");
    run(&study, &out, &[]);
    // One more seed: the others stay.
    document["grid"]["seeds"] = json!([1, 2, 5]);
    let output = run(&write(&folder, &document), &out, &[]);
    assert_eq!(
        stdout(&output),
        "3 of 9 cells were run, 6 had a result already.\n"
    );
    // Other training: none stay, and none of the old are reported.
    document["base"]["training"]["steps"] = 11.into();
    let output = run(&write(&folder, &document), &out, &[]);
    assert_eq!(
        stdout(&output),
        "9 of 9 cells were run, 0 had a result already.\n"
    );
    let output = losscope(&["study", "report", path(&out)]);
    succeeded(&output);
    assert!(
        stdout(&output).contains("9 results are left out"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn killed_at_any_moment_it_resumes_and_ends_identical() {
    let folder = scratch("study-killed");
    let mut document = tiny();
    // Long enough to be killed in the middle of cells.
    document["base"]["training"]["steps"] = 200.into();
    let study = write(&folder, &document);
    let [whole, killed] = ["whole", "killed"].map(|name| folder.join(name));
    let started = Instant::now();
    run(&study, &whole, &[]);
    let takes = started.elapsed();
    // Any moments do, as long as they are spread: these are the same in every run.
    let mut random = 7_u32;
    let mut kills = 0;
    for _ in 0..10 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let share = f64::from(random >> 8) / f64::from(1 << 24);
        let mut child = command(&[
            "study",
            "run",
            &study,
            "--out",
            path(&killed),
            "--quiet",
            "--jobs",
            "2",
        ])
        .spawn()
        .unwrap();
        std::thread::sleep(takes.mul_f64(0.08 * share) + Duration::from_millis(5));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        // Whatever is there is whole.
        if killed.join("cells").exists() {
            results(&killed);
        }
    }
    assert!(kills >= 5, "the study ended before it could be killed");
    run(&study, &killed, &[]);
    assert_eq!(results(&killed), results(&whole));
    assert_eq!(report(&killed), report(&whole));
}

#[test]
fn results_of_several_people_become_one_study() {
    let folder = scratch("study-merged");
    let of = |name: &str, seeds: &[u64]| -> PathBuf {
        let mut document = tiny();
        document["grid"]["seeds"] = json!(seeds);
        let place = folder.join(name);
        std::fs::create_dir_all(&place).unwrap();
        let out = place.join("out");
        run(&write(&place, &document), &out, &[]);
        out
    };
    let (one, two, all) = (of("one", &[1]), of("two", &[1, 2]), of("all", &[1, 2]));
    let merged = folder.join("merged");
    let arguments = [
        "study",
        "merge",
        path(&one),
        path(&two),
        "--out",
        path(&merged),
    ];
    let output = losscope(&arguments);
    succeeded(&output);
    assert!(
        stdout(&output).contains("12 cells from 2 folders"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("6 cells are in several folders"));
    assert_eq!(results(&merged), results(&all));
    assert_eq!(report(&merged), report(&all));
    let provenance = std::fs::read(merged.join("provenance.json")).unwrap();
    let provenance: Vec<Value> = serde_json::from_slice(&provenance).unwrap();
    let from_one = provenance
        .iter()
        .filter(|origin| origin["taken_from"] == path(&one));
    assert_eq!(from_one.count(), 6);
    // Not a second time into the same folder.
    let output = losscope(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("already holds results"));
}

#[test]
fn presets_are_studies() {
    let output = losscope(&["study", "preset"]);
    succeeded(&output);
    let folder = scratch("study-presets");
    for line in stdout(&output).lines() {
        let name = line.split_whitespace().next().unwrap();
        let preset = losscope(&["study", "preset", name]);
        succeeded(&preset);
        let file = folder.join("study.json");
        std::fs::write(&file, &preset.stdout).unwrap();
        assert!(keys(path(&file)).len() >= 60, "{name}");
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let folder = scratch("study-errors");
    let study = write(&folder, &tiny());
    let out = folder.join("out");
    for (arguments, said) in [
        (
            vec!["study", "run", &study, "--out", path(&out), "--cell", "13"],
            "there is no cell 13: the study has the cells 1 to 12",
        ),
        (
            vec!["study", "run", &study, "--out", path(&out), "--cell", "0"],
            "there is no cell 0",
        ),
        (
            vec!["study", "run", &study, "--out", path(&out), "--jobs", "0"],
            "--jobs",
        ),
        (
            vec!["study", "report", path(&folder.join("nowhere"))],
            "holds no results of a study",
        ),
        (
            vec!["study", "preset", "papers"],
            "there is no preset \"papers\"",
        ),
        (vec!["study", "list", path(&out)], "cannot be read"),
    ] {
        let output = losscope(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            stderr(&output).contains(said),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
    assert!(!out.exists(), "a command that fails leaves nothing behind");
    let mut missing = tiny();
    missing["grid"]["datasets"] = json!([{ "data": { "source": "folder", "path": "not/there" } }]);
    let output = losscope(&[
        "study",
        "run",
        &write(&folder, &missing),
        "--out",
        path(&out),
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("not/there"), "{}", stderr(&output));
}
