//! Losses of one form, value and gradient in three passes: the paper's, and those that it compares.
//!
//! Each is a mean over pixels of `a (1 − p)^g (−log p)` at the true class, plus a mean over images and
//! classes of `u^k`, where `u = (δ fn + (1 − δ) fp) / (tp + δ fn + (1 − δ) fp + s)`. The twins on the GPU are
//! `shaders/network/loss_*.wgsl`; what defines the losses is the crate losscope-losses.

/// Where probabilities are clipped, as in the code of arXiv 2102.04525.
const CLIP: f32 = 1e-7;

/// Below this, a fractional power is zero, and flat.
const FLOOR: f32 = 1e-12;

/// No denominator is smaller: without smoothing, that of a class that is nowhere and not predicted either would
/// vanish together with its numerator.
const SMALLEST_DENOMINATOR: f64 = 1e-15;

/// The numbers that make a loss of this form; pairs are for background and foreground.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FusedLoss {
    /// Weight of the part over pixels.
    pub pixel_weight: f32,
    /// Whether its probabilities are clipped.
    pub pixel_clipped: bool,
    /// Class weights a.
    pub class_weights: [f32; 2],
    /// Powers g.
    pub pixel_powers: [f32; 2],
    /// Weight of the part over regions.
    pub region_weight: f32,
    /// Whether its probabilities are clipped.
    pub region_clipped: bool,
    /// δ, the weight of false negatives.
    pub delta: f32,
    /// s.
    pub smooth: f32,
    /// Powers k.
    pub region_powers: [f32; 2],
    /// Added to the loss.
    pub constant: f32,
}

impl FusedLoss {
    /// The probability that the part over pixels reads.
    pub fn pixel_probability(&self, p: f32) -> f32 {
        clip(p, self.pixel_clipped)
    }

    /// As the shaders read it, `[4, 4]`.
    pub fn numbers(&self) -> [f32; 16] {
        let flag = |on| if on { 1.0 } else { 0.0 };
        let [a0, a1] = self.class_weights;
        let [g0, g1] = self.pixel_powers;
        let [k0, k1] = self.region_powers;
        [
            self.pixel_weight,
            flag(self.pixel_clipped),
            a0,
            a1,
            g0,
            g1,
            self.region_weight,
            flag(self.region_clipped),
            self.delta,
            self.smooth,
            k0,
            k1,
            self.constant,
            0.0,
            0.0,
            0.0,
        ]
    }
}

/// A loss at some logits.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// Its value.
    pub loss: f32,
    /// Σ |dL/dlogit| over the pixels of each class.
    pub per_class: Vec<f32>,
    /// dL/dlogits, in their layout.
    pub gradient: Vec<f32>,
}

/// `x^exponent` for x ≥ 0.
pub fn power(x: f32, exponent: f32) -> f32 {
    match exponent {
        0.0 => 1.0,
        1.0 => x,
        2.0 => x * x,
        _ if x < FLOOR => 0.0,
        _ => libm::powf(x, exponent),
    }
}

/// Its slope.
fn slope(x: f32, exponent: f32) -> f32 {
    match exponent {
        0.0 => 0.0,
        1.0 => 1.0,
        2.0 => 2.0 * x,
        _ if x < FLOOR => 0.0,
        _ => exponent * libm::powf(x, exponent - 1.0),
    }
}

fn clip(p: f32, clipped: bool) -> f32 {
    if clipped {
        p.clamp(CLIP, 1.0 - CLIP)
    } else {
        p
    }
}

fn passes(p: f32, clipped: bool) -> bool {
    !clipped || (CLIP..=1.0 - CLIP).contains(&p)
}

/// One pixel's distribution.
#[derive(Debug, Clone)]
struct Pixel {
    probabilities: Vec<f32>,
    /// 1 − p of the true class, as the sum of the others: no cancellation.
    miss: f32,
    /// −log p of the true class.
    surprise: f32,
}

impl Pixel {
    fn read(&mut self, logits: &[f32], pixels: usize, pixel: usize, label: usize) {
        let at = |class: usize| logits[class * pixels + pixel];
        let classes = self.probabilities.len();
        let largest = (0..classes).map(at).fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for class in 0..classes {
            let value = libm::expf(at(class) - largest);
            self.probabilities[class] = value;
            sum += value;
        }
        let mut others = 0.0;
        for (class, value) in self.probabilities.iter_mut().enumerate() {
            *value /= sum;
            others += if class == label { 0.0 } else { *value };
        }
        self.miss = others;
        self.surprise = libm::logf(sum) - (at(label) - largest);
    }

    /// `(1 − p)^g (−log p)` and p times its slope.
    fn term(&self, label: usize, loss: &FusedLoss) -> (f32, f32) {
        let p = self.probabilities[label];
        let exponent = loss.pixel_powers[label.min(1)];
        let (miss, surprise) = match loss.pixel_clipped {
            false => (self.miss, self.surprise),
            true => {
                let q = clip(p, true);
                (1.0 - q, -libm::logf(q))
            }
        };
        let value = power(miss, exponent) * surprise;
        let push = match passes(p, loss.pixel_clipped) {
            false => 0.0,
            true => -(slope(miss, exponent) * p * surprise + power(miss, exponent)),
        };
        (value, push)
    }
}

/// Probabilities `[…, K, N]` of logits of that layout, as a softmax over K gives them.
pub fn probabilities(logits: &[f32], classes: usize, pixels: usize) -> Vec<f32> {
    let mut all = logits.to_vec();
    for image in all.chunks_exact_mut(classes * pixels) {
        for pixel in 0..pixels {
            let largest = (0..classes)
                .map(|class| image[class * pixels + pixel])
                .fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0.0;
            for class in 0..classes {
                let value = &mut image[class * pixels + pixel];
                *value = libm::expf(*value - largest);
                sum += *value;
            }
            for class in 0..classes {
                image[class * pixels + pixel] /= sum;
            }
        }
    }
    all
}

/// True positives, false negatives and false positives of an image and class.
#[derive(Debug, Clone, Copy, Default)]
pub struct Region {
    /// Σ p where the label is the class.
    pub hit: f64,
    /// Σ (1 − p) there.
    pub missed: f64,
    /// Σ p where it is another.
    pub false_alarm: f64,
}

impl Region {
    /// Takes in a pixel that has the class with probability p.
    pub fn add(&mut self, loss: &FusedLoss, p: f32, is_class: bool) {
        let p = f64::from(clip(p, loss.region_clipped));
        if is_class {
            self.hit += p;
            self.missed += 1.0 - p;
        } else {
            self.false_alarm += p;
        }
    }

    /// u, and its slopes where the label is the class and where it is not.
    pub fn miss(&self, loss: &FusedLoss) -> (f32, [f32; 2]) {
        let delta = f64::from(loss.delta);
        let wrong = delta * self.missed + (1.0 - delta) * self.false_alarm;
        let right = self.hit + f64::from(loss.smooth);
        let all = right + wrong;
        if all < SMALLEST_DENOMINATOR {
            // Held up, the denominator has no slope.
            let scale = 1.0 / SMALLEST_DENOMINATOR;
            let slopes = [(1.0 - delta) * scale, -delta * scale];
            return ((wrong * scale) as f32, slopes.map(|slope| slope as f32));
        }
        let miss = wrong / all;
        let at_label = -(delta + (1.0 - delta) * miss) / all;
        let elsewhere = (1.0 - delta) * (right / all) / all;
        (miss as f32, [elsewhere as f32, at_label as f32])
    }
}

/// A loss taken over a batch, an image or some at a time: nothing of one image is needed for another.
#[derive(Debug, Clone)]
pub struct Pushing<'a> {
    loss: &'a FusedLoss,
    classes: usize,
    /// Of an image.
    pixels: usize,
    pixel: Pixel,
    pixel_scale: f32,
    region_scale: f32,
    terms: f64,
    regions: f64,
    per_class: Vec<f64>,
}

impl<'a> Pushing<'a> {
    /// Of a batch of so many images, of so many pixels each.
    pub fn new(loss: &'a FusedLoss, classes: usize, images: usize, pixels: usize) -> Self {
        Self {
            loss,
            classes,
            pixels,
            pixel: Pixel {
                probabilities: vec![0.0; classes],
                miss: 0.0,
                surprise: 0.0,
            },
            pixel_scale: loss.pixel_weight / (images * pixels) as f32,
            region_scale: loss.region_weight / (images * classes) as f32,
            terms: 0.0,
            regions: 0.0,
            per_class: vec![0.0; classes],
        }
    }

    /// Takes in the batch's next images: logits `[…, K, N]` against class indices `[…, N]`. `gradient`, in the
    /// layout of the logits, becomes what they add to that of the loss.
    pub fn add(&mut self, logits: &[f32], labels: &[u8], gradient: &mut [f32]) {
        let length = self.classes * self.pixels;
        let images = logits
            .chunks_exact(length)
            .zip(labels.chunks_exact(self.pixels));
        for ((logits, labels), gradient) in images.zip(gradient.chunks_exact_mut(length)) {
            self.image(logits, labels, gradient);
        }
    }

    fn image(&mut self, logits: &[f32], labels: &[u8], gradient: &mut [f32]) {
        let Self {
            loss,
            classes,
            pixels,
            pixel,
            pixel_scale,
            region_scale,
            ..
        } = self;
        let (loss, classes, pixels) = (*loss, *classes, *pixels);
        let mut region = vec![Region::default(); classes];
        for (i, &label) in labels.iter().enumerate() {
            let label = usize::from(label);
            pixel.read(logits, pixels, i, label);
            for (class, region) in region.iter_mut().enumerate() {
                region.add(loss, pixel.probabilities[class], class == label);
            }
            self.terms += f64::from(loss.class_weights[label.min(1)] * pixel.term(label, loss).0);
        }
        // dL/dp of each class, where the label is another and where it is this one.
        let mut pushes = vec![[0.0f32; 2]; classes];
        for (class, region) in region.iter().enumerate() {
            let (miss, slopes) = region.miss(loss);
            let exponent = loss.region_powers[class.min(1)];
            self.regions += f64::from(power(miss, exponent));
            pushes[class] = slopes.map(|s| *region_scale * slope(miss, exponent) * s);
        }
        for (i, &label) in labels.iter().enumerate() {
            let label = usize::from(label);
            pixel.read(logits, pixels, i, label);
            let push = |class: usize, p: f32| match passes(p, loss.region_clipped) {
                true => pushes[class][usize::from(class == label)],
                false => 0.0,
            };
            let probabilities = &pixel.probabilities;
            let mean: f32 = probabilities
                .iter()
                .enumerate()
                .map(|(c, &p)| p * push(c, p))
                .sum();
            let own = *pixel_scale * loss.class_weights[label.min(1)] * pixel.term(label, loss).1;
            for (class, &p) in probabilities.iter().enumerate() {
                let apart = if class == label { pixel.miss } else { -p };
                let value = p * (push(class, p) - mean) + apart * own;
                gradient[class * pixels + i] = value;
                self.per_class[label] += f64::from(value.abs());
            }
        }
    }

    /// The loss, and Σ |dL/dlogit| over the pixels of each class.
    pub fn numbers(self) -> (f32, Vec<f32>) {
        let value = f64::from(self.pixel_scale) * self.terms
            + f64::from(self.region_scale) * self.regions
            + f64::from(self.loss.constant);
        let per_class = self.per_class.into_iter().map(|push| push as f32);
        (value as f32, per_class.collect())
    }
}

/// A loss, its gradient, and how much of it each class pushes, at logits `[B, K, N]` against class indices
/// `[B, N]`.
pub fn push(
    loss: &FusedLoss,
    logits: &[f32],
    labels: &[u8],
    classes: usize,
    images: usize,
) -> Push {
    let mut pushing = Pushing::new(loss, classes, images, labels.len() / images);
    let mut gradient = vec![0.0; logits.len()];
    pushing.add(logits, labels, &mut gradient);
    let (loss, per_class) = pushing.numbers();
    Push {
        loss,
        per_class,
        gradient,
    }
}
