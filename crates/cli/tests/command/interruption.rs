//! A run that is killed leaves whole files.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{TINY, command, experiment, path, scratch};

#[test]
fn what_a_killed_run_wrote_is_whole() {
    let folder = scratch("killed");
    let out = folder.join("out");
    let long = TINY
        .replace("\"steps\": 6", "\"steps\": 1000000")
        .replace("\"evaluate_every\": 4", "\"evaluate_every\": 1");
    let mut child = command(&[
        "train",
        &experiment(&folder, &long),
        "--out",
        path(&out),
        "--quiet",
    ])
    .spawn()
    .unwrap();
    let start = Instant::now();
    // Until it has been written again after the start, with steps in it.
    let report: Value = loop {
        let text = std::fs::read(out.join("report.json")).unwrap_or_default();
        let parsed = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&text).unwrap()
        };
        if parsed["losses"][0]["history"]
            .as_array()
            .is_some_and(|history| !history.is_empty())
        {
            break parsed;
        }
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended by itself"
        );
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "nothing was written"
        );
        std::thread::sleep(Duration::from_millis(20));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    let left: Value =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let steps = |report: &Value| report["losses"][0]["history"].as_array().unwrap().len();
    assert!(steps(&left) >= steps(&report));
    csv::Reader::from_path(out.join("metrics.csv"))
        .unwrap()
        .records()
        .for_each(|row| assert!(row.is_ok()));
}
