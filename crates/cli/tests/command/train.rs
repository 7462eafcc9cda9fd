//! `losscope train`, and every file it leaves.

use std::path::Path;

use serde_json::Value;

use crate::{
    TINY, experiment, files, losscope, losscope_reading, outputs, path, scratch, stderr, stdout,
    succeeded,
};

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap()
}

#[test]
fn a_run_leaves_report_metrics_weights_and_pictures() {
    let folder = scratch("everything");
    let out = folder.join("out");
    let output = losscope(&[
        "train",
        &experiment(&folder, TINY),
        "--out",
        path(&out),
        "--pictures",
        "2",
    ]);
    succeeded(&output);
    assert_eq!(stderr(&output), "");
    let report = report(&out);
    outputs::check_report(&report);
    outputs::check_metrics(&out, &report);
    outputs::check_weights(&out);
    outputs::check_pictures(&out, &report);
    outputs::check_table(stdout(&output), &report);
    assert_eq!(
        files(&out),
        ["metrics.csv", "pictures", "report.json", "weights"]
    );
}

#[test]
fn the_same_experiment_gives_the_same_bytes() {
    let folder = scratch("twice");
    let (first, second) = (folder.join("first"), folder.join("second"));
    succeeded(&losscope(&[
        "train",
        &experiment(&folder, TINY),
        "--out",
        path(&first),
        "--pictures",
        "1",
    ]));
    // Once more, from standard input.
    let arguments = [
        "train",
        "-",
        "--out",
        path(&second),
        "--pictures",
        "1",
        "--quiet",
    ];
    succeeded(&losscope_reading(TINY, &arguments));
    let mut compared = 0;
    for part in [".", "weights", "pictures"] {
        assert_eq!(files(&first.join(part)), files(&second.join(part)));
        for name in files(&first.join(part)) {
            let (a, b) = (first.join(part).join(&name), second.join(part).join(&name));
            if a.is_file() {
                assert!(
                    std::fs::read(a).unwrap() == std::fs::read(b).unwrap(),
                    "{part}/{name} differs"
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 2 + 2 + 7);
}

#[test]
fn results_are_replaced_only_when_asked() {
    let folder = scratch("overwrite");
    let out = folder.join("out");
    let document = experiment(&folder, TINY);
    succeeded(&losscope(&[
        "train",
        &document,
        "--out",
        path(&out),
        "--pictures",
        "2",
    ]));
    let before = std::fs::read(out.join("report.json")).unwrap();
    std::fs::write(out.join("pictures/notes.txt"), "mine").unwrap();

    let other = experiment(&folder, &TINY.replace("\"steps\": 6", "\"steps\": 1"));
    let refused = losscope(&["train", &other, "--out", path(&out)]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("report.json") && stderr(&refused).contains("--overwrite"));
    assert_eq!(std::fs::read(out.join("report.json")).unwrap(), before);

    succeeded(&losscope(&[
        "train",
        &other,
        "--out",
        path(&out),
        "--overwrite",
        "--pictures",
        "0",
    ]));
    assert_eq!(
        report(&out)["losses"][0]["history"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Nothing is left of the pictures of the first run, but what is not Losscope's is.
    assert_eq!(files(&out.join("pictures")), ["notes.txt"]);
}

#[test]
fn a_folder_of_images_and_masks_is_trained_on_and_what_is_not_used_is_said() {
    let folder = scratch("folder");
    for part in ["images", "masks"] {
        std::fs::create_dir_all(folder.join("data").join(part)).unwrap();
    }
    for number in 0..6_u32 {
        let inside = |x: u32, y: u32| x.abs_diff(8 + number) + y.abs_diff(10) < 6;
        let image = image::GrayImage::from_fn(24, 20, |x, y| {
            image::Luma([if inside(x, y) {
                180
            } else {
                (40 + 3 * x + y) as u8
            }])
        });
        let mask = image::GrayImage::from_fn(24, 20, |x, y| {
            image::Luma([if inside(x, y) { 255 } else { 0 }])
        });
        image
            .save(folder.join(format!("data/images/case{number}.png")))
            .unwrap();
        mask.save(folder.join(format!("data/masks/case{number}.png")))
            .unwrap();
    }
    std::fs::write(folder.join("data/images/broken.png"), "no picture").unwrap();
    let data = path(&folder.join("data")).to_owned();
    let text = serde_json::json!({
        "data": { "source": "folder", "path": data, "size": 16, "split": [0.6, 0.4, 0.0] },
        "network": { "base_channels": 4, "depth": 1 },
        "training": { "batch_size": 2, "steps": 2 },
        "losses": [{ "kind": "ce" }],
    });
    let out = folder.join("out");
    let output = losscope(&[
        "train",
        &experiment(&folder, &text.to_string()),
        "--out",
        path(&out),
    ]);
    succeeded(&output);
    let said = stderr(&output);
    assert!(
        said.contains("broken.png") && said.lines().count() == 1,
        "{said}"
    );
    // Without images to test with, those for validation stand in.
    assert!(
        stdout(&output).contains("validation images"),
        "{}",
        stdout(&output)
    );
    let report = report(&out);
    let evaluations = report["losses"][0]["evaluations"].as_array().unwrap();
    assert!(
        evaluations
            .iter()
            .all(|evaluation| evaluation["split"] == "validation")
    );
    assert_eq!(evaluations.len(), 2);
    assert_eq!(report["experiment"]["data"]["path"], data);
    assert!(!files(&out.join("pictures")).is_empty());
}
