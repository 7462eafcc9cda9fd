//! Weights drawn on the CPU, the same for every backend.

use losscope_kernels::architecture::{Architecture, Kind};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::weights::from_pytorch;

/// Parameters of a network at its start, as in [`Architecture::layout`]; they depend on the seed alone.
///
/// Weights are drawn by He initialisation (He et al., arXiv 1502.01852): normal with variance 2 / fan-in,
/// which keeps the variance through a ReLU. Biases and shifts are 0, scales 1.
pub fn initial_parameters(architecture: &Architecture, seed: u64) -> Vec<f32> {
    let layout = architecture.layout();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut parameters = vec![0.0; layout.len];
    for layer in layout.layers() {
        let deviation = (2.0 / layer.fan_in() as f64).sqrt();
        let drawn: Vec<f32> = layer
            .weight
            .clone()
            .map(|_| {
                let normal: f64 = StandardNormal.sample(&mut random);
                (deviation * normal) as f32
            })
            .collect();
        // Drawn in the order of a weights file.
        let transposed = layer.kind == Kind::Up2x2;
        from_pytorch(
            layer,
            transposed,
            &drawn,
            &mut parameters[layer.weight.clone()],
        );
        if let Some((scale, _)) = layer.norm.clone() {
            parameters[scale].fill(1.0);
        }
    }
    parameters
}
