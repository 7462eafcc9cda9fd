/**
 * The first loss in plain loops and double precision, which depends on no contestant: whoever gets
 * another number computes something else, and its times mean nothing.
 */
import { type LayerWeights, splitWeights } from "./network";
import type { Problem } from "./problem";

/** Channels of one image, [channels, side, side]. */
interface Features {
  readonly values: Float64Array;
  readonly channels: number;
  readonly side: number;
}

/** Mean binary cross-entropy of the initial network on the first batch. */
export function referenceLoss({ size, batch, weights, batches }: Problem): number {
  const layers = splitWeights(weights);
  const [first] = batches;
  if (first === undefined) throw new Error("The problem has no batch.");
  const pixels = size * size;
  let sum = 0;
  for (let image = 0; image < batch; image++) {
    const from = image * pixels;
    const input = Float64Array.from(first.images.subarray(from, from + pixels));
    const logits = network(layers, { values: input, channels: 1, side: size }).values;
    first.targets.subarray(from, from + pixels).forEach((target, pixel) => {
      const logit = at(logits, pixel);
      sum += Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
    });
  }
  return sum / (batch * pixels);
}

function network(layers: readonly LayerWeights[], image: Features): Features {
  let next = 0;
  const convolution = (input: Features) => {
    const layer = layers[next++];
    if (layer === undefined) throw new Error("The network has fewer layers than it runs.");
    return convolve(input, layer);
  };
  const block = (input: Features) => relu(convolution(relu(convolution(input))));
  const top = block(image);
  const middle = block(pool(top));
  const bottom = block(pool(middle));
  const upMiddle = block(concatenate(middle, upsample(bottom)));
  const upTop = block(concatenate(top, upsample(upMiddle)));
  return convolution(upTop);
}

function convolve(input: Features, { layer, kernel, bias }: LayerWeights): Features {
  const { side } = input;
  const values = new Float64Array(layer.outputs * side * side);
  const margin = (layer.kernel - 1) / 2;
  let weight = 0;
  for (let output = 0; output < layer.outputs; output++) {
    const plane = values.subarray(output * side * side, (output + 1) * side * side).fill(at(bias, output));
    for (let channel = 0; channel < layer.inputs; channel++) {
      for (let dy = -margin; dy <= margin; dy++) {
        for (let dx = -margin; dx <= margin; dx++) {
          addShifted(plane, input.values.subarray(channel * side * side), side, dy, dx, at(kernel, weight++));
        }
      }
    }
  }
  return { values, channels: layer.outputs, side };
}

/** Adds `factor` times the plane that is shifted by (dy, dx); outside it is zero. */
function addShifted(to: Float64Array, from: Float64Array, side: number, dy: number, dx: number, factor: number): void {
  for (let y = Math.max(0, -dy); y < side - Math.max(0, dy); y++) {
    for (let x = Math.max(0, -dx); x < side - Math.max(0, dx); x++) {
      to[y * side + x] = at(to, y * side + x) + factor * at(from, (y + dy) * side + x + dx);
    }
  }
}

function relu(features: Features): Features {
  return { ...features, values: features.values.map((value) => Math.max(0, value)) };
}

function pool({ values, channels, side }: Features): Features {
  return resample(channels, side / 2, (channel, y, x) => {
    const corner = (channel * side + 2 * y) * side + 2 * x;
    return Math.max(
      at(values, corner),
      at(values, corner + 1),
      at(values, corner + side),
      at(values, corner + side + 1),
    );
  });
}

function upsample({ values, channels, side }: Features): Features {
  return resample(channels, 2 * side, (channel, y, x) => at(values, (channel * side + (y >> 1)) * side + (x >> 1)));
}

function resample(channels: number, side: number, value: (channel: number, y: number, x: number) => number): Features {
  const values = new Float64Array(channels * side * side);
  for (let index = 0; index < values.length; index++) {
    const inPlane = index % (side * side);
    values[index] = value(Math.floor(index / (side * side)), Math.floor(inPlane / side), inPlane % side);
  }
  return { values, channels, side };
}

function concatenate(first: Features, second: Features): Features {
  const values = new Float64Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { values, channels: first.channels + second.channels, side: first.side };
}

/** The value at an index that exists. */
function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN;
}
