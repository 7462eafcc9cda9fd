/** What page and worker say to each other: commands in, one reply each. */
import type { FormulaInspection, FormulaWord, Loss, LossInfo, Picture } from "../../engine/types";
import type { FormulaLoss } from "../../lib/losses";
import type {
  Axis,
  AxisPlaces,
  Disc,
  Guess,
  Identity,
  PixelCurve,
  Scene,
  Slope,
  Surface,
  Truth,
  UnifiedCurves,
  UnifiedParameters,
  Verdicts,
} from "./types";

/** Goes with `start`, so that a stale worker from an earlier deployment is noticed at once. */
export const PROTOCOL_VERSION = 3;

/** What can be laid on the bench. */
export interface Offer {
  catalogue: LossInfo[];
  /** A formula to begin with. */
  formula: FormulaLoss;
  formulaWords: FormulaWord[];
}

/** Each command with what it resolves to. */
export interface Commands {
  start: { asks: { version: number }; gives: Offer };
  /** Of these losses, null or why it is none. */
  check: { asks: { losses: Loss[] }; gives: (string | null)[] };
  /** What a text says as a formula, or what is wrong with it. */
  inspect: { asks: { text: string }; gives: FormulaInspection };
  axis: { asks: { axis: Axis }; gives: AxisPlaces };
  /** A background pixel's, and a foreground pixel's. */
  curves: { asks: { loss: Loss; axis: Axis }; gives: [PixelCurve, PixelCurve] };
  disc: { asks: { fraction: number }; gives: Disc };
  surface: { asks: { loss: Loss; fraction: number; cells: number }; gives: Surface };
  points: {
    asks: { losses: Loss[]; fraction: number; falsePositive: number; falseNegative: number };
    gives: Slope[];
  };
  unified: { asks: { unified: UnifiedParameters; fraction: number }; gives: UnifiedCurves };
  identity: {
    asks: { unified: UnifiedParameters; probabilities: Float64Array; labels: Uint8Array };
    gives: Identity;
  };
  scene: { asks: { truth: Truth; guess: Guess }; gives: Scene };
  evaluate: {
    asks: { losses: Loss[]; side: number; probabilities: Float64Array; labels: Uint8Array; sharedScale: boolean };
    gives: { verdicts: Verdicts; pictures: Picture[] };
  };
}

export type CommandType = keyof Commands;
export type Asks<T extends CommandType> = Commands[T]["asks"];
export type Gives<T extends CommandType> = Commands[T]["gives"];

export type Command = { [T in CommandType]: { type: T } & Asks<T> }[CommandType];

export interface Request {
  id: number;
  command: Command;
}

export type Event =
  | { type: "reply"; id: number; value: unknown }
  | { type: "failure"; id: number; message: string }
  /** The compiled bench broke down: another worker must take over. */
  | { type: "fault"; reason: string };
