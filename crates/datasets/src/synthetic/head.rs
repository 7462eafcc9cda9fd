//! A head as in T1-weighted MRI: scalp, skull, the folds of the cortex, white matter, ventricles.
//!
//! The frame: x to the right of the picture, y to the back, z up; the head is some 1.4 wide.

use fastnoise_lite::FastNoiseLite;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::noise::field;
use super::texture::smoothstep;
use super::volume::ellipsoid;

/// Grey values before the field of the coil.
const SCALP: f32 = 0.66;
const BONE: f32 = 0.05;
const MARROW: f32 = 0.26;
const FLUID: f32 = 0.10;
const GREY: f32 = 0.33;
const WHITE: f32 = 0.51;

/// One head.
pub(super) struct Head {
    radii: [f32; 3],
    /// Thickness of scalp and of skull, in levels of the ellipsoid.
    scalp: f32,
    skull: f32,
    ventricles: f32,
    fissure: f32,
    shape: FastNoiseLite,
    folds: FastNoiseLite,
    finer: FastNoiseLite,
    bias: FastNoiseLite,
    texture: f32,
}

impl Head {
    pub(super) fn random(texture: f32, rng: &mut ChaCha8Rng) -> Self {
        let width = rng.random_range(0.66..0.74);
        Self {
            radii: [
                width,
                rng.random_range(0.80..0.90),
                rng.random_range(0.84..0.92),
            ],
            scalp: rng.random_range(0.04..0.07),
            skull: rng.random_range(0.055..0.08),
            ventricles: rng.random_range(0.75..1.6),
            fissure: rng.random_range(0.002..0.008),
            shape: field(rng, 0.9, 1),
            folds: field(rng, 4.2, 1),
            finer: field(rng, 7.0, 1),
            bias: field(rng, 0.55, 1),
            texture,
        }
    }

    /// Half the lengths of the brain.
    pub(super) fn brain_radii(&self) -> [f32; 3] {
        self.radii.map(|radius| radius * (1.0 - self.brain_level()))
    }

    /// How far a point is inside the brain (0 on its surface, then more), about in levels.
    pub(super) fn depth(&self, point: [f32; 3]) -> f32 {
        -self.surface(point) - self.brain_level()
    }

    fn brain_level(&self) -> f32 {
        self.scalp + self.skull + 0.03
    }

    /// Level of the scalp's surface: heads are a little egg-shaped, wider behind.
    fn surface(&self, [x, y, z]: [f32; 3]) -> f32 {
        let uneven = 0.035 * self.shape.get_noise_3d(x, y, z);
        let x = x * (1.04 - 0.10 * y);
        ellipsoid([x, y, z], [0.0; 3], self.radii) + uneven
    }

    /// Grey value at a point; `seen` is where the tissue there would lie without the tumour that
    /// pushes it aside. Transitions are `soft` wide.
    pub(super) fn grey(&self, point: [f32; 3], seen: [f32; 3], soft: f32) -> f32 {
        let level = self.surface(point);
        let soft = soft * 0.9;
        let within = |edge: f32| smoothstep(edge + soft, edge - soft, level);
        if level > soft {
            return 0.012;
        }
        let uneven = self
            .folds
            .get_noise_3d(1.3 * point[0], 1.3 * point[1], point[2]);
        let mut value = (SCALP + 0.12 * self.texture * uneven) * within(0.0);
        // The skin is a little darker than the fat below it.
        value *= 1.0 - 0.35 * within(0.0) * (1.0 - within(-0.014));
        let scalp = -self.scalp * (1.0 + 0.2 * uneven);
        let skull = -self.scalp - self.skull;
        value = blend(value, BONE, within(scalp));
        let marrow = within(scalp - 0.022) * (1.0 - within(skull + 0.022));
        value = blend(value, MARROW + 0.1 * uneven, marrow * 0.8);
        if level < skull + soft {
            let brain = self.brain(seen, soft);
            // Fluid between brain and dura, which takes up contrast.
            let dura = within(skull) * (1.0 - within(skull - 0.012));
            let inside = within(-self.brain_level());
            value = blend(value, FLUID, within(skull));
            value = blend(value, 0.34, 0.6 * dura);
            value = blend(value, brain, inside);
        }
        let [x, y, z] = point;
        value * (1.0 + 0.16 * self.bias.get_noise_3d(x, y, z))
    }

    /// Grey value inside the brain.
    fn brain(&self, [x, y, z]: [f32; 3], soft: f32) -> f32 {
        let depth = self.depth([x, y, z]);
        let side = x.abs();
        if z < -0.30 && y > -0.05 {
            let behind = ellipsoid([side, y, z], [0.0, 0.40, -0.58], [0.52, 0.40, 0.30]);
            if behind < 0.0 {
                return self.cerebellum([x, y, z], behind);
            }
        }
        // Sulci are where a smooth field is about 0; deep ones go further in than shallow ones.
        let warp = 0.35 * self.finer.get_noise_3d(0.6 * x, 0.6 * y, 0.6 * z);
        let fold = self.folds.get_noise_3d(x, y, z) + 0.5 * warp;
        let second = self.finer.get_noise_3d(0.75 * x, 0.75 * y, 0.75 * z + 3.0);
        let reach = 0.20 + 0.14 * second;
        let ridge = fold.abs() + 0.30 * smoothstep(0.02, reach.max(0.08), depth);
        let other = second.abs() + 0.40 * smoothstep(0.0, 0.16, depth);
        // The hemispheres part in the middle, but for the callosum.
        let joined = ellipsoid([x, y, z], [0.0, 0.02, 0.02], [1.0, 0.43, 0.30]);
        let apart = smoothstep(0.0, 0.12, joined);
        let midline = blend(
            9.0,
            (side - self.fissure).max(0.0) * 7.0 + 0.05 + 0.25 * fold,
            apart,
        );
        let groove = ridge.min(other).min(midline);
        let thin = soft * 2.0;
        let wide = 0.3 + 0.7 * self.texture;
        let fluid = self.texture.min(1.0) * smoothstep(0.13 * wide + thin, 0.03, groove) * 0.8;
        let ribbon = smoothstep(0.36 * wide + thin, 0.22 * wide - 0.3 * thin, groove)
            .max(smoothstep(0.075, 0.03, depth));
        let mut value = blend(WHITE, GREY, ribbon * (0.5 + 0.5 * self.texture.min(1.0)));
        value += 0.025 * self.texture * second;
        value = blend(value, FLUID, fluid);

        // Thalamus and the nuclei beside it, and the caudate along the ventricle.
        let nuclei = ellipsoid([side, y, z], [0.15, 0.06, 0.03], [0.11, 0.17, 0.15])
            .min(ellipsoid(
                [side, y, z],
                [0.25, -0.07, 0.02],
                [0.08, 0.19, 0.13],
            ))
            .min(ellipsoid(
                [side, y, z],
                [0.11, -0.23, 0.08],
                [0.055, 0.10, 0.14],
            ));
        value = blend(value, GREY + 0.035, 0.8 * smoothstep(0.25, -0.2, nuclei));

        let ventricle = self.ventricle([side, y, z]);
        blend(value, FLUID, smoothstep(soft, -soft, ventricle))
    }

    /// Distance from the lateral and third ventricles, below 0 inside.
    fn ventricle(&self, [side, y, z]: [f32; 3]) -> f32 {
        let scale = self.ventricles;
        // Frontal horns and bodies run along the midline and part behind.
        let centre = 0.042 + 0.9 * (y - 0.06).max(0.0) * (y + 0.15) + 0.30 * (-0.10 - y).max(0.0);
        let length = 1.0 - (y - 0.02) * (y - 0.02) / 0.105;
        let height = z - 0.14 + 0.55 * (y - 0.10).max(0.0);
        let tall = 1.0 - height * height / 0.030;
        let width = 0.050 * scale * (length.max(0.0) * tall.max(0.0)).sqrt();
        let lateral = (side - centre - 0.01).abs() - width + 0.004;
        let third = ellipsoid(
            [side, y, z],
            [0.0, 0.06, -0.02],
            [0.018 * scale, 0.14, 0.10],
        );
        lateral.min(0.02 * third)
    }

    fn cerebellum(&self, [x, y, z]: [f32; 3], level: f32) -> f32 {
        let stem = ellipsoid([x, y, z], [0.0, 0.10, -0.6], [0.15, 0.15, 0.5]);
        if stem < 0.0 {
            return WHITE - 0.04;
        }
        // Leaves, fanning out from the middle.
        let bend = 0.12 * self.folds.get_noise_3d(x, y, z);
        let leaves = libm::sinf(46.0 * (level + 0.35 * (y + z) + bend));
        let white = smoothstep(-0.45, -0.8, level);
        let value = GREY + 0.03 + 0.05 * self.texture * leaves * (1.0 - white);
        blend(
            blend(value, WHITE, white),
            FLUID,
            smoothstep(-0.05, 0.0, level),
        )
    }
}

pub(super) fn blend(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}
