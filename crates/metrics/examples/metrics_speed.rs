//! How long the dear metrics take: `cargo run --release -p losscope-metrics --example metrics_speed`.

use std::time::Instant;

use losscope_metrics::statistics::{ComparisonOptions, LaneValues, Sources, compare};
use losscope_metrics::{Case, Grid, Metric, MetricGroup, MetricOptions, evaluate};

/// Balls and their shifted, dented copies: something like organs and lesions.
fn mask(grid: &Grid, centre: [f64; 3], radius: f64) -> Vec<u8> {
    let [depth, height, width] = grid.shape;
    let mut mask = Vec::with_capacity(grid.cells());
    for z in 0..depth {
        for y in 0..height {
            for x in 0..width {
                let place = [z as f64, y as f64, x as f64];
                let away: f64 = (0..3)
                    .map(|axis| (place[axis] - centre[axis]).powi(2))
                    .sum();
                let dent = 0.1 * (y as f64 / 5.0).sin() * radius;
                mask.push(u8::from(away.sqrt() < radius + dent));
            }
        }
    }
    mask
}

/// Eight lanes against each other on as many images, three seeds each.
fn comparison(images: usize) {
    let lanes: Vec<LaneValues> = (0..8)
        .map(|lane| LaneValues {
            name: format!("lane {lane}"),
            seeds: (0..3)
                .map(|seed| {
                    let place = |image: usize| ((image * 37 + lane * 11 + seed * 5) % 101) as f64;
                    (0..images)
                        .map(|image| Some(place(image) / 101.0))
                        .collect()
                })
                .collect(),
        })
        .collect();
    let start = Instant::now();
    let sources = Sources::independent(images);
    let compared = compare(
        Metric::Dice,
        &lanes,
        &sources,
        &ComparisonOptions::default(),
    );
    assert!(compared.is_ok_and(|compared| compared.len() == 28));
    let time = start.elapsed().as_secs_f64() * 1e3;
    println!("8 lanes on {images} images: {time:.0} ms");
}

fn main() {
    comparison(20);
    comparison(200);
    let planes = Grid::plane(256, 256);
    let volume = Grid::volume([64, 128, 128], [2.0, 1.0, 1.0]);
    for (name, grid, radius) in [
        ("256 x 256, small", planes, 20.0),
        ("256 x 256, large", planes, 100.0),
        ("64 x 128 x 128", volume, 25.0),
    ] {
        let centre = grid.shape.map(|length| length as f64 / 2.0);
        let labels = mask(&grid, centre, radius);
        let predicted = mask(&grid, centre.map(|place| place + 2.0), radius * 0.95);
        let probabilities: Vec<f32> = [1, 0]
            .into_iter()
            .flat_map(|class| {
                predicted
                    .iter()
                    .map(move |&p| if p == class { 0.1 } else { 0.9 })
            })
            .collect();
        for group in [
            MetricGroup::Overlap,
            MetricGroup::Surface,
            MetricGroup::Centreline,
            MetricGroup::Calibration,
        ] {
            let case = Case {
                predicted: &predicted,
                labels: &labels,
                probabilities: Some(&probabilities),
                classes: 2,
                grid,
            };
            let options = MetricOptions::of(&[group]);
            let mut times: Vec<f64> = (0..9)
                .map(|_| {
                    let start = Instant::now();
                    let values = evaluate(&case, &options);
                    assert!(std::hint::black_box(values).is_ok());
                    start.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            println!("{name:18} {group:?}: {:.2} ms", times[4]);
        }
    }
}
