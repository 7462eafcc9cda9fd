//! The size of what is trained on, and how much work a step of it is.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result, ensure};
use serde::Serialize;

/// The network's convolutions: inputs, outputs, side of the kernel, and how often the image has been
/// halved. They are those of `www/bench/src/problem/network.ts`.
const CONVOLUTIONS: [(u64, u64, u64, u32); 11] = [
    (1, 8, 3, 0),
    (8, 8, 3, 0),
    (8, 16, 3, 1),
    (16, 16, 3, 1),
    (16, 32, 3, 2),
    (32, 32, 3, 2),
    (48, 16, 3, 1),
    (16, 16, 3, 1),
    (24, 8, 3, 0),
    (8, 8, 3, 0),
    (8, 1, 1, 0),
];

/// Images of `size` × `size` pixels, `batch` at a time; written `64x4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Case {
    pub(crate) size: u32,
    pub(crate) batch: u32,
}

impl Case {
    /// Floating-point operations of one training step, by the usual convention: a multiplication and
    /// an addition are two, only convolutions count, and the backward pass is twice the forward pass.
    pub(crate) fn flops_per_step(self) -> u64 {
        let forward: u64 = CONVOLUTIONS
            .iter()
            .map(|&(inputs, outputs, kernel, halvings)| {
                let side = u64::from(self.size >> halvings);
                2 * inputs * outputs * kernel * kernel * side * side
            })
            .sum();
        3 * u64::from(self.batch) * forward
    }
}

impl FromStr for Case {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let form = "a case is the images' side and how many are in a batch, such as 64x4";
        let (size, batch) = text.split_once('x').context(form)?;
        let (size, batch): (u32, u32) = (size.parse().context(form)?, batch.parse().context(form)?);
        ensure!(
            size.is_multiple_of(4) && (4..=1024).contains(&size),
            "the side must be a multiple of 4, at most 1024"
        );
        ensure!((1..=1024).contains(&batch), "a batch has 1 to 1024 images");
        Ok(Self { size, batch })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}x{}", self.size, self.batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_as_it_is_written() {
        let case: Case = "64x8".parse().unwrap();
        assert_eq!(case, Case { size: 64, batch: 8 });
        assert_eq!(case.to_string(), "64x8");
        for wrong in ["64", "64x", "x4", "66x4", "0x4", "64x0", "64x-1"] {
            assert!(wrong.parse::<Case>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_work_is_that_of_the_layers_counted_by_hand() {
        // Multiplications a pixel: 648 and 8 + 2304 at full size, 3456 + 9216 at a quarter of the
        // pixels, 13,824 at a sixteenth.
        let a_pixel = 648 + 8 + 2304 + (3456 + 9216) / 4 + 13_824 / 16;
        let case = Case { size: 32, batch: 4 };
        assert_eq!(case.flops_per_step(), 3 * 2 * a_pixel * 4 * 32 * 32);
    }
}
