//! Folders of images and masks: what they hold, and training on volumes and classes of one's own.

use std::path::Path;

use serde_json::{Value, json};

use crate::{losscope, path, scratch, stderr, stdout, succeeded};

/// A NumPy array of bytes `[depth, height, width]`.
fn npy([depth, height, width]: [usize; 3], value: impl Fn(usize, usize, usize) -> u8) -> Vec<u8> {
    let header = format!(
        "{{'descr': '|u1', 'fortran_order': False, 'shape': ({depth}, {height}, {width}), }}\n"
    );
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    for z in 0..depth {
        for y in 0..height {
            bytes.extend((0..width).map(|x| value(z, y, x)));
        }
    }
    bytes
}

/// Five volumes of 8×24×24 voxels; their masks have the values 0, 1 and 2.
fn volumes(folder: &Path) {
    for part in ["images", "masks"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
    }
    for n in 0..5 {
        let class = |z: usize, y: usize, x: usize| match (z, y, x) {
            (2..6, 6..12, 4..12) => 1 + u8::from(x > 7 + n % 2),
            _ => 0,
        };
        let grey = |z, y, x| {
            [40, 150, 230][usize::from(class(z, y, x))] + ((x * 7 + y * 5 + z) % 20) as u8
        };
        let name = format!("volume{n}.npy");
        std::fs::write(folder.join("images").join(&name), npy([8, 24, 24], grey)).unwrap();
        std::fs::write(folder.join("masks").join(&name), npy([8, 24, 24], class)).unwrap();
    }
}

fn write(folder: &Path, data: Value, more: Value) -> String {
    let mut document = json!({ "data": data, "losses": [{ "kind": "dice" }],
        "training": { "batch_size": 2, "steps": 2, "evaluate_every": 2 } });
    for (key, value) in more.as_object().unwrap() {
        document[key] = value.clone();
    }
    let file = folder.join("experiment.json");
    std::fs::write(&file, document.to_string()).unwrap();
    path(&file).to_owned()
}

#[test]
fn a_folder_says_what_it_holds() {
    let folder = scratch("holds");
    volumes(&folder);
    let output = losscope(&["data", path(&folder)]);
    succeeded(&output);
    let text = stdout(&output);
    assert!(
        text.contains("5 pairs, made into 20 samples of 64×64 pixels and 1 channel"),
        "{text}"
    );
    assert!(text.contains("values in the masks"), "{text}");
    assert!(text.contains("give values other classes"), "{text}");
    let output = losscope(&["data", path(&folder), "--json"]);
    succeeded(&output);
    let report: Value = serde_json::from_str(stdout(&output)).unwrap();
    let of = |value: &str| {
        let mut values = report["values"].as_array().unwrap().iter();
        values
            .find(|found| found["value"] == value)
            .unwrap()
            .clone()
    };
    assert_eq!(
        (of("1")["masks"].clone(), of("2")["class"].clone()),
        (json!(5), json!(1))
    );
    assert_eq!(report["classes"].as_array().unwrap().len(), 2);
    let output = losscope(&[
        "data",
        &write(&folder, json!({ "source": "synthetic" }), json!({})),
    ]);
    assert!(stderr(&output).contains("has no folder"));
}

#[test]
fn volumes_of_a_folder_are_trained_on_in_3d_with_classes_of_ones_own() {
    let folder = scratch("volumes-in-3d");
    volumes(&folder);
    let classes = json!({
        "classes": ["background", "organ", "lesion"],
        "values": [{ "value": "1", "class": 1 }, { "value": "2", "class": 2 }],
    });
    let data = json!({ "source": "folder", "path": path(&folder), "size": 16, "volumes": "whole", "depth": 8,
        "classes": classes });
    let network = json!({ "network": { "dims": 3, "base_channels": 4, "depth": 1 } });
    let experiment = write(&folder, data.clone(), network.clone());
    let out = folder.join("out");
    let output = losscope(&["train", &experiment, "--out", path(&out), "--quiet"]);
    succeeded(&output);
    let report: Value =
        serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
    let text = report.to_string();
    assert!(text.contains("\"lesion\""), "{text}");
    let output = losscope(&["data", &experiment]);
    succeeded(&output);
    assert!(stdout(&output).contains("5 samples of 8×16×16 pixels"));

    let mut wrong = data;
    wrong["classes"]["values"][0]["class"] = json!(7);
    let output = losscope(&[
        "train",
        &write(&folder, wrong, network),
        "--out",
        path(&folder.join("no")),
    ]);
    assert!(
        stderr(&output).contains("class number 7"),
        "{}",
        stderr(&output)
    );
}
