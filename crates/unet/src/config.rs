//! Size and kind of a network.

use losscope_kernels::architecture::{self, Architecture, Size};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Normalisation behind each 3×3 convolution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Norm {
    /// None.
    None,
    /// Instance normalisation, as in the paper.
    #[default]
    Instance,
    /// Group normalisation with four channels a group.
    Group,
}

/// How the decoder doubles an image's size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Upsampling {
    /// A transposed 2×2 (in volumes 2×2×2) convolution of stride 2, as in the paper.
    #[default]
    Transposed,
    /// Each pixel four times, in volumes eight times.
    Nearest,
}

/// Size and kind of a U-Net.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NetworkConfig {
    /// Spatial dimensions: 2 for images, 3 for volumes.
    pub dims: usize,
    /// Channels of the first level; each level down has twice as many. 1 to 64, a multiple of 4 for group
    /// normalisation.
    pub base_channels: usize,
    /// How often the image is halved, 1 to 5.
    pub depth: usize,
    /// Normalisation.
    pub norm: Norm,
    /// How the decoder doubles an image's size.
    pub upsampling: Upsampling,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            dims: 2,
            base_channels: 8,
            depth: 3,
            norm: Norm::Instance,
            upsampling: Upsampling::Transposed,
        }
    }
}

/// Why there is no such network.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// Another number of spatial dimensions.
    #[error("network.dims is {0}, but must be 2 for images or 3 for volumes")]
    Dims(usize),
    /// A network for images, and volumes.
    #[error("network.dims is 2, but the data are volumes of {0} voxels: set it to 3")]
    Volumes(Size),
    /// A network for volumes, and images.
    #[error("network.dims is 3, but the data are images of {0} pixels: set it to 2")]
    Images(Size),
    /// A network for volumes, and a GPU.
    #[error("volumes train on the CPU backend: choose it, or set network.dims to 2")]
    VolumesOnGpu,
    /// Too few or too many channels.
    #[error("network.base_channels is {0}, but must be from 1 to 64")]
    BaseChannels(usize),
    /// Group normalisation needs groups.
    #[error("network.base_channels is {0}, but group normalisation needs a multiple of 4")]
    Groups(usize),
    /// Too shallow or too deep.
    #[error("network.depth is {0}, but must be from 1 to 5")]
    Depth(usize),
    /// The image cannot be halved that often.
    #[error(
        "images of {size} pixels cannot be halved {depth} times: lower network.depth, or choose a size \
         that {} divides", 1usize << depth
    )]
    ImageSize {
        /// Their size.
        size: Size,
        /// How often it should be halved.
        depth: usize,
    },
}

impl NetworkConfig {
    /// Checks the ranges above, and that images of this size fit.
    ///
    /// # Errors
    /// Says which value is wrong, and its range.
    pub fn validate(&self, size: Size) -> Result<(), NetworkError> {
        let &Self {
            dims,
            base_channels,
            depth,
            norm,
            upsampling: _,
        } = self;
        match (dims, size.planes) {
            (2, None) | (3, Some(_)) => {}
            (2, Some(_)) => return Err(NetworkError::Volumes(size)),
            (3, None) => return Err(NetworkError::Images(size)),
            _ => return Err(NetworkError::Dims(dims)),
        }
        if !(1..=64).contains(&base_channels) {
            return Err(NetworkError::BaseChannels(base_channels));
        }
        if norm == Norm::Group && !base_channels.is_multiple_of(4) {
            return Err(NetworkError::Groups(base_channels));
        }
        if !(1..=5).contains(&depth) {
            return Err(NetworkError::Depth(depth));
        }
        // At least two rows and columns must be left at the bottom: one pixel alone has no variance to normalise
        // by.
        let fits = |side: usize, least| side.is_multiple_of(1 << depth) && side >> depth >= least;
        if !fits(size.height, 2) || !fits(size.width, 2) || !size.planes.is_none_or(|d| fits(d, 1))
        {
            return Err(NetworkError::ImageSize { size, depth });
        }
        Ok(())
    }

    /// The network for images or volumes of `channels` channels and `size`.
    ///
    /// # Errors
    /// As [`NetworkConfig::validate`].
    pub fn architecture(
        &self,
        channels: usize,
        classes: usize,
        size: impl Into<Size>,
    ) -> Result<Architecture, NetworkError> {
        let size = size.into();
        self.validate(size)?;
        Ok(Architecture {
            channels,
            classes,
            base: self.base_channels,
            depth: self.depth,
            group: match self.norm {
                Norm::None => None,
                Norm::Instance => Some(1),
                Norm::Group => Some(4),
            },
            upsampling: match self.upsampling {
                Upsampling::Transposed => architecture::Upsampling::Transposed,
                Upsampling::Nearest => architecture::Upsampling::Nearest,
            },
            planes: size.planes,
            height: size.height,
            width: size.width,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_volumes_need_networks_of_their_own() {
        let image = Size::from((16, 16));
        let volume = Size {
            planes: Some(8),
            ..image
        };
        let config = |dims| NetworkConfig {
            dims,
            ..Default::default()
        };
        config(2).validate(image).unwrap();
        config(3).validate(volume).unwrap();
        for (dims, size, named) in [
            (2, volume, "volumes of 8×16×16 voxels: set it to 3"),
            (3, image, "images of 16×16 pixels: set it to 2"),
            (4, volume, "network.dims is 4"),
        ] {
            let error = config(dims).validate(size).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
        let flat = Size {
            planes: Some(12),
            ..image
        };
        let error = config(3).validate(flat).unwrap_err().to_string();
        assert!(error.contains("12×16×16"), "{error}");
    }
}
