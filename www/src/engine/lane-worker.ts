/** A worker that takes steps with lanes of another one's engine (`worker/team.ts`). */
import { loadEngine, type Engine } from "./wasm";
import type { Order, Reply, Stepped } from "./worker/member";

const post = (reply: Reply, transfer: Transferable[] = []) => self.postMessage(reply, { transfer });

const starting = loadEngine("cpu").then((module) => module.Engine.create("cpu"));

async function execute(engine: Engine, { experiment, parcel, count, every }: Order): Promise<Stepped> {
  if (experiment !== null) {
    const { checkpoint, imported } = experiment;
    if (imported !== null) engine.add_dataset(imported.id, imported.bytes);
    await engine.resume(checkpoint);
    // The session has it; the next one may be another.
    if (imported !== null) engine.remove_dataset(imported.id);
  }
  return engine.step_parcel(parcel, count, every);
}

const failed = () => post({ type: "failed" });

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  try {
    const engine = await starting;
    const stepped = await execute(engine, data);
    post({ type: "stepped", stepped, memory: engine.memory() }, [stepped.parcel.buffer]);
  } catch {
    failed(); // the other engine takes the same steps, and says what is wrong with them
  }
};
// A panic in an asynchronous call of the engine reaches nobody's `catch`: it surfaces here.
for (const type of ["error", "unhandledrejection"] as const) {
  self.addEventListener(type, (event) => {
    event.preventDefault();
    failed();
  });
}
void starting.then(() => post({ type: "ready" }), failed);
