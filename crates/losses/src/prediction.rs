//! Probabilities and their logarithms, from whatever a network puts out.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, softmax};

use crate::EPSILON;

/// The logarithm of a smaller probability is taken here: the smallest positive `f32`.
const SMALLEST_PROBABILITY: f64 = f32::MIN_POSITIVE as f64;

/// Class probabilities of every pixel, `[B, K, N]` with the N pixels flattened; beside them the sides that
/// N was flattened from, for losses that look at a pixel's neighbours. One form serves 2D and 3D.
#[derive(Debug, Clone)]
pub struct Prediction {
    probabilities: Tensor<3>,
    log_probabilities: Tensor<3>,
    /// The network's own channels, `[B, C, N]`, if it put out logits.
    logits: Option<Tensor<3>>,
    spatial: Vec<usize>,
}

impl Prediction {
    /// From logits `[B, C, …]`: softmax over the channels, or, for one channel z, the two classes
    /// `[1 − s(z), s(z)]` of a sigmoid. Logarithms are those of log-softmax, finite for finite logits.
    pub fn from_logits<const D: usize>(logits: Tensor<D>) -> Self {
        let spatial = sides(&logits);
        let channels = flatten(logits);
        // A sigmoid of z is a softmax of [0, z].
        let classes = match channels.dims()[1] {
            1 => Tensor::cat(vec![channels.zeros_like(), channels.clone()], 1),
            _ => channels.clone(),
        };
        Self {
            probabilities: softmax(classes.clone(), 1),
            log_probabilities: log_softmax(classes, 1),
            logits: Some(channels),
            spatial,
        }
    }

    /// From probabilities `[B, K, …]`, exact zeros and ones allowed; channels count as independent.
    /// The logarithm of a probability below the smallest positive `f32` is taken there.
    pub fn from_probabilities<const D: usize>(probabilities: Tensor<D>) -> Self {
        let spatial = sides(&probabilities);
        let probabilities = flatten(probabilities);
        let log_probabilities = floored_log(probabilities.clone());
        Self {
            probabilities,
            log_probabilities,
            logits: None,
            spatial,
        }
    }

    /// The same pixels in another shape: images `[B, C, N]` that were flattened before get the sides back
    /// that their neighbourhoods have.
    ///
    /// # Panics
    /// When the product of the sides is not N.
    pub fn with_spatial(mut self, spatial: &[usize]) -> Self {
        let pixels = self.probabilities.dims()[2];
        assert_eq!(
            spatial.iter().product::<usize>(),
            pixels,
            "an image of {spatial:?} does not have {pixels} pixels"
        );
        self.spatial = spatial.to_vec();
        self
    }

    /// The sides of an image; `[1]` where there are none.
    pub fn spatial(&self) -> &[usize] {
        &self.spatial
    }

    /// p, `[B, K, N]`.
    pub fn probabilities(&self) -> Tensor<3> {
        self.probabilities.clone()
    }

    /// log p, `[B, K, N]`, unclipped.
    pub fn log_probabilities(&self) -> Tensor<3> {
        self.log_probabilities.clone()
    }

    /// q = clip(p, ε, 1 − ε): where the clip holds, the gradient is exactly zero.
    pub fn clipped(&self) -> Tensor<3> {
        self.probabilities.clone().clamp(EPSILON, 1.0 - EPSILON)
    }

    /// log (1 − p), `[B, K, N]`: of logits the logarithm of the sum of the other classes, finite where they
    /// are.
    pub(crate) fn log_complements(&self) -> Tensor<3> {
        if self.logits.is_none() {
            return floored_log(-self.probabilities() + 1.0);
        }
        let log = self.log_probabilities();
        let classes = log.dims()[1];
        let of_others = (0..classes).map(|class| {
            let others = (0..classes).filter(|&other| other != class);
            let others = others.map(|other| log.clone().narrow(1, other, 1));
            log_sum_exp(Tensor::cat(others.collect(), 1))
        });
        Tensor::cat(of_others.collect(), 1)
    }

    /// 1 − p where the one-hot `target` is one, `[B, K, N]`; elsewhere it means nothing.
    pub(crate) fn miss(&self, target: &Tensor<3>) -> Tensor<3> {
        if self.logits.is_none() {
            return -self.probabilities() + 1.0;
        }
        self.own_miss(target).expand(target.dims())
    }

    /// 1 − p of each pixel's own class, `[B, 1, N]`.
    pub(crate) fn own_miss(&self, target: &Tensor<3>) -> Tensor<3> {
        let probabilities = self.probabilities();
        if self.logits.is_none() {
            return -(probabilities * target.clone()).sum_dim(1) + 1.0;
        }
        // As the sum of the other classes: no cancellation where p rounds to one.
        (probabilities * (-target.clone() + 1.0)).sum_dim(1)
    }

    /// The network's own channels, `[B, C, N]`; of probabilities, their logarithms.
    pub(crate) fn logits(&self) -> Tensor<3> {
        self.logits
            .clone()
            .unwrap_or_else(|| self.log_probabilities())
    }

    /// Each channel's logit against "not this class", `[B, C, N]`: the network's own channels; of
    /// probabilities, log p − log(1 − p).
    pub(crate) fn one_vs_rest(&self) -> Tensor<3> {
        self.logits.clone().unwrap_or_else(|| {
            self.log_probabilities() - floored_log(-self.probabilities.clone() + 1.0)
        })
    }

    /// What the channels of [`Self::logits`] should be: the one-hot target, or the foreground alone for
    /// the one channel of a sigmoid.
    pub(crate) fn channel_target(&self, target: &Tensor<3>) -> Tensor<3> {
        match &self.logits {
            Some(logits) if logits.dims()[1] == 1 => target.clone().narrow(1, 1, 1),
            _ => target.clone(),
        }
    }

    /// log p − log(sum of the other classes' p) of every foreground class, `[B, K − 1, N]`: how far its
    /// logit is from the decision. For two classes the difference of their logits.
    pub(crate) fn foreground_margins(&self) -> Tensor<3> {
        let log = self.log_probabilities();
        let classes = log.dims()[1];
        let margins = (1..classes).map(|class| {
            let own = log.clone().narrow(1, class, 1);
            let mut others = vec![log.clone().narrow(1, 0, class)];
            if class + 1 < classes {
                others.push(log.clone().narrow(1, class + 1, classes - class - 1));
            }
            own - log_sum_exp(Tensor::cat(others, 1))
        });
        Tensor::cat(margins.collect(), 1)
    }
}

/// log Σ exp over the classes, `[B, 1, N]`.
fn log_sum_exp(values: Tensor<3>) -> Tensor<3> {
    if values.dims()[1] == 1 {
        return values;
    }
    let largest = values.clone().max_dim(1).detach();
    (values - largest.clone()).exp().sum_dim(1).log() + largest
}

fn floored_log(probabilities: Tensor<3>) -> Tensor<3> {
    probabilities.clamp_min(SMALLEST_PROBABILITY).log()
}

/// The sides behind batch and channels; `[1]` where there are none.
fn sides<const D: usize>(tensor: &Tensor<D>) -> Vec<usize> {
    match &tensor.dims()[2..] {
        [] => vec![1],
        sides => sides.to_vec(),
    }
}

/// `[B, C, …]` as `[B, C, N]`.
pub(crate) fn flatten<const D: usize>(tensor: Tensor<D>) -> Tensor<3> {
    let dims = tensor.dims();
    let pixels = dims[2..].iter().product::<usize>();
    tensor.reshape([dims[0], dims[1], pixels])
}
