/** From slices to volumes and back. */
import type { Experiment } from "../engine/types";

/** A volume has so many slices at most that training on it feels live on a laptop. */
const SLICES = 16;
const SIDE = 32;

/** Trains on whole volumes: small ones, a few at a time. */
export function useVolumes(experiment: Experiment): void {
  if (experiment.data.source !== "synthetic") return;
  Object.assign(experiment.data, { depth: SLICES, size: SIDE, count: 24 });
  Object.assign(experiment.network, { dims: 3, base_channels: 4, depth: 2 });
  experiment.training.batch_size = 2;
}

/** Trains on images; of volumes, on slices. */
export function useImages(experiment: Experiment): void {
  if (experiment.network.dims === 2 || experiment.data.source !== "synthetic") return;
  Object.assign(experiment.data, { depth: 1, size: 64, count: 120 });
  Object.assign(experiment.network, { dims: 2, base_channels: 8, depth: 3 });
  experiment.training.batch_size = 4;
}
