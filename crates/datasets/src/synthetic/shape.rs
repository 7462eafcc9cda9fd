//! Irregular blobs, scaled until they cover an exact number of pixels.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::Synthetic;

/// Harmonics of the outline: how many lobes it can have.
const HARMONICS: usize = 5;

/// A star-shaped blob: an ellipse whose radius is modulated by a few harmonics of the angle.
#[derive(Debug, Clone)]
pub(super) struct Blob {
    /// Centre, in a frame whose sides run from −1 to 1.
    pub(super) centre: [f32; 2],
    /// Mean radius.
    pub(super) radius: f32,
    /// Maps an offset from the centre so that the ellipse becomes a circle.
    stretch: [[f32; 2]; 2],
    /// Cosine and sine weight of each harmonic.
    harmonics: [[f32; 2]; HARMONICS],
}

impl Blob {
    /// A random blob. `lobed` is 0 for an even outline, 1 for a very uneven one.
    pub(super) fn random(centre: [f32; 2], radius: f32, lobed: f32, rng: &mut ChaCha8Rng) -> Self {
        let (sin, cos) = libm::sincosf(rng.random_range(0.0..std::f32::consts::TAU));
        let long = rng.random_range(1.0..1.35_f32);
        let short = 1.0 / long;
        let stretch = [
            [
                cos * cos * short + sin * sin * long,
                cos * sin * (short - long),
            ],
            [
                cos * sin * (short - long),
                sin * sin * short + cos * cos * long,
            ],
        ];
        let mut harmonics = [[0.0; 2]; HARMONICS];
        for (order, harmonic) in harmonics.iter_mut().enumerate() {
            // The first harmonic would only shift the blob.
            let most = if order == 0 {
                0.04
            } else {
                (0.06 + 0.22 * lobed) / (order as f32 + 0.6)
            };
            let (sin, cos) = libm::sincosf(rng.random_range(0.0..std::f32::consts::TAU));
            let weight = most * rng.random_range(0.3..1.0_f32);
            *harmonic = [weight * cos, weight * sin];
        }
        Self {
            centre,
            radius,
            stretch,
            harmonics,
        }
    }

    /// How far out a point lies: 0 in the centre, 1 on the outline, then more.
    pub(super) fn level(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - self.centre[0], y - self.centre[1]);
        let [first, second] = self.stretch;
        let (x, y) = (first[0] * x + first[1] * y, second[0] * x + second[1] * y);
        let distance = (x * x + y * y).sqrt();
        if distance < 1e-6 {
            return 0.0;
        }
        // Cosine and sine of the multiples of the angle, by the addition theorem.
        let (cos, sin) = (x / distance, y / distance);
        let (mut cos_k, mut sin_k) = (cos, sin);
        let mut outline = 1.0;
        for [a, b] in self.harmonics {
            outline += a * cos_k + b * sin_k;
            (cos_k, sin_k) = (cos_k * cos - sin_k * sin, sin_k * cos + cos_k * sin);
        }
        distance / (self.radius * outline.max(0.3))
    }
}

/// How many objects an image gets that has `pixels` pixels of them: as many as the settings ask
/// for, or else the usual number; but none of fewer than some ten pixels, which would be no object.
pub(super) fn objects(settings: &Synthetic, usual: usize, pixels: usize) -> usize {
    let wanted = if settings.objects > 0 {
        settings.objects
    } else {
        usual
    };
    wanted.min((pixels / 12).max(1))
}

/// A factor on the radius of one object among several.
pub(super) fn unlike(settings: &Synthetic, rng: &mut ChaCha8Rng) -> f32 {
    if settings.size_spread == 0.0 {
        return 1.0;
    }
    let most = 0.6 * settings.size_spread;
    rng.random_range((1.0 - most) as f32..(1.0 + most) as f32)
}

/// Blobs on a grid of pixels.
pub(super) struct Raster {
    /// For each pixel how far out it lies in the blob it is deepest in: below 1 inside.
    pub(super) levels: Vec<f32>,
    /// For each pixel which blob that is.
    pub(super) nearest: Vec<u8>,
    /// 1 inside, 0 outside.
    pub(super) labels: Vec<u8>,
}

/// Draws `blobs` on `size`×`size` pixels, grown or shrunk together so that they cover exactly
/// `pixels` of those where `visible` says so (or all of these, if they are fewer).
pub(super) fn rasterise(blobs: &[Blob], size: usize, pixels: usize, visible: &[bool]) -> Raster {
    let mut levels = vec![f32::INFINITY; size * size];
    let mut nearest = vec![0; size * size];
    for (number, blob) in blobs.iter().enumerate() {
        for (index, level) in levels.iter_mut().enumerate() {
            let here = blob.level(
                coordinate(index % size, size),
                coordinate(index / size, size),
            );
            if here < *level {
                *level = here;
                nearest[index] = number as u8;
            }
        }
    }

    // A blob scaled by s covers the pixels whose level is at most s: the scale for n pixels is
    // the n-th smallest level.
    let allowed: Vec<f32> = levels
        .iter()
        .zip(visible)
        .map(|(&level, &visible)| if visible { level } else { f32::INFINITY })
        .collect();
    let lowest = lowest(&allowed, pixels);
    let mut labels = vec![0; size * size];
    if lowest.chosen.is_empty() {
        levels.fill(f32::INFINITY);
    } else {
        for &index in &lowest.chosen {
            labels[index] = 1;
        }
        // Half a pixel more, so that the outline runs between the last pixel inside and the next.
        let half = 0.5 * (std::f32::consts::PI / lowest.chosen.len() as f32).sqrt();
        let scale = lowest.highest.max(1e-3) * (1.0 + 0.3 * half);
        for level in &mut levels {
            *level /= scale;
        }
    }
    Raster {
        levels,
        nearest,
        labels,
    }
}

/// The pixels of the lowest levels.
pub(super) struct Lowest {
    /// Which, in no order.
    pub(super) chosen: Vec<usize>,
    /// The highest level among them; 0 where there are none.
    pub(super) highest: f32,
}

/// The `count` pixels of the lowest levels, or all that are not infinite if those are fewer. The
/// first of equals comes first.
pub(super) fn lowest(levels: &[f32], count: usize) -> Lowest {
    let mut chosen: Vec<usize> = (0..levels.len())
        .filter(|&index| levels[index] < f32::INFINITY)
        .collect();
    let count = count.min(chosen.len());
    if count == 0 {
        return Lowest {
            chosen: Vec::new(),
            highest: 0.0,
        };
    }
    let by_level = |a: &usize, b: &usize| levels[*a].total_cmp(&levels[*b]).then(a.cmp(b));
    chosen.select_nth_unstable_by(count - 1, by_level);
    let highest = levels[chosen[count - 1]];
    chosen.truncate(count);
    Lowest { chosen, highest }
}

/// The middle of pixel number `index` in a frame from −1 to 1.
pub(super) fn coordinate(index: usize, size: usize) -> f32 {
    (index as f32 + 0.5) / size as f32 * 2.0 - 1.0
}
