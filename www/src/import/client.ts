/** The page's side of an import: files in, a set of images out. */
import type { ClassMapping, Easel, ImportOptions, ImportProgress, Pairing } from "../engine/types";
import { t } from "../i18n/messages";
import type { Chosen } from "../lib/files";
import type { Hand } from "./hand";
import type { Imported, ImportCommand, ImportCommandType, ImportEvent, ImportRequest, ImportResult } from "./protocol";

/** Called as an import goes on. */
export interface Listener {
  looked: (done: number, path: string) => void;
  paired: (pairing: Pairing) => void;
  decoding: (progress: ImportProgress) => void;
}

/** The engine refused something: the message is its own, in English. */
export class EngineError extends Error {}

/** What to make of the files, apart from the files themselves. */
export interface Wishes {
  options: ImportOptions;
  /** What values in masks stand for; null leaves it to the rules. */
  classes: ClassMapping | null;
  hand: Hand;
}

/**
 * Imports files in a worker that lives as long as it takes, and reads them one pair at a time. Resolves to null
 * where `signal` ended it before, and rejects with an `Error` whose message is for a person.
 */
export async function importFiles(
  files: Chosen[],
  wishes: Wishes,
  listener: Listener,
  signal: AbortSignal,
): Promise<Imported | null> {
  const worker = new ImportWorker(listener);
  const cancelled = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  try {
    return await Promise.race([cancelled, run(worker, files, wishes, listener)]);
  } finally {
    worker.dispose();
  }
}

/**
 * An image of the files with its masks, of which there may be none, to draw on; of at most so many pixels.
 * Rejects with an `Error` whose message is for a person.
 */
export async function openEasel(
  files: Chosen[],
  classes: ClassMapping | null,
  image: string,
  masks: string[],
  pixels: number,
): Promise<Easel> {
  const worker = new ImportWorker();
  try {
    await worker.send({ type: "begin", options: { size: 64, fit: "resize" }, classes });
    // What is not among the files itself lies in an archive.
    const wanted = new Set([image, ...masks]);
    const some = files.filter(({ path }) => wanted.has(path) || /\.zip$/i.test(path));
    await worker.send({ type: "offer", files: some });
    return await worker.send({ type: "easel", image, masks, pixels });
  } finally {
    worker.dispose();
  }
}

async function run(
  worker: ImportWorker,
  files: Chosen[],
  { options, classes, hand }: Wishes,
  listener: Listener,
): Promise<Imported> {
  await worker.send({ type: "begin", options, classes });
  await worker.send({ type: "offer", files });
  listener.paired(await worker.send({ type: "pair", hand }));
  return worker.send({ type: "decode" });
}

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

class ImportWorker {
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #nextId = 1;

  constructor(listener?: Listener) {
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "losscope-import" });
    this.#worker.onmessage = ({ data }: MessageEvent<ImportEvent>) => {
      if (data.type === "progress") listener?.decoding(data.progress);
      else if (data.type === "looked") listener?.looked(data.done, data.path);
      else if (data.type === "reply") this.#take(data.id)?.resolve(data.value);
      else if (data.stopped)
        this.#take(data.id)?.reject(new Error(t("importing.error.stopped", { why: data.message })));
      else this.#take(data.id)?.reject(new EngineError(data.message));
    };
    this.#worker.onerror = (event) => {
      const detail = event.message ? ` (${event.message})` : "";
      this.#rejectAll(t("importing.error.loading", { detail }));
    };
  }

  send<T extends ImportCommandType>(
    command: ImportCommand & { type: T },
    transfer: Transferable[] = [],
  ): Promise<ImportResult<T>> {
    const id = this.#nextId++;
    return new Promise<ImportResult<T>>((resolve, reject) => {
      // The worker answers each command with the result of its own type.
      this.#pending.set(id, { resolve: (value) => resolve(value as ImportResult<T>), reject });
      const request: ImportRequest = { id, command };
      this.#worker.postMessage(request, { transfer });
    });
  }

  /** Ends it at once, whatever it is at. What it has not answered stays unanswered. */
  dispose(): void {
    this.#worker.terminate();
    this.#pending.clear();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #rejectAll(message: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new Error(message));
  }
}
