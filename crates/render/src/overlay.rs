//! Pictures to lay over a photo of any size: outlines and errors, transparent elsewhere, and probabilities.

use crate::Picture;
use crate::palette::{ERROR_COVER, FALSE_NEGATIVE, FALSE_POSITIVE, OUTLINES, viridis};

/// The colour beside an outline, which sets it off from a bright photo, and how much of the photo it covers.
const SHADE: ([f32; 3], f32) = ([0.0, 0.0, 0.0], 0.55);

/// Outlines of the classes of `labels` `[height, width]`, each `thickness` pixels wide within its region, with a
/// dark rim of one pixel around it. Broken where `dashed`.
///
/// # Panics
/// Where there are fewer labels than pixels.
pub fn outlines(
    labels: &[u8],
    (height, width): (usize, usize),
    thickness: usize,
    dashed: bool,
) -> Picture {
    let depth = depths(labels, (height, width), thickness + 1);
    let dash = (8 * thickness).max(1);
    paint(height, width, |x, y| {
        let at = y * width + x;
        let (class, depth) = (usize::from(labels[at]), usize::from(depth[at]));
        let gap = dashed && ((x + y) / dash) % 2 == 1;
        match (class, depth) {
            (0, 1) if !gap => (SHADE.0, SHADE.1),
            (1.., depth) if depth > 0 && depth <= thickness => match gap {
                true => (SHADE.0, SHADE.1),
                false => (OUTLINES[(class - 1) % OUTLINES.len()], 1.0),
            },
            (1.., depth) if depth == thickness + 1 && !gap => (SHADE.0, SHADE.1),
            _ => (SHADE.0, 0.0),
        }
    })
}

/// What a prediction gets wrong: false positives magenta, false negatives green, another foreground class than the
/// true one being the latter; both `[height, width]`.
///
/// # Panics
/// Where there are fewer classes than pixels.
pub fn mistakes(predicted: &[u8], labels: &[u8], (height, width): (usize, usize)) -> Picture {
    paint(height, width, |x, y| {
        let (found, label) = (predicted[y * width + x], labels[y * width + x]);
        match (found, label) {
            (found, label) if found == label => (SHADE.0, 0.0),
            (_, 0) => (FALSE_POSITIVE, ERROR_COVER),
            _ => (FALSE_NEGATIVE, ERROR_COVER),
        }
    })
}

/// A prediction by itself, opaque: background black, classes that are right in their outlines' colours, false positives
/// magenta, false negatives (and another foreground class than the true one) green; both `[height, width]`.
///
/// # Panics
/// Where there are fewer classes than pixels.
pub fn segmentation(predicted: &[u8], labels: &[u8], (height, width): (usize, usize)) -> Picture {
    paint(height, width, |x, y| {
        let (found, label) = (predicted[y * width + x], labels[y * width + x]);
        let colour = match (usize::from(found), usize::from(label)) {
            (0, 0) => [0.0; 3],
            (class, label) if class == label => OUTLINES[(class - 1) % OUTLINES.len()],
            (_, 0) => FALSE_POSITIVE,
            _ => FALSE_NEGATIVE,
        };
        (colour, 1.0)
    })
}

/// A probability `[height, width]`, viridis from 0 to 1.
///
/// # Panics
/// Where there are fewer probabilities than pixels.
pub fn heat(probability: &[f32], (height, width): (usize, usize)) -> Picture {
    paint(height, width, |x, y| {
        (viridis(probability[y * width + x].clamp(0.0, 1.0)), 1.0)
    })
}

fn paint(height: usize, width: usize, colour: impl Fn(usize, usize) -> ([f32; 3], f32)) -> Picture {
    let mut rgba = Vec::with_capacity(height * width * 4);
    for y in 0..height {
        for x in 0..width {
            let ([r, g, b], opacity) = colour(x, y);
            rgba.extend(
                [r, g, b, opacity].map(|c| (c.clamp(0.0, 1.0) * 255.0 + 0.5).floor() as u8),
            );
        }
    }
    Picture {
        width,
        height,
        rgba,
    }
}

/// How many steps (to one of four neighbours) each pixel is from one of another class, up to `most`; 0 beyond.
fn depths(labels: &[u8], (height, width): (usize, usize), most: usize) -> Vec<u8> {
    let mut depths = vec![0; height * width];
    let mut rim: Vec<usize> = Vec::new();
    let neighbours = |at: usize| {
        let (x, y) = (at % width, at / width);
        [
            (x > 0).then(|| at - 1),
            (x + 1 < width).then(|| at + 1),
            (y > 0).then(|| at - width),
            (y + 1 < height).then(|| at + width),
        ]
        .into_iter()
        .flatten()
    };
    for at in 0..height * width {
        if neighbours(at).any(|beside| labels[beside] != labels[at]) {
            depths[at] = 1;
            rim.push(at);
        }
    }
    for depth in 2..=most.min(255) as u8 {
        let mut inner = Vec::new();
        for &at in &rim {
            for beside in neighbours(at) {
                if depths[beside] == 0 && labels[beside] == labels[at] {
                    depths[beside] = depth;
                    inner.push(beside);
                }
            }
        }
        rim = inner;
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: [u8; 4] = [0; 4];
    const WHITE: [u8; 4] = [255; 4];
    const SHADED: [u8; 4] = [0, 0, 0, 140];

    fn row(picture: &Picture) -> Vec<[u8; 4]> {
        let pixels = picture.rgba.chunks_exact(4);
        pixels.map(|pixel| pixel.try_into().unwrap()).collect()
    }

    #[test]
    fn an_outline_lies_within_its_region_and_has_rims() {
        let labels = [0, 0, 0, 1, 1, 1, 1, 1];
        let found = row(&outlines(&labels, (1, 8), 2, false));
        let expected = [
            NOTHING, NOTHING, SHADED, WHITE, WHITE, SHADED, NOTHING, NOTHING,
        ];
        assert_eq!(found, expected);
        let second = labels.map(|label| 2 * label);
        assert_eq!(
            row(&outlines(&second, (1, 8), 1, false))[3],
            [255, 194, 8, 255]
        );
        let empty = outlines(&[0; 8], (2, 4), 2, false);
        assert!(row(&empty).iter().all(|&pixel| pixel == NOTHING));
    }

    #[test]
    fn a_broken_outline_has_gaps() {
        let mut labels = vec![0; 40 * 3];
        labels[40..].fill(1);
        let found = row(&outlines(&labels, (3, 40), 1, true));
        let line = &found[40..80];
        assert!(line.contains(&WHITE) && line.contains(&SHADED), "{line:?}");
    }

    #[test]
    fn mistakes_are_coloured_and_hits_left_alone() {
        let found = row(&mistakes(&[1, 0, 1, 0, 2], &[1, 0, 0, 1, 1], (1, 5)));
        assert_eq!((found[0], found[1]), (NOTHING, NOTHING));
        assert_eq!(found[2], [237, 0, 191, 184]);
        assert_eq!(found[3], [0, 209, 77, 184]);
        assert_eq!(found[4], found[3], "another class is a miss");
    }

    #[test]
    fn probabilities_are_opaque() {
        let found = row(&heat(&[0.0, 1.0], (1, 2)));
        assert!(found[0][2] > found[0][0] && found[0][3] == 255);
        assert!(found[1][0] > 230 && found[1][2] < 80);
    }
}
