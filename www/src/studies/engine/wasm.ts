/** The boundary to the compiled studies, typed. wasm-bindgen describes serialised values as `any`. */
import type { Export, Figure, Folder, MetricInfo, Preset, StudyInfo } from "./types";

/** Calls must not overlap. Whatever it rejects with has a sentence for a message. */
export interface Studies {
  presets(): Preset[];
  open(folders: Folder[]): StudyInfo;
  take(result: string): void;
  /** The report is JSON. */
  report(): { report: string; figures: Figure[]; metrics: MetricInfo[] };
  figures(): Figure[];
  export(file: Export): Uint8Array<ArrayBuffer>;
  add_dataset(id: string, bytes: Uint8Array): void;
  begin(key: string): void;
  advance(count: number): Promise<number>;
  is_trained(): boolean;
  foreseen(perStep: number): number;
  finish(): Promise<string>;
}

interface StudiesModule {
  default: () => Promise<unknown>;
  Studies: { create(): Promise<Studies> };
}

/** Loads and initialises the WebAssembly package that also trains on the CPU. */
export async function loadStudies(): Promise<Studies> {
  // The package's own declarations say `any`, and are absent until it has been built.
  const module = (await import("../../../pkg/study/losscope_web.js")) as unknown as StudiesModule;
  await module.default();
  return module.Studies.create();
}
