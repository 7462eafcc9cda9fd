//! Pictures of images as every lane sees them, as PNG files.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use losscope_datasets::Dataset;
use losscope_losses::Loss;
use losscope_render::{Picture, Scene, cpu, scale_for};
use losscope_trainer::LaneSnapshot;

use crate::CliError;
use crate::folder::ResultsFolder;

/// |dL/dlogit| that pictures of gradients show in full colour: the largest of all lanes, so that they can
/// be compared.
pub fn gradient_scale(snapshots: &[LaneSnapshot]) -> f32 {
    snapshots
        .iter()
        .map(|snapshot| snapshot.gradient_max)
        .filter(|max| max.is_finite())
        .fold(0.0, f32::max)
}

/// Writes the pictures of one image, or of the slice of a volume that the snapshots show: the image with
/// the truth, and for each lane (its loss in `losses`) prediction, probability and gradient. `stem` is what the names of the files begin with.
///
/// # Errors
/// When the device fails or a file cannot be written.
pub async fn write(
    folder: &ResultsFolder,
    dataset: &Dataset,
    stem: &str,
    snapshots: &[LaneSnapshot],
    losses: &[Loss],
) -> Result<(), CliError> {
    let gradient_max = gradient_scale(snapshots);
    for (position, (snapshot, loss)) in snapshots.iter().zip(losses).enumerate() {
        let values = snapshot.values(dataset).await?;
        let scene = Scene {
            width: values.size.width,
            height: values.size.height,
            channels: dataset.channels,
            classes: dataset.classes.len(),
            image: &values.image,
            labels: &values.labels,
            probabilities: &values.probabilities,
            logit_gradient: &values.logit_gradient,
            gradient_max,
            class: None,
        };
        let scale = scale_for(scene.width, scene.height);
        if position == 0 {
            write_png(
                folder,
                &format!("pictures/{stem}-truth.png"),
                &cpu::input(&scene, scale),
            )?;
        }
        let lane = format!("pictures/{stem}-{}-{}", snapshot.lane, loss.kind());
        write_png(
            folder,
            &format!("{lane}-prediction.png"),
            &cpu::errors(&scene, scale),
        )?;
        write_png(
            folder,
            &format!("{lane}-probability.png"),
            &cpu::probability(&scene, scale),
        )?;
        write_png(
            folder,
            &format!("{lane}-gradient.png"),
            &cpu::gradient(&scene, scale),
        )?;
    }
    Ok(())
}

fn write_png(folder: &ResultsFolder, name: &str, picture: &Picture) -> Result<(), CliError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(
            &picture.rgba,
            picture.width as u32,
            picture.height as u32,
            ExtendedColorType::Rgba8,
        )
        .map_err(|error| CliError::Encode {
            file: name.to_owned(),
            reason: error.to_string(),
        })?;
    folder.write(name, &bytes)
}

/// Beginnings of file names for images: their names without what file systems do not like, each once.
pub fn stems<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut stems: Vec<String> = Vec::new();
    for name in names {
        let plain: String = name
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || "-_.".contains(c) {
                    c
                } else {
                    '_'
                }
            })
            .collect();
        let mut stem = plain.trim_start_matches('.').to_owned();
        // Without regard to case, as some file systems are.
        while stem.is_empty() || stems.iter().any(|taken| taken.eq_ignore_ascii_case(&stem)) {
            stem.push('_');
        }
        stems.push(stem);
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::stems;

    #[test]
    fn names_become_file_names_and_stay_apart() {
        let names = ["a b", "a/b", "polyp-1", "..", "A_B"];
        assert_eq!(
            stems(names.into_iter()),
            ["a_b", "a_b_", "polyp-1", "_", "A_B__"]
        );
    }
}
