//! Writes a PNG of one synthetic family: a row of pictures, the same with outlines and, where a
//! folder with `images/` and `masks/` is given, the same of real pictures underneath.
//!
//! `cargo run --release -p losscope-datasets --example montage -- OUT.png SETTINGS.json [FOLDER]`,
//! where the settings are those of [`Synthetic`], inline or in a file. Of a volume, slices are shown.

use std::path::Path;
use std::time::Instant;

use image::{Rgb, RgbImage};
use losscope_datasets::import::{Fit, ImportOptions};
use losscope_datasets::synthetic::Synthetic;
use losscope_datasets::{Dataset, import_folder};

/// Colours of the outlines, by class.
const OUTLINES: [Rgb<u8>; 3] = [Rgb([60, 255, 90]), Rgb([255, 225, 40]), Rgb([255, 60, 200])];
/// Pictures in a row, and about how many pixels a row is wide.
const COLUMNS: usize = 8;
const ROW_WIDTH: usize = 1800;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, settings, real @ ..] = arguments.as_slice() else {
        return Err("usage: montage OUT.png SETTINGS.json [FOLDER]".into());
    };
    let json = if settings.starts_with('{') {
        settings.clone()
    } else {
        std::fs::read_to_string(settings)?
    };
    let synthetic: Synthetic = serde_json::from_str(&json)?;
    let started = Instant::now();
    let set = synthetic.generate()?;
    let each = 1e3 * started.elapsed().as_secs_f64() / synthetic.count as f64;
    println!(
        "{}: {:?}, drawn in {each:.2} ms each",
        set.name,
        set.class_fractions()
    );
    let mut rows = two_rows(&set);
    if let Some(folder) = real.first() {
        let options = ImportOptions::new(synthetic.size, Fit::Resize);
        rows.extend(two_rows(
            &import_folder(Path::new(folder), options)?.dataset,
        ));
    }
    let (width, height) = (rows[0].width(), rows[0].height());
    let mut sheet = RgbImage::new(width, height * rows.len() as u32);
    for (number, row) in rows.iter().enumerate() {
        image::imageops::replace(&mut sheet, row, 0, i64::from(height) * number as i64);
    }
    sheet.save(out)?;
    Ok(())
}

/// Pictures spread evenly over the set, without and with outlines.
fn two_rows(set: &Dataset) -> Vec<RgbImage> {
    let slices: Vec<(usize, usize)> = (0..set.samples.len())
        .flat_map(|sample| (0..set.size.depth).map(move |slice| (sample, slice)))
        .collect();
    let chosen: Vec<(usize, usize)> = (0..COLUMNS)
        .map(|column| slices[column * slices.len() / COLUMNS])
        .collect();
    [false, true]
        .into_iter()
        .map(|outline| row(set, &chosen, outline))
        .collect()
}

fn row(set: &Dataset, chosen: &[(usize, usize)], outline: bool) -> RgbImage {
    let zoom = (ROW_WIDTH / COLUMNS / set.size.width).max(1) as u32;
    let (width, height) = (set.size.width as u32, set.size.height as u32);
    let cell = width * zoom + 4;
    let mut row = RgbImage::new(cell * chosen.len() as u32, height * zoom + 4);
    for (column, &(sample, slice)) in chosen.iter().enumerate() {
        for y in 0..height * zoom {
            for x in 0..width * zoom {
                let mut pixel = colour(set, sample, slice, x / zoom, y / zoom);
                if outline && let Some(edge) = edge(set, sample, slice, [x, y], zoom) {
                    pixel = edge;
                }
                row.put_pixel(column as u32 * cell + x, y, pixel);
            }
        }
    }
    row
}

fn colour(set: &Dataset, sample: usize, slice: usize, x: u32, y: u32) -> Rgb<u8> {
    let plane = set.size.height * set.size.width;
    let at = slice * plane + y as usize * set.size.width + x as usize;
    Rgb(std::array::from_fn(|channel| {
        let channel = channel.min(set.channels - 1);
        (set.samples[sample].pixels[channel * set.size.pixels() + at] * 255.0).round() as u8
    }))
}

/// The colour of the outline at a point of the enlarged picture, where there is one.
fn edge(set: &Dataset, sample: usize, slice: usize, at: [u32; 2], zoom: u32) -> Option<Rgb<u8>> {
    let class = |x: i64, y: i64| -> u8 {
        let (width, height) = (set.size.width as i64, set.size.height as i64);
        let (x, y) = (x.div_euclid(i64::from(zoom)), y.div_euclid(i64::from(zoom)));
        if !(0..width).contains(&x) || !(0..height).contains(&y) {
            return 0;
        }
        let plane = set.size.height * set.size.width;
        set.samples[sample].labels[slice * plane + (y * width + x) as usize]
    };
    let (x, y) = (i64::from(at[0]), i64::from(at[1]));
    let here = class(x, y);
    let differs = [(1, 0), (-1, 0), (0, 1), (0, -1)]
        .iter()
        .any(|(dx, dy)| class(x + dx, y + dy) != here);
    (here > 0 && differs).then(|| OUTLINES[usize::from(here - 1).min(OUTLINES.len() - 1)])
}
