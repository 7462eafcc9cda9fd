/** A worker of studies: makes reports, or runs cells, one command after the other. */
import { said, sentence } from "../../engine/worker/said";
import { breathe } from "../../engine/worker/queue";
import { Failure } from "../../engine/sayings";
import { PROTOCOL_VERSION, type Command, type Event, type Request } from "./protocol";
import { loadStudies, type Studies } from "./wasm";

/** The page hears of a cell's steps about so often. */
const SLICE_MS = 100;
/** Steps whose time says how long all take; the first is slower and does not count. */
const FORESEEN_STEPS = 3;

let loading: Promise<Studies> | null = null;
let turn: Promise<void> = Promise.resolve();
let held = false;
let release: (() => void) | null = null;

const post = (event: Event): void => self.postMessage(event);

function hold(wanted: boolean): void {
  held = wanted;
  if (!held) release?.();
}

async function whileHeld(): Promise<void> {
  while (held) await new Promise<void>((resolve) => (release = resolve));
}

async function run(studies: Studies, key: string): Promise<string> {
  await whileHeld();
  studies.begin(key);
  let count = 1;
  while (!studies.is_trained()) {
    const started = performance.now();
    post({ type: "progress", made: await studies.advance(count) });
    const took = performance.now() - started;
    count = Math.min(100, Math.max(1, Math.round((count * SLICE_MS) / Math.max(took, 1))));
    await breathe();
    await whileHeld();
  }
  return studies.finish();
}

async function foresee(studies: Studies, key: string): Promise<number> {
  studies.begin(key);
  await studies.advance(1);
  const started = performance.now();
  await studies.advance(FORESEEN_STEPS);
  return studies.foreseen((performance.now() - started) / 1000 / FORESEEN_STEPS);
}

async function execute(command: Command): Promise<unknown> {
  if (command.type === "start" && command.version !== PROTOCOL_VERSION) {
    throw new Failure("versions");
  }
  const studies = await (loading ??= loadStudies());
  switch (command.type) {
    case "start":
      return studies.presets();
    case "open":
      return studies.open(command.folders);
    case "take": {
      studies.take(command.result);
      return;
    }
    case "report": {
      const { report, figures, metrics } = studies.report();
      return { report: JSON.parse(report) as unknown, figures, metrics };
    }
    case "figures":
      return studies.figures();
    case "export":
      return studies.export(command.file);
    case "add_dataset": {
      studies.add_dataset(command.id, new Uint8Array(command.bytes));
      return;
    }
    case "foresee":
      return foresee(studies, command.key);
    case "run":
      return run(studies, command.key);
  }
}

/** A trap inside WebAssembly leaves its memory in an unknown state: that instance must not be used again. */
function fault(error: unknown): void {
  post({ type: "fault", words: sentence(error) });
}

async function answer(id: number, command: Command): Promise<void> {
  try {
    post({ type: "reply", id, value: await execute(command) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) fault(error);
    post({ type: "failure", id, ...said(error) });
  }
}

self.addEventListener("error", (event) => {
  event.preventDefault();
  fault(event.error);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fault(event.reason);
});
self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.type === "hold") hold(data.held);
  else turn = turn.then(() => answer(data.id, data.command));
};
