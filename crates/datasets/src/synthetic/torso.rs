//! An abdomen as in contrast-enhanced CT, window 400 about 40 HU: fat, muscle, spine, ribs and the
//! organs around the kidneys.
//!
//! The frame: x to the right of the picture (the patient's left), y to the back, z up; 1 is some
//! 20 cm.

use fastnoise_lite::FastNoiseLite;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::head::blend;
use super::noise::field;
use super::texture::smoothstep;
use super::volume::ellipsoid;

const AIR: f32 = 0.01;
const FAT: f32 = 0.20;
const MUSCLE: f32 = 0.53;
const LIVER: f32 = 0.63;
const SPLEEN: f32 = 0.68;
const BOWEL: f32 = 0.50;

/// One abdomen.
pub(super) struct Torso {
    width: f32,
    depth: f32,
    /// Thickness of the fat under the skin and of the wall of muscle, in levels.
    fat: f32,
    wall: f32,
    liver: [f32; 3],
    spleen: f32,
    stomach: f32,
    gas: f32,
    vessels: f32,
    uneven: FastNoiseLite,
    bowel: FastNoiseLite,
    fine: FastNoiseLite,
    texture: f32,
}

impl Torso {
    pub(super) fn random(texture: f32, rng: &mut ChaCha8Rng) -> Self {
        Self {
            width: rng.random_range(0.80..0.92),
            depth: rng.random_range(0.56..0.66),
            fat: rng.random_range(0.05..0.20),
            wall: rng.random_range(0.07..0.10),
            liver: [
                rng.random_range(0.40..0.48),
                rng.random_range(0.38..0.46),
                rng.random_range(0.40..0.62),
            ],
            spleen: rng.random_range(0.85..1.2),
            stomach: rng.random_range(0.8..1.15),
            gas: rng.random_range(0.0..0.35),
            vessels: rng.random_range(0.76..0.98),
            uneven: field(rng, 1.3, 2),
            bowel: field(rng, 3.8, 1),
            fine: field(rng, 8.0, 2),
            texture,
        }
    }

    /// Level of the skin: below 0 in the body. Bodies are flatter in front and behind.
    pub(super) fn skin(&self, [x, y, _]: [f32; 3]) -> f32 {
        let (across, along) = (x / self.width, (y - 0.02) / self.depth);
        let (across, along) = (across * across, along * along);
        // A rounded box rather than an ellipse.
        (across * across + 1.3 * across * along + along * along)
            .sqrt()
            .sqrt()
            - 1.0
    }

    /// Whether a kidney may be here: inside the wall, and not in the spine or the muscles behind it.
    pub(super) fn has_room(&self, point: [f32; 3]) -> bool {
        let [x, y, _] = point;
        let behind_the_spine = x.abs() < 0.32 && y > 0.35;
        let in_the_wall = self.skin(point) > -(self.fat + self.wall) - 0.01;
        !behind_the_spine && !in_the_wall && spine(point) > 0.02
    }

    /// Grey value without kidneys; transitions are `soft` wide.
    pub(super) fn grey(&self, point: [f32; 3], soft: f32) -> f32 {
        let [x, y, z] = point;
        let skin = self.skin(point);
        if skin > soft {
            return AIR + self.table(point, soft);
        }
        let within = |level: f32, scale: f32| smoothstep(soft / scale, -soft / scale, level);
        let uneven = self.uneven.get_noise_3d(x, y, z);
        let fine = self.texture * self.fine.get_noise_3d(x, y, z);
        let mut value = FAT + 0.035 * fine;
        value = blend(value, 0.50, smoothstep(-0.022, -0.008, skin) * 0.8);
        // The wall: muscle in layers with fat between, ribs within.
        let outer = -self.fat * (1.0 + 0.25 * uneven) * (1.0 + 0.5 * (-y).max(0.0));
        let inner = outer - self.wall * (1.0 + 0.3 * uneven);
        let in_wall = within(skin - outer, 1.4) * (1.0 - within(skin - inner, 1.4));
        let layer = smoothstep(0.10, 0.0, ((skin - inner) / self.wall - 0.55).abs());
        value = blend(
            value,
            MUSCLE + 0.03 * fine,
            in_wall * (1.0 - 0.5 * layer * self.texture.min(1.0)),
        );
        if skin < outer {
            value = self.ribs(value, point, (skin - inner) / self.wall, soft);
        }
        if skin < inner {
            value = self.inside(value, point, soft, skin - inner, uneven, fine);
        }
        value = self.back(value, point, soft, uneven, fine);
        value * within(skin, 1.4) + AIR
    }

    /// The table that the patient lies on: a thin shell, hollow upwards.
    fn table(&self, [x, y, _]: [f32; 3], soft: f32) -> f32 {
        let off = y - (0.055 + self.depth) + 0.16 * x * x;
        let shell = smoothstep(0.006 + soft, 0.0, off.abs()) * smoothstep(0.75, 0.70, x.abs());
        0.30 * shell
    }

    /// Ribs slant through the wall; a slice cuts each once on either side.
    fn ribs(&self, value: f32, [x, y, z]: [f32; 3], across: f32, soft: f32) -> f32 {
        if z < -0.12 || y < -0.38 {
            return value;
        }
        // Angle from the back, without arc tangents: 0 behind, 1 at the side, 2 in front.
        let from_back = 1.0 - (y - 0.02) / (y.abs() + x.abs() + 0.05);
        let phase = (2.1 * from_back + 5.5 * z).rem_euclid(1.0);
        let off = (phase - 0.5).abs() / 0.26;
        let thick = (across - 0.42).abs() / 0.36;
        let level = (off * off + thick * thick).sqrt() - 1.0;
        let bone = smoothstep(12.0 * soft, -8.0 * soft, level) * smoothstep(-0.12, 0.0, z);
        let marrow = smoothstep(-0.25, -0.65, level);
        blend(value, 0.95 - 0.22 * marrow, bone)
    }

    fn inside(
        &self,
        mut value: f32,
        point: [f32; 3],
        soft: f32,
        depth: f32,
        uneven: f32,
        fine: f32,
    ) -> f32 {
        let [x, y, z] = point;
        let within = |level: f32, scale: f32| smoothstep(soft / scale, -soft / scale, level);
        let rough = 0.10 * uneven;
        // Loops of bowel in front, with what is in them; gas rises.
        let front = smoothstep(0.16, -0.02, y + 0.15 * uneven);
        let loops = self.bowel.get_noise_3d(x, y, 0.8 * z);
        let bowel = front * smoothstep(-2.5 * soft, 2.5 * soft, loops.abs() - 0.24 - 0.2 * uneven);
        let content = BOWEL + 0.10 * loops + 0.05 * fine;
        value = blend(value, content, 0.9 * bowel);
        let bubble = self.bowel.get_noise_3d(x, y + 0.09, 0.8 * z);
        let gas = smoothstep(
            0.82 - self.gas,
            0.92 - self.gas,
            loops + 0.35 * (loops - bubble),
        );
        value = blend(value, 0.03, gas * front);

        let stomach = ellipsoid(
            point,
            [0.30, -0.20, 0.34],
            [0.27 * self.stomach, 0.20 * self.stomach, 0.30],
        ) + rough;
        let contents = blend(
            BOWEL - 0.04,
            0.02,
            smoothstep(-0.24, -0.27, y + 0.02 * uneven),
        );
        value = blend(value, MUSCLE + 0.05, within(stomach, 4.0));
        value = blend(value, contents, within(stomach + 0.14, 4.0));

        // The liver fills its side of the wall; its lower edge thins out.
        let liver = ellipsoid(point, [-0.46, -0.08, 0.34], self.liver) + 0.6 * rough;
        let liver = liver
            .max(0.6 * (x - 0.28) + 0.3 * (y + 0.2))
            .max(3.0 * depth + 0.03);
        let branches = smoothstep(
            0.07,
            0.02,
            self.bowel.get_noise_3d(1.2 * x, 1.2 * y, z + 7.0).abs(),
        );
        let in_liver = LIVER + 0.025 * fine + 0.09 * self.texture * branches;
        value = blend(value, in_liver, within(liver, 2.5));

        let spleen = ellipsoid(
            point,
            [0.62 * self.width / 0.86, 0.12, 0.36],
            [0.15 * self.spleen, 0.25 * self.spleen, 0.32 * self.spleen],
        ) + rough;
        let spleen = spleen.max(2.0 * depth + 0.02);
        blend(value, SPLEEN + 0.02 * fine, within(spleen, 4.0))
    }

    /// Spine, the muscles beside it, aorta and vena cava.
    fn back(&self, mut value: f32, point: [f32; 3], soft: f32, uneven: f32, fine: f32) -> f32 {
        let [x, y, z] = point;
        let side = x.abs();
        if side > 0.5 || y < -0.1 {
            return value;
        }
        let within = |level: f32, scale: f32| smoothstep(soft / scale, -soft / scale, level);
        let flat = |centre: [f32; 2], radii: [f32; 2]| {
            let (dx, dy) = ((side - centre[0]) / radii[0], (y - centre[1]) / radii[1]);
            (dx * dx + dy * dy).sqrt() - 1.0
        };
        let muscle = MUSCLE + self.texture * 0.05 * (uneven + fine);
        let beside = flat([0.15, 0.44], [0.15, 0.11]) + 0.10 * uneven;
        value = blend(value, muscle, within(beside, 8.0));
        let psoas = flat(
            [0.15, 0.27],
            [0.055 + 0.05 * (0.3 - z).clamp(0.0, 0.6), 0.085],
        );
        value = blend(value, muscle + 0.01, within(psoas, 12.0));

        let bone = spine(point);
        // A hard shell around spongy bone, discs in between.
        let disc = smoothstep(0.14, 0.06, ((z * 4.0).rem_euclid(1.0) - 0.5).abs());
        let spongy = 0.72 + 0.10 * fine - 0.12 * disc;
        let shell = smoothstep(-0.28, -0.06, bone);
        value = blend(
            value,
            blend(spongy, 0.98, shell * (1.0 - 0.7 * disc)),
            within(bone, 10.0),
        );
        let canal = flat([0.0, 0.385], [0.048, 0.040]);
        value = blend(value, 0.42, within(canal, 20.0));

        let aorta = ellipsoid([x, y, 0.0], [0.045, 0.125, 0.0], [0.047, 0.047, 1.0]);
        value = blend(value, self.vessels, within(aorta, 20.0));
        let cava = ellipsoid([x, y, 0.0], [-0.085, 0.115, 0.0], [0.058, 0.045, 1.0]);
        blend(value, self.vessels - 0.18, within(cava, 20.0))
    }
}

/// Level of a vertebra: body, arch and processes.
fn spine([x, y, z]: [f32; 3]) -> f32 {
    let side = x.abs();
    let flat = |centre: [f32; 2], radii: [f32; 2]| {
        let (dx, dy) = ((side - centre[0]) / radii[0], (y - centre[1]) / radii[1]);
        (dx * dx + dy * dy).sqrt() - 1.0
    };
    let body = flat([0.0, 0.26], [0.112, 0.092]);
    let arch = flat([0.065, 0.385], [0.035, 0.06]);
    let level = (z * 4.0).rem_euclid(1.0);
    let process = flat(
        [0.0, 0.485],
        [0.022, 0.085 * smoothstep(0.0, 0.4, level).max(0.3)],
    );
    let across = flat(
        [0.16, 0.40],
        [0.085 * smoothstep(0.3, 0.6, level).max(0.2), 0.022],
    );
    body.min(arch).min(process).min(across)
}
