/** TensorFlow.js: eager operations, and its own Adam. Channels are last, as its kernels want them. */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-webgl";
import "@tensorflow/tfjs-backend-webgpu";
import { getThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import wasmPlain from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimd from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import wasmThreads from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";

import { type Contestant, describeAdapter, describeCpu, type Training, Unavailable } from "../contestants/contestant";
import { splitWeights } from "../problem/network";
import { ADAM, type Batch, type Problem } from "../problem/problem";
import { convolveByMatMul } from "./tfjs-wasm";
import { versions } from "./versions";

type Backend = "webgl" | "webgpu" | "wasm";
type Convolution = (input: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D;

// Without its checks of every operation for invalid numbers: as fast as it can be.
tf.enableProdMode();
setWasmPaths({
  "tfjs-backend-wasm.wasm": wasmPlain,
  "tfjs-backend-wasm-simd.wasm": wasmSimd,
  "tfjs-backend-wasm-threaded-simd.wasm": wasmThreads,
});

const convolve: Convolution = (input, kernel) => tf.conv2d(input, kernel, 1, "same");

/** Logits [batch, size, size, 1]. Takes kernels and biases in turn. */
function network(parameters: readonly tf.Variable[], images: tf.Tensor4D, convolve: Convolution): tf.Tensor4D {
  let next = 0;
  const convolution = (input: tf.Tensor4D) => {
    const [kernel, bias] = [parameters[next++], parameters[next++]];
    if (kernel === undefined || bias === undefined) throw new Error("The network has fewer layers than it runs.");
    return tf.add<tf.Tensor4D>(convolve(input, kernel as tf.Tensor4D), bias);
  };
  const block = (input: tf.Tensor4D) => tf.relu(convolution(tf.relu(convolution(input))));
  const pool = (input: tf.Tensor4D) => tf.maxPool(input, 2, 2, "valid");
  const upsample = (input: tf.Tensor4D) =>
    tf.image.resizeNearestNeighbor(input, [2 * input.shape[1], 2 * input.shape[2]]);
  const top = block(images);
  const middle = block(pool(top));
  const bottom = block(pool(middle));
  const upMiddle = block(tf.concat([middle, upsample(bottom)], 3));
  const upTop = block(tf.concat([top, upsample(upMiddle)], 3));
  return convolution(upTop);
}

function initialVariables(weights: Float32Array): tf.Variable[] {
  return splitWeights(weights).flatMap(({ layer, kernel, bias }) => {
    const shape: [number, number, number, number] = [layer.outputs, layer.inputs, layer.kernel, layer.kernel];
    const channelsLast = tf.tidy(() => tf.transpose(tf.tensor4d(kernel.slice(), shape), [2, 3, 1, 0]));
    return [tf.variable(channelsLast), tf.variable(tf.tensor1d(bias.slice()))];
  });
}

async function start(backend: Backend, { size, batch, weights }: Problem): Promise<Training> {
  if (!(await activate(backend))) throw new Unavailable(`no ${backend} here`);
  const convolution = backend === "wasm" ? convolveByMatMul : convolve;
  const variables = initialVariables(weights);
  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
  return {
    adapter: describe(backend),
    step: async ({ images, targets }: Batch) => {
      await activate(backend);
      const shape: [number, number, number, number] = [batch, size, size, 1];
      const input = tf.tensor4d(images, shape);
      const labels = tf.tensor4d(targets, shape);
      const cost = adam.minimize(
        () => tf.losses.sigmoidCrossEntropy(labels, network(variables, input, convolution)),
        true,
        variables,
      );
      if (cost === null) throw new Error("The optimiser gave no loss.");
      const [loss = NaN] = await cost.data();
      tf.dispose([input, labels, cost]);
      return loss;
    },
    dispose: () => {
      tf.dispose(variables);
      adam.dispose();
    },
  };
}

/** One engine holds all backends; operations go to the active one. */
async function activate(backend: Backend): Promise<boolean> {
  if (tf.engine().registryFactory[backend] === undefined) return false;
  const active = await tf.setBackend(backend);
  await tf.ready();
  return active;
}

function describe(backend: Backend): string {
  if (backend === "wasm") return describeCpu(getThreadsCount());
  if (backend === "webgpu")
    return describeAdapter((tf.backend() as unknown as { device: GPUDevice }).device.adapterInfo);
  const gl = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu.gl;
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
}

function onBackend(backend: Backend, name: string, notes: string): Contestant {
  const version = versions["@tensorflow/tfjs-core"];
  return { id: `tfjs-${backend}`, name, version, notes, start: (problem) => start(backend, problem) };
}

export const TENSORFLOW_JS: readonly Contestant[] = [
  onBackend("webgl", "TensorFlow.js, WebGL", ""),
  onBackend("webgpu", "TensorFlow.js, WebGPU", ""),
  onBackend(
    "wasm",
    "TensorFlow.js, wasm",
    "It has no kernel for the gradient of a convolution's weights, so that is nine matrix products here.",
  ),
];
