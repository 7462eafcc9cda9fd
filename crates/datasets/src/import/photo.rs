//! One image as it came, with its mask where there is one: for networks that were trained before.

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Rgb32FImage};

use super::decode::{Decoded, decode};
use super::fit::image_values;
use super::grid::Grid;
use super::limits::{Limits, megabytes};
use super::mask::{Mask, is_colour};
use super::options::Intensity;
use super::report::{ImportError, PlannedPair, Rejection};
use super::sample::{Context, Names, displayable, range, read_masks, stretched, whole};
use super::values::{Key, Values};
use super::{ImportOptions, volume};
use crate::Size;

/// A decoded image in its own size.
#[derive(Debug)]
pub struct Photo {
    path: String,
    pixels: DynamicImage,
    range: (f32, f32),
    mask: Option<(Mask, Values)>,
}

impl Photo {
    /// Decodes a file of any kind that is imported: a usual image, turned as its camera was held, or
    /// a single slice of numbers.
    ///
    /// # Errors
    /// Where it cannot be decoded, is too large, or is a volume.
    pub fn read(path: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Self, ImportError> {
        let unusable = |reason: String| ImportError::Unusable {
            path: path.to_owned(),
            reason,
        };
        if bytes.len() > limits.file_bytes {
            return Err(unusable(format!(
                "The file has {}, more than the {} that one file may have. Make it smaller.",
                megabytes(bytes.len()),
                megabytes(limits.file_bytes)
            )));
        }
        let (pixels, range) = match decode(bytes, limits).map_err(unusable)? {
            Decoded::Picture { pixels, .. } => {
                let range = range(&pixels, Intensity::Auto);
                (pixels, range)
            }
            Decoded::Grid(grid) => {
                // Values of a slice are in 0..=1 already.
                (slice(&grid).map_err(unusable)?, (0.0, 1.0))
            }
        };
        Ok(Self {
            path: path.to_owned(),
            pixels,
            range,
            mask: None,
        })
    }

    /// A sample of a set: values `[channels, height, width]` in 0..=1, and classes `[height, width]`. Nothing of
    /// either is changed where a network takes that size.
    ///
    /// # Errors
    /// Where there are more or fewer values than pixels, or neither one channel nor three.
    pub fn from_sample(
        name: &str,
        (channels, height, width): (usize, usize, usize),
        values: &[f32],
        labels: Vec<u8>,
    ) -> Result<Self, ImportError> {
        let size = Size::image(height, width);
        let pixels = size.pixels();
        let fits = matches!(channels, 1 | 3) && values.len() == channels * pixels;
        if !fits || labels.len() != pixels {
            return Err(ImportError::Unusable {
                path: name.to_owned(),
                reason: format!(
                    "It has {} values and {} labels, which do not fit {channels} channels of {width}×{height} pixels.",
                    values.len(),
                    labels.len()
                ),
            });
        }
        let plane = |channel: usize| channel.min(channels - 1) * pixels;
        let interleaved = (0..pixels).flat_map(|at| [0, 1, 2].map(|c| values[plane(c) + at]));
        let picture =
            Rgb32FImage::from_raw(width as u32, height as u32, interleaved.collect::<Vec<_>>());
        let mut table = Values::new();
        let classes = labels.iter().copied().max().unwrap_or(0);
        let places: Vec<u8> = (0..=classes)
            .map(|class| table.intern(Key::Number(i64::from(class)), class))
            .collect();
        let labels = labels.iter().map(|&class| places[usize::from(class)]);
        let mask = Mask {
            size,
            labels: labels.collect(),
        };
        table.count(&mask.labels);
        Ok(Self {
            path: name.to_owned(),
            pixels: DynamicImage::ImageRgb32F(picture.unwrap_or_default()),
            range: (0.0, 1.0),
            mask: Some((mask, table)),
        })
    }

    /// Takes the masks that go with it, of which each may hold a part of the foreground.
    ///
    /// # Errors
    /// Where one cannot be decoded, or has another size than the image.
    pub fn set_masks(
        &mut self,
        masks: Vec<(String, Vec<u8>)>,
        limits: &Limits,
    ) -> Result<(), ImportError> {
        let (paths, files): (Vec<String>, Vec<Vec<u8>>) = masks.into_iter().unzip();
        let pair = PlannedPair {
            images: vec![self.path.clone()],
            masks: paths,
            source: String::new(),
            by_hand: true,
        };
        let mut context = Context {
            options: ImportOptions::new(super::SIZE_RANGE.start().to_owned(), super::Fit::Resize),
            limits: *limits,
            layout: None,
            names: Names::default(),
            values: Values::new(),
        };
        let mask = read_masks(&pair, files, self.size(), None, &mut context);
        let mask = mask.map_err(|rejections| {
            let Rejection { path, reason } = rejections.into_iter().next().unwrap_or(Rejection {
                path: self.path.clone(),
                reason: String::new(),
            });
            ImportError::Unusable { path, reason }
        })?;
        self.mask = Some((mask, context.values));
        Ok(())
    }

    /// Its size in pixels.
    pub fn size(&self) -> Size {
        Size::image(self.pixels.height() as usize, self.pixels.width() as usize)
    }

    /// Whether any pixel has a colour.
    pub fn is_colour(&self) -> bool {
        is_colour(&self.pixels)
    }

    /// As a sample of this size, `[channels, height, width]` in 0..=1, made as imports make theirs. A network of
    /// one channel gets colours as grey.
    pub fn values(&self, channels: usize, height: usize, width: usize) -> Vec<f32> {
        let colour = channels == 3;
        let side = [height, width];
        let mut values = match !colour && self.is_colour() {
            true => image_values(&self.pixels.grayscale(), whole(self.size()), side, colour),
            false => image_values(&self.pixels, whole(self.size()), side, colour),
        };
        for value in &mut values {
            *value = stretched(*value, self.range);
        }
        values
    }

    /// To be looked at: width, height and four bytes a pixel (red, green, blue, opacity), made
    /// smaller where it has more than so many pixels.
    pub fn shown(&self, pixels: usize) -> (usize, usize, Vec<u8>) {
        let Size { height, width, .. } = self.size();
        let scale = (pixels as f64 / self.size().pixels() as f64)
            .sqrt()
            .min(1.0);
        let shrunk = |side: usize| ((side as f64 * scale) as usize).max(1);
        let small = (shrunk(width), shrunk(height));
        // First smaller: stretching takes twelve bytes a pixel.
        let sized = match small == (width, height) {
            true => None,
            false => Some(self.pixels.resize_exact(
                small.0 as u32,
                small.1 as u32,
                FilterType::Triangle,
            )),
        };
        let sized = sized.as_ref().unwrap_or(&self.pixels);
        let rgba = displayable(sized, self.range, u32::MAX).to_rgba8();
        (small.0, small.1, rgba.into_raw())
    }

    /// Class indices of its mask, `[height, width]`, for a network of so many classes; nothing where
    /// no mask was given. Of two classes, what is foreground follows the rules of [`import`](super); of more, the
    /// mask's numbers are those of the classes, or greys as far apart as they go.
    ///
    /// # Errors
    /// Where a value is none of the classes.
    pub fn labels(&self, classes: usize) -> Result<Option<Vec<u8>>, ImportError> {
        let Some((mask, values)) = &self.mask else {
            return Ok(None);
        };
        let table = match classes {
            0..=2 => values.classes(None),
            _ => values
                .numbered(classes)
                .map_err(|value| ImportError::Unusable {
                    path: self.path.clone(),
                    reason: format!(
                        "Its mask has the value {value}, which is none of the network's {classes} classes: give a mask \
                         of the numbers 0 to {}.",
                        classes - 1
                    ),
                })?,
        };
        let most = classes.saturating_sub(1) as u8;
        let labels = mask.labels.iter();
        Ok(Some(
            labels
                .map(|&label| table[usize::from(label)].min(most))
                .collect(),
        ))
    }

    /// Whether it has a mask.
    pub fn has_mask(&self) -> bool {
        self.mask.is_some()
    }
}

/// Greys `[height, width]` as a PNG file of 8 bits.
///
/// # Errors
/// Where there are more or fewer values than pixels, or memory has run out.
pub fn grey_png(width: usize, height: usize, values: Vec<u8>) -> Result<Vec<u8>, ImportError> {
    let failed = |reason: &str| ImportError::Unusable {
        path: "The PNG".to_owned(),
        reason: format!("It cannot be made: {reason}."),
    };
    let picture: GrayImage = ImageBuffer::from_raw(width as u32, height as u32, values)
        .ok_or_else(|| failed("its size and its number of values do not fit each other"))?;
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|error| failed(&error.to_string()))?;
    Ok(bytes.into_inner())
}

/// A slice of numbers as an image, stretched as imports do it.
fn slice(grid: &Grid) -> Result<DynamicImage, String> {
    let Size {
        depth,
        height,
        width,
    } = grid.size();
    let channels = grid.channels();
    if depth > 1 || !matches!(channels, 1 | 3) {
        return Err(format!(
            "It is a volume or an array of {depth} slices and {channels} channels, and networks for images take one slice of \
             1 or 3. Save a slice of it as PNG.",
        ));
    }
    let mut values = vec![0.0_f32; 3 * height * width];
    let mut plane = Vec::new();
    for channel in 0..channels {
        let (low, high) = volume::range(grid, channel, Intensity::Auto, None);
        grid.plane(channel, 0, &mut plane);
        for (pixel, &value) in values.chunks_exact_mut(3).zip(&plane) {
            let share = volume::share(value, (low, high), grid.inverted);
            match channels {
                1 => pixel.fill(share),
                _ => pixel[channel] = share,
            }
        }
    }
    Rgb32FImage::from_raw(width as u32, height as u32, values)
        .map(DynamicImage::ImageRgb32F)
        .ok_or_else(|| "It is too large for this machine's memory. Make it smaller.".to_owned())
}
