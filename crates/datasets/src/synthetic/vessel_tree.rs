//! The tree of vessels on a retina: grown from the optic disc, tapering and forking.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

/// A short straight piece of a vessel.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: [f32; 2],
    pub(super) to: [f32; 2],
    /// Half its width, in the units of the frame.
    pub(super) radius: f32,
    /// Arteries are paler and have a reflex along their middle.
    pub(super) artery: bool,
}

impl Piece {
    pub(super) fn length(&self) -> f32 {
        distance(self.from, self.to)
    }
}

/// Where things lie on a retina, in a frame from −1 to 1.
pub(super) struct Fundus {
    /// Centre of the optic disc.
    pub(super) disc: [f32; 2],
    /// Centre of the macula, which large vessels go around and small ones end before.
    pub(super) macula: [f32; 2],
    /// From the disc to the macula: −1 to the left, 1 to the right.
    pub(super) side: f32,
}

/// The growing end of a vessel.
struct Tip {
    at: [f32; 2],
    /// Direction, in radians; 0 is from the disc towards the macula, positive is up.
    heading: f32,
    /// What the heading tends to, and how fast (a unit of length).
    aim: f32,
    pull: f32,
    radius: f32,
    artery: bool,
    /// How far it has come along its trunk; trunks bend around the macula on their way.
    travelled: f32,
    trunk: bool,
}

const STEP: f32 = 0.035;
/// Half the width of the widest vessels, and of those that no camera resolves.
const WIDEST: f32 = 0.021;
const THINNEST: f32 = 0.0022;
/// No retina needs more.
const MOST_PIECES: usize = 7000;

/// Grows `trunks` vessels (usually 8: an artery and a vein to each quadrant) with all their
/// branches.
pub(super) fn grow(fundus: &Fundus, trunks: usize, rng: &mut ChaCha8Rng) -> Vec<Piece> {
    let mut tips: Vec<Tip> = (0..trunks)
        .map(|number| trunk(fundus, number, rng))
        .collect();
    let mut pieces = Vec::new();
    while let Some(mut tip) = tips.pop() {
        let mut wobble = 0.0_f32;
        let mut since_fork = 0.0;
        while tip.radius > THINNEST && pieces.len() < MOST_PIECES {
            // Thin vessels wind more than wide ones.
            let winding = 0.10 + 0.16 * (1.0 - tip.radius / WIDEST).max(0.0);
            wobble = 0.7 * wobble + winding * rng.random_range(-1.0..1.0_f32);
            if tip.trunk {
                // From steeply up (or down) to along the arcade, and closing behind the macula.
                let along = tip.travelled / 1.5;
                tip.aim = tip.aim.signum() * (1.25 - 1.9 * along).max(-0.5);
            }
            tip.heading += wobble * 0.5 + (tip.aim - tip.heading) * (tip.pull * STEP).min(1.0);
            let (sin, cos) = libm::sincosf(tip.heading);
            let to = [tip.at[0] + fundus.side * cos * STEP, tip.at[1] - sin * STEP];
            let from_macula = distance(to, fundus.macula);
            if to[0] * to[0] + to[1] * to[1] > 1.15 || from_macula < 0.10 {
                break;
            }
            pieces.push(Piece {
                from: tip.at,
                to,
                radius: tip.radius,
                artery: tip.artery,
            });
            tip.at = to;
            tip.travelled += STEP;
            tip.radius *= 0.985;
            since_fork += STEP;
            if rng.random::<f32>() < (since_fork - 0.07) * 0.7 && distance(to, fundus.disc) > 0.17 {
                since_fork = 0.0;
                if let Some(branch) = fork(&mut tip, rng) {
                    tips.push(branch);
                }
            }
        }
    }
    pieces
}

fn trunk(fundus: &Fundus, number: usize, rng: &mut ChaCha8Rng) -> Tip {
    let up = if number.is_multiple_of(2) { 1.0 } else { -1.0 };
    let temporal = number % 4 < 2;
    let artery = number % 8 >= 4;
    let (sin, cos) = libm::sincosf(rng.random_range(0.0..std::f32::consts::TAU));
    let off = 0.035 * rng.random::<f32>();
    let heading = if temporal {
        rng.random_range(1.2..1.7_f32)
    } else {
        rng.random_range(1.9..2.6)
    };
    Tip {
        at: [fundus.disc[0] + off * cos, fundus.disc[1] + off * sin],
        heading: up * heading,
        aim: up * if temporal { 1.2 } else { heading + 0.3 },
        pull: if temporal { 3.5 } else { 0.8 },
        radius: WIDEST
            * rng.random_range(0.75..1.0)
            * if temporal { 1.0 } else { 0.72 }
            * if artery { 0.78 } else { 1.0 },
        artery,
        travelled: 0.0,
        trunk: temporal,
    }
}

/// A branch off a vessel, which gets thinner by what it gives away (Murray: the cubes of the radii
/// add up).
fn fork(tip: &mut Tip, rng: &mut ChaCha8Rng) -> Option<Tip> {
    let share = rng.random_range(0.42..0.8_f32);
    let radius = tip.radius * share;
    let side = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
    let angle = side * rng.random_range(0.55..1.25_f32);
    tip.heading -= 0.25 * angle * share;
    tip.radius *= libm::cbrtf(1.0 - share * share * share);
    (radius > THINNEST).then(|| {
        let heading = tip.heading + angle;
        Tip {
            at: tip.at,
            heading,
            aim: heading + 0.1 * side,
            pull: 0.7,
            radius,
            artery: tip.artery,
            travelled: 0.0,
            trunk: false,
        }
    })
}

pub(super) fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}
