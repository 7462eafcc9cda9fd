/** The boundary to the compiled import, typed: wasm-bindgen describes serialised values as `any`. */
import type { ClassMapping, Easel, ImportOptions, ImportProgress, ImportReport, Pairing } from "../engine/types";

/** One import at a time. Whatever it throws has a sentence for a message. */
export interface Import {
  begin(options: ImportOptions): void;
  set_classes(mapping: ClassMapping): void;
  offer(path: string, size: number, read: (offset: number, length: number) => Uint8Array): void;
  pair(): Pairing;
  set_pair(image: string, masks: string[]): Pairing;
  remove_pair(image: string): Pairing;
  easel(image: string, masks: string[], pixels: number): Easel;
  next(): ImportProgress | undefined;
  finish(): { report: ImportReport; dataset: Uint8Array<ArrayBuffer> };
}

interface ImportModule {
  default: () => Promise<unknown>;
  Import: new () => Import;
}

/** Loads and initialises the WebAssembly package of imports. */
export async function loadImport(): Promise<Import> {
  // The package's own declarations are absent until it has been built.
  const module = (await import("../../pkg/import/losscope_web_import.js")) as ImportModule;
  await module.default();
  return new module.Import();
}
