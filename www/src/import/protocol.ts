/** What page and import worker say to each other: one import in the life of a worker. */
import type { ClassMapping, Easel, ImportOptions, ImportProgress, ImportReport, Pairing } from "../engine/types";
import type { Chosen } from "../lib/files";
import type { Hand } from "./hand";

export type ImportCommand =
  /** `classes` says what values in masks stand for; null leaves it to the rules. */
  | { type: "begin"; options: ImportOptions; classes: ClassMapping | null }
  /** Files and archives of files, which are read when it is their turn. */
  | { type: "offer"; files: Chosen[] }
  /** All files are there: which are pairs, with what was changed by hand? */
  | { type: "pair"; hand: Hand }
  /** An image and its masks to draw on, made smaller to so many pixels. */
  | { type: "easel"; image: string; masks: string[]; pixels: number }
  /** Decodes the pairs, with progress, and makes a set of them. */
  | { type: "decode" };

export type ImportCommandType = ImportCommand["type"];

/** What an import ends in. */
export interface Imported {
  report: ImportReport;
  /** The set as the bytes that an engine reads. */
  dataset: ArrayBuffer;
}

/** What each command resolves to; commands not listed resolve to nothing. */
interface Results {
  pair: Pairing;
  easel: Easel;
  decode: Imported;
}
export type ImportResult<T extends ImportCommandType> = T extends keyof Results ? Results[T] : undefined;

export interface ImportRequest {
  id: number;
  command: ImportCommand;
}

export type ImportEvent =
  | { type: "reply"; id: number; value: unknown }
  /** A sentence of the engine; or, where it was `stopped` by something else, what the browser says to that. */
  | { type: "failure"; id: number; message: string; stopped: boolean }
  /** So many files were looked at, the last of them this one. */
  | { type: "looked"; done: number; path: string }
  | { type: "progress"; progress: ImportProgress };
