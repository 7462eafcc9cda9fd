//! `losscope predict`: what trained networks make of images.

mod files;
mod scores;

use std::fs;
use std::path::{Path, PathBuf};

use losscope_datasets::Size;
use losscope_datasets::import::{Limits, Photo, grey_png};
use losscope_trainer::apply::{Prediction, TrainedNet};

use crate::CliError;
use crate::arguments::PredictArguments;
use crate::folder;
use crate::npy::npy;
use crate::pictures::stems;
use files::{images, masks, read, stem};
use scores::Scores;

/// A network from a file.
struct Net {
    /// Its file's name without the ending.
    name: String,
    net: TrainedNet,
}

/// Applies every network to every image and writes their masks and probabilities, in the size of the image; measures
/// them where masks are given. Says what was written.
///
/// # Errors
/// When a file cannot be read or written, a network is not for images or does not fit the size, there are no
/// images, or a mask is none of its image.
pub fn run(arguments: &PredictArguments) -> Result<String, CliError> {
    let nets = nets(&arguments.weights, arguments.size)?;
    let files = images(&arguments.images)?;
    let names: Vec<String> = files.iter().map(|file| stem(file)).collect();
    let names = stems(names.iter().map(String::as_str));
    let truths = match &arguments.masks {
        Some(folder) => masks(folder, &files)?,
        None => vec![None; files.len()],
    };
    let mut scores = Scores::default();
    for ((file, name), truth) in files.iter().zip(&names).zip(&truths) {
        let photo = open(file, truth.as_deref())?;
        for net in &nets {
            apply(net, &photo, (file, name), arguments, &mut scores)?;
        }
    }
    let mut text = format!(
        "{} of {} in {}\n",
        counted(files.len(), "prediction"),
        counted(nets.len(), "network"),
        arguments.out.display()
    );
    if arguments.masks.is_some() {
        let path = arguments.out.join("metrics.csv");
        folder::write(&path, &scores.csv()?)?;
        text.push_str(&scores.table(truths.iter().flatten().count(), files.len()));
    }
    Ok(text)
}

/// Applies a network to an image, and writes what comes of it.
fn apply(
    Net { name, net }: &Net,
    photo: &Photo,
    (file, image): (&Path, &str),
    arguments: &PredictArguments,
    scores: &mut Scores,
) -> Result<(), CliError> {
    let failed = |error: &dyn std::fmt::Display| CliError::Predict {
        file: file.to_owned(),
        reason: format!("{error}, says the network {name}"),
    };
    let (height, width) = net.size();
    let values = photo.values(net.about().channels, height, width);
    let seen = net.normalised(values.clone());
    let seen = seen.map_err(|error| failed(&error))?;
    let prediction = pollster::block_on(net.predict(values)).map_err(|error| failed(&error))?;
    let (classes, channels) = (prediction.classes(), net.about().channels);
    let to = |what: &str| arguments.out.join(name).join(format!("{image}-{what}"));
    let Size {
        height: rows,
        width: columns,
        ..
    } = photo.size();
    write_png(
        &to("mask.png"),
        columns,
        rows,
        prediction.greys(rows, columns),
    )?;
    let greys = prediction.probability_greys(rows, columns);
    write_png(&to("probability.png"), columns, rows, greys)?;
    if arguments.logits {
        let logits = npy(&[classes, height, width], prediction.logits());
        folder::write(&to("logits.npy"), &logits)?;
        let input = npy(&[channels, height, width], &seen);
        folder::write(&to("input.npy"), &input)?;
    }
    measure(&prediction, photo, image, net, (name, scores)).map_err(|error| failed(&error))
}

fn measure(
    prediction: &Prediction,
    photo: &Photo,
    image: &str,
    net: &TrainedNet,
    (name, scores): (&str, &mut Scores),
) -> Result<(), String> {
    let labels = photo.labels(prediction.classes());
    let Some(labels) = labels.map_err(|error| error.to_string())? else {
        return Ok(());
    };
    let size = photo.size();
    let values = prediction
        .measure(image, &labels, (size.height, size.width))
        .map_err(|error| error.to_string())?;
    scores.add(name, &net.about().classes, values);
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn nets(paths: &[PathBuf], side: Option<usize>) -> Result<Vec<Net>, CliError> {
    let names: Vec<String> = paths.iter().map(|path| stem(path)).collect();
    let names = stems(names.iter().map(String::as_str));
    let all = paths.iter().zip(names);
    all.map(|(path, name)| {
        let bytes = fs::read(path).map_err(|source| CliError::Read {
            name: path.display().to_string(),
            source,
        })?;
        let net = TrainedNet::read(&bytes, side).map_err(|error| CliError::Predict {
            file: path.clone(),
            reason: error.to_string(),
        })?;
        Ok(Net { name, net })
    })
    .collect()
}

/// Decodes an image as imports do: within their limits, and turned as its camera was held.
fn open(path: &Path, mask: Option<&Path>) -> Result<Photo, CliError> {
    let limits = Limits::default();
    let mut photo = Photo::read(&path.display().to_string(), read(path)?, &limits)?;
    if let Some(mask) = mask {
        let named = (mask.display().to_string(), read(mask)?);
        photo.set_masks(vec![named], &limits)?;
    }
    Ok(photo)
}

fn write_png(path: &Path, width: usize, height: usize, greys: Vec<u8>) -> Result<(), CliError> {
    folder::write(path, &grey_png(width, height, greys)?)
}
