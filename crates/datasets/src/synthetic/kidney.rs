//! Abdominal volumes as in contrast-enhanced CT: two kidneys, and a tumour on one of them.

use fastnoise_lite::FastNoiseLite;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use super::head::blend;
use super::noise::{field, normal};
use super::texture::smoothstep;
use super::torso::Torso;
use super::volume::{Planes, View, claim, ellipsoid};
use super::{Picture, Request, shape};
use crate::random::{Purpose, stream};

/// Shares of a slice and of a volume that two kidneys of usual size have.
const USUAL_IN_A_SLICE: f32 = 0.027;
const USUAL_IN_A_VOLUME: f32 = 0.020;
/// Half the width, depth and height of a kidney, and where the right one lies.
const RADII: [f32; 3] = [0.125, 0.155, 0.29];
const PLACE: [f32; 3] = [-0.37, 0.20, 0.0];

/// One kidney.
struct Kidney {
    centre: [f32; 3],
    radii: [f32; 3],
    /// Cosine and sine of how it is turned about its long axis, hilum towards the aorta.
    turn: [f32; 2],
    /// 1 for the one on the picture's right.
    side: f32,
}

/// A round growth.
struct Tumour {
    centre: [f32; 3],
    radius: f32,
}

/// Volume (or some slices of it) with exactly as many voxels of kidney and tumour as asked for.
pub(super) fn draw(request: &Request) -> Picture {
    let settings = request.settings;
    let size = settings.size;
    let (contrast, texture) = (settings.contrast as f32, settings.texture as f32);
    let mut rng = stream(settings.seed, Purpose::Image, request.index as u64);
    let torso = Torso::random(texture, &mut rng);
    let full = (0..request.planes.count())
        .filter(|&plane| request.planes.may_hold(plane))
        .count();
    let share = request.foreground as f32 / (full.max(1) * size * size) as f32;
    let whole = matches!(request.planes, Planes::All(_));

    // More than bodies have: the view is closer, and at last the kidney is too large. Less: there
    // is one, and it is small.
    let usual = if whole {
        USUAL_IN_A_VOLUME
    } else {
        USUAL_IN_A_SLICE
    };
    let ratio = share / usual;
    let root = |value: f32| {
        if whole {
            libm::cbrtf(value)
        } else {
            value.sqrt()
        }
    };
    let half = (1.0 / root(ratio / 1.5)).clamp(0.36, 1.0);
    let filled = ratio
        * if whole {
            half * half * half
        } else {
            half * half
        };
    let single = filled < 0.35 || half < 0.62;
    let scale = root(filled * if single { 2.0 } else { 1.0 }).clamp(0.4, 2.2);
    let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let kidneys: Vec<Kidney> = [side, -side][..if single { 1 } else { 2 }]
        .iter()
        .map(|&side| Kidney::random(side, scale, &mut rng))
        .collect();

    let ill = &kidneys[0];
    let tumours = grow(request, ill, half, whole, full, &mut rng);
    let tall = ill.radii[2];
    let reach = if request.second > 0 { 0.55 } else { 0.8 };
    let heights = request.planes.heights(
        [-0.42 * half, 0.42 * half].map(|end| end + ill.centre[2] * (1.0 - half)),
        [ill.centre[2] - reach * tall, ill.centre[2] + reach * tall],
        &[1.25, -1.25, 1.4, -1.4, 1.6, -1.6, 1.8].map(|out| ill.centre[2] + out * tall),
    );
    let follow = smoothstep(1.0, 0.6, half);
    let view = View {
        centre: [ill.centre[0] * follow, ill.centre[1] * follow],
        half,
        size,
        heights,
    };

    let rough = field(&mut rng, 3.2, 2);
    let margin = field(&mut rng, 0.5 / tumours[0].radius.max(0.02), 2);
    let points: Vec<[f32; 3]> = view.points().collect();
    let plane = size * size;
    let mut organ = vec![f32::INFINITY; points.len()];
    let mut growth = vec![f32::INFINITY; points.len()];
    for (at, &point) in points.iter().enumerate() {
        let near = kidneys.iter().map(|kidney| kidney.level(point));
        let level = near.fold(f32::INFINITY, f32::min);
        let tumour = tumours
            .iter()
            .map(|tumour| ellipsoid(point, tumour.centre, [tumour.radius.max(1e-3); 3]))
            .fold(f32::INFINITY, f32::min);
        if (level < 3.0 || tumour < 3.0) && torso.has_room(point) {
            let [x, y, z] = point;
            organ[at] = level + 0.10 * rough.get_noise_3d(x, y, z);
            growth[at] = tumour + 0.25 * margin.get_noise_3d(x, y, z);
        }
    }
    let mut labels = vec![0; points.len()];
    claim(&mut growth, &mut labels, request.planes, request.second, 2);
    let of_kidney = request.foreground - request.second;
    claim(&mut organ, &mut labels, request.planes, of_kidney, 1);

    let look = Look {
        // Early, the cortex is brighter than the medulla; later they are alike.
        cortex: rng.random_range(0.80..0.97),
        medulla: rng.random_range(0.60..0.80),
        tumour: rng.random_range(0.52..0.66),
        necrosis: rng.random_range(0.0..0.22),
        heterogeneous: field(&mut rng, 0.9 / tumours[0].radius.max(0.03), 3),
    };
    let soft = view.pixel();
    // Fewer photons come through the middle of a large body.
    let grain = rng.random_range(0.012..0.035_f32) * texture.max(0.3);
    let pixels = points
        .iter()
        .enumerate()
        .map(|(at, &point)| {
            let mut value = torso.grey(point, soft);
            if request.planes.may_hold(at / plane) && request.foreground > 0 {
                value = look.over(
                    value, point, organ[at], growth[at], soft, scale, contrast, texture, &kidneys,
                );
            }
            (value + grain * normal(&mut rng)).clamp(0.0, 1.0)
        })
        .collect();
    Picture { pixels, labels }
}

impl Kidney {
    fn random(side: f32, scale: f32, rng: &mut ChaCha8Rng) -> Self {
        let mut near = |middle: f32, range: f32| middle + range * rng.random_range(-1.0..1.0_f32);
        let (sin, cos) = libm::sincosf(near(0.45, 0.2));
        Self {
            // The liver pushes the right kidney down.
            centre: [
                -side * near(PLACE[0], 0.03),
                near(PLACE[1], 0.03),
                near(0.03 * side, 0.02),
            ],
            radii: RADII.map(|radius| near(radius, 0.06 * radius) * scale),
            turn: [cos, side * sin],
            side,
        }
    }

    /// Offsets along its own axes (outwards, backwards, up) in units of its radii.
    fn own(&self, point: [f32; 3]) -> [f32; 3] {
        let z = (point[2] - self.centre[2]) / self.radii[2];
        // The upper pole leans to the spine.
        let lean = 0.10 * self.radii[0] * z * self.side;
        let (x, y) = (point[0] - self.centre[0] + lean, point[1] - self.centre[1]);
        let [cos, sin] = self.turn;
        [
            self.side * (cos * x + sin * y) / self.radii[0],
            (cos * y - sin * x) / self.radii[1],
            z,
        ]
    }

    /// Level of its surface, below 0 inside, with the notch of the hilum.
    fn level(&self, point: [f32; 3]) -> f32 {
        let [out, back, up] = self.own(point);
        let level = (out * out + back * back + up * up).sqrt() - 1.0;
        let notch = (out + 1.0) * (out + 1.0) / 0.50 + back * back / 0.09 + up * up / 0.16;
        level + 0.45 * smoothstep(1.0, 0.2, notch)
    }

    /// How deep in the fat and vessels of the sinus a point is, 0..=1.
    fn sinus(&self, point: [f32; 3]) -> f32 {
        let [out, back, up] = self.own(point);
        let level = (out + 0.50) * (out + 0.50) / 0.22 + back * back / 0.055 + up * up / 0.30;
        smoothstep(1.1, 0.5, level)
    }
}

/// Puts tumours on the surface of a kidney: one, unless more are asked for.
fn grow(
    request: &Request,
    kidney: &Kidney,
    half: f32,
    whole: bool,
    full: usize,
    rng: &mut ChaCha8Rng,
) -> Vec<Tumour> {
    let settings = request.settings;
    let count = shape::objects(settings, 1, request.second);
    let share = request.second as f32 / (full.max(1) * settings.size * settings.size) as f32;
    let each = share / count as f32;
    let radius = if whole {
        libm::cbrtf(each * 8.0 * 0.42 * half * half * half / 4.19)
    } else {
        (each * 4.0 * half * half / std::f32::consts::PI).sqrt() * 1.1
    };
    (0..count)
        .map(|_| {
            let radius = radius
                * if count > 1 {
                    shape::unlike(settings, rng)
                } else {
                    1.0
                };
            // Outwards, to the front or to the back, and not far above or below the middle.
            let (sin, cos) = libm::sincosf(rng.random_range(-1.9..1.9_f32));
            let up = rng.random_range(-0.4..0.4_f32);
            let out = 0.85 + 0.3 * (radius / kidney.radii[0]).min(1.2);
            Tumour {
                centre: [
                    kidney.centre[0] + kidney.side * out * cos * kidney.radii[0],
                    kidney.centre[1] + out * sin * kidney.radii[1],
                    kidney.centre[2] + up * kidney.radii[2],
                ],
                radius,
            }
        })
        .collect()
}

/// How the kidneys and the tumour of one volume look.
struct Look {
    cortex: f32,
    medulla: f32,
    tumour: f32,
    necrosis: f32,
    heterogeneous: FastNoiseLite,
}

impl Look {
    /// Paints kidney and tumour over what is behind them.
    #[expect(
        clippy::too_many_arguments,
        reason = "one voxel has as many properties"
    )]
    fn over(
        &self,
        value: f32,
        point: [f32; 3],
        organ: f32,
        growth: f32,
        soft: f32,
        scale: f32,
        contrast: f32,
        texture: f32,
        kidneys: &[Kidney],
    ) -> f32 {
        let [x, y, z] = point;
        let edge = 0.5 * soft / (RADII[0] * scale);
        let in_kidney = smoothstep(edge, -edge, organ);
        let mut value = value;
        // Perirenal fat, so that the kidney lies free of liver and spleen.
        let fat = smoothstep(0.55, 0.25, organ) * (1.0 - in_kidney);
        value = blend(value, 0.20, 0.85 * fat);
        if in_kidney > 0.0 {
            // Pyramids: the medulla is cut up by columns of cortex.
            let columns = self.heterogeneous.get_noise_3d(2.0 * x, 2.0 * y, 2.0 * z);
            let inner = smoothstep(-0.20, -0.36, organ + 0.30 * texture * columns);
            let mut kidney = blend(self.cortex, self.medulla, inner);
            let sinus = kidneys
                .iter()
                .map(|kidney| kidney.sinus(point))
                .fold(0.0, f32::max);
            let vessel = 0.32 * texture.min(1.0) * smoothstep(0.1, 0.3, columns);
            kidney = blend(kidney, 0.30 + vessel, 0.9 * sinus);
            value = blend(value, kidney, in_kidney * contrast);
        }
        let edge = 0.02 + 1.2 * soft;
        let in_tumour = smoothstep(edge, -edge, growth);
        if in_tumour > 0.0 {
            let uneven = self.heterogeneous.get_noise_3d(x, y, z);
            let dead = self.necrosis * smoothstep(-0.30, -0.65, growth + 0.3 * uneven);
            let tumour = self.tumour + 0.10 * texture * uneven - dead;
            value = blend(value, tumour, in_tumour * contrast);
        }
        value.max(0.0)
    }
}
