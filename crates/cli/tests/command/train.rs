//! `losscope train`, and every file it leaves.

use std::collections::BTreeMap;
use std::path::Path;

use losscope_trainer::{Experiment, Session};
use safetensors::SafeTensors;
use serde_json::Value;

use crate::{TINY, experiment, losscope, losscope_reading, path, scratch, stderr, stdout, succeeded};

const STEMS: [&str; 2] = ["0-dice", "1-asym_unified_focal"];

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// Names of the files in a folder, sorted.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The session that the program must have had.
fn session() -> Session {
    let experiment = Experiment::from_json(TINY).unwrap();
    let dataset = experiment.data.generate(experiment.seed).unwrap().unwrap();
    Session::new(experiment, dataset.into(), &burn::tensor::Device::flex()).unwrap()
}

#[test]
fn a_run_leaves_report_metrics_weights_and_pictures() {
    let folder = scratch("everything");
    let out = folder.join("out");
    let output = losscope(&["train", &experiment(&folder, TINY), "--out", path(&out), "--pictures", "2"]);
    succeeded(&output);
    assert_eq!(stderr(&output), "");
    let report = report(&out);
    check_report(&report);
    check_metrics(&out, &report);
    check_weights(&out);
    check_pictures(&out, &report);
    check_table(stdout(&output), &report);
    assert_eq!(files(&out), ["metrics.csv", "pictures", "report.json", "weights"]);
}

fn check_report(report: &Value) {
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    for key in ["experiment", "version", "backend", "adapter", "losses"] {
        assert!(keys.iter().any(|found| *found == key), "{key} is missing from {keys:?}");
    }
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["backend"], "cpu");
    // The experiment comes back whole, defaults included, and can be run again.
    let wanted = Experiment::from_json(TINY).unwrap();
    assert_eq!(Experiment::from_json(&report["experiment"].to_string()).unwrap(), wanted);
    assert_eq!(report["experiment"]["optimiser"]["learning_rate"], 1e-3);

    let losses = report["losses"].as_array().unwrap();
    assert_eq!(losses.len(), 2);
    assert_eq!((&losses[0]["kind"], &losses[0]["smooth"]), (&"dice".into(), &1e-6.into()));
    assert_eq!(losses[1]["kind"], "asym_unified_focal");
    for (parameter, value) in [("lambda", 0.5), ("delta", 0.6), ("gamma", 0.2)] {
        assert_eq!(losses[1][parameter], value);
    }
    let layers = report["layers"].as_array().unwrap().len();
    let splits = session().info().dataset;
    for lane in losses {
        let history = lane["history"].as_array().unwrap();
        assert_eq!(history.len(), 6);
        for (position, entry) in history.iter().enumerate() {
            let step = position + 1;
            assert_eq!(entry["step"], step);
            assert!(entry["loss"].as_f64().unwrap().is_finite());
            let shares = numbers(&entry["gradient_share"]);
            assert_eq!(shares.len(), 2);
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{shares:?}");
            let norms = entry.get("layer_norms").map(|norms| numbers(norms).len());
            assert_eq!(norms, [1, 5].contains(&step).then_some(layers));
        }
        let mut seen = Vec::new();
        for evaluation in lane["evaluations"].as_array().unwrap() {
            let split = evaluation["split"].as_str().unwrap();
            seen.push((evaluation["step"].as_u64().unwrap(), split));
            let images = evaluation["per_image"].as_array().unwrap();
            assert_eq!(images.len(), if split == "test" { splits.test } else { splits.validation });
            let dice: Vec<f64> = images.iter().filter_map(|image| image["dice"][1].as_f64()).collect();
            let mean = dice.iter().sum::<f64>() / dice.len() as f64;
            assert!((evaluation["mean_dice"].as_f64().unwrap() - mean).abs() < 1e-12);
        }
        seen.sort_unstable();
        let wanted = [(0, "test"), (0, "validation"), (4, "validation"), (6, "test"), (6, "validation")];
        assert_eq!(seen, wanted);
    }
    // All lanes start alike.
    assert_eq!(losses[0]["evaluations"][0]["per_image"], losses[1]["evaluations"][0]["per_image"]);
}

/// Every row is a value of the report, and every value is a row.
fn check_metrics(out: &Path, report: &Value) {
    let mut reader = csv::Reader::from_path(out.join("metrics.csv")).unwrap();
    let head = ["lane", "loss", "step", "split", "image", "class", "dice", "iou", "precision", "recall"];
    assert_eq!(reader.headers().unwrap(), &csv::StringRecord::from(head.to_vec()));
    let mut rows = reader.records().map(Result::unwrap);
    for (lane, loss) in report["losses"].as_array().unwrap().iter().enumerate() {
        for evaluation in loss["evaluations"].as_array().unwrap() {
            for image in evaluation["per_image"].as_array().unwrap() {
                for (class, name) in ["background", "foreground"].iter().enumerate() {
                    let row = rows.next().expect("a row");
                    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
                    let wanted = [
                        lane.to_string(),
                        text(&loss["kind"]),
                        text(&evaluation["step"]),
                        text(&evaluation["split"]),
                        text(&image["image"]),
                        (*name).to_owned(),
                    ];
                    assert_eq!(row.iter().take(6).collect::<Vec<_>>(), wanted);
                    for (column, metric) in head[6..].iter().enumerate() {
                        let found = row[6 + column].parse::<f64>().ok();
                        assert_eq!(found, image[*metric][class].as_f64(), "{metric} in {row:?}");
                    }
                }
            }
        }
    }
    assert!(rows.next().is_none());
}

fn check_weights(out: &Path) {
    let block = |name: &str, input: usize, output: usize| {
        let mut tensors = Vec::new();
        for (layer, input) in [("first", input), ("second", output)] {
            tensors.push((format!("{name}.{layer}.weight"), vec![output, input, 3, 3]));
            tensors.push((format!("{name}.{layer}.bias"), vec![output]));
            tensors.push((format!("{name}.{layer}_norm.gamma"), vec![output]));
            tensors.push((format!("{name}.{layer}_norm.beta"), vec![output]));
        }
        tensors
    };
    let mut wanted: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    wanted.extend(block("encoder.0", 3, 4));
    wanted.extend(block("bottleneck", 4, 8));
    wanted.insert("upsampling.0.weight".into(), vec![8, 4, 2, 2]);
    wanted.insert("upsampling.0.bias".into(), vec![4]);
    wanted.extend(block("decoder.0", 8, 4));
    wanted.insert("head.weight".into(), vec![2, 4, 1, 1]);
    wanted.insert("head.bias".into(), vec![2]);

    assert_eq!(files(&out.join("weights")), STEMS.map(|stem| format!("{stem}.safetensors")));
    let mut heads = Vec::new();
    for stem in STEMS {
        let bytes = std::fs::read(out.join(format!("weights/{stem}.safetensors"))).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let found: BTreeMap<String, Vec<usize>> =
            tensors.iter().map(|(name, view)| (name.to_owned(), view.shape().to_vec())).collect();
        assert_eq!(found, wanted);
        for (name, view) in tensors.iter() {
            let values = view.data().chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
            assert!(values.into_iter().all(f32::is_finite), "{stem} {name}");
        }
        heads.push(tensors.tensor("head.weight").unwrap().data().to_vec());
    }
    assert_ne!(heads[0], heads[1], "different losses, different weights");
}

fn check_pictures(out: &Path, report: &Value) {
    let names: Vec<&str> =
        report["losses"][0]["pictures"].as_array().unwrap().iter().map(|p| p["image"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2);
    let mut wanted: Vec<String> = Vec::new();
    for name in &names {
        let name = name.replace(' ', "_");
        wanted.push(format!("{name}-truth.png"));
        for stem in STEMS {
            for picture in ["gradient", "prediction", "probability"] {
                wanted.push(format!("{name}-{stem}-{picture}.png"));
            }
        }
    }
    wanted.sort();
    let folder = out.join("pictures");
    assert_eq!(files(&folder), wanted);
    for name in &wanted {
        let picture = image::open(folder.join(name)).unwrap().to_rgba8();
        assert_eq!(picture.dimensions(), (256, 256), "{name}");
        let first = picture.get_pixel(0, 0);
        assert!(picture.pixels().any(|pixel| pixel != first), "{name} is blank");
        let transparent = picture.pixels().any(|pixel| pixel[3] < 255);
        assert_eq!(transparent, name.ends_with("-gradient.png"), "{name}");
    }
    // The scale of the gradients' pictures is common to the lanes, and one of them reaches it.
    for image in 0..2 {
        let of = |lane: usize, key: &str| report["losses"][lane]["pictures"][image][key].as_f64().unwrap();
        assert_eq!(of(0, "gradient_scale"), of(1, "gradient_scale"));
        assert_eq!(of(0, "gradient_scale"), of(0, "gradient_max").max(of(1, "gradient_max")));
        assert!(of(0, "gradient_scale") > 0.0);
    }
}

fn check_table(table: &str, report: &Value) {
    assert!(table.starts_with("After 6 steps"), "{table}");
    for (lane, loss) in report["losses"].as_array().unwrap().iter().enumerate() {
        let line = table.lines().nth(2 + lane).unwrap();
        let evaluations = loss["evaluations"].as_array().unwrap();
        let test = evaluations.iter().find(|e| e["step"] == 6 && e["split"] == "test").unwrap();
        assert!(line.starts_with(&format!("{lane} ")), "{line}");
        assert!(line.contains(loss["kind"].as_str().unwrap()), "{line}");
        assert!(line.contains(&format!("{:.4}", test["mean_dice"].as_f64().unwrap())), "{line}");
        let share = loss["history"][5]["gradient_share"][1].as_f64().unwrap();
        assert!(line.ends_with(&format!("{:.1} %", 100.0 * share)), "{line}");
    }
}

#[test]
fn the_same_experiment_gives_the_same_bytes() {
    let folder = scratch("twice");
    let (first, second) = (folder.join("first"), folder.join("second"));
    succeeded(&losscope(&["train", &experiment(&folder, TINY), "--out", path(&first), "--pictures", "1"]));
    // Once more, from standard input.
    let arguments = ["train", "-", "--out", path(&second), "--pictures", "1", "--quiet"];
    succeeded(&losscope_reading(TINY, &arguments));
    let mut compared = 0;
    for part in [".", "weights", "pictures"] {
        assert_eq!(files(&first.join(part)), files(&second.join(part)));
        for name in files(&first.join(part)) {
            let (a, b) = (first.join(part).join(&name), second.join(part).join(&name));
            if a.is_file() {
                assert!(std::fs::read(a).unwrap() == std::fs::read(b).unwrap(), "{part}/{name} differs");
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
    succeeded(&losscope(&["train", &document, "--out", path(&out), "--pictures", "2"]));
    let before = std::fs::read(out.join("report.json")).unwrap();
    std::fs::write(out.join("pictures/notes.txt"), "mine").unwrap();

    let other = experiment(&folder, &TINY.replace("\"steps\": 6", "\"steps\": 1"));
    let refused = losscope(&["train", &other, "--out", path(&out)]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("report.json") && stderr(&refused).contains("--overwrite"));
    assert_eq!(std::fs::read(out.join("report.json")).unwrap(), before);

    succeeded(&losscope(&["train", &other, "--out", path(&out), "--overwrite", "--pictures", "0"]));
    assert_eq!(report(&out)["losses"][0]["history"].as_array().unwrap().len(), 1);
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
            image::Luma([if inside(x, y) { 180 } else { (40 + 3 * x + y) as u8 }])
        });
        let mask =
            image::GrayImage::from_fn(24, 20, |x, y| image::Luma([if inside(x, y) { 255 } else { 0 }]));
        image.save(folder.join(format!("data/images/case{number}.png"))).unwrap();
        mask.save(folder.join(format!("data/masks/case{number}.png"))).unwrap();
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
    let output = losscope(&["train", &experiment(&folder, &text.to_string()), "--out", path(&out)]);
    succeeded(&output);
    let said = stderr(&output);
    assert!(said.contains("broken.png") && said.lines().count() == 1, "{said}");
    // Without images to test with, those for validation stand in.
    assert!(stdout(&output).contains("validation images"), "{}", stdout(&output));
    let report = report(&out);
    let evaluations = report["losses"][0]["evaluations"].as_array().unwrap();
    assert!(evaluations.iter().all(|evaluation| evaluation["split"] == "validation"));
    assert_eq!(evaluations.len(), 2);
    assert_eq!(report["experiment"]["data"]["path"], data);
    assert!(!files(&out.join("pictures")).is_empty());
}
