/**
 * The dedicated worker: it owns the compiled engine and the graphics device, takes one command at a time,
 * and trains in between.
 */
import {
  PROTOCOL_VERSION,
  type BackendChoice,
  type Command,
  type CommandType,
  type Event,
  type Ready,
  type Request,
} from "./protocol";
import { Failure, say } from "./sayings";
import type { Engine, EngineModule } from "./wasm";
import { startEngine } from "./worker/backend";
import { watchDevices } from "./worker/device-watch";
import { said } from "./worker/said";
import { breathe, CommandQueue } from "./worker/queue";
import { Team, usualThreads } from "./worker/team";
import { Trainer } from "./worker/trainer";

interface Running {
  module: EngineModule;
  engine: Engine;
  team: Team;
  trainer: Trainer;
}

/** Commands that need not wait for all lanes to have made their step. */
const HEARD_AT_ONCE: ReadonlySet<CommandType> = new Set([
  "play",
  "pause",
  "view",
  "keep",
  "memory",
  "inspect_formula",
  "measure_next",
  "preview_augmentation",
  "held_out",
]);

const queue = new CommandQueue();
let running: Running | null = null;

function post(event: Event, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

/** A trap inside WebAssembly leaves its memory in an unknown state: that engine must not be used again. */
function fault(error: unknown): void {
  const fatal = error instanceof WebAssembly.RuntimeError;
  if (fatal) running = null;
  post({ type: "fault", ...(fatal ? say("trapped", { detail: error.message }) : said(error)), fatal, device: false });
}

async function start(version: number, backend: BackendChoice, threads: number | null): Promise<Ready> {
  if (version !== PROTOCOL_VERSION) {
    throw new Failure("versions");
  }
  const { module, engine, ...started } = await startEngine(backend);
  const info = engine.info();
  const team = new Team(engine, info.backend === "cpu" ? (threads ?? usualThreads()) : 1);
  running = { module, engine, team, trainer: new Trainer(engine, team, post) };
  return {
    info,
    threads: team.threads,
    ...started,
    experiment: engine.default_experiment(),
    catalogue: engine.catalogue(),
    formulaWords: module.formula_words(),
  };
}

async function execute(command: Command): Promise<unknown> {
  if (command.type === "start") return start(command.version, command.backend, command.threads);
  if (running === null) throw new Failure("notRunning");
  const { module, engine, team, trainer } = running;
  // Whatever looks at the lanes or changes them finds all at the same step.
  if (!HEARD_AT_ONCE.has(command.type)) await trainer.settle();
  switch (command.type) {
    case "configure": {
      const session = await engine.configure(command.experiment);
      trainer.begin(session);
      return session;
    }
    case "set_data": {
      const session = await engine.set_data(command.data);
      trainer.takeData(session);
      return session;
    }
    case "resume": {
      const session = await engine.resume(new Uint8Array(command.checkpoint));
      trainer.resume(session, command.goal, command.running);
      return session;
    }
    case "keep":
      return trainer.keep();
    case "reset": {
      trainer.stop();
      const session = await engine.reset();
      trainer.begin(session);
      return session;
    }
    case "add_lane": {
      const session = await engine.add_lane(command.loss);
      trainer.follow(session);
      return session;
    }
    case "set_loss": {
      const session = await engine.set_loss(command.lane, command.loss);
      trainer.follow(session);
      return session;
    }
    case "remove_lane": {
      const session = await engine.remove_lane(command.lane);
      trainer.follow(session);
      return session;
    }
    case "play": {
      trainer.play(command.until);
      return;
    }
    case "pause": {
      trainer.pause();
      return;
    }
    case "step":
      return trainer.singleStep();
    case "view": {
      trainer.view(command.view);
      return;
    }
    case "explain_pixel": {
      await trainer.lookNow();
      return engine.explain_pixel(command.row, command.column);
    }
    case "explain_step":
      return engine.explain_step(command.lane);
    case "weights":
      return engine.weights(command.lane);
    case "held_out":
      return engine.held_out(command.limit);
    case "begin_measure":
      await engine.begin_measure();
      return module.metric_catalogue();
    case "measure_next":
      return engine.measure_next();
    case "preview_augmentation":
      return engine.preview_augmentation(command.settings, command.image, command.first, command.count);
    case "memory":
      return engine.memory() + team.memory;
    case "inspect_formula":
      return module.inspect_formula(command.text);
    case "add_dataset": {
      engine.add_dataset(command.id, new Uint8Array(command.bytes));
      return;
    }
    case "remove_dataset": {
      engine.remove_dataset(command.id);
      return;
    }
  }
}

async function answer({ id, command }: Request): Promise<void> {
  await execute(command).then(
    (value) => post({ type: "reply", id, value }),
    (error: unknown) => {
      if (error instanceof WebAssembly.RuntimeError) fault(error);
      post({ type: "failure", id, ...said(error) });
    },
  );
}

/** One item of background work. Returns how long to wait before the next (see `Trainer.work`). */
async function work(): Promise<number | null> {
  const current = running;
  if (current === null) return null;
  const { trainer } = current;
  try {
    return await trainer.work();
  } catch (error) {
    // What the engine cannot do because its device is gone has been said.
    if (running !== current) return null;
    fault(error);
    trainer.stop();
    return null;
  }
}

async function loop(): Promise<never> {
  for (;;) {
    const request = queue.shift();
    if (request !== undefined) {
      await answer(request);
    } else {
      const wait = await work();
      if (wait !== 0) await queue.arrival(wait);
    }
    await breathe();
  }
}

// A panic in an asynchronous call of the engine reaches nobody's `catch`: it surfaces here.
self.addEventListener("error", (event) => {
  event.preventDefault();
  fault(event.error);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fault(event.reason);
});
watchDevices((said) => {
  running = null;
  post({ type: "fault", ...said, fatal: true, device: true });
});
self.onmessage = (message: MessageEvent<Request>) => queue.push(message.data);
void loop();
