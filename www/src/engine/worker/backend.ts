/** Which backend to run on, and why. */
import type { BackendChoice } from "../protocol";
import type { Engine } from "../wasm";

/** The names under which browsers expose a processor that imitates a GPU: slower than using it directly. */
const SOFTWARE = ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"];

export interface Started {
  engine: Engine;
  browserAdapter: string | null;
  withoutWebgpu: string | null;
}

interface Probe {
  name: string | null;
  /** Why this browser's WebGPU is not worth using; null where it is. */
  objection: string | null;
}

function describe(info: GPUAdapterInfo): string | null {
  const parts = [info.vendor, info.architecture, info.device].filter((part) => part !== "");
  if (info.description !== "") return info.description;
  return parts.length > 0 ? parts.join(" ") : null;
}

function isSoftware(info: GPUAdapterInfo): boolean {
  const words = [info.vendor, info.architecture, info.device, info.description].join(" ").toLowerCase();
  return info.isFallbackAdapter || SOFTWARE.some((name) => words.includes(name));
}

async function probe(): Promise<Probe> {
  // Declared as always there; it is not in every browser, nor on pages without HTTPS.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (gpu === undefined) return { name: null, objection: "This browser offers no WebGPU here." };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null)
      return { name: null, objection: "WebGPU is there, but the browser found no graphics adapter for it." };
    const name = describe(adapter.info);
    if (!isSoftware(adapter.info)) return { name, objection: null };
    return {
      name,
      objection: `The browser's WebGPU runs in software (${name ?? "unnamed"}), which is slower than using the CPU directly.`,
    };
  } catch (error) {
    return { name: null, objection: `WebGPU could not be asked for an adapter: ${sentence(error)}` };
  }
}

/** The message of whatever was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Creates the engine on what was asked for; the CPU is always there to fall back on. */
export async function startEngine(
  module: { create(backend: "webgpu" | "cpu"): Promise<Engine> },
  choice: BackendChoice,
): Promise<Started> {
  if (choice === "cpu") return { engine: await module.create("cpu"), browserAdapter: null, withoutWebgpu: null };
  const { name, objection } = await probe();
  // Asked for by name, a software adapter is used too: someone may want to see exactly that.
  if (objection === null || (choice === "webgpu" && name !== null)) {
    try {
      return { engine: await module.create("webgpu"), browserAdapter: name, withoutWebgpu: null };
    } catch (error) {
      const withoutWebgpu = `WebGPU would not start: ${sentence(error)}`;
      return { engine: await module.create("cpu"), browserAdapter: null, withoutWebgpu };
    }
  }
  return { engine: await module.create("cpu"), browserAdapter: null, withoutWebgpu: objection };
}
