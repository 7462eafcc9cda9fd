/** The import of someone's own images: chosen, read, paired and decoded, looked at, trained on. */
import type { Fit, ImportReport } from "../engine/types";
import type { Chosen } from "../lib/files";
import { lab } from "./lab.svelte";

const MAX_FILES = 4000;
const MAX_MEGABYTES = 512;
const MEGABYTE = 1024 * 1024;

export interface ImportedSet {
  id: string;
  name: string;
  report: ImportReport;
}

type Phase =
  | { kind: "choosing" }
  | { kind: "reading" | "decoding"; done: number; total: number; name: string }
  | { kind: "preview"; set: ImportedSet }
  | { kind: "failed"; message: string };

class ImportState {
  open = $state(false);
  phase = $state.raw<Phase>({ kind: "choosing" });
  size = $state(64);
  fit = $state<Fit>("resize");
  /** What this engine holds, for the dataset picker. */
  sets = $state.raw<ImportedSet[]>([]);

  #files: Chosen[] = [];
  #run = 0;

  constructor() {
    lab.onImportProgress = ({ done, total, name }) => {
      if (this.phase.kind === "decoding") this.phase = { kind: "decoding", done, total, name };
    };
    lab.onRestart = () => this.forget();
  }

  get busy(): boolean {
    return this.phase.kind === "reading" || this.phase.kind === "decoding";
  }

  show(): void {
    this.open = true;
    if (!this.busy) this.phase = { kind: "choosing" };
  }

  close(): void {
    if (this.busy) this.cancel();
    this.open = false;
  }

  /** The engine was started anew, and what it held is gone. */
  forget(): void {
    this.#run += 1;
    this.sets = [];
    this.phase = { kind: "choosing" };
  }

  cancel(): void {
    this.#run += 1;
    this.phase = { kind: "choosing" };
    if (lab.status === "ready") void lab.client.send({ type: "import_cancel" }).catch(() => undefined);
  }

  /** Other options: what was chosen is imported again with them. */
  setOptions(size: number, fit: Fit): void {
    this.size = size;
    this.fit = fit;
    if (this.#files.length > 0 && this.phase.kind !== "choosing") void this.run(this.#files);
  }

  async run(files: Chosen[]): Promise<void> {
    this.open = true;
    const refusal = refuse(files);
    if (refusal !== null) {
      if (!this.busy) this.phase = { kind: "failed", message: refusal };
      return;
    }
    this.#files = files;
    const run = ++this.#run;
    try {
      const outcome = await this.#import(files, () => run !== this.#run);
      if (run !== this.#run || outcome === null) return;
      const set = { ...outcome, name: this.#nameOf(files) };
      this.sets = [...this.sets, set];
      this.phase = { kind: "preview", set };
    } catch (error) {
      if (run !== this.#run) return;
      this.phase = { kind: "failed", message: error instanceof Error ? error.message : String(error) };
      if (lab.status === "ready") void lab.client.send({ type: "import_cancel" }).catch(() => undefined);
    }
  }

  train(set: ImportedSet): void {
    this.open = false;
    lab.change("Dataset", (experiment) => {
      experiment.data = { source: "imported", id: set.id, split: experiment.data.split };
    });
  }

  /** The folder or archive they came in; loose files have no name in common. */
  #nameOf(files: Chosen[]): string {
    const path = files[0]?.path ?? "";
    const folder = path.includes("/") ? path.split("/")[0] : undefined;
    const archive = files.length === 1 ? path.replace(/\.[^.]+$/, "") : undefined;
    const name = folder ?? archive ?? "Imported images";
    const namesakes = this.sets.filter((set) => set.name.startsWith(name)).length;
    return namesakes === 0 ? name : `${name} (${namesakes + 1})`;
  }

  /** Reads the files one at a time, so that no more than one lies in the page's memory. */
  async #import(files: Chosen[], stopped: () => boolean) {
    await lab.client.send({ type: "import_begin", options: { size: this.size, fit: this.fit } });
    for (const [done, { path, file }] of files.entries()) {
      if (stopped()) return null;
      this.phase = { kind: "reading", done, total: files.length, name: path };
      const bytes = await readable(file, path);
      if (stopped()) return null;
      await lab.client.send({ type: "import_add", path, bytes }, [bytes]);
    }
    if (stopped()) return null;
    this.phase = { kind: "decoding", done: 0, total: 0, name: "" };
    return lab.client.send({ type: "import_decode" });
  }
}

async function readable(file: File, path: string): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch {
    throw new Error(`${path} could not be read. It may have been moved or changed; choose the files again.`);
  }
}

function refuse(files: Chosen[]): string | null {
  if (files.length === 0)
    return "There were no files in what you chose. Choose images and their masks, a folder, or a ZIP.";
  if (files.length > MAX_FILES) {
    return `These are ${files.length.toLocaleString("en-GB")} files; up to ${MAX_FILES.toLocaleString("en-GB")} fit. Choose a part of them.`;
  }
  const megabytes = files.reduce((sum, { file }) => sum + file.size, 0) / MEGABYTE;
  if (megabytes > MAX_MEGABYTES) {
    return `These files are ${Math.ceil(megabytes)} MB together; up to ${MAX_MEGABYTES} MB fit in the page's memory. Choose a part of them, or smaller copies.`;
  }
  return null;
}

export const importing = new ImportState();
