//! A cell that is really trained.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use burn::tensor::Device;
use losscope_metrics::Metric;
use losscope_study::figures::{Look, figures};
use losscope_study::{CellResult, CellRun, Collection, Machine, Study, StudyReport, run_cell};
use serde_json::json;

use crate::study;

fn tiny() -> Study {
    study(json!({
        "base": {
            "data": { "source": "synthetic", "size": 16, "count": 12, "foreground": 0.1 },
            "network": { "base_channels": 4, "depth": 1 },
            "training": { "batch_size": 2, "steps": 12 },
        },
        "grid": { "losses": [{ "kind": "ce" }, { "kind": "dice" }], "seeds": [1, 2] },
        "metrics": { "metrics": ["hd95", "ece"] },
    }))
}

fn train(study: &Study, position: usize) -> CellResult {
    let cell = &study.cells().unwrap()[position];
    let experiment = &cell.experiment;
    let data = experiment
        .data
        .generate(experiment.data_seed())
        .unwrap()
        .unwrap();
    let machine = Machine {
        version: "0".to_owned(),
        backend: "cpu".to_owned(),
        adapter: "CPU".to_owned(),
    };
    let mut told = Vec::new();
    let progress = |made| told.push(made);
    let device = Device::flex();
    let running = run_cell(study, cell, data.into(), &device, machine, progress);
    let result = pollster::block_on(running).unwrap();
    assert_eq!(told, [10, 12]);
    result
}

#[test]
fn all_losses_and_seeds_are_tested_on_the_same_images_and_seeds_differ() {
    let study = tiny();
    let results: Vec<CellResult> = (0..4).map(|position| train(&study, position)).collect();
    let images = |result: &CellResult| {
        let names = result.images.iter().map(|image| image.image.clone());
        (result.data.clone(), names.collect::<Vec<_>>())
    };
    let ece = |result: &CellResult| result.per_image(Metric::Ece);
    for result in &results {
        assert_eq!(images(result), images(&results[0]));
        assert_eq!((result.steps, result.last_losses.len()), (12, 10));
        // Numbers are read from JSON to within their last digit.
        let mut read = CellResult::from_json(&result.to_json().unwrap()).unwrap();
        let (ours, theirs) = (ece(result), ece(&read));
        let pairs = ours.iter().flatten().zip(theirs.iter().flatten());
        assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-15));
        read.images.clone_from(&result.images);
        read.validation_dice = result.validation_dice;
        read.data.test_foreground = result.data.test_foreground;
        read.seconds = result.seconds;
        assert_eq!(&read, result);
    }
    assert_ne!(ece(&results[0]), ece(&results[2]), "a seed changes nothing");
    assert_ne!(ece(&results[0]), ece(&results[1]), "a loss changes nothing");
    assert!(ece(&results[0]).iter().all(Option::is_some));
    assert!(
        results[0].images[0]
            .values
            .iter()
            .any(|values| values.metric == Metric::Hd95)
    );
}

/// What a study says of a cell is what the experiment alone says.
#[test]
fn measures_agree_with_the_evaluation_of_a_run() {
    let study = tiny();
    let result = train(&study, 1);
    let experiment = result.cell.experiment.clone();
    let data = experiment
        .data
        .generate(experiment.data_seed())
        .unwrap()
        .unwrap();
    let mut session =
        losscope_trainer::Session::new(experiment, data.into(), &Device::flex()).unwrap();
    pollster::block_on(session.step(12)).unwrap();
    let split = losscope_trainer::SplitName::Test;
    let evaluation = &pollster::block_on(session.evaluate(split)).unwrap()[0];
    let dice: Vec<Option<f64>> = evaluation.per_image.iter().map(|i| i.dice[1]).collect();
    assert_eq!(result.per_image(Metric::Dice), dice);
}

#[test]
fn a_loss_that_is_no_number_stops_and_is_measured_without_probabilities() {
    let study = study(json!({
        "base": {
            "data": { "source": "synthetic", "size": 32, "count": 20, "foreground": 0.1 },
            "network": { "base_channels": 16, "depth": 3, "norm": "none" },
            "optimiser": { "kind": "sgd", "learning_rate": 10 },
            "training": { "batch_size": 2, "steps": 12 },
            "losses": [{ "kind": "ce" }],
        },
        "metrics": { "metrics": ["ece"] },
    }));
    let cell = &study.cells().unwrap()[0];
    let data = cell.experiment.data.generate(7).unwrap().unwrap();
    let machine = Machine {
        version: "0".to_owned(),
        backend: "cpu".to_owned(),
        adapter: "CPU".to_owned(),
    };
    let device = Device::flex();
    let running = run_cell(&study, cell, data.into(), &device, machine, |_| {});
    let result = pollster::block_on(running).unwrap();
    let stopped = result
        .stopped
        .as_ref()
        .expect("the loss stayed finite: the case shows nothing");
    assert_eq!(result.steps, stopped.step);
    assert_eq!(result.last_losses.last(), Some(&None));
    assert_eq!(
        result.per_image(Metric::Ece),
        vec![None; result.images.len()]
    );
    let read = CellResult::from_json(&result.to_json().unwrap()).unwrap();
    assert_eq!(read.last_losses, result.last_losses);
}

#[test]
fn a_cell_in_steps_of_any_size_is_the_same_cell() {
    let study = tiny();
    let whole = train(&study, 1);
    let cell = &study.cells().unwrap()[1];
    let data = cell.experiment.data.generate(7).unwrap().unwrap();
    let device = Device::flex();
    let mut run = CellRun::new(&study, cell, data.into(), &device, whole.machine.clone()).unwrap();
    for (count, made) in [(1, 1), (4, 5), (2, 7)] {
        pollster::block_on(run.advance(count)).unwrap();
        assert_eq!((run.made(), run.is_trained()), (made, false));
    }
    // 12 steps, and two batches' worth of images to validate and as much to test with.
    let images = (whole.data.validation + whole.data.test) as f64;
    assert!((run.foreseen(2.0) - 2.0 * (12.0 + images / 2.0 / 3.0)).abs() < 1e-12);
    // What is left is made before the tests.
    let mut parts = pollster::block_on(run.finish()).unwrap();
    parts.seconds = whole.seconds;
    assert_eq!(parts, whole);
}

/// A PNG file in base64 as red, green and blue, or grey thrice.
fn decoded(picture: &str) -> (u32, u32, Vec<[u8; 3]>) {
    let bytes = STANDARD.decode(picture).unwrap();
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let per_pixel = info.color_type.samples();
    let pixels = pixels.chunks_exact(per_pixel);
    let colours = pixels.map(|pixel| [pixel[0], pixel[per_pixel / 2], pixel[per_pixel - 1]]);
    (info.width, info.height, colours.collect())
}

#[test]
fn pictures_of_a_cell_show_what_its_metrics_measured() {
    let mut study = tiny();
    study.pictures = 2;
    study.metrics.metrics.clear();
    let results: Vec<CellResult> = (0..4).map(|position| train(&study, position)).collect();
    for result in &results {
        assert_eq!(result.pictures.len(), 2);
        for picture in &result.pictures {
            let (width, height, image) = decoded(&picture.pixels);
            assert_eq!((width, height), (16, 16));
            assert!(image.iter().any(|pixel| pixel != &image[0]));
            let [truth, found] = [&picture.truth, &picture.found].map(|file| decoded(file).2);
            let count = |pixels: &[[u8; 3]], is: fn([u8; 3]) -> bool| {
                pixels.iter().filter(|&&pixel| is(pixel)).count() as f64
            };
            let white = |pixel| pixel == [255; 3];
            let magenta = |[r, g, b]: [u8; 3]| r > 200 && g == 0 && b > 100;
            let green = |[r, g, _]: [u8; 3]| r == 0 && g > 100;
            let hits = count(&found, white);
            let (alarms, misses) = (count(&found, magenta), count(&found, green));
            assert_eq!(hits + misses, count(&truth, white));
            let dice = (2.0 * hits) / (2.0 * hits + alarms + misses);
            let position = result.images.iter().position(|i| i.image == picture.image);
            let measured = result.per_image(Metric::Dice)[position.unwrap()].unwrap();
            assert!(
                (dice - measured).abs() < 1e-12,
                "{dice}, measured {measured}"
            );
        }
    }
    // The figure has a row for each image: itself, the truth, and one for each loss.
    let collection = Collection::new(study, results).unwrap();
    let report = StudyReport::new(&collection).unwrap();
    let figures = figures(&report, Look::Paper);
    let grid = figures
        .iter()
        .find(|figure| figure.name == "segmentations-1")
        .unwrap();
    assert_eq!(grid.svg.matches("<image").count(), 2 * 4);
    // They are only for figures: the report stays small.
    assert!(!serde_json::to_string(&report).unwrap().contains("iVBOR"));
}

#[test]
fn no_pictures_are_kept_unless_they_are_asked_for() {
    let text = train(&tiny(), 0).to_json().unwrap();
    assert!(!String::from_utf8(text).unwrap().contains("iVBOR"));
    let mut greedy = tiny();
    greedy.pictures = 13;
    assert!(
        greedy
            .cells()
            .unwrap_err()
            .to_string()
            .contains("a cell may keep 12")
    );
}
