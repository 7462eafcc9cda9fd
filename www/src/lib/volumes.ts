/** From slices to volumes and back. */
import type { Experiment } from "../engine/types";

/** A volume has so many slices at most that training on it feels live on a laptop. */
const SLICES = 16;
const SIDE = 32;

/** Trains on whole volumes: small ones, a few at a time. */
export function useVolumes(experiment: Experiment): void {
  if (experiment.data.source !== "synthetic") return;
  Object.assign(experiment.data, { depth: SLICES, size: SIDE, count: 24 });
  fitNetwork(experiment, 3);
}

/** Trains on images; of volumes, on slices. */
export function useImages(experiment: Experiment): void {
  if (experiment.network.dims === 2 || experiment.data.source !== "synthetic") return;
  Object.assign(experiment.data, { depth: 1, size: 64, count: 120 });
  fitNetwork(experiment, 2);
}

/** Gives a network that is for the other kind of data the size that is usual for these. */
export function fitNetwork({ network, training }: Experiment, dims: 2 | 3): void {
  if (network.dims === dims) return;
  Object.assign(network, dims === 3 ? { dims, base_channels: 4, depth: 2 } : { dims, base_channels: 8, depth: 3 });
  training.batch_size = dims === 3 ? 2 : 4;
}
