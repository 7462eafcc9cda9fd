/**
 * The network that every contestant trains, as a list of convolutions:
 *
 * ```text
 * input 1 ─ down 0 (8) ─────────────────────────── skip ─ up 0 (8) ─ head (1)
 *             └ pool ─ down 1 (16) ── skip ─ up 1 (16) ─┘
 *                        └ pool ─ bottom (32) ─┘
 * ```
 *
 * Each block is two 3×3 convolutions with bias and zero padding, each followed by ReLU; pooling is
 * the maximum over 2×2; upsampling repeats each pixel 2×2; a block on the way up reads the skip's
 * channels first, then those from below; the head is 1×1 without activation.
 */

/** One convolution. */
export interface Layer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the square kernel. */
  readonly kernel: 1 | 3;
  /** It runs at the image's size divided by two to this power. */
  readonly level: number;
}

function block(name: string, level: number, inputs: number, outputs: number): Layer[] {
  return [
    { name: `${name}, first`, inputs, outputs, kernel: 3, level },
    { name: `${name}, second`, inputs: outputs, outputs, kernel: 3, level },
  ];
}

/** All convolutions, in the order in which they run and in which their weights lie. */
export const LAYERS: readonly Layer[] = [
  ...block("down 0", 0, 1, 8),
  ...block("down 1", 1, 8, 16),
  ...block("bottom", 2, 16, 32),
  ...block("up 1", 1, 16 + 32, 16),
  ...block("up 0", 0, 8 + 16, 8),
  { name: "head", inputs: 8, outputs: 1, kernel: 1, level: 0 },
];

/** Number of weights of a layer's kernel, without its biases. */
export function kernelLength({ inputs, outputs, kernel }: Layer): number {
  return outputs * inputs * kernel * kernel;
}

/** Number of trained numbers: 29,617. */
export function parameterCount(): number {
  return LAYERS.reduce((sum, layer) => sum + kernelLength(layer) + layer.outputs, 0);
}

/** A layer's part of the flat weights, without copying. */
export interface LayerWeights {
  readonly layer: Layer;
  /** [outputs, inputs, kernel, kernel] */
  readonly kernel: Float32Array;
  /** [outputs] */
  readonly bias: Float32Array;
}

/** Cuts flat weights into layers. */
export function splitWeights(weights: Float32Array): LayerWeights[] {
  let end = 0;
  const take = (length: number) => weights.subarray(end, (end += length));
  return LAYERS.map((layer) => ({ layer, kernel: take(kernelLength(layer)), bias: take(layer.outputs) }));
}

/**
 * Floating-point operations of one training step, by the usual convention: a multiplication and an
 * addition are two, only convolutions count, and the backward pass is twice the forward pass.
 */
export function flopsPerStep(size: number, batch: number): number {
  const forward = LAYERS.reduce((sum, layer) => {
    const side = size / 2 ** layer.level;
    return sum + 2 * kernelLength(layer) * side * side;
  }, 0);
  return 3 * batch * forward;
}
