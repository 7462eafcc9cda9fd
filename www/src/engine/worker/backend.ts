/** Which backend to run on, and why. */
import { asSentence } from "../../lib/format";
import type { BackendChoice } from "../protocol";
import { loadEngine, type Backend, type Engine, type EngineModule } from "../wasm";

/** The names under which browsers expose a processor that imitates a GPU: slower than using it directly. */
const SOFTWARE = ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"];

export interface Started {
  module: EngineModule;
  engine: Engine;
  browserAdapter: string | null;
  software: boolean;
  withoutWebgpu: string | null;
}

interface Probe {
  /** False where there is no adapter to start on. */
  there: boolean;
  name: string | null;
  software: boolean;
  /** Why this browser's WebGPU is not worth using; null where it is. */
  objection: string | null;
}

function describe(info: GPUAdapterInfo): string | null {
  if (info.description !== "") return info.description;
  const parts = [info.vendor, info.architecture, info.device].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(" ") : null;
}

function isSoftware(info: GPUAdapterInfo): boolean {
  const words = [info.vendor, info.architecture, info.device, info.description].join(" ").toLowerCase();
  return info.isFallbackAdapter || SOFTWARE.some((name) => words.includes(name));
}

const without = (objection: string): Probe => ({ there: false, name: null, software: false, objection });

async function probe(): Promise<Probe> {
  // Declared as always there; it is not in every browser, nor on pages without HTTPS.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) return without("This browser offers no WebGPU here.");
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) return without("WebGPU is there, but the browser found no graphics adapter for it.");
    const name = describe(adapter.info);
    if (!isSoftware(adapter.info)) return { there: true, name, software: false, objection: null };
    const objection = `The browser's WebGPU runs in software (${name ?? "unnamed"}), which is slower than using the CPU directly.`;
    return { there: true, name, software: true, objection };
  } catch (error) {
    return without(`WebGPU could not be asked for an adapter: ${sentence(error)}`);
  }
}

/** The message of whatever was thrown, as a sentence. */
export function sentence(error: unknown): string {
  return asSentence(error instanceof Error ? error.message : String(error));
}

async function create(backend: Backend): Promise<{ module: EngineModule; engine: Engine }> {
  const module = await loadEngine(backend);
  return { module, engine: await module.Engine.create(backend) };
}

/** Loads and creates the engine on what was asked for; the CPU is always there to fall back on. */
export async function startEngine(choice: BackendChoice): Promise<Started> {
  const onCpu = async (withoutWebgpu: string | null): Promise<Started> => ({
    ...(await create("cpu")),
    browserAdapter: null,
    software: false,
    withoutWebgpu,
  });
  if (choice === "cpu") return onCpu(null);
  const { there, name, software, objection } = await probe();
  // Asked for by name, a software adapter is used too: someone may want to see exactly that.
  if (objection !== null && !(choice === "webgpu" && there)) return onCpu(objection);
  try {
    return { ...(await create("webgpu")), browserAdapter: name, software, withoutWebgpu: null };
  } catch (error) {
    return onCpu(sentence(error));
  }
}
