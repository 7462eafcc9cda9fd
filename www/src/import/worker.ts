/**
 * Decodes files in a worker of its own, so that training goes on beside it, and a file that takes all memory
 * takes nothing else along. It is ended when the import is, or is cancelled.
 */
import type { Chosen } from "../lib/files";
import { asSentence } from "../lib/format";
import type { Imported, ImportCommand, ImportEvent, ImportRequest } from "./protocol";
import { reading } from "./reading";
import { loadImport, type Import } from "./wasm";

const PROGRESS_INTERVAL_MS = 50;

let loading: Promise<Import> | null = null;
let turn: Promise<void> = Promise.resolve();

function post(event: ImportEvent, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

/** Calls back now and then only. */
function nowAndThen(): (tell: () => void) => void {
  let told = -Infinity;
  return (tell) => {
    const now = performance.now();
    if (now - told < PROGRESS_INTERVAL_MS) return;
    told = now;
    tell();
  };
}

function offer(files: Import, chosen: Chosen[]): void {
  const sometimes = nowAndThen();
  for (const [done, { path, file }] of chosen.entries()) {
    sometimes(() => post({ type: "looked", done, path }));
    files.offer(path, file.size, reading(file));
  }
}

function decode(files: Import): Imported {
  const sometimes = nowAndThen();
  for (let progress = files.next(); progress !== undefined; progress = files.next()) {
    const so = progress;
    sometimes(() => post({ type: "progress", progress: so }));
  }
  const { report, dataset } = files.finish();
  return { report, dataset: dataset.buffer };
}

async function execute(command: ImportCommand): Promise<unknown> {
  loading ??= loadImport();
  const files = await loading;
  switch (command.type) {
    case "begin": {
      files.begin(command.options);
      if (command.classes !== null) files.set_classes(command.classes);
      return;
    }
    case "offer": {
      offer(files, command.files);
      return;
    }
    case "pair": {
      let pairing = files.pair();
      for (const image of command.hand.apart) pairing = files.remove_pair(image);
      for (const [image, masks] of Object.entries(command.hand.pairs)) pairing = files.set_pair(image, masks);
      return pairing;
    }
    case "easel":
      return files.easel(command.image, command.masks, command.pixels);
    case "decode":
      return decode(files);
  }
}

async function answer({ id, command }: ImportRequest): Promise<void> {
  try {
    const value = await execute(command);
    const transfer = command.type === "decode" ? [(value as Imported).dataset] : [];
    post({ type: "reply", id, value }, transfer);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    // A trap: mostly, memory has run out.
    const stopped = error instanceof WebAssembly.RuntimeError;
    post({ type: "failure", id, message: stopped ? words : asSentence(words), stopped });
  }
}

self.onmessage = (message: MessageEvent<ImportRequest>) => {
  turn = turn.then(() => answer(message.data));
};
