/**
 * What page and worker say to each other: commands in, replies and events out. The version goes with
 * the `start` command, so that a stale worker from an earlier deployment is noticed at once.
 */
import type { Said } from "./sayings";
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
  StepReport,
  View,
} from "./types";

export const PROTOCOL_VERSION = 9;

/** What the user asked for; the engine says what it got in `EngineInfo.backend`. */
export type BackendChoice = "auto" | "webgpu" | "cpu";

export type Command =
  /** `threads`: how many workers train lanes side by side on the CPU; null for as many as suit the machine. */
  | { type: "start"; version: number; backend: BackendChoice; threads: number | null }
  | { type: "configure"; experiment: Experiment }
  /** Goes on with other data of the same kind. */
  | { type: "set_data"; data: DataConfig }
  /** Goes on from a checkpoint: to `goal` steps, at once if `running`. */
  | { type: "resume"; checkpoint: ArrayBuffer; goal: number; running: boolean }
  /** Asks for a checkpoint of what was done since the last one. */
  | { type: "keep" }
  | { type: "add_lane"; loss: Loss }
  | { type: "set_loss"; lane: number; loss: Loss }
  | { type: "remove_lane"; lane: number }
  | { type: "reset" }
  /** `until`: the step to stop at; without it, the end of the round. */
  | { type: "play"; until?: number }
  | { type: "pause" }
  | { type: "step" }
  | { type: "view"; view: View }
  /** What each lane thinks of a pixel of the pictures that it showed last. */
  | { type: "explain_pixel"; row: number; column: number }
  /** The step that a lane takes next. */
  | { type: "explain_step"; lane: number }
  /** The weights of a lane, a safetensors file. */
  | { type: "weights"; lane: number }
  /** At most so many images that no lane trains on. */
  | { type: "held_out"; limit: number }
  /** Begins to measure every lane as it is now; then `measure_next`, one image each, until it gives null. */
  | { type: "begin_measure" }
  | { type: "measure_next" }
  /** An image as some training steps would see it under these settings. */
  | { type: "preview_augmentation"; settings: Augmentation; image: number; first: number; count: number }
  /** Bytes that the engine has taken. */
  | { type: "memory" }
  | { type: "inspect_formula"; text: string }
  /** Hands in a set of images, as the import made it, under the name that experiments give it. */
  | { type: "add_dataset"; id: string; bytes: ArrayBuffer }
  | { type: "remove_dataset"; id: string };

export type CommandType = Command["type"];

/** What each command resolves to; commands not listed resolve to nothing. */
interface Results {
  start: Ready;
  configure: SessionInfo;
  set_data: SessionInfo;
  resume: SessionInfo;
  add_lane: SessionInfo;
  set_loss: SessionInfo;
  remove_lane: SessionInfo;
  reset: SessionInfo;
  explain_pixel: PixelExplanation[];
  explain_step: ExplainedStep;
  weights: Uint8Array<ArrayBuffer>;
  held_out: Sample[];
  begin_measure: MetricInfo[];
  measure_next: MeasureProgress | null;
  preview_augmentation: Preview[];
  memory: number;
  inspect_formula: FormulaInspection;
  /** Whether one will come. */
  keep: boolean;
}
export type Result<T extends CommandType> = T extends keyof Results ? Results[T] : undefined;

/** The engine is up. */
export interface Ready {
  info: EngineInfo;
  /** How many workers train lanes side by side, at most. */
  threads: number;
  /** What the browser itself calls the adapter, where it says. */
  browserAdapter: string | null;
  /** A WebGPU adapter that is no GPU but a program on the CPU. */
  software: boolean;
  /** Why the engine does not run on WebGPU; null where it does, or where the CPU was asked for. */
  withoutWebgpu: Said | null;
  experiment: Experiment;
  catalogue: LossInfo[];
  /** What formulas are written with. */
  formulaWords: FormulaWord[];
}

export interface Request {
  id: number;
  command: Command;
}

/** Where the training loop stands. */
export interface TransportState {
  running: boolean;
  /** Training stops when every lane has done this many steps. */
  goal: number;
  /** Every lane has. */
  finished: boolean;
}

export type Event =
  | { type: "reply"; id: number; value: unknown }
  | ({ type: "failure"; id: number } & Said)
  | ({ type: "transport" } & TransportState)
  /** `rate`: steps per second of every lane over the last seconds. */
  | { type: "reports"; reports: StepReport[]; rate: number | null }
  | { type: "snapshots"; snapshots: Snapshot[] }
  | { type: "evaluations"; evaluations: Evaluation[] }
  /** Steps that can be looked back at, in order. */
  | { type: "past"; steps: number[] }
  /** A lane has stopped for good: `LaneInfo.stopped` says where. */
  | { type: "lanes"; lanes: LaneInfo[] }
  /** The session as it was after everything that was told before. */
  | { type: "checkpoint"; checkpoint: ArrayBuffer }
  /** There will be no checkpoints of this session; the message says why. */
  | ({ type: "unkept" } & Said)
  /**
   * Something went wrong outside a command. `fatal`: this engine can go on no more; `device`: because its
   * graphics device is gone.
   */
  | ({ type: "fault"; fatal: boolean; device: boolean } & Said);
