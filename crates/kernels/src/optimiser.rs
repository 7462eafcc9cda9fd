//! Steps of the optimisers, on flat parameters.

/// Adam (Kingma and Ba, arXiv 1412.6980): ε is added to the root of the corrected second moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// Learning rate.
    pub learning_rate: f32,
    /// Decay of the first moment.
    pub beta_1: f32,
    /// Decay of the second moment.
    pub beta_2: f32,
    /// ε.
    pub epsilon: f32,
}

impl Adam {
    /// Factors of the moments at a step, counted from 1: learning rate / (1 − β₁ᵗ), and 1 / √(1 − β₂ᵗ).
    pub fn corrections(&self, step: usize) -> (f32, f32) {
        let bias = |beta: f32| 1.0 - f64::from(beta).powi(step as i32);
        let rate = f64::from(self.learning_rate) / bias(self.beta_1);
        (rate as f32, (1.0 / bias(self.beta_2).sqrt()) as f32)
    }

    /// Step number `step`, counted from 1. `first` and `second` are the moments.
    pub fn step(
        &self,
        step: usize,
        parameters: &mut [f32],
        gradients: &[f32],
        first: &mut [f32],
        second: &mut [f32],
    ) {
        let (rate, root) = self.corrections(step);
        let moments = first.iter_mut().zip(second);
        for ((parameter, &gradient), (m, v)) in parameters.iter_mut().zip(gradients).zip(moments) {
            *m = self.beta_1 * *m + (1.0 - self.beta_1) * gradient;
            *v = self.beta_2 * *v + (1.0 - self.beta_2) * gradient * gradient;
            *parameter -= rate * *m / (v.sqrt() * root + self.epsilon);
        }
    }
}

/// Stochastic gradient descent with momentum, without dampening.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// Learning rate.
    pub learning_rate: f32,
    /// Momentum.
    pub momentum: f32,
}

impl Sgd {
    /// One step. `velocity` is zero before the first.
    pub fn step(&self, parameters: &mut [f32], gradients: &[f32], velocity: &mut [f32]) {
        for ((parameter, &gradient), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
            *v = self.momentum * *v + gradient;
            *parameter -= self.learning_rate * *v;
        }
    }
}

/// Either of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Optimiser {
    /// Adam.
    Adam(Adam),
    /// Gradient descent.
    Sgd(Sgd),
}

impl Optimiser {
    /// Step number `step`, counted from 1. `first` and `second` are zero before the first.
    pub fn step(
        &self,
        step: usize,
        parameters: &mut [f32],
        gradients: &[f32],
        first: &mut [f32],
        second: &mut [f32],
    ) {
        match self {
            Self::Adam(adam) => adam.step(step, parameters, gradients, first, second),
            Self::Sgd(sgd) => sgd.step(parameters, gradients, first),
        }
    }
}
