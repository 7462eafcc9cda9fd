/**
 * Decodes files in a worker of its own, so that training goes on beside it, and a file that takes all memory
 * takes nothing else along. It is ended when the import is, or is cancelled.
 */
import { asSentence } from "../lib/format";
import type { Imported, ImportCommand, ImportEvent, ImportRequest } from "./protocol";
import { loadImport, type Import } from "./wasm";

const PROGRESS_INTERVAL_MS = 50;

let loading: Promise<Import> | null = null;
let turn: Promise<void> = Promise.resolve();

function post(event: ImportEvent, transfer: Transferable[] = []): void {
  self.postMessage(event, { transfer });
}

function decode(files: Import): Imported {
  let told = -Infinity;
  for (let progress = files.next(); progress !== undefined; progress = files.next()) {
    const now = performance.now();
    if (now - told < PROGRESS_INTERVAL_MS) continue;
    told = now;
    post({ type: "progress", progress });
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
      return;
    }
    case "add": {
      files.add(command.path, new Uint8Array(command.bytes));
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

function sentence(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  // A trap: mostly, memory has run out.
  if (error instanceof WebAssembly.RuntimeError) {
    return `The import stopped unexpectedly (${words}). Choose fewer or smaller files, or a smaller working size.`;
  }
  return asSentence(words);
}

async function answer({ id, command }: ImportRequest): Promise<void> {
  try {
    const value = await execute(command);
    const transfer = command.type === "decode" ? [(value as Imported).dataset] : [];
    post({ type: "reply", id, value }, transfer);
  } catch (error) {
    post({ type: "failure", id, message: sentence(error) });
  }
}

self.onmessage = (message: MessageEvent<ImportRequest>) => {
  turn = turn.then(() => answer(message.data));
};
