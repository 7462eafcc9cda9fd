//! `losscope predict`.

use std::path::Path;

use crate::{losscope, scratch, stderr, stdout};

/// Trains two small networks and writes an image; gives the folder.
fn trained(test: &str) -> std::path::PathBuf {
    let folder = scratch(test);
    let experiment = serde_json::json!({
        "data": { "source": "synthetic", "size": 16, "count": 12, "foreground": 0.2 },
        "network": { "base_channels": 4, "depth": 1 },
        "training": { "batch_size": 2, "steps": 3 },
        "losses": [{ "kind": "ce" }, { "kind": "dice" }],
    });
    let document = folder.join("experiment.json");
    std::fs::write(&document, experiment.to_string()).unwrap();
    let run = folder.join("run");
    let output = losscope(&[
        "train".as_ref(),
        document.as_os_str(),
        "--out".as_ref(),
        run.as_os_str(),
        "--quiet".as_ref(),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let image = image::RgbImage::from_fn(40, 30, |x, y| {
        image::Rgb([(6 * x) as u8, (8 * y) as u8, ((x * y) % 256) as u8])
    });
    std::fs::create_dir(folder.join("images")).unwrap();
    image.save(folder.join("images").join("one.png")).unwrap();
    image.save(folder.join("images").join("two.png")).unwrap();
    folder
}

fn predict(folder: &Path, weights: &[&str], images: &str, more: &[&str]) -> std::process::Output {
    let mut arguments = vec!["predict".to_owned()];
    let path = |name: &str| folder.join(name).display().to_string();
    arguments.extend(weights.iter().map(|name| path(name)));
    arguments.extend(["--images".into(), path(images), "--out".into(), path("out")]);
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    losscope(&arguments)
}

#[test]
fn every_network_is_applied_to_every_image() {
    let folder = trained("predict-all");
    let weights = [
        "run/weights/0-ce.safetensors",
        "run/weights/1-dice.safetensors",
    ];
    let output = predict(&folder, &weights, "images", &["--logits"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("2 predictions of 2 networks"));
    for net in ["0-ce", "1-dice"] {
        for image in ["one", "two"] {
            let file = |what: &str| folder.join("out").join(net).join(format!("{image}-{what}"));
            let mask = image::open(file("mask.png")).unwrap().to_luma8();
            assert_eq!(mask.dimensions(), (16, 16));
            assert!(mask.pixels().all(|pixel| [0, 255].contains(&pixel[0])));
            let probability = image::open(file("probability.png")).unwrap().to_luma8();
            let logits = std::fs::read(file("logits.npy")).unwrap();
            let numbers: Vec<f32> = logits[128..]
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
                .collect();
            assert_eq!(numbers.len(), 2 * 256);
            for pixel in 0..256 {
                let (row, column) = (pixel / 16, pixel % 16);
                let difference = f64::from(numbers[256 + pixel] - numbers[pixel]);
                let p = 255.0 / (1.0 + (-difference).exp());
                let drawn = f64::from(probability.get_pixel(column as u32, row as u32)[0]);
                assert!((p - drawn).abs() < 0.51, "{p} {drawn}");
                let called = mask.get_pixel(column as u32, row as u32)[0] == 255;
                assert_eq!(called, difference > 0.0);
            }
        }
    }
    // At another size.
    let output = predict(&folder, &weights[..1], "images/one.png", &["--size", "32"]);
    assert!(stdout(&output).starts_with("1 prediction of 1 network in"));
    let mask = image::open(folder.join("out/0-ce/one-mask.png")).unwrap();
    assert_eq!((mask.width(), mask.height()), (32, 32));
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = trained("predict-errors");
    let weights = "run/weights/0-ce.safetensors";
    for (weights, images, more, expected) in [
        ("images/one.png", "images", vec![], "no safetensors file"),
        ("missing", "images", vec![], "cannot be read"),
        (weights, "missing", vec![], "cannot be read"),
        (
            weights,
            "experiment.json",
            vec![],
            "cannot be read as an image",
        ),
        (weights, "images", vec!["--size", "15"], "cannot be halved"),
    ] {
        let output = predict(&folder, &[weights], images, &more);
        assert_eq!(output.status.code(), Some(2), "{images}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}
