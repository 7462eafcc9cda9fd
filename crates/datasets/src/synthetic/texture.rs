//! The wall of the bowel: its colours, folds, vessels and fine relief.

use fastnoise_lite::{FastNoiseLite, FractalType, NoiseType};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// Red, green, blue.
pub(super) type Colour = [f32; 3];

/// Colours of healthy mucosa under a colonoscope's light: salmon, orange, mauve, tan.
const MUCOSA: [Colour; 4] = [
    [0.95, 0.60, 0.50],
    [0.94, 0.63, 0.38],
    [0.90, 0.59, 0.54],
    [0.85, 0.61, 0.46],
];

/// What the wall is at one point.
pub(super) struct Wall {
    /// Relief towards the camera, in the units of the frame.
    pub(super) height: f32,
    /// Light that reaches this depth of the tube, 0..=1.
    pub(super) light: f32,
    /// Share of it that the folds leave, 0..=1.
    pub(super) folds: f32,
    /// Colour under full light.
    pub(super) colour: Colour,
    /// How much of a vessel is here, 0..=1.
    pub(super) vessel: f32,
    /// Patchy fine noise, −1..=1: where the wet surface glints.
    pub(super) glint: f32,
}

/// The wall of one image.
pub(super) struct Mucosa {
    base: Colour,
    tint: Colour,
    lumen: [f32; 2],
    lumen_radius: f32,
    folds: f32,
    fold_rate: f32,
    vessel_strength: f32,
    texture: f32,
    broad: FastNoiseLite,
    middle: FastNoiseLite,
    vessels: FastNoiseLite,
    fine: FastNoiseLite,
}

impl Mucosa {
    /// A random wall, with relief no finer than images of `size` pixels can show.
    /// `texture` is the strength of relief, folds, vessels and glints; 1 as usual.
    pub(super) fn random(size: usize, texture: f32, rng: &mut ChaCha8Rng) -> Self {
        let (first, second) = (
            rng.random_range(0..MUCOSA.len()),
            rng.random_range(0..MUCOSA.len()),
        );
        let base = mix(MUCOSA[first], MUCOSA[second], rng.random());
        let (sin, cos) = libm::sincosf(rng.random_range(0.0..std::f32::consts::TAU));
        // From the middle of the picture to outside it.
        let off_centre = rng.random_range(0.1..1.6_f32);
        let finest = size as f32 / 5.0;
        let mut noise = |frequency: f32, octaves: i32| {
            let mut noise = FastNoiseLite::with_seed(rng.random());
            noise.set_noise_type(Some(NoiseType::OpenSimplex2));
            noise.set_frequency(Some(frequency.min(finest)));
            noise.set_fractal_type(Some(if octaves > 1 {
                FractalType::FBm
            } else {
                FractalType::None
            }));
            noise.set_fractal_octaves(Some(octaves));
            noise
        };
        let (broad, middle, vessels, fine) =
            (noise(0.7, 1), noise(2.0, 2), noise(1.7, 2), noise(7.0, 1));
        Self {
            base,
            tint: std::array::from_fn(|_| rng.random_range(-0.03..0.03)),
            lumen: [off_centre * cos, off_centre * sin],
            lumen_radius: rng.random_range(0.2..0.55),
            folds: (texture * rng.random_range(0.35..0.95)).min(1.6),
            fold_rate: rng.random_range(1.3..2.6),
            vessel_strength: (texture * rng.random_range(0.1..0.75)).min(1.0),
            texture,
            broad,
            middle,
            vessels,
            fine,
        }
    }

    /// How far a point is from the dark of the lumen: below 0 in it, 1 and more well outside.
    pub(super) fn clearance(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - self.lumen[0], y - self.lumen[1]);
        ((x * x + y * y).sqrt() - self.lumen_radius) / 0.35
    }

    /// The wall at a point of the frame (−1..=1 both ways).
    pub(super) fn at(&self, x: f32, y: f32) -> Wall {
        let broad = self.broad.get_noise_2d(x, y);
        let middle = self.middle.get_noise_2d(x, y);
        let fine = self.fine.get_noise_2d(x, y);

        // Looking down a tube: rings around the lumen are equal distances down it. The muscle
        // bands of the colon pull the rings into rounded triangles.
        let (dx, dy) = (
            x - self.lumen[0] + 0.05 * middle,
            y - self.lumen[1] + 0.10 * broad,
        );
        let distance = (dx * dx + dy * dy).sqrt().max(1e-3);
        let (cos, sin) = (dx / distance, dy / distance);
        let triangle = cos * (4.0 * cos * cos - 3.0);
        let down = libm::logf(distance / self.lumen_radius) + 0.16 * triangle + 0.25 * broad;
        let near = smoothstep(-0.9, 1.5, down);

        // A fold brightens towards its rim, which stands before darker wall further down. It is a
        // crescent, not a ring: its strength goes with the direction.
        let side = self.broad.get_noise_2d(40.0 + 1.4 * cos, 40.0 + 1.4 * sin);
        let strength = self.folds * smoothstep(-0.5, 0.6, side) * smoothstep(2.6, 0.8, down);
        let phase = down * self.fold_rate + 0.5 * side;
        let phase = phase - phase.floor();
        let rim = smoothstep(0.0, 0.10, phase);
        let behind = 1.0 - rim + rim * smoothstep(0.10, 1.0, phase);
        let folds = 1.0 - 0.5 * strength * behind;

        let tangle = self
            .vessels
            .get_noise_2d(x + 0.12 * middle, y + 0.12 * broad);
        let patch = smoothstep(-0.4, 0.4, broad);
        let vessel = (1.0 - smoothstep(0.0, 0.055, tangle.abs())) * patch * self.vessel_strength;

        let mut colour = self.base;
        for (channel, tint) in colour.iter_mut().zip(self.tint) {
            *channel *= 1.0
                + tint * 2.0 * broad
                + self.texture * 0.04 * middle
                + self.texture * 0.02 * fine;
        }
        // Little green and blue comes back from deep down the tube.
        let depth = 1.0 - near;
        colour[1] *= 1.0 - 0.20 * depth;
        colour[2] *= 1.0 - 0.32 * depth;
        Wall {
            height: 0.12 * broad
                + self.texture * 0.035 * middle
                + self.texture * 0.004 * fine
                + 0.05 * strength * (1.0 - behind),
            light: 0.13 + 0.87 * near,
            folds,
            colour,
            vessel,
            glint: self.texture * (0.5 * fine + 0.9 * middle),
        }
    }
}

/// Straight blend from `a` (at 0) to `b` (at 1).
pub(super) fn mix(a: Colour, b: Colour, share: f32) -> Colour {
    std::array::from_fn(|channel| a[channel] + (b[channel] - a[channel]) * share)
}

/// Rises smoothly from 0 at `from` to 1 at `to`; falls where `to` is below `from`.
pub(super) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}
