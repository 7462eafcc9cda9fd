/** Which backend to run on, and why. */
import type { BackendChoice } from "../protocol";
import { say, type Said } from "../sayings";
import { said, sentence } from "./said";
import { loadEngine, type Backend, type Engine, type EngineModule } from "../wasm";

/** The names under which browsers expose a processor that imitates a GPU: slower than using it directly. */
const SOFTWARE = ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"];

export interface Started {
  module: EngineModule;
  engine: Engine;
  browserAdapter: string | null;
  software: boolean;
  withoutWebgpu: Said | null;
}

interface Probe {
  /** False where there is no adapter to start on. */
  there: boolean;
  name: string | null;
  software: boolean;
  /** Why this browser's WebGPU is not worth using; null where it is. */
  objection: Said | null;
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

const without = (objection: Said): Probe => ({ there: false, name: null, software: false, objection });

async function probe(): Promise<Probe> {
  // Declared as always there; it is not in every browser, nor on pages without HTTPS.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) return without(say("noWebgpu"));
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) return without(say("noAdapter"));
    const name = describe(adapter.info);
    if (!isSoftware(adapter.info)) return { there: true, name, software: false, objection: null };
    const objection = name === null ? say("softwareUnnamed") : say("software", { name });
    return { there: true, name, software: true, objection };
  } catch (error) {
    return without(say("noAnswer", { reason: sentence(error) }));
  }
}

async function create(backend: Backend): Promise<{ module: EngineModule; engine: Engine }> {
  const module = await loadEngine(backend);
  return { module, engine: await module.Engine.create(backend) };
}

/** Loads and creates the engine on what was asked for; the CPU is always there to fall back on. */
export async function startEngine(choice: BackendChoice): Promise<Started> {
  const onCpu = async (withoutWebgpu: Said | null): Promise<Started> => ({
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
    return onCpu(said(error));
  }
}
