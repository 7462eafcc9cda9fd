//! Where an image lies in a buffer.

/// Where the pixels of an image `[H, W, C]` lie: channels one behind the other, rows and pixels with strides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Position of the first channel of the first pixel.
    pub offset: usize,
    /// From one row to the next.
    pub row: usize,
    /// From one pixel to the next.
    pub pixel: usize,
}

impl Place {
    /// Without gaps.
    pub fn dense(width: usize, channels: usize) -> Self {
        Self {
            offset: 0,
            row: width * channels,
            pixel: channels,
        }
    }

    /// With one pixel around, which stays zero, so that a 3×3 kernel needs no special case at a border.
    pub fn padded(width: usize, channels: usize) -> Self {
        let row = (width + 2) * channels;
        Self {
            offset: row + channels,
            row,
            pixel: channels,
        }
    }

    /// Length of a buffer that holds an image with a pixel around.
    pub fn padded_len(height: usize, width: usize, channels: usize) -> usize {
        (height + 2) * (width + 2) * channels
    }

    /// The same image's channels from `channel` on.
    pub fn from_channel(self, channel: usize) -> Self {
        Self {
            offset: self.offset + channel,
            ..self
        }
    }

    /// The same image from row `y` on.
    pub fn from_row(self, y: usize) -> Self {
        Self {
            offset: self.offset + y * self.row,
            ..self
        }
    }

    /// Position of a pixel's first channel.
    #[inline(always)]
    pub fn at(&self, y: usize, x: usize) -> usize {
        self.offset + y * self.row + x * self.pixel
    }
}
