//! Weights as safetensors files: names are paths in the network, layouts are PyTorch's
//! (convolutions `[out, in, h, w]`, transposed ones `[in, out, h, w]`; for volumes `[…, d, h, w]`).

use std::collections::HashMap;

use losscope_kernels::architecture::{Architecture, Kind, Layer, Size};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{NetworkConfig, NetworkError};

/// Where a file's metadata say what it belongs to.
const ABOUT: &str = "losscope";

/// What a network is for, and how it came to be: with it, a weights file alone is a net that can be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Version of Losscope.
    pub version: String,
    /// Size and kind of the network.
    pub network: NetworkConfig,
    /// 1 (grey) or 3 (colour).
    pub channels: usize,
    /// Names of the classes, background first.
    pub classes: Vec<String>,
    /// Planes, rows and columns of what it was trained on; images have one plane.
    pub size: [usize; 3],
    /// The loss it was trained under, as in experiments.
    pub loss: serde_json::Value,
    /// Steps it was trained for.
    pub step: usize,
}

impl About {
    /// The network for images or volumes of a size.
    ///
    /// # Errors
    /// When there is no such network for that size.
    pub fn architecture(&self, size: [usize; 3]) -> Result<Architecture, NetworkError> {
        let [depth, height, width] = size;
        let size = Size {
            planes: (depth > 1).then_some(depth),
            height,
            width,
        };
        self.network
            .architecture(self.channels, self.classes.len(), size)
    }
}

/// Why weights could not be written or read.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// They do not make a safetensors file, or the file is none.
    #[error("this is no safetensors file of weights: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// It says nothing of its network, or what it says cannot be read.
    #[error(
        "this weights file does not say what network it belongs to ({0}): use one that Losscope wrote"
    )]
    About(String),
    /// It was written by another version, and cannot be read.
    #[error(
        "this weights file was written by Losscope {written}, and this is Losscope {reads}, which does not understand what \
         it says of its network ({reason}): use the version that wrote it"
    )]
    Version {
        /// The version that wrote it.
        written: String,
        /// The version that reads it.
        reads: &'static str,
        /// What is not understood.
        reason: String,
    },
    /// A tensor is missing.
    #[error(
        "the weights file has no tensor {0}: it belongs to a network of another depth or normalisation"
    )]
    Missing(String),
    /// A tensor has another shape or type.
    #[error(
        "{name} is {found} in the weights file, but F32 {expected:?} in this network: the two have other sizes"
    )]
    Shape {
        /// The tensor.
        name: String,
        /// What the file has.
        found: String,
        /// What the network has.
        expected: Vec<usize>,
    },
}

/// Positions in a file's tensor, in the order of the parameters: `[taps, in, out]`.
fn positions(layer: &Layer, transposed: bool) -> impl Iterator<Item = usize> + '_ {
    let (taps, input, output) = (layer.taps(), layer.input, layer.output);
    (0..taps).flat_map(move |tap| {
        (0..input).flat_map(move |i| {
            (0..output).map(move |o| {
                let channels = if transposed {
                    i * output + o
                } else {
                    o * input + i
                };
                channels * taps + tap
            })
        })
    })
}

/// A file's tensor as parameters of a layer.
pub(crate) fn from_pytorch(layer: &Layer, transposed: bool, file: &[f32], parameters: &mut [f32]) {
    for (parameter, position) in parameters.iter_mut().zip(positions(layer, transposed)) {
        *parameter = file[position];
    }
}

fn to_pytorch(layer: &Layer, transposed: bool, parameters: &[f32]) -> Vec<f32> {
    let mut file = vec![0.0; parameters.len()];
    for (&parameter, position) in parameters.iter().zip(positions(layer, transposed)) {
        file[position] = parameter;
    }
    file
}

/// Name, shape and parameters of each tensor of a layer.
fn tensors(layer: &Layer) -> Vec<(String, Vec<usize>, std::ops::Range<usize>)> {
    let (side, name) = (layer.kernel(), &layer.name);
    let channels = match layer.kind {
        Kind::Up2x2 => [layer.input, layer.output],
        Kind::Conv3x3 | Kind::Head => [layer.output, layer.input],
    };
    let mut shape = channels.to_vec();
    if layer.volumetric {
        shape.push(side);
    }
    shape.extend([side, side]);
    let mut tensors = vec![
        (format!("{name}.weight"), shape, layer.weight.clone()),
        (
            format!("{name}.bias"),
            vec![layer.output],
            layer.bias.clone(),
        ),
    ];
    if let Some((scale, shift)) = layer.norm.clone() {
        let norm = format!("{name}_norm");
        tensors.push((format!("{norm}.gamma"), vec![layer.output], scale));
        tensors.push((format!("{norm}.beta"), vec![layer.output], shift));
    }
    tensors
}

/// The bytes of a safetensors file with every parameter as F32, and what it is about in its metadata.
///
/// # Errors
/// When the parameters are not those of the architecture.
pub fn to_safetensors(
    architecture: &Architecture,
    parameters: &[f32],
    about: &About,
) -> Result<Vec<u8>, WeightsError> {
    let layout = architecture.layout();
    let mut entries = Vec::new();
    for layer in layout.layers() {
        for (name, shape, range) in tensors(layer) {
            let values = match shape.len() {
                1 => parameters[range].to_vec(),
                _ => to_pytorch(layer, layer.kind == Kind::Up2x2, &parameters[range]),
            };
            let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
            entries.push((name, shape, bytes));
        }
    }
    let views = entries
        .iter()
        .map(|(name, shape, bytes)| {
            Ok((
                name.as_str(),
                TensorView::new(Dtype::F32, shape.clone(), bytes)?,
            ))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    let about =
        serde_json::to_string(about).map_err(|error| WeightsError::About(error.to_string()))?;
    // One entry only: of several, the order would be another every time.
    let metadata = HashMap::from([(ABOUT.into(), about)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// What the weights of a file belong to.
///
/// # Errors
/// When it is no safetensors file, or none that Losscope wrote.
pub fn about(bytes: &[u8]) -> Result<About, WeightsError> {
    let (_, file) = SafeTensors::read_metadata(bytes)?;
    let text = file.metadata().as_ref().and_then(|all| all.get(ABOUT));
    let text = text.ok_or_else(|| WeightsError::About("no metadata".into()))?;
    serde_json::from_str(text).map_err(|error| {
        let all: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let written = all.and_then(|all| Some(all.get("version")?.as_str()?.to_owned()));
        let (reads, reason) = (env!("CARGO_PKG_VERSION"), error.to_string());
        match written.filter(|written| written != reads) {
            Some(written) => WeightsError::Version {
                written,
                reads,
                reason,
            },
            None => WeightsError::About(reason),
        }
    })
}

/// Parameters of a network from numbers one behind the other: of each layer, in the order in which they are
/// passed through, the tensors of a weights file in PyTorch's layout: weight, bias, and those of its
/// normalisation. `None` when there are too few or too many.
pub fn from_flat(architecture: &Architecture, numbers: &[f32]) -> Option<Vec<f32>> {
    let layout = architecture.layout();
    if numbers.len() != layout.len {
        return None;
    }
    // Layers lie in the same order in both.
    let mut parameters = numbers.to_vec();
    for layer in layout.layers() {
        let range = layer.weight.clone();
        let transposed = layer.kind == Kind::Up2x2;
        from_pytorch(
            layer,
            transposed,
            &numbers[range.clone()],
            &mut parameters[range],
        );
    }
    Some(parameters)
}

/// Parameters of a network from the bytes of a safetensors file, as [`to_safetensors`] writes it.
///
/// # Errors
/// When it is no such file, or belongs to another network.
pub fn from_safetensors(
    architecture: &Architecture,
    bytes: &[u8],
) -> Result<Vec<f32>, WeightsError> {
    let file = SafeTensors::deserialize(bytes)?;
    let layout = architecture.layout();
    let mut parameters = vec![0.0; layout.len];
    for layer in layout.layers() {
        for (name, shape, range) in tensors(layer) {
            let Ok(view) = file.tensor(&name) else {
                return Err(WeightsError::Missing(name));
            };
            if view.dtype() != Dtype::F32 || view.shape() != shape {
                return Err(WeightsError::Shape {
                    name,
                    found: format!("{:?} {:?}", view.dtype(), view.shape()),
                    expected: shape,
                });
            }
            let values: Vec<f32> = view
                .data()
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect();
            match shape.len() {
                1 => parameters[range].copy_from_slice(&values),
                _ => from_pytorch(
                    layer,
                    layer.kind == Kind::Up2x2,
                    &values,
                    &mut parameters[range],
                ),
            }
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NetworkConfig, Norm, initial_parameters};

    fn nothing() -> About {
        About {
            version: "0".into(),
            network: NetworkConfig::default(),
            channels: 3,
            classes: vec!["background".into(), "lesion".into()],
            size: [1, 16, 16],
            loss: serde_json::json!({ "kind": "ce" }),
            step: 5,
        }
    }

    #[test]
    fn a_file_says_what_it_is_about() {
        let architecture = nothing().architecture([1, 16, 16]).unwrap();
        let parameters = initial_parameters(&architecture, 3);
        let file = to_safetensors(&architecture, &parameters, &nothing()).unwrap();
        assert_eq!(about(&file).unwrap(), nothing());
        let none = safetensors::serialize(Vec::<(&str, TensorView<'_>)>::new(), None).unwrap();
        let error = about(&none).unwrap_err().to_string();
        assert!(error.contains("does not say what network"), "{error}");
        assert!(about(b"no file at all").is_err());
        let later = r#"{"version": "99.0", "network": {"dims": 2, "attention": true}}"#;
        let metadata = HashMap::from([(ABOUT.to_owned(), later.to_owned())]);
        let none = Vec::<(&str, TensorView<'_>)>::new();
        let file = safetensors::serialize(none, Some(metadata)).unwrap();
        let error = about(&file).unwrap_err().to_string();
        assert!(error.contains("written by Losscope 99.0"), "{error}");
    }

    #[test]
    fn a_file_gives_back_what_was_written() {
        let config = NetworkConfig {
            base_channels: 4,
            depth: 2,
            norm: Norm::Group,
            ..Default::default()
        };
        let architecture = config.architecture(3, 2, (16, 16)).unwrap();
        let parameters = initial_parameters(&architecture, 3);
        let file = to_safetensors(&architecture, &parameters, &nothing()).unwrap();
        assert_eq!(from_safetensors(&architecture, &file).unwrap(), parameters);
    }

    #[test]
    fn a_volumes_weights_have_pytorchs_shapes() {
        let config = NetworkConfig {
            dims: 3,
            base_channels: 4,
            depth: 1,
            ..Default::default()
        };
        let size = losscope_kernels::architecture::Size {
            planes: Some(4),
            height: 8,
            width: 8,
        };
        let architecture = config.architecture(1, 3, size).unwrap();
        let parameters = initial_parameters(&architecture, 3);
        let file = to_safetensors(&architecture, &parameters, &nothing()).unwrap();
        assert_eq!(from_safetensors(&architecture, &file).unwrap(), parameters);
        let tensors = SafeTensors::deserialize(&file).unwrap();
        let layout = architecture.layout();
        for (name, shape) in [
            ("encoder.0.first.weight", [4, 1, 3, 3, 3]),
            ("bottleneck.first.weight", [8, 4, 3, 3, 3]),
            ("upsampling.0.weight", [8, 4, 2, 2, 2]),
            ("head.weight", [3, 4, 1, 1, 1]),
        ] {
            assert_eq!(tensors.tensor(name).unwrap().shape(), shape, "{name}");
        }
        // The second plane, first row, third column; from the fourth channel to the third.
        let layer = &layout.encoder[0][1];
        let own = parameters[layer.weight.start + ((9 + 2) * 4 + 3) * 4 + 2];
        let bytes = tensors.tensor("encoder.0.second.weight").unwrap();
        let at = 4 * ((2 * 4 + 3) * 27 + 9 + 2);
        assert_eq!(bytes.data()[at..at + 4], own.to_le_bytes());
    }

    #[test]
    fn weights_of_another_network_are_refused_by_name() {
        let config = NetworkConfig {
            base_channels: 4,
            depth: 1,
            ..Default::default()
        };
        let small = config.architecture(1, 2, (16, 16)).unwrap();
        let file = to_safetensors(&small, &initial_parameters(&small, 3), &nothing()).unwrap();
        let wider = config.architecture(3, 2, (16, 16)).unwrap();
        let error = from_safetensors(&wider, &file).unwrap_err().to_string();
        assert!(error.contains("encoder.0.first.weight"), "{error}");
        let deeper = NetworkConfig { depth: 2, ..config };
        let deeper = deeper.architecture(1, 2, (16, 16)).unwrap();
        let error = from_safetensors(&deeper, &file).unwrap_err().to_string();
        assert!(error.contains("encoder.1.first.weight"), "{error}");
    }
}
