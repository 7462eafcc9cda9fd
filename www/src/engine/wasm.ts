/**
 * The boundary to the compiled engine, typed. wasm-bindgen describes serialised values as `any`; here
 * they get their names.
 */
import type {
  Augmentation,
  DataConfig,
  EngineInfo,
  Evaluation,
  Experiment,
  ExplainedStep,
  FormulaInspection,
  FormulaWord,
  LaneInfo,
  Loss,
  LossInfo,
  MeasureProgress,
  MetricInfo,
  PixelExplanation,
  Preview,
  Sample,
  SessionInfo,
  Snapshot,
  SplitName,
  StepReport,
  View,
} from "./types";

/** A set of images under its name. */
export interface Imported {
  id: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** One engine. Its calls must not overlap. Whatever it rejects with has a sentence for a message. */
export interface Engine {
  info(): EngineInfo;
  memory(): number;
  default_experiment(): Experiment;
  catalogue(): LossInfo[];
  configure(experiment: Experiment): Promise<SessionInfo>;
  add_lane(loss: Loss): Promise<SessionInfo>;
  set_loss(lane: number, loss: Loss): Promise<SessionInfo>;
  remove_lane(lane: number): Promise<SessionInfo>;
  reset(): Promise<SessionInfo>;
  lanes(): LaneInfo[];
  checkpoint(): Promise<Uint8Array<ArrayBuffer>>;
  resume(checkpoint: Uint8Array): Promise<SessionInfo>;
  step(count: number): Promise<StepReport[]>;
  step_lane(lane: number, count: number): Promise<StepReport[]>;
  set_data(data: DataConfig): Promise<SessionInfo>;
  /** Then `look`, then `draw`: of one lane, or without one of all. */
  begin_look(view: View): void;
  look(lane?: number): Promise<void>;
  draw(lane?: number): Promise<Snapshot[]>;
  weights(lane: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The images that are trained on, where they were imported. */
  imported(): Imported | null;
  /** Lanes that take steps in another engine: `pack` here, `step_parcel` there, `unpack` here. */
  pack(lane: number): Promise<Uint8Array<ArrayBuffer>>;
  past_every(): number;
  step_parcel(
    parcel: Uint8Array,
    count: number,
    every: number,
  ): Promise<{ reports: StepReport[]; parcel: Uint8Array<ArrayBuffer> }>;
  unpack(parcel: Uint8Array): void;
  /** Steps that can be looked back at, in order. */
  past(): Uint32Array;
  /** Of the last look. */
  explain_pixel(row: number, column: number): Promise<PixelExplanation[]>;
  explain_step(lane: number): Promise<ExplainedStep>;
  evaluate(split: SplitName, lane?: number): Promise<Evaluation[]>;
  /** At most so many images that no lane trains on; none of volumes. */
  held_out(limit: number): Sample[];
  /** Then `measure_next` until it is null. */
  begin_measure(): Promise<void>;
  measure_next(): Promise<MeasureProgress | null>;
  preview_augmentation(settings: Augmentation, image: number, first: number, count: number): Preview[];
  add_dataset(id: string, bytes: Uint8Array): void;
  remove_dataset(id: string): void;
}

export interface EngineModule {
  default: () => Promise<unknown>;
  Engine: { create(backend: Backend): Promise<Engine> };
  inspect_formula(text: string): FormulaInspection;
  formula_words(): FormulaWord[];
  metric_catalogue(): MetricInfo[];
}

/** Where an engine can run. */
export type Backend = "webgpu" | "cpu";

// The packages' own declarations say `any`, and are absent until they have been built.
const importPackage: Record<Backend, () => Promise<unknown>> = {
  cpu: () => import("../../pkg/cpu/losscope_web.js"),
  webgpu: () => import("../../pkg/webgpu/losscope_web.js"),
};

/** Loads and initialises the WebAssembly package of a backend; that for the CPU is much the smaller. */
export async function loadEngine(backend: Backend): Promise<EngineModule> {
  const module = (await importPackage[backend]()) as EngineModule;
  // Two that load the same file share the browser's one request for it: when the one that began it is gone, the other's
  // breaks off in the middle. It is asked for again, once.
  await module.default().catch(() => module.default());
  return module;
}
