//! How much the presets cost: sizes and numbers of images, networks and steps.

use losscope_datasets::synthetic::{Family, Synthetic};
use losscope_trainer::{DataConfig, Experiment, NetworkConfig, OptimiserConfig, TrainingConfig};

/// Sizes and numbers of images, networks and steps.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// Side of an image.
    size: usize,
    count: usize,
    pub(crate) split: [f64; 3],
    /// Of the network for images.
    depth: usize,
    learning_rate: f64,
    training: TrainingConfig,
    /// Side of a volume, and its slices.
    volume: (usize, usize),
    volume_count: usize,
    pub(crate) volume_network: NetworkConfig,
    pub(crate) volume_training: TrainingConfig,
}

impl Budget {
    /// What an experiment does by default, in hours.
    pub(crate) fn full() -> Self {
        let Experiment {
            network,
            optimiser,
            training,
            data,
            ..
        } = Experiment::default();
        let Synthetic { size, count, .. } = Synthetic::default();
        Self {
            size,
            count,
            split: data.split(),
            depth: network.depth,
            learning_rate: optimiser.learning_rate,
            volume: (32, 16),
            volume_count: 60,
            volume_network: NetworkConfig {
                dims: 3,
                depth: 2,
                ..network
            },
            volume_training: TrainingConfig {
                batch_size: 2,
                ..training.clone()
            },
            training,
        }
    }

    /// In minutes.
    pub(crate) fn small() -> Self {
        let full = Self::full();
        Self {
            size: 48,
            count: 110,
            split: [0.5, 0.14, 0.36],
            depth: 2,
            learning_rate: 0.003,
            training: TrainingConfig {
                batch_size: 4,
                steps: 160,
                ..full.training
            },
            volume: (24, 12),
            volume_count: 60,
            volume_network: NetworkConfig {
                base_channels: 4,
                ..full.volume_network
            },
            volume_training: TrainingConfig {
                batch_size: 2,
                steps: 160,
                ..full.volume_training
            },
        }
    }

    /// An experiment on images.
    pub(crate) fn images(&self) -> Experiment {
        let of = Experiment::default();
        Experiment {
            data: DataConfig::synthetic(self.drawn(Family::Polyp), self.split),
            network: NetworkConfig {
                depth: self.depth,
                ..of.network
            },
            optimiser: OptimiserConfig {
                learning_rate: self.learning_rate,
                ..of.optimiser
            },
            training: self.training.clone(),
            ..of
        }
    }

    /// Images of a family.
    pub(crate) fn drawn(&self, family: Family) -> Synthetic {
        Synthetic {
            size: self.size,
            count: self.count,
            ..Synthetic::new(family)
        }
    }

    /// Volumes of a family.
    pub(crate) fn drawn_volumes(&self, family: Family) -> Synthetic {
        let (size, depth) = self.volume;
        Synthetic {
            size,
            depth,
            count: self.volume_count,
            ..Synthetic::new(family)
        }
    }
}
