//! What a network makes of an image, in the image's own size.

use losscope_metrics::{Case, Grid, ImageValues, MetricGroup, MetricOptions, evaluate};

use super::ApplyError;

/// Pixels up to which all metrics are measured; those of surfaces, centrelines and probabilities take too long
/// and too much memory beyond.
pub const MEASURED_WHOLE: usize = 1 << 20;

/// Probabilities in the network's size; all else is made of them in the size that is asked for. In between
/// pixels they are interpolated (bilinearly, edges go on), so that a mask's edge runs smoothly through a photo
/// that is larger than what the network saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    height: usize,
    width: usize,
    classes: usize,
    probabilities: Vec<f32>,
    logits: Vec<f32>,
}

/// For a pixel of the larger image: two pixels of the smaller one, and the share of the second.
type Between = (usize, usize, f32);

/// Places of `to` pixels between `from`, centres on centres.
fn places(from: usize, to: usize) -> Vec<Between> {
    let step = from as f64 / to as f64;
    (0..to)
        .map(|at| {
            let place = ((at as f64 + 0.5) * step - 0.5).clamp(0.0, (from - 1) as f64);
            let first = place as usize;
            (
                first,
                (first + 1).min(from - 1),
                (place - first as f64) as f32,
            )
        })
        .collect()
}

impl Prediction {
    pub(super) fn new(
        (height, width): (usize, usize),
        classes: usize,
        probabilities: Vec<f32>,
        logits: Vec<f32>,
    ) -> Result<Self, ApplyError> {
        if !probabilities.iter().all(|p| p.is_finite()) {
            return Err(ApplyError::Diverged);
        }
        Ok(Self {
            height,
            width,
            classes,
            probabilities,
            logits,
        })
    }

    /// Logits `[classes, height, width]` in the network's size.
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }

    /// Number of classes, background included.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Calls `take` with each row of an image of this size: its probabilities `[classes, width]`.
    fn rows(&self, height: usize, width: usize, mut take: impl FnMut(usize, &[f32])) {
        let (down, across) = (places(self.height, height), places(self.width, width));
        let mut row = vec![0.0; self.classes * width];
        for (y, &(above, below, share)) in down.iter().enumerate() {
            for (class, row) in row.chunks_exact_mut(width).enumerate() {
                let plane = &self.probabilities[class * self.height * self.width..];
                let (above, below) = (&plane[above * self.width..], &plane[below * self.width..]);
                let mixed = |x: usize| above[x] + (below[x] - above[x]) * share;
                for (value, &(left, right, share)) in row.iter_mut().zip(&across) {
                    let (left, right) = (mixed(left), mixed(right));
                    *value = left + (right - left) * share;
                }
            }
            take(y, &row);
        }
    }

    /// The most probable class of each pixel, `[height, width]`; the first of equals, as metrics have it.
    pub fn mask(&self, height: usize, width: usize) -> Vec<u8> {
        let mut mask = Vec::with_capacity(height * width);
        self.rows(height, width, |_, row| {
            mask.extend((0..width).map(|x| {
                let of = |class: usize| row[class * width + x];
                let best = |best, class| if of(class) > of(best) { class } else { best };
                (1..self.classes).fold(0, best) as u8
            }));
        });
        mask
    }

    /// [`Prediction::mask`] as greys, classes as far apart as they go: foreground white where there is one class
    /// of it.
    pub fn greys(&self, height: usize, width: usize) -> Vec<u8> {
        let most = self.classes.saturating_sub(1).max(1);
        let mut mask = self.mask(height, width);
        for class in &mut mask {
            *class = (255 * usize::from(*class) / most) as u8;
        }
        mask
    }

    /// The probability of a class, or without one of any foreground, `[height, width]`.
    pub fn probability(&self, class: Option<usize>, height: usize, width: usize) -> Vec<f32> {
        let mut plane = Vec::with_capacity(height * width);
        self.rows(height, width, |_, row| match class {
            Some(class) if class < self.classes => {
                plane.extend_from_slice(&row[class * width..(class + 1) * width]);
            }
            _ => plane.extend(row[..width].iter().map(|background| 1.0 - background)),
        });
        plane
    }

    /// The probability of any foreground, 0 to 255.
    pub fn probability_greys(&self, height: usize, width: usize) -> Vec<u8> {
        let mut greys = Vec::with_capacity(height * width);
        self.rows(height, width, |_, row| {
            let grey = |p: &f32| (255.0 * (1.0 - p)).round().clamp(0.0, 255.0) as u8;
            greys.extend(row[..width].iter().map(grey));
        });
        greys
    }

    /// Metrics against labels `[height, width]` of the image's own size, distances in its pixels: all of them up to
    /// [`MEASURED_WHOLE`] pixels, else those that count pixels.
    ///
    /// # Errors
    /// Where there are more or fewer labels than pixels.
    pub fn measure(
        &self,
        image: &str,
        labels: &[u8],
        (height, width): (usize, usize),
    ) -> Result<ImageValues, ApplyError> {
        if labels.len() != height * width {
            return Err(ApplyError::Labels {
                expected: height * width,
                given: labels.len(),
            });
        }
        let whole = labels.len() <= MEASURED_WHOLE;
        let mut probabilities = vec![
            0.0;
            if whole {
                self.classes * labels.len()
            } else {
                0
            }
        ];
        if whole {
            self.rows(height, width, |y, row| {
                for (class, row) in row.chunks_exact(width).enumerate() {
                    let at = (class * height + y) * width;
                    probabilities[at..at + width].copy_from_slice(row);
                }
            });
        }
        let groups: &[MetricGroup] = match whole {
            true => &[
                MetricGroup::Overlap,
                MetricGroup::Surface,
                MetricGroup::Centreline,
                MetricGroup::Calibration,
            ],
            false => &[MetricGroup::Overlap],
        };
        let predicted = self.mask(height, width);
        let case = Case {
            predicted: &predicted,
            labels,
            probabilities: whole.then_some(probabilities.as_slice()),
            classes: self.classes,
            grid: Grid::plane(height, width),
        };
        Ok(ImageValues {
            image: image.to_owned(),
            values: evaluate(&case, &MetricOptions::of(groups))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use losscope_metrics::Metric;

    use super::*;

    /// Background beside foreground, in 2×2.
    fn halves() -> Prediction {
        let foreground = [0.1, 0.9, 0.1, 0.9];
        let background = foreground.map(|p| 1.0 - p);
        Prediction::new((2, 2), 2, [background, foreground].concat(), vec![0.0; 8]).unwrap()
    }

    #[test]
    fn in_its_own_size_nothing_changes() {
        assert_eq!(halves().mask(2, 2), [0, 1, 0, 1]);
        assert_eq!(halves().greys(2, 2), [0, 255, 0, 255]);
        assert_eq!(halves().probability(Some(1), 2, 2), [0.1, 0.9, 0.1, 0.9]);
        assert_eq!(halves().probability_greys(2, 2), [26, 230, 26, 230]);
    }

    #[test]
    fn larger_images_get_what_lies_between() {
        let row = halves().probability(Some(1), 3, 8)[8..16].to_vec();
        // Centres of eighths between those of halves, edges going on.
        let expected = [0.1, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.9];
        for (given, expected) in row.iter().zip(expected) {
            assert!((given - expected).abs() < 1e-6, "{row:?}");
        }
        assert_eq!(halves().mask(1, 8), [0, 0, 0, 0, 1, 1, 1, 1]);
        // Not square, and smaller in one direction.
        assert_eq!(halves().mask(5, 1).len(), 5);
    }

    #[test]
    fn measured_in_the_images_own_size() {
        let mut labels = vec![0; 64];
        labels.chunks_exact_mut(8).for_each(|row| row[4..].fill(1));
        let values = halves().measure("photo", &labels, (8, 8)).unwrap();
        assert_eq!(values.image, "photo");
        assert_eq!(values.values.len(), Metric::all().count());
        let of = |metric| values.metric(metric).unwrap().per_class[1];
        assert_eq!((of(Metric::Dice), of(Metric::Hd95)), (Some(1.0), Some(0.0)));
        let error = halves().measure("photo", &labels, (8, 9)).unwrap_err();
        assert!(error.to_string().contains("64 pixels"), "{error}");
    }

    #[test]
    fn large_images_are_measured_by_counting() {
        let (height, width) = (1025, 1024);
        let labels = halves().mask(height, width);
        let values = halves().measure("large", &labels, (height, width)).unwrap();
        let of = |metric| values.metric(metric).map(|v| v.per_class[1]);
        assert_eq!(of(Metric::Dice), Some(Some(1.0)));
        assert_eq!(of(Metric::Hd95), None);
    }

    #[test]
    fn a_diverged_network_is_said_to_be_one() {
        let error = Prediction::new((1, 1), 2, vec![f32::NAN; 2], vec![f32::NAN; 2]);
        assert!(matches!(error, Err(ApplyError::Diverged)));
    }
}
