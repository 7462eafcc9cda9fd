//! A study on a folder whose images change between its cells.

use std::path::Path;

use serde_json::json;

use crate::study::{results, run, write};
use crate::{files, losscope, path, scratch, stderr, stdout, succeeded};

/// Writes a bright square on dark ground, and its mask.
fn pair(folder: &Path, name: u32, brightness: u8) {
    let place = 2 + name % 6;
    let inside = move |x: u32, y: u32| (place..place + 6).contains(&x) && (4..10).contains(&y);
    let picture = |file: &str, bright: u8| {
        let image = image::GrayImage::from_fn(16, 16, |x, y| {
            image::Luma([if inside(x, y) { bright } else { 0 }])
        });
        std::fs::create_dir_all(folder.join(file)).unwrap();
        let file = folder.join(file).join(format!("{name}.png"));
        image.save(file).unwrap();
    };
    picture("images", brightness);
    picture("masks", 255);
}

fn study(folder: &Path, data: &Path) -> String {
    let document = json!({
        "base": {
            "data": { "source": "folder", "path": path(data), "size": 16, "split": [0.5, 0.0, 0.5] },
            "network": { "base_channels": 4, "depth": 1 },
            "training": { "batch_size": 2, "steps": 4 },
        },
        "grid": { "losses": [{ "kind": "ce" }, { "kind": "dice" }], "seeds": [1, 2] },
        "bootstrap": { "resamples": 100 },
    });
    write(folder, &document)
}

#[test]
fn results_of_images_that_changed_are_set_aside_and_made_again() {
    let folder = scratch("study-changed-images");
    let (data, out) = (folder.join("data"), folder.join("out"));
    (0..8).for_each(|name| pair(&data, name, 200));
    let study = study(&folder, &data);
    run(&study, &out, &[]);
    let before = results(&out);
    let output = run(&study, &out, &[]);
    assert_eq!(
        stdout(&output),
        "0 of 4 cells were run, 4 had a result already.\n"
    );

    pair(&data, 3, 120);
    // One cell is of the new image: three are not, and the report follows the many and says so.
    let output = run(&study, &out, &["--cell", "1"]);
    assert!(stdout(&output).starts_with("1 of 1 cells were run, 0 had a result already.\n"));
    let output = losscope(&["study", "report", path(&out)]);
    succeeded(&output);
    let said = stdout(&output);
    assert_eq!(said.matches("is left out").count(), 1, "{said}");
    assert!(said.contains("Run the study again"), "{said}");

    // The run does what the report asks for.
    let output = run(&study, &out, &[]);
    let said = stdout(&output);
    assert!(
        said.starts_with(
            "3 of 4 cells were run, 1 had a result already.\nOf other images than the data have now"
        ),
        "{said}"
    );
    let after = results(&out);
    assert!(before.keys().eq(after.keys()));
    let print = |result: &serde_json::Value| result["data"]["fingerprint"].clone();
    let fresh = print(after.values().next().unwrap());
    assert!(after.values().all(|result| print(result) == fresh));
    assert!(before.values().all(|result| print(result) != fresh));
    let output = losscope(&["study", "report", path(&out)]);
    assert!(!stdout(&output).contains("left out"), "{}", stdout(&output));
    assert_eq!(files(&out.join("other-data")).len(), 4);
}

#[test]
fn results_are_taken_as_they_are_where_the_data_are_not_there() {
    let folder = scratch("study-elsewhere");
    let (data, out) = (folder.join("data"), folder.join("out"));
    (0..8).for_each(|name| pair(&data, name, 200));
    let study = study(&folder, &data);
    run(&study, &out, &[]);
    std::fs::remove_dir_all(&data).unwrap();
    let output = run(&study, &out, &[]);
    assert!(stdout(&output).starts_with("0 of 4 cells were run, 4 had"));
    let said = stderr(&output);
    assert_eq!(said.matches("are taken as they are").count(), 1, "{said}");
}
