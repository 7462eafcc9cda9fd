/** What page and import worker say to each other: one import in the life of a worker. */
import type { ImportOptions, ImportProgress, ImportReport, Pairing } from "../engine/types";

export type ImportCommand =
  | { type: "begin"; options: ImportOptions }
  /** A file, or an archive of files. */
  | { type: "add"; path: string; bytes: ArrayBuffer }
  /** All files are there: which are pairs? */
  | { type: "pair" }
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
  decode: Imported;
}
export type ImportResult<T extends ImportCommandType> = T extends keyof Results ? Results[T] : undefined;

export interface ImportRequest {
  id: number;
  command: ImportCommand;
}

export type ImportEvent =
  | { type: "reply"; id: number; value: unknown }
  | { type: "failure"; id: number; message: string }
  | { type: "progress"; progress: ImportProgress };
