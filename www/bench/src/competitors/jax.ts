/** jax-js: the whole step, gradient and Adam included, is one `jit` program, as its guide advises. */
import { defaultDevice, getWebGPUDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";

import { type Contestant, describeAdapter, describeCpu, type Training, Unavailable } from "../contestants/contestant";
import { splitWeights } from "../problem/network";
import { ADAM, type Batch, type Problem } from "../problem/problem";
import { versions } from "./versions";

// Arrays are counted: each use but the last is written `.ref`, and the last one gives the array away.

/** Logits [batch, 1, size, size]. Takes kernels and biases in turn. */
function network(parameters: np.Array[], images: np.Array): np.Array {
  const rest = parameters.values();
  const take = () => {
    const { value } = rest.next();
    if (value === undefined) throw new Error("The network has fewer layers than it runs.");
    return value;
  };
  const convolution = (input: np.Array) => {
    const output = lax.conv(input, take(), [1, 1], "SAME");
    return output.add(take().reshape([1, -1, 1, 1]));
  };
  const block = (input: np.Array) => nn.relu(convolution(nn.relu(convolution(input))));
  const top = block(images);
  const middle = block(pool(top.ref));
  const bottom = block(pool(middle.ref));
  const upMiddle = block(np.concatenate([middle, upsample(bottom)], 1));
  const upTop = block(np.concatenate([top, upsample(upMiddle)], 1));
  return convolution(upTop);
}

function pool(input: np.Array): np.Array {
  const [batch = 1, channels = 1, height = 1, width = 1] = input.shape;
  return np.max(input.reshape([batch, channels, height / 2, 2, width / 2, 2]), [3, 5]);
}

function upsample(input: np.Array): np.Array {
  return np.repeat(np.repeat(input, 2, 2), 2, 3);
}

function bceWithLogits(parameters: np.Array[], images: np.Array, targets: np.Array): np.Array {
  const logits = network(parameters, images);
  return np.mean(nn.softplus(logits.ref).sub(logits.mul(targets)));
}

type State = { parameters: np.Array[]; first: np.Array[]; second: np.Array[]; count: np.Array };

function trainingStep(state: State, images: np.Array, targets: np.Array): { state: State; loss: np.Array } {
  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const [loss, gradients] = valueAndGrad(bceWithLogits)(
    state.parameters.map((parameter) => parameter.ref),
    images,
    targets,
  );
  const first = pairs(state.first, gradients, (moment, gradient) => moment.mul(beta1).add(gradient.ref.mul(1 - beta1)));
  const second = pairs(state.second, gradients, (moment, gradient) =>
    moment.mul(beta2).add(np.square(gradient).mul(1 - beta2)),
  );
  const count = state.count.add(1);
  const correction1 = np.power(beta1, count.ref).neg().add(1);
  const correction2 = np.power(beta2, count.ref).neg().add(1);
  const parameters = state.parameters.map((parameter, index) => {
    const mean = at(first, index).ref.div(correction1.ref);
    const deviation = np.sqrt(at(second, index).ref.div(correction2.ref));
    return parameter.sub(mean.div(deviation.add(epsilon)).mul(learningRate));
  });
  correction1.dispose();
  correction2.dispose();
  return { state: { parameters, first, second, count }, loss };
}

function pairs(left: np.Array[], right: np.Array[], combine: (a: np.Array, b: np.Array) => np.Array): np.Array[] {
  return left.map((value, index) => combine(value, at(right, index)));
}

function at(arrays: np.Array[], index: number): np.Array {
  const array = arrays[index];
  if (array === undefined) throw new Error(`There is no array ${index}.`);
  return array;
}

function initialState(weights: Float32Array, device: Device): State {
  const shaped = (data: Float32Array, shape: number[]) => np.array(data.slice(), { shape, device });
  const parameters = splitWeights(weights).flatMap(({ layer, kernel, bias }) => [
    shaped(kernel, [layer.outputs, layer.inputs, layer.kernel, layer.kernel]),
    shaped(bias, [layer.outputs]),
  ]);
  const zeros = () => parameters.map(({ shape }) => np.zeros(shape, { device }));
  return { parameters, first: zeros(), second: zeros(), count: np.array(new Float32Array(1), { shape: [], device }) };
}

type Device = "webgpu" | "wasm";

async function start(device: Device, { size, batch, weights }: Problem): Promise<Training> {
  const available = await init(device);
  if (!available.includes(device)) throw new Unavailable(`no ${device} here`);
  defaultDevice(device);
  const step = jit(trainingStep);
  let state = initialState(weights, device);
  const upload = (data: Float32Array<ArrayBuffer>) => np.array(data, { shape: [batch, 1, size, size], device });
  return {
    adapter: device === "webgpu" ? describeAdapter(getWebGPUDevice().adapterInfo) : describeCpu(threads()),
    step: async ({ images, targets }: Batch) => {
      defaultDevice(device);
      const done = step(state, upload(images), upload(targets));
      state = done.state;
      return (await done.loss.data())[0] ?? NaN;
    },
    dispose: () => {
      for (const array of [...state.parameters, ...state.first, ...state.second, state.count]) array.dispose();
      step.dispose();
    },
  };
}

/** It starts a worker for each core where threads can share memory. */
function threads(): number {
  return typeof SharedArrayBuffer === "undefined" ? 1 : navigator.hardwareConcurrency;
}

function onDevice(device: Device, name: string): Contestant {
  return {
    id: `jax-js-${device}`,
    name,
    version: versions["@jax-js/jax"],
    notes: "Adam is written out in its operations, inside the same jit program as the gradient.",
    start: (problem) => start(device, problem),
  };
}

export const JAX_JS: readonly Contestant[] = [onDevice("webgpu", "jax-js, WebGPU"), onDevice("wasm", "jax-js, wasm")];
