// Addresses that open the page on an experiment of one's own.

/** Small enough for software WebGPU: a few steps a second. */
export const TINY = {
  data: { source: "synthetic", size: 16, count: 24, foreground: 0.1 },
  network: { base_channels: 4, depth: 1 },
  training: { batch_size: 2, steps: 60, evaluate_every: 20 },
};

/** Large enough to learn something, small enough for a few seconds on a CPU. */
export const SMALL = {
  data: { source: "synthetic", size: 32, count: 48, foreground: 0.06 },
  network: { base_channels: 8, depth: 2 },
  optimiser: { learning_rate: 0.003 },
  training: { batch_size: 4, steps: 150, evaluate_every: 25 },
};

/** The page's address with an experiment and a backend. */
export function address(url, experiment, backend = "auto") {
  const query = new URLSearchParams({ backend, experiment: JSON.stringify(experiment) });
  return `${url}?${query}`;
}
