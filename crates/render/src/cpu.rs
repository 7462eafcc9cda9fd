//! Every picture on the CPU: the twins of the kernels in `shaders/`.

use crate::palette::{
    DIMMED, ERROR_COVER, FALSE_NEGATIVE, FALSE_POSITIVE, LOWERED, OUTLINES, RAISED, viridis,
};
use crate::{Picture, Scene};

/// The image with the truth's outlines, a colour for each class.
pub fn input(scene: &Scene, scale: usize) -> Picture {
    paint(scene, scale, |at| {
        let outline = at.outline(|pixel| scene.labels[pixel]);
        opaque(outline.unwrap_or_else(|| scene.colour(at.pixel)))
    })
}

/// The image with what the prediction gets wrong: false positives magenta, false negatives green, another
/// foreground class than the true one being both; what it gets right is outlined.
pub fn errors(scene: &Scene, scale: usize) -> Picture {
    let predicted: Vec<u8> = (0..scene.pixels())
        .map(|pixel| scene.predicted(pixel))
        .collect();
    paint(scene, scale, |at| {
        let (found, label) = (predicted[at.pixel], scene.labels[at.pixel]);
        let image = scene.colour(at.pixel).map(|channel| channel * DIMMED);
        let right = |pixel: usize| match predicted[pixel] == scene.labels[pixel] {
            true => scene.labels[pixel],
            false => 0,
        };
        opaque(if label != 0 && found != label {
            mix(image, FALSE_NEGATIVE, ERROR_COVER)
        } else if label == 0 && found != 0 {
            mix(image, FALSE_POSITIVE, ERROR_COVER)
        } else {
            at.outline(right).unwrap_or(image)
        })
    })
}

/// The probability of foreground or of one class, viridis from 0 to 1, with the truth's outlines.
pub fn probability(scene: &Scene, scale: usize) -> Picture {
    paint(scene, scale, |at| {
        let probability = match scene.class {
            Some(class) => scene.probabilities[class * scene.pixels() + at.pixel],
            None => 1.0 - scene.probabilities[at.pixel],
        };
        let outline = at.outline(|pixel| scene.labels[pixel]);
        opaque(outline.unwrap_or_else(|| viridis(probability.clamp(0.0, 1.0))))
    })
}

/// dL/dlogit of the foreground or of one class: blue where the step raises it, red where it lowers it,
/// transparent at zero. The opacity is the root of |dL/dlogit| / `gradient_max`: of a linear one the many
/// small pushes of the background could not be seen.
pub fn gradient(scene: &Scene, scale: usize) -> Picture {
    paint(scene, scale, |at| {
        let gradient = match scene.class {
            Some(class) => scene.logit_gradient[class * scene.pixels() + at.pixel],
            // The gradients of a softmax's logits sum to zero: minus the background's is the foreground's.
            None => -scene.logit_gradient[at.pixel],
        };
        let [r, g, b] = if gradient < 0.0 { RAISED } else { LOWERED };
        let share = if scene.gradient_max > 0.0 {
            gradient.abs() / scene.gradient_max
        } else {
            0.0
        };
        [r, g, b, share.clamp(0.0, 1.0).sqrt()]
    })
}

/// A pixel of the picture, and the image pixel it shows.
struct At {
    pixel: usize,
    /// Image pixels on the left, right, above and below that the picture pixel touches: it lies at that
    /// edge of its image pixel. At the border of the image there is none.
    touching: [Option<usize>; 4],
}

impl At {
    /// The colour of the outline, where the image pixel is in a region (a class, from 1 on) and the picture
    /// pixel touches one that is not in it.
    fn outline(&self, region: impl Fn(usize) -> u8) -> Option<[f32; 3]> {
        let own = region(self.pixel);
        let mut touching = self.touching.iter().flatten();
        let ends = own != 0 && touching.any(|&neighbour| region(neighbour) != own);
        ends.then(|| OUTLINES[(usize::from(own) - 1) % OUTLINES.len()])
    }
}

fn paint(scene: &Scene, scale: usize, colour: impl Fn(At) -> [f32; 4]) -> Picture {
    let (width, height) = (scene.width * scale, scene.height * scale);
    let mut rgba = Vec::with_capacity(width * height * 4);
    for row in 0..height {
        for column in 0..width {
            let (x, y) = (column / scale, row / scale);
            let pixel = y * scene.width + x;
            let (left, top) = (column % scale == 0, row % scale == 0);
            let (right, bottom) = (column % scale == scale - 1, row % scale == scale - 1);
            let touching = [
                (left && x > 0).then(|| pixel - 1),
                (right && x + 1 < scene.width).then(|| pixel + 1),
                (top && y > 0).then(|| pixel - scene.width),
                (bottom && y + 1 < scene.height).then(|| pixel + scene.width),
            ];
            // The same rounding as `pack4x8unorm` of WGSL.
            rgba.extend(
                colour(At { pixel, touching })
                    .map(|c| (c.clamp(0.0, 1.0) * 255.0 + 0.5).floor() as u8),
            );
        }
    }
    Picture {
        width,
        height,
        rgba,
    }
}

impl Scene<'_> {
    fn pixels(&self) -> usize {
        self.width * self.height
    }

    fn colour(&self, pixel: usize) -> [f32; 3] {
        match self.channels {
            3 => [0, 1, 2].map(|channel| self.image[channel * self.pixels() + pixel]),
            _ => [self.image[pixel]; 3],
        }
    }

    /// The class with the largest probability, the first of equals.
    fn predicted(&self, pixel: usize) -> u8 {
        let probability = |class: usize| self.probabilities[class * self.pixels() + pixel];
        (1..self.classes).fold(0, |best, class| {
            if probability(class) > probability(best) {
                class
            } else {
                best
            }
        }) as u8
    }
}

fn opaque([r, g, b]: [f32; 3]) -> [f32; 4] {
    [r, g, b, 1.0]
}

fn mix(below: [f32; 3], above: [f32; 3], cover: f32) -> [f32; 3] {
    [0, 1, 2].map(|channel| below[channel] * (1.0 - cover) + above[channel] * cover)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4×1 pixels: a hit, a miss, a false alarm, background.
    fn scene<'a>() -> Scene<'a> {
        Scene {
            width: 4,
            height: 1,
            channels: 1,
            classes: 2,
            image: &[0.5; 4],
            labels: &[1, 1, 0, 0],
            probabilities: &[0.1, 0.9, 0.2, 1.0, 0.9, 0.1, 0.8, 0.0],
            logit_gradient: &[0.1, 0.4, -0.4, 0.0, -0.1, -0.4, 0.4, 0.0],
            gradient_max: 0.4,
            class: None,
        }
    }

    fn pixel(picture: &Picture, column: usize) -> [u8; 4] {
        picture.rgba[column * 4..column * 4 + 4].try_into().unwrap()
    }

    #[test]
    fn errors_are_magenta_and_green_and_hits_are_outlined() {
        let picture = errors(&scene(), 1);
        assert_eq!(
            pixel(&picture, 0),
            [255; 4],
            "a hit beside a miss is outlined"
        );
        let [r, g, b, _] = pixel(&picture, 1);
        assert!(g > r && g > b, "a miss is green");
        let [r, g, b, _] = pixel(&picture, 2);
        assert!(r > g && b > g, "a false alarm is magenta");
        assert_eq!(
            pixel(&picture, 3),
            [79, 79, 79, 255],
            "background is the image, dimmed"
        );
    }

    #[test]
    fn an_outline_lies_inside_the_region_and_is_one_picture_pixel_wide() {
        let picture = input(&scene(), 3);
        assert_eq!((picture.width, picture.height), (12, 3));
        let white: Vec<usize> = (0..12)
            .filter(|&column| pixel(&picture, column) == [255; 4])
            .collect();
        assert_eq!(white, [5]);
    }

    #[test]
    fn gradients_are_transparent_at_zero_and_coloured_by_sign() {
        let picture = gradient(&scene(), 1);
        assert_eq!(pixel(&picture, 3)[3], 0);
        assert_eq!(pixel(&picture, 1), [0, 90, 181, 255], "raised");
        assert_eq!(pixel(&picture, 2), [220, 50, 32, 255], "lowered");
        assert_eq!(
            pixel(&picture, 0)[3],
            128,
            "a quarter of the largest is half opaque"
        );
    }

    #[test]
    fn probabilities_run_from_dark_blue_to_yellow() {
        let picture = probability(
            &Scene {
                labels: &[0; 4],
                probabilities: &[1.0, 0.0, 0.5, 0.5, 0.0, 1.0, 0.5, 0.5],
                ..scene()
            },
            1,
        );
        let [r, g, b, _] = pixel(&picture, 0);
        assert!(b > r && r > g && b < 100);
        let [r, g, b, _] = pixel(&picture, 1);
        assert!(r > 230 && g > 200 && b < 80);
    }

    #[test]
    fn each_class_has_its_outline_probability_and_gradient() {
        let scene = Scene {
            classes: 3,
            labels: &[1, 2, 2, 0],
            probabilities: &[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            logit_gradient: &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.4, -0.4],
            class: Some(2),
            ..scene()
        };
        let picture = input(&scene, 1);
        assert_eq!(pixel(&picture, 0), [255; 4]);
        assert_eq!(pixel(&picture, 1), [255, 194, 8, 255], "the second class");
        let picture = errors(&scene, 1);
        assert_eq!(pixel(&picture, 1), [255, 194, 8, 255], "right");
        let [r, g, b, _] = pixel(&picture, 2);
        assert!(
            g > r && g > b,
            "the first class in its place is a miss of the second"
        );
        let picture = probability(&scene, 1);
        let [r, _, b, _] = pixel(&picture, 3);
        assert!(b > r, "the second class is not there");
        let picture = gradient(&scene, 1);
        assert_eq!(pixel(&picture, 2), [220, 50, 32, 255], "lowered");
        assert_eq!(pixel(&picture, 3), [0, 90, 181, 255], "raised");
        let foreground = gradient(
            &Scene {
                class: None,
                ..scene
            },
            1,
        );
        assert_eq!(
            pixel(&foreground, 2)[3],
            0,
            "foreground as a whole is left alone"
        );
    }

    #[test]
    fn small_images_are_enlarged() {
        assert_eq!(
            [(16, 16), (64, 64), (96, 64), (512, 512)].map(|(w, h)| crate::scale_for(w, h)),
            [20, 5, 4, 1]
        );
    }
}
