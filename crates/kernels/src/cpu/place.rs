//! Where an image lies in a buffer.

use crate::architecture::Size;

/// Where the pixels of an image `[D, H, W, C]` lie: channels one behind the other; planes, rows and pixels with
/// strides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Position of the first channel of the first pixel.
    pub offset: usize,
    /// From one plane to the next.
    pub plane: usize,
    /// From one row to the next.
    pub row: usize,
    /// From one pixel to the next.
    pub pixel: usize,
}

impl Place {
    /// Without gaps.
    pub fn dense(size: Size, channels: usize) -> Self {
        let row = size.width * channels;
        Self {
            offset: 0,
            plane: size.height * row,
            row,
            pixel: channels,
        }
    }

    /// With one pixel around, which stays zero, so that a 3×3 kernel needs no special case at a border; around a
    /// volume with a plane of them before it and one behind.
    pub fn padded(size: Size, channels: usize) -> Self {
        let row = (size.width + 2) * channels;
        let plane = (size.height + 2) * row;
        let before = size.planes.map_or(0, |_| plane);
        Self {
            offset: before + row + channels,
            plane,
            row,
            pixel: channels,
        }
    }

    /// Length of a buffer that holds an image with a pixel around.
    pub fn padded_len(size: Size, channels: usize) -> usize {
        let planes = size.planes.map_or(1, |planes| planes + 2);
        planes * (size.height + 2) * (size.width + 2) * channels
    }

    /// The same image's channels from `channel` on.
    pub fn from_channel(self, channel: usize) -> Self {
        Self {
            offset: self.offset + channel,
            ..self
        }
    }

    /// The same image from a row of a plane on.
    pub fn from_row(self, z: usize, y: usize) -> Self {
        Self {
            offset: self.at(z, y, 0),
            ..self
        }
    }

    /// Position of a pixel's first channel.
    #[inline(always)]
    pub fn at(&self, z: usize, y: usize, x: usize) -> usize {
        self.offset + z * self.plane + y * self.row + x * self.pixel
    }

    /// Position of the first pixel of a row, counted through all planes.
    #[inline(always)]
    pub fn at_row(&self, size: Size, row: usize) -> usize {
        self.at(row / size.height, row % size.height, 0)
    }
}
