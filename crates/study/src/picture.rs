//! Test images beside what a cell makes of them, small enough to lie in its result.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use losscope_datasets::{Axis, Cut, Sample};
use losscope_render::Picture;
use losscope_render::overlay::segmentation;
use losscope_trainer::{Session, SplitName, TrainerError};
use serde::{Deserialize, Serialize};

/// The most that a study may keep of each cell.
pub(crate) const MOST: usize = 12;

/// A test image, what is there, and what was found; of a volume the slice with the most foreground. Pictures are PNG
/// files in base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestPicture {
    /// The image's name.
    pub image: String,
    /// Columns of each picture.
    pub width: usize,
    /// Rows of each picture.
    pub height: usize,
    /// The image.
    pub pixels: String,
    /// Its classes, background black.
    pub truth: String,
    /// The classes that were found: false positives magenta, false negatives green.
    pub found: String,
}

/// So many test images of a session's only lane, from those with the most foreground to those with the least.
pub(crate) async fn test_pictures(
    session: &mut Session,
    count: usize,
) -> Result<Vec<TestPicture>, TrainerError> {
    let chosen = spread(session, count);
    let predicted = session.predict(&chosen).await?;
    let Some(predicted) = predicted.into_iter().next() else {
        return Ok(Vec::new());
    };
    let data = session.dataset();
    let pictures = chosen.iter().zip(predicted);
    Ok(pictures
        .map(|(&index, found)| picture(&data.samples[index], data.channels, data.size, &found))
        .collect())
}

/// Test images evenly spread over those sorted by their foreground, the most first.
fn spread(session: &Session, count: usize) -> Vec<usize> {
    let samples = &session.dataset().samples;
    let mut sorted = session.images(SplitName::Test).to_vec();
    let foreground = |&index: &usize| samples[index].foreground_fraction();
    sorted.sort_by(|a, b| foreground(b).total_cmp(&foreground(a)));
    let last = sorted.len().saturating_sub(1);
    let count = count.min(sorted.len());
    let place = |position| position * last / (count - 1).max(1);
    (0..count).map(|position| sorted[place(position)]).collect()
}

fn picture(
    sample: &Sample,
    channels: usize,
    size: losscope_datasets::Size,
    found: &[u8],
) -> TestPicture {
    let cut = Cut::most_foreground(size, &sample.labels, Axis::Axial);
    let image = cut.size(size);
    let place = (image.height, image.width);
    let (labels, found) = (cut.of(size, &sample.labels), cut.of(size, found));
    TestPicture {
        image: sample.name.clone(),
        width: image.width,
        height: image.height,
        pixels: photo(&cut.of(size, &sample.pixels), channels, place),
        truth: colours(&segmentation(&labels, &labels, place)),
        found: colours(&segmentation(&found, &labels, place)),
    }
}

/// Values `[channels, height, width]` from 0 to 1, as they are seen: in grey, or of three channels in colours.
fn photo(values: &[f32], channels: usize, (height, width): (usize, usize)) -> String {
    let shown = if channels == 3 { 3 } else { 1 };
    let plane = height * width;
    let bytes = (0..plane).flat_map(|at| {
        (0..shown).map(move |channel| (values[channel * plane + at] * 255.0).round() as u8)
    });
    let colour = match shown {
        3 => png::ColorType::Rgb,
        _ => png::ColorType::Grayscale,
    };
    encoded(&bytes.collect::<Vec<_>>(), colour, (height, width))
}

fn colours(picture: &Picture) -> String {
    let opaque = picture.rgba.chunks_exact(4).flat_map(|pixel| &pixel[..3]);
    let bytes: Vec<u8> = opaque.copied().collect();
    encoded(&bytes, png::ColorType::Rgb, (picture.height, picture.width))
}

fn encoded(bytes: &[u8], colour: png::ColorType, (height, width): (usize, usize)) -> String {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(bytes));
    // Nothing can fail but a size of zero, which no data have.
    debug_assert!(written.is_ok(), "{written:?}");
    STANDARD.encode(file)
}
