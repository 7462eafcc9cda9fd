//! One step: which pixels pull the weights where.

use losscope_inspect::push::border;
use losscope_kernels::architecture::Layout;
use serde::Serialize;

/// The step that a lane takes next, taken apart. The gradient of a batch is the sum of what its pixels give;
/// here it is that of foreground pixels plus that of background pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StepExplanation {
    /// The lane.
    pub lane: u32,
    /// The step's number, from 1.
    pub step: usize,
    /// Its batch, as positions in the data.
    pub images: Vec<usize>,
    /// Share of foreground in the batch's pixels.
    pub foreground: f64,
    /// The batch's loss before the step.
    pub loss: f32,
    /// The same batch's loss after it.
    pub loss_after: f32,
    /// Share of Σ |dL/dlogit| per class of the label.
    pub gradient_share: Vec<f32>,
    /// max |dL/dlogit|.
    pub gradient_max: f32,
    /// Each layer's weight, from the input on.
    pub layers: Vec<LayerPull>,
    /// All parameters together.
    pub network: LayerPull,
}

/// How foreground and background pull some parameters. Norms are Euclidean.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LayerPull {
    /// The layer's path in the network.
    pub layer: String,
    /// Norm of the gradient.
    pub gradient: f64,
    /// Norm of the part that comes from foreground pixels.
    pub foreground: f64,
    /// Norm of the part that comes from background pixels.
    pub background: f64,
    /// Norm of the part that comes from pixels beside another class, of both sides; it lies in both parts.
    pub border: f64,
    /// Cosine of the angle between foreground's and background's part: 1 the same way, −1 against each other;
    /// `None` where one of them is zero.
    pub cosine: Option<f64>,
    /// How much of the gradient's length is foreground's doing: its part projected onto the whole. Foreground's
    /// and background's sum to 1; below 0 one pulls against what is done. `None` where there is no gradient.
    pub foreground_share: Option<f64>,
    /// Norm of the parameters.
    pub weight: f64,
    /// Norm of their change by the step, as the optimiser makes it.
    pub change: f64,
}

/// Gradients of the parameters from some of the pixels.
pub(crate) struct Parts {
    pub(crate) foreground: Vec<f32>,
    pub(crate) background: Vec<f32>,
    pub(crate) border: Vec<f32>,
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    let products = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b));
    products.sum()
}

fn norm(values: &[f32]) -> f64 {
    dot(values, values).sqrt()
}

impl Parts {
    /// Splits dL/dlogits `[B, K, N]` by the class indices `[B, N]` of pixels in rows of images of that height
    /// and width, and takes each part through `backward`.
    pub(crate) fn new(
        logit_gradient: &[f32],
        labels: &[u8],
        (height, width): (usize, usize),
        count: usize,
        mut backward: impl FnMut(&[f32]) -> Vec<f32>,
    ) -> Self {
        let pixels = labels.len() / count;
        let edges: Vec<bool> = labels
            .chunks_exact(height * width)
            .flat_map(|labels| border(labels, height, width))
            .collect();
        let image = logit_gradient.len() / count;
        let mut of = |keep: &dyn Fn(usize) -> bool| {
            let kept = logit_gradient.iter().enumerate().map(|(at, &gradient)| {
                let pixel = at / image * pixels + at % pixels;
                if keep(pixel) { gradient } else { 0.0 }
            });
            backward(&kept.collect::<Vec<f32>>())
        };
        Self {
            foreground: of(&|pixel| labels[pixel] != 0),
            background: of(&|pixel| labels[pixel] == 0),
            border: of(&|pixel| edges[pixel]),
        }
    }

    /// The whole gradient.
    pub(crate) fn sum(&self) -> Vec<f32> {
        let parts = self.foreground.iter().zip(&self.background);
        parts.map(|(a, b)| a + b).collect()
    }

    /// The pull on each layer's weight, and on all parameters, which the step takes from `before` to `after`.
    pub(crate) fn pulls(
        &self,
        layout: &Layout,
        before: &[f32],
        after: &[f32],
    ) -> (Vec<LayerPull>, LayerPull) {
        let sum = self.sum();
        let change: Vec<f32> = after.iter().zip(before).map(|(a, b)| a - b).collect();
        let pull = |layer: &str, range: std::ops::Range<usize>| {
            let [gradient, foreground, background, border, weight, change] = [
                sum.as_slice(),
                &self.foreground,
                &self.background,
                &self.border,
                before,
                &change,
            ]
            .map(|values| &values[range.clone()]);
            let length = norm(foreground) * norm(background);
            let square = dot(gradient, gradient);
            LayerPull {
                layer: layer.into(),
                gradient: square.sqrt(),
                foreground: norm(foreground),
                background: norm(background),
                border: norm(border),
                cosine: (length > 0.0)
                    .then(|| (dot(foreground, background) / length).clamp(-1.0, 1.0)),
                foreground_share: (square > 0.0).then(|| dot(foreground, gradient) / square),
                weight: norm(weight),
                change: norm(change),
            }
        };
        let layers = layout.layers().into_iter();
        (
            layers
                .map(|layer| pull(&layer.name, layer.weight.clone()))
                .collect(),
            pull("", 0..sum.len()),
        )
    }
}
