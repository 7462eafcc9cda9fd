//! What a run of [`TINY`](crate::TINY) with pictures of two images must have left.

use std::collections::BTreeMap;
use std::path::Path;

use losscope_trainer::{Experiment, Session};
use safetensors::SafeTensors;
use serde_json::Value;

use crate::{TINY, files};

const STEMS: [&str; 2] = ["0-dice", "1-asym_unified_focal"];

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_f64().unwrap())
        .collect()
}

/// The session that the program must have had.
fn session() -> Session {
    let experiment = Experiment::from_json(TINY).unwrap();
    let dataset = experiment.data.generate(experiment.seed).unwrap().unwrap();
    Session::new(experiment, dataset.into(), &burn::tensor::Device::flex()).unwrap()
}

pub(crate) fn check_report(report: &Value) {
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    for key in ["experiment", "version", "backend", "adapter", "losses"] {
        assert!(
            keys.iter().any(|found| *found == key),
            "{key} is missing from {keys:?}"
        );
    }
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["backend"], "cpu");
    // The experiment comes back whole, defaults included, and can be run again.
    let wanted = Experiment::from_json(TINY).unwrap();
    assert_eq!(
        Experiment::from_json(&report["experiment"].to_string()).unwrap(),
        wanted
    );
    assert_eq!(report["experiment"]["optimiser"]["learning_rate"], 1e-3);

    let losses = report["losses"].as_array().unwrap();
    assert_eq!(losses.len(), 2);
    assert_eq!(
        (&losses[0]["kind"], &losses[0]["smooth"]),
        (&"dice".into(), &1e-6.into())
    );
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
            assert!(
                (shares.iter().sum::<f64>() - 1.0).abs() < 1e-6,
                "{shares:?}"
            );
            let norms = entry.get("layer_norms").map(|norms| numbers(norms).len());
            assert_eq!(norms, [1, 5].contains(&step).then_some(layers));
        }
        let mut seen = Vec::new();
        for evaluation in lane["evaluations"].as_array().unwrap() {
            let split = evaluation["split"].as_str().unwrap();
            seen.push((evaluation["step"].as_u64().unwrap(), split));
            let images = evaluation["per_image"].as_array().unwrap();
            assert_eq!(
                images.len(),
                if split == "test" {
                    splits.test
                } else {
                    splits.validation
                }
            );
            let dice: Vec<f64> = images
                .iter()
                .filter_map(|image| image["dice"][1].as_f64())
                .collect();
            let mean = dice.iter().sum::<f64>() / dice.len() as f64;
            assert!((evaluation["mean_dice"].as_f64().unwrap() - mean).abs() < 1e-12);
        }
        seen.sort_unstable();
        let wanted = [
            (0, "test"),
            (0, "validation"),
            (4, "validation"),
            (6, "test"),
            (6, "validation"),
        ];
        assert_eq!(seen, wanted);
    }
    // All lanes start alike.
    assert_eq!(
        losses[0]["evaluations"][0]["per_image"],
        losses[1]["evaluations"][0]["per_image"]
    );
}

/// Every row is a value of the report, and every value is a row.
pub(crate) fn check_metrics(out: &Path, report: &Value) {
    let mut reader = csv::Reader::from_path(out.join("metrics.csv")).unwrap();
    let head = [
        "lane",
        "loss",
        "step",
        "split",
        "image",
        "class",
        "dice",
        "iou",
        "precision",
        "recall",
    ];
    assert_eq!(
        reader.headers().unwrap(),
        &csv::StringRecord::from(head.to_vec())
    );
    let mut rows = reader.records().map(Result::unwrap);
    for (lane, loss) in report["losses"].as_array().unwrap().iter().enumerate() {
        for evaluation in loss["evaluations"].as_array().unwrap() {
            for image in evaluation["per_image"].as_array().unwrap() {
                for (class, name) in ["background", "foreground"].iter().enumerate() {
                    let row = rows.next().expect("a row");
                    let text =
                        |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
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
                        let (found, wanted) = (
                            row[6 + column].parse::<f64>().ok(),
                            image[*metric][class].as_f64(),
                        );
                        assert_eq!(found.is_some(), wanted.is_some(), "{metric} in {row:?}");
                        // serde_json reads numbers to the last bit but one.
                        let difference = found
                            .zip(wanted)
                            .map_or(0.0, |(found, wanted)| (found - wanted).abs());
                        assert!(difference < 1e-15, "{metric} in {row:?}");
                    }
                }
            }
        }
    }
    assert!(rows.next().is_none());
}

pub(crate) fn check_weights(out: &Path) {
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

    assert_eq!(
        files(&out.join("weights")),
        STEMS.map(|stem| format!("{stem}.safetensors"))
    );
    let mut heads = Vec::new();
    for stem in STEMS {
        let bytes = std::fs::read(out.join(format!("weights/{stem}.safetensors"))).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let found: BTreeMap<String, Vec<usize>> = tensors
            .iter()
            .map(|(name, view)| (name.to_owned(), view.shape().to_vec()))
            .collect();
        assert_eq!(found, wanted);
        for (name, view) in tensors.iter() {
            let values = view
                .data()
                .chunks_exact(4)
                .map(|four| f32::from_le_bytes(four.try_into().unwrap()));
            assert!(values.into_iter().all(f32::is_finite), "{stem} {name}");
        }
        heads.push(tensors.tensor("head.weight").unwrap().data().to_vec());
    }
    assert_ne!(heads[0], heads[1], "different losses, different weights");
}

pub(crate) fn check_pictures(out: &Path, report: &Value) {
    let names: Vec<&str> = report["losses"][0]["pictures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["image"].as_str().unwrap())
        .collect();
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
    let side = 16 * losscope_render::scale_for(16, 16) as u32;
    for name in &wanted {
        let picture = image::open(folder.join(name)).unwrap().to_rgba8();
        assert_eq!(picture.dimensions(), (side, side), "{name}");
        let first = picture.get_pixel(0, 0);
        assert!(
            picture.pixels().any(|pixel| pixel != first),
            "{name} is blank"
        );
        let transparent = picture.pixels().any(|pixel| pixel[3] < 255);
        assert_eq!(transparent, name.ends_with("-gradient.png"), "{name}");
    }
    // The scale of the gradients' pictures is common to the lanes, and one of them reaches it.
    for image in 0..2 {
        let of = |lane: usize, key: &str| {
            report["losses"][lane]["pictures"][image][key]
                .as_f64()
                .unwrap()
        };
        assert_eq!(of(0, "gradient_scale"), of(1, "gradient_scale"));
        assert_eq!(
            of(0, "gradient_scale"),
            of(0, "gradient_max").max(of(1, "gradient_max"))
        );
        assert!(of(0, "gradient_scale") > 0.0);
    }
}

pub(crate) fn check_table(table: &str, report: &Value) {
    assert!(table.starts_with("After 6 steps"), "{table}");
    for (lane, loss) in report["losses"].as_array().unwrap().iter().enumerate() {
        let line = table.lines().nth(2 + lane).unwrap();
        let evaluations = loss["evaluations"].as_array().unwrap();
        let test = evaluations
            .iter()
            .find(|e| e["step"] == 6 && e["split"] == "test")
            .unwrap();
        assert!(line.starts_with(&format!("{lane} ")), "{line}");
        assert!(line.contains(loss["kind"].as_str().unwrap()), "{line}");
        assert!(
            line.contains(&format!("{:.4}", test["mean_dice"].as_f64().unwrap())),
            "{line}"
        );
        let share = loss["history"][5]["gradient_share"][1].as_f64().unwrap();
        assert!(line.ends_with(&format!("{:.1} %", 100.0 * share)), "{line}");
    }
}
