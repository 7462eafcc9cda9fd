//! Where each pixel of a changed picture comes from.

use fastnoise_lite::{FastNoiseLite, NoiseType};

use crate::Size;

/// Scaling and rotation about the middle, and an elastic shift.
pub(super) struct Warp {
    /// From offsets in the new picture to offsets in the old one.
    matrix: [[f32; 2]; 2],
    /// Root mean square length of the shift, as a share of the side.
    elastic: f32,
    fields: [FastNoiseLite; 2],
}

/// Bumps across a side.
const BUMPS: f32 = 3.0;

impl Warp {
    /// `rotation` in radians; `elastic` is the root mean square length of the shift, as a share of
    /// the side.
    pub(super) fn new(scale: f64, rotation: f64, elastic: f64, seed: i32) -> Self {
        let (sin, cos) = libm::sincos(rotation);
        let (sin, cos) = ((sin / scale) as f32, (cos / scale) as f32);
        let field = |seed| {
            let mut noise = FastNoiseLite::with_seed(seed);
            noise.set_noise_type(Some(NoiseType::OpenSimplex2));
            noise.set_frequency(Some(BUMPS / 2.0));
            noise
        };
        Self {
            matrix: [[cos, sin], [-sin, cos]],
            elastic: elastic as f32,
            fields: [field(seed), field(seed.wrapping_add(1))],
        }
    }

    /// For each pixel of a slice the place (column, row) that it comes from, within the slice.
    pub(super) fn places(&self, size: Size) -> Vec<[f32; 2]> {
        let middle = [
            (size.width as f32 - 1.0) / 2.0,
            (size.height as f32 - 1.0) / 2.0,
        ];
        let shifts = self.shifts(size);
        (0..size.height * size.width)
            .map(|at| {
                let (x, y) = ((at % size.width) as f32, (at / size.width) as f32);
                let offset = [x - middle[0], y - middle[1]];
                let mut place = [0.0; 2];
                for axis in 0..2 {
                    let [a, b] = self.matrix[axis];
                    place[axis] = middle[axis] + a * offset[0] + b * offset[1];
                    place[axis] += shifts.get(at).map_or(0.0, |shift| shift[axis]);
                }
                [
                    place[0].clamp(0.0, size.width as f32 - 1.0),
                    place[1].clamp(0.0, size.height as f32 - 1.0),
                ]
            })
            .collect()
    }
}

impl Warp {
    /// The elastic shift of each pixel of a slice, in pixels; nothing where there is none.
    fn shifts(&self, size: Size) -> Vec<[f32; 2]> {
        if self.elastic == 0.0 {
            return Vec::new();
        }
        let side = size.height.max(size.width) as f32;
        let mut shifts: Vec<[f32; 2]> = (0..size.height * size.width)
            .map(|at| {
                let x = (at % size.width) as f32 / side * 2.0;
                let y = (at / size.width) as f32 / side * 2.0;
                [0, 1].map(|axis: usize| self.fields[axis].get_noise_2d(x, y))
            })
            .collect();
        let squares: f32 = shifts.iter().map(|[x, y]| x * x + y * y).sum();
        let scale = self.elastic * side / (squares / shifts.len() as f32).sqrt().max(1e-6);
        for shift in &mut shifts {
            *shift = shift.map(|length| length * scale);
        }
        shifts
    }
}

/// The value at a place, out of the four pixels around it.
pub(super) fn linear(slice: &[f32], size: Size, [x, y]: [f32; 2]) -> f32 {
    let (left, above) = (x as usize, y as usize);
    let right = (left + 1).min(size.width - 1);
    let below = (above + 1).min(size.height - 1);
    let (across, down) = (x - left as f32, y - above as f32);
    let row = |row: usize| {
        let (a, b) = (
            slice[row * size.width + left],
            slice[row * size.width + right],
        );
        a + (b - a) * across
    };
    let (a, b) = (row(above), row(below));
    a + (b - a) * down
}

/// The class of the pixel that a place is in.
pub(super) fn nearest(slice: &[u8], size: Size, [x, y]: [f32; 2]) -> u8 {
    slice[(y + 0.5) as usize * size.width + (x + 0.5) as usize]
}
