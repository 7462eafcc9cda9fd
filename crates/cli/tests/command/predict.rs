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
            assert_eq!(mask.dimensions(), (40, 30), "the photo's own size");
            assert!(mask.pixels().all(|pixel| [0, 255].contains(&pixel[0])));
            let probability = image::open(file("probability.png")).unwrap().to_luma8();
            let logits = std::fs::read(file("logits.npy")).unwrap();
            let numbers: Vec<f32> = logits[128..]
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
                .collect();
            assert_eq!(numbers.len(), 2 * 256);
            let p = |row: usize, column: usize| {
                let pixel = row * 16 + column;
                1.0 / (1.0 + f64::from(numbers[pixel] - numbers[256 + pixel]).exp())
            };
            // Between the pixels that the network saw, centres on centres.
            let place = |at: u32, sides: u32| {
                let place = (f64::from(at) + 0.5) * 16.0 / f64::from(sides) - 0.5;
                place.clamp(0.0, 15.0)
            };
            for (column, row, drawn) in probability.enumerate_pixels() {
                let (x, y) = (place(column, 40), place(row, 30));
                let (left, top) = (x as usize, y as usize);
                let (right, bottom) = ((left + 1).min(15), (top + 1).min(15));
                let along = |row| p(row, left) + (p(row, right) - p(row, left)) * x.fract();
                let expected = along(top) + (along(bottom) - along(top)) * y.fract();
                let drawn = f64::from(drawn[0]);
                assert!(
                    (255.0 * expected - drawn).abs() < 0.51,
                    "{expected} {drawn}"
                );
                let called = mask.get_pixel(column, row)[0] == 255;
                assert!(called == (expected > 0.5) || (expected - 0.5).abs() < 1e-5);
            }
        }
    }
    // At another size.
    let output = predict(&folder, &weights[..1], "images/one.png", &["--size", "32"]);
    assert!(stdout(&output).starts_with("1 prediction of 1 network in"));
    let mask = image::open(folder.join("out/0-ce/one-mask.png")).unwrap();
    assert_eq!((mask.width(), mask.height()), (40, 30));
}

#[test]
fn masks_are_measured_in_the_photos_own_size() {
    let folder = trained("predict-masks");
    let weights = ["run/weights/0-ce.safetensors"];
    let output = predict(&folder, &weights, "images", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    // One's own prediction as its mask is met everywhere; its opposite nowhere.
    std::fs::create_dir(folder.join("masks")).unwrap();
    let own = image::open(folder.join("out/0-ce/one-mask.png")).unwrap();
    own.save(folder.join("masks/one_mask.png")).unwrap();
    let masks = folder.join("masks").display().to_string();
    let output = predict(&folder, &weights, "images", &["--masks", &masks]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("the 1 of 2 images that have a mask"));
    let table = std::fs::read_to_string(folder.join("out/metrics.csv")).unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(rows.len(), 3, "{table}");
    let of = |row: usize, name: &str| {
        let column = rows[0].iter().position(|&cell| cell == name).unwrap();
        rows[row][column]
    };
    assert_eq!(
        (of(1, "network"), of(1, "image"), of(1, "class")),
        ("0-ce", "one", "background")
    );
    for row in [1, 2] {
        assert!(["1", ""].contains(&of(row, "dice")), "{table}");
        assert!(!of(row, "brier").is_empty(), "{table}");
    }
    assert_eq!(rows[0].len(), 3 + 20);

    let wrong = image::GrayImage::new(20, 30);
    wrong.save(folder.join("masks/one_mask.png")).unwrap();
    let output = predict(&folder, &weights, "images", &["--masks", &masks]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("20×30") && said.contains("40×30"), "{said}");
    let none = folder.join("run").display().to_string();
    let output = predict(&folder, &weights, "images", &["--masks", &none]);
    assert!(stderr(&output).contains("no mask in this folder"));
}

/// A JPEG whose camera was held upright: its note says to turn a quarter clockwise.
#[test]
fn a_photo_is_turned_as_its_camera_was_held() {
    let folder = trained("predict-turned");
    let photo = image::RgbImage::from_fn(40, 30, |x, _| image::Rgb([(6 * x) as u8; 3]));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    photo.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let plain = jpeg.into_inner();
    let exif: &[u8] = &[
        0xff, 0xe1, 0, 34, b'E', b'x', b'i', b'f', 0, 0, b'M', b'M', 0, 42, 0, 0, 0, 8, 0, 1, 1,
        0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0,
    ];
    let turned = [&plain[..2], exif, &plain[2..]].concat();
    std::fs::write(folder.join("images/turned.jpg"), turned).unwrap();
    let weights = ["run/weights/0-ce.safetensors"];
    let output = predict(&folder, &weights, "images/turned.jpg", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let mask = image::open(folder.join("out/0-ce/turned-mask.png")).unwrap();
    assert_eq!((mask.width(), mask.height()), (30, 40));
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = trained("predict-errors");
    let weights = "run/weights/0-ce.safetensors";
    for (weights, images, more, expected) in [
        ("images/one.png", "images", vec![], "no safetensors file"),
        ("missing", "images", vec![], "cannot be read"),
        (weights, "missing", vec![], "cannot be read"),
        (weights, "experiment.json", vec![], "is no image"),
        (weights, "images", vec!["--size", "15"], "cannot be halved"),
    ] {
        let output = predict(&folder, &[weights], images, &more);
        assert_eq!(output.status.code(), Some(2), "{images}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}
