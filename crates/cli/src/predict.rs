//! `losscope predict`: what trained networks make of images.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;
use burn::tensor::activation::softmax;
use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageReader, Luma};
use losscope_datasets::{Dataset, Sample, Size};
use losscope_unet::weights::{self, About};
use losscope_unet::{Images, Probe};

use crate::CliError;
use crate::arguments::PredictArguments;
use crate::folder;
use crate::npy::npy;
use crate::pictures::stems;

/// A network from a file.
struct Net {
    /// Its file's name without the ending.
    name: String,
    path: PathBuf,
    about: About,
    bytes: Vec<u8>,
}

/// Applies every network to every image and writes their masks and probabilities; says what was written.
///
/// # Errors
/// When a file cannot be read or written, a network is for volumes or does not fit the size, or there are no
/// images.
pub fn run(arguments: &PredictArguments) -> Result<String, CliError> {
    let nets = nets(&arguments.weights)?;
    let files = image_files(&arguments.images)?;
    let names = files.iter().map(|file| stem(file));
    let names = stems(names.collect::<Vec<_>>().iter().map(String::as_str));
    for net in &nets {
        let [depth, height, width] = net.about.size;
        let (height, width) = arguments.size.map_or((height, width), |size| (size, size));
        let failed = |reason: String| CliError::Predict {
            file: net.path.clone(),
            reason,
        };
        if depth > 1 {
            return Err(failed("it is for volumes, and these are images".into()));
        }
        let architecture = net
            .about
            .architecture([1, height, width])
            .map_err(|error| failed(error.to_string()))?;
        let parameters = weights::from_safetensors(&architecture, &net.bytes)
            .map_err(|error| failed(error.to_string()))?;
        let mut probe = Probe::new(architecture, parameters, &Device::flex());
        for (file, name) in files.iter().zip(&names) {
            let image = open(file)?;
            let images = normalised(&image, &net.about, height, width);
            let logits = probe.forward(&images);
            let probabilities = softmax(logits.clone(), 1).into_data();
            let probabilities: Vec<f32> = probabilities.iter::<f32>().collect();
            let to = arguments.out.join(&net.name);
            let size = (height, width);
            write_png(
                &to.join(format!("{name}-mask.png")),
                &mask(&probabilities, size),
            )?;
            let foreground = foreground(&probabilities, size);
            write_png(&to.join(format!("{name}-probability.png")), &foreground)?;
            if arguments.logits {
                let values: Vec<f32> = logits.into_data().iter::<f32>().collect();
                let classes = net.about.classes.len();
                folder::write(
                    &to.join(format!("{name}-logits.npy")),
                    &npy(&[classes, height, width], &values),
                )?;
                folder::write(
                    &to.join(format!("{name}-input.npy")),
                    &npy(&[net.about.channels, height, width], &images.values),
                )?;
            }
        }
    }
    Ok(format!(
        "{} of {} network{} in {}\n",
        text(files.len(), "prediction"),
        nets.len(),
        if nets.len() == 1 { "" } else { "s" },
        arguments.out.display()
    ))
}

fn text(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

fn nets(paths: &[PathBuf]) -> Result<Vec<Net>, CliError> {
    let stems: Vec<String> = paths.iter().map(|path| stem(path)).collect();
    let names = crate::pictures::stems(stems.iter().map(String::as_str));
    let all = paths.iter().zip(names);
    all.map(|(path, name)| {
        let bytes = fs::read(path).map_err(|source| CliError::Read {
            name: path.display().to_string(),
            source,
        })?;
        let about = weights::about(&bytes).map_err(|error| CliError::Predict {
            file: path.clone(),
            reason: error.to_string(),
        })?;
        Ok(Net {
            name,
            path: path.clone(),
            about,
            bytes,
        })
    })
    .collect()
}

/// The file, or the files of the folder, by name; hidden ones left out.
fn image_files(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    let failed = |source| CliError::Read {
        name: path.display().to_string(),
        source,
    };
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let hidden = stem(&file).starts_with('.');
        if file.is_file() && !hidden {
            files.push(file);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(CliError::Predict {
            file: path.to_owned(),
            reason: "there are no images in this folder".into(),
        }),
        false => Ok(files),
    }
}

/// With the limits that the library sets on sizes and memory.
fn open(path: &Path) -> Result<DynamicImage, CliError> {
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format);
    let reader = reader.map_err(|source| CliError::Read {
        name: path.display().to_string(),
        source,
    })?;
    reader.decode().map_err(|error| CliError::Predict {
        file: path.to_owned(),
        reason: format!("it cannot be read as an image ({error})"),
    })
}

/// The image at the network's size and in its channels, as training sees images.
fn normalised(image: &DynamicImage, about: &About, height: usize, width: usize) -> Images {
    let sized = match (image.height() as usize, image.width() as usize) == (height, width) {
        true => image.clone(),
        false => image.resize_exact(width as u32, height as u32, FilterType::Triangle),
    };
    let pixels: Vec<f32> = if about.channels == 1 {
        sized.to_luma32f().into_raw()
    } else {
        let rgb = sized.to_rgb32f();
        (0..3)
            .flat_map(|channel| rgb.pixels().map(move |pixel| pixel[channel]))
            .collect()
    };
    let dataset = Dataset {
        name: String::new(),
        size: Size {
            depth: 1,
            height,
            width,
        },
        channels: about.channels,
        classes: about.classes.clone(),
        samples: vec![Sample {
            name: String::new(),
            source: String::new(),
            labels: vec![0; height * width],
            pixels,
        }],
    };
    let batch = dataset.batch(&[0]);
    Images {
        values: batch.images,
        count: 1,
    }
}

/// The most probable class of each pixel, classes as far apart in grey as they go.
fn mask(probabilities: &[f32], (height, width): (usize, usize)) -> GrayImage {
    let pixels = height * width;
    let classes = probabilities.len() / pixels;
    GrayImage::from_fn(width as u32, height as u32, |x, y| {
        let pixel = y as usize * width + x as usize;
        let of = |class: usize| probabilities[class * pixels + pixel];
        // The first of several, as metrics have it.
        let best = (1..classes).fold(
            0,
            |best, class| if of(class) > of(best) { class } else { best },
        );
        Luma([(255 * best / (classes - 1).max(1)) as u8])
    })
}

/// The probability of any foreground, 0 to 255.
fn foreground(probabilities: &[f32], (height, width): (usize, usize)) -> GrayImage {
    GrayImage::from_fn(width as u32, height as u32, |x, y| {
        let background = probabilities[y as usize * width + x as usize];
        Luma([(255.0 * (1.0 - background)).round().clamp(0.0, 255.0) as u8])
    })
}

fn write_png(path: &Path, picture: &GrayImage) -> Result<(), CliError> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .map_err(|error| CliError::Encode {
            file: path.display().to_string(),
            reason: error.to_string(),
        })?;
    folder::write(path, bytes.get_ref())
}
