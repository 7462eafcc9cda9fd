/** What is trained: the initial weights and the batches, the same for every contestant. */
import { kernelLength, LAYERS, parameterCount } from "./network";
import { Random } from "./random";

/** Shape of the images of one run. */
export interface Case {
  /** Height and width in pixels, a multiple of 4. */
  readonly size: number;
  /** Images in a batch. */
  readonly batch: number;
}

/** The images of one step, with their masks. */
export interface Batch {
  /** [batch, 1, size, size] */
  readonly images: Float32Array<ArrayBuffer>;
  /** [batch, size, size], 0 or 1 */
  readonly targets: Float32Array<ArrayBuffer>;
}

/** Everything a contestant is given. */
export interface Problem extends Case {
  /** Layer after layer, kernel [outputs, inputs, height, width] then bias. */
  readonly weights: Float32Array;
  /** Step `k` trains on number `k` modulo their count. */
  readonly batches: readonly Batch[];
}

const WEIGHTS_SEED = 1;
const BATCHES_SEED = 2;
const BATCHES = 4;

/** The optimiser, Adam: ε is added to the root of the bias-corrected second moment. */
export const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Makes the problem of one case; the same every time. */
export function makeProblem({ size, batch }: Case): Problem {
  const random = new Random(BATCHES_SEED);
  const batches = Array.from({ length: BATCHES }, () => makeBatch(size, batch, random));
  return { size, batch, weights: makeWeights(), batches };
}

/** He-normal kernels, biases of zero, which take no random numbers. */
function makeWeights(): Float32Array {
  const weights = new Float32Array(parameterCount());
  const random = new Random(WEIGHTS_SEED);
  let at = 0;
  for (const layer of LAYERS) {
    const deviation = Math.sqrt(2 / (layer.inputs * layer.kernel * layer.kernel));
    const end = at + kernelLength(layer);
    while (at < end) weights[at++] = deviation * random.normal();
    at += layer.outputs;
  }
  return weights;
}

/**
 * Each image is a bright disc with a soft edge on uniform noise, its mask the disc. Random numbers
 * are drawn image by image: the centre's row, its column, the radius, then one for each pixel.
 */
function makeBatch(size: number, batch: number, random: Random): Batch {
  const images = new Float32Array(batch * size * size);
  const targets = new Float32Array(images.length);
  const between = (low: number, high: number) => size * (low + (high - low) * random.uniform());
  const softness = 0.02 * size;
  let at = 0;
  for (let image = 0; image < batch; image++) {
    const row = between(0.25, 0.75);
    const column = between(0.25, 0.75);
    const radius = between(0.12, 0.28);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at++) {
        const distance = Math.sqrt((y + 0.5 - row) ** 2 + (x + 0.5 - column) ** 2);
        const disc = 1 / (1 + Math.exp((distance - radius) / softness));
        images[at] = disc + random.uniform() - 0.5;
        targets[at] = distance <= radius ? 1 : 0;
      }
    }
  }
  return { images, targets };
}
