/** Losscope itself, from the WebAssembly packages that the page ships. */
import losscope from "../../../package.json";
import type { Batch, Problem } from "../problem/problem";
import { type Contestant, type Training, Unavailable } from "./contestant";

/** The part of the WebAssembly package that a bench needs. */
interface TrainingBench {
  adapter(): string;
  load(weights: Float32Array): void;
  step(images: Float32Array, targets: Float32Array): Promise<number>;
  free(): void;
}

interface Package {
  default: () => Promise<unknown>;
  TrainingBench?: {
    create(backend: "webgpu" | "cpu", size: number, batch: number): Promise<TrainingBench>;
  };
}

// The packages' own declarations are absent until they have been built.
const importPackage = {
  cpu: () => import("../../../pkg/cpu/losscope_web.js"),
  webgpu: () => import("../../../pkg/webgpu/losscope_web.js"),
};

async function start(backend: "webgpu" | "cpu", { size, batch, weights }: Problem): Promise<Training> {
  if (backend === "webgpu" && !("gpu" in navigator)) throw new Unavailable("this browser has no WebGPU");
  const wasm = (await importPackage[backend]()) as unknown as Package;
  await wasm.default();
  if (wasm.TrainingBench === undefined) throw new Unavailable("not in this build");
  const bench = await wasm.TrainingBench.create(backend, size, batch);
  bench.load(weights);
  return {
    // Some browsers do not tell an adapter's name.
    adapter: bench.adapter() || "WebGPU, unnamed",
    step: ({ images, targets }: Batch) => bench.step(images, targets),
    dispose: () => bench.free(),
  };
}

function onBackend(backend: "webgpu" | "cpu", name: string): Contestant {
  return {
    id: `losscope-${backend}`,
    name,
    version: losscope.version,
    notes: "",
    start: (problem) => start(backend, problem),
  };
}

export const LOSSCOPE: readonly Contestant[] = [
  onBackend("webgpu", "Losscope, WebGPU"),
  onBackend("cpu", "Losscope, CPU"),
];
