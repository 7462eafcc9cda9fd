//! Size and kind of a network.

use losscope_kernels::architecture::{self, Architecture};
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
    /// A transposed 2×2 convolution of stride 2, as in the paper.
    #[default]
    Transposed,
    /// Each pixel four times.
    Nearest,
}

/// Size and kind of a U-Net.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NetworkConfig {
    /// Spatial dimensions; 2.
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
    #[error("network.dims is {0}, but only networks of 2 dimensions can be trained")]
    Dims(usize),
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
        "images of {height}×{width} pixels cannot be halved {depth} times: lower network.depth, or choose a size \
         that {} divides", 1usize << depth
    )]
    ImageSize {
        /// Height in pixels.
        height: usize,
        /// Width in pixels.
        width: usize,
        /// How often it should be halved.
        depth: usize,
    },
}

impl NetworkConfig {
    /// Checks the ranges above, and that images of this size fit.
    ///
    /// # Errors
    /// Says which value is wrong, and its range.
    pub fn validate(&self, height: usize, width: usize) -> Result<(), NetworkError> {
        let &Self {
            dims,
            base_channels,
            depth,
            norm,
            upsampling: _,
        } = self;
        if dims != 2 {
            return Err(NetworkError::Dims(dims));
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
        // At least two pixels must be left at the bottom: one alone has no variance to normalise by.
        let fits = |side: usize| side.is_multiple_of(1 << depth) && side >> depth >= 2;
        if !fits(height) || !fits(width) {
            return Err(NetworkError::ImageSize {
                height,
                width,
                depth,
            });
        }
        Ok(())
    }

    /// The network for images of `channels` channels and `size` (height, width) pixels.
    ///
    /// # Errors
    /// As [`NetworkConfig::validate`].
    pub fn architecture(
        &self,
        channels: usize,
        classes: usize,
        (height, width): (usize, usize),
    ) -> Result<Architecture, NetworkError> {
        self.validate(height, width)?;
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
            height,
            width,
        })
    }
}
