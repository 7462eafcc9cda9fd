//! A set as bytes, to be kept or handed to another worker, and back.
//!
//! Little-endian throughout: the mark `LSDS`, a version, how pixels are stored, the CRC-32 of all
//! that follows; name, size, channels, classes and samples. Texts and lists begin with their length.
//! Pixels are stored in 8 or 16 bits where that loses nothing, which for images it does not.

use crate::dataset::{Dataset, MAX_PIXELS, Sample, Size};

const MARK: &[u8; 4] = b"LSDS";
const VERSION: u16 = 1;
/// Mark, version, form of the pixels, CRC-32.
const HEADER: usize = 12;
/// The most channels; a set has seldom more than 4.
const MAX_CHANNELS: usize = 16;

/// Why bytes are no set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// They begin with something else.
    #[error("the bytes are no stored set of images; import the images again")]
    NotASet,
    /// They were written by a version that this one cannot read.
    #[error(
        "the set was stored in form {0}, but this version of Losscope reads form {VERSION}; import the images again"
    )]
    Version(u16),
    /// They are not what was written.
    #[error("the stored set is damaged; import the images again")]
    Damaged,
    /// They end too early, or hold what cannot be.
    #[error("the stored set is damaged: {0}; import the images again")]
    Impossible(&'static str),
}

/// How pixels are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bits8 = 1,
    Bits16 = 2,
    Float = 4,
}

impl Form {
    /// The smallest form that loses nothing.
    fn of(dataset: &Dataset) -> Self {
        let fits = |top: f32| {
            dataset
                .samples
                .iter()
                .flat_map(|sample| &sample.pixels)
                .all(|&value| {
                    (0.0..=1.0).contains(&value)
                        && ((value * top).round() / top).to_bits() == value.to_bits()
                })
        };
        if fits(255.0) {
            Self::Bits8
        } else if fits(65535.0) {
            Self::Bits16
        } else {
            Self::Float
        }
    }
}

impl Dataset {
    /// The whole set as bytes that [`from_bytes`](Self::from_bytes) reads. Nothing is lost.
    pub fn to_bytes(&self) -> Vec<u8> {
        let form = Form::of(self);
        let pixels: usize = self.samples.iter().map(|sample| sample.pixels.len()).sum();
        let labels: usize = self.samples.iter().map(|sample| sample.labels.len()).sum();
        let mut bytes = Vec::with_capacity(1024 + pixels * form as usize + labels);
        bytes.extend(MARK);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((form as u16).to_le_bytes());
        bytes.extend([0; 4]);
        text(&mut bytes, &self.name);
        for number in [
            self.size.depth,
            self.size.height,
            self.size.width,
            self.channels,
        ] {
            length(&mut bytes, number);
        }
        length(&mut bytes, self.classes.len());
        for class in &self.classes {
            text(&mut bytes, class);
        }
        length(&mut bytes, self.samples.len());
        for sample in &self.samples {
            text(&mut bytes, &sample.name);
            text(&mut bytes, &sample.source);
            match form {
                Form::Bits8 => {
                    bytes.extend(sample.pixels.iter().map(|v| (v * 255.0).round() as u8));
                }
                Form::Bits16 => {
                    let numbers = sample.pixels.iter().map(|v| (v * 65535.0).round() as u16);
                    bytes.extend(numbers.flat_map(u16::to_le_bytes));
                }
                Form::Float => bytes.extend(sample.pixels.iter().flat_map(|v| v.to_le_bytes())),
            }
            bytes.extend(&sample.labels);
        }
        let sum = crc32fast::hash(&bytes[HEADER..]);
        bytes[8..HEADER].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote. Never takes much more memory than the set
    /// itself, whatever the bytes claim.
    ///
    /// # Errors
    /// Where the bytes are no set, of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StorageError> {
        if !bytes.starts_with(MARK) {
            return Err(StorageError::NotASet);
        }
        let mut reader = Reader { bytes, at: 4 };
        let version = u16::from_le_bytes(reader.array()?);
        if version != VERSION {
            return Err(StorageError::Version(version));
        }
        let form = match u16::from_le_bytes(reader.array()?) {
            1 => Form::Bits8,
            2 => Form::Bits16,
            4 => Form::Float,
            _ => return Err(StorageError::Impossible("its pixels have no known form")),
        };
        let sum = u32::from_le_bytes(reader.array()?);
        if crc32fast::hash(&bytes[HEADER..]) != sum {
            return Err(StorageError::Damaged);
        }
        let name = reader.text()?;
        let [depth, height, width, channels] = [
            reader.length()?,
            reader.length()?,
            reader.length()?,
            reader.length()?,
        ];
        let plane = depth.checked_mul(height).and_then(|p| p.checked_mul(width));
        let Some(plane) = plane.filter(|&plane| (1..=MAX_PIXELS).contains(&plane)) else {
            return Err(StorageError::Impossible("its size cannot be"));
        };
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(StorageError::Impossible("its number of channels cannot be"));
        }
        let count = reader.length()?;
        if !(1..=256).contains(&count) {
            return Err(StorageError::Impossible("its number of classes cannot be"));
        }
        let classes = (0..count)
            .map(|_| reader.text())
            .collect::<Result<Vec<String>, _>>()?;
        let count = reader.length()?;
        if count.checked_mul(plane).is_none_or(|all| all > MAX_PIXELS) {
            return Err(StorageError::Impossible("it has too many samples"));
        }
        // Every sample is cut out of bytes that are there before memory is taken for it.
        let mut samples = Vec::new();
        for _ in 0..count {
            let (name, source) = (reader.text()?, reader.text()?);
            let stored = reader.take(plane * channels * form as usize)?;
            let pixels = match form {
                Form::Bits8 => stored.iter().map(|&v| f32::from(v) / 255.0).collect(),
                Form::Bits16 => {
                    let numbers = stored
                        .chunks_exact(2)
                        .map(|v| u16::from_le_bytes([v[0], v[1]]));
                    numbers.map(|v| f32::from(v) / 65535.0).collect()
                }
                Form::Float => stored
                    .chunks_exact(4)
                    .map(|v| f32::from_le_bytes([v[0], v[1], v[2], v[3]]))
                    .collect(),
            };
            let labels = reader.take(plane)?.to_vec();
            if labels
                .iter()
                .any(|&label| usize::from(label) >= classes.len())
            {
                return Err(StorageError::Impossible("a label has no class"));
            }
            samples.push(Sample {
                name,
                source,
                pixels,
                labels,
            });
        }
        if reader.at != bytes.len() {
            return Err(StorageError::Impossible("more follows after its end"));
        }
        Ok(Self {
            name,
            size: Size {
                depth,
                height,
                width,
            },
            channels,
            classes,
            samples,
        })
    }
}

fn length(bytes: &mut Vec<u8>, number: usize) {
    // A set has far fewer than 2³² of anything.
    bytes.extend((number as u32).to_le_bytes());
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    length(bytes, text.len());
    bytes.extend(text.as_bytes());
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], StorageError> {
        let end = self.at.checked_add(length);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or(StorageError::Impossible("it ends too early"))?;
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StorageError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn length(&mut self) -> Result<usize, StorageError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn text(&mut self) -> Result<String, StorageError> {
        let length = self.length()?;
        let bytes = self.take(length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| StorageError::Impossible("a name is no text"))
    }
}
