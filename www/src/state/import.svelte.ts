/** The import of someone's own images: chosen, read, paired and decoded, looked at, trained on. */
import type { Fit, ImportProgress, Pairing } from "../engine/types";
import { importFiles } from "../import/client";
import type { Chosen } from "../lib/files";
import { sets, type ImportedSet } from "./imported-sets.svelte";
import { lab } from "./lab.svelte";

const MAX_FILES = 4000;
const MAX_MEGABYTES = 512;
const MEGABYTE = 1024 * 1024;

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

  #files: Chosen[] = [];
  /** Of the import under way. */
  #control: AbortController | null = null;

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

  cancel(): void {
    this.#control?.abort();
    this.#control = null;
    this.phase = { kind: "choosing" };
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
    this.#control?.abort();
    const control = new AbortController();
    this.#control = control;
    const tell = (phase: Phase) => {
      if (!control.signal.aborted) this.phase = phase;
    };
    tell({ kind: "reading", done: 0, total: files.length, name: "" });
    try {
      const listener = {
        reading: (done: number, name: string) => tell({ kind: "reading", done, total: files.length, name }),
        paired: ({ pairs }: Pairing) => tell({ kind: "decoding", done: 0, total: pairs.length, name: "" }),
        decoding: ({ done, total, name, part }: ImportProgress) =>
          tell({ kind: "decoding", done: done + (part ?? 0), total, name }),
      };
      const imported = await importFiles(files, { size: this.size, fit: this.fit }, listener, control.signal);
      if (imported === null || control.signal.aborted) return;
      const set = await sets.add(nameOf(files), imported.report, imported.dataset);
      tell({ kind: "preview", set });
    } catch (error) {
      tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    }
  }

  train(set: ImportedSet): void {
    this.open = false;
    lab.change("Dataset", (experiment) => {
      experiment.data = { source: "imported", id: set.id, split: experiment.data.split };
    });
  }

  /** Shows again what an import found. */
  look(set: ImportedSet): void {
    if (this.busy) return;
    this.open = true;
    this.#files = [];
    this.phase = { kind: "preview", set };
  }
}

/** The folder or archive they came in; loose files have no name in common. */
function nameOf(files: Chosen[]): string {
  const path = files[0]?.path ?? "";
  const folder = path.includes("/") ? path.split("/")[0] : undefined;
  const archive = files.length === 1 ? path.replace(/\.[^.]+$/, "") : undefined;
  return folder ?? archive ?? "Imported images";
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
