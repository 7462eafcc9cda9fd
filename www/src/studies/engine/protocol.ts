/** What page and worker say to each other: commands in, one reply each, and while a cell runs its progress. */
import type { Said } from "../../engine/sayings";
import type { Export, Figure, Folder, Made, Preset, StudyInfo } from "./types";

/** Goes with `start`, so that a stale worker from an earlier deployment is noticed at once. */
export const PROTOCOL_VERSION = 2;

/** Each command with what it resolves to. */
export interface Commands {
  start: { asks: { version: number }; gives: Preset[] };
  open: { asks: { folders: Folder[] }; gives: StudyInfo };
  /** The result of a cell that ran elsewhere. */
  take: { asks: { result: string }; gives: undefined };
  report: { asks: object; gives: Made };
  /** As files: dark on white. */
  figures: { asks: object; gives: Figure[] };
  export: { asks: { file: Export }; gives: Uint8Array<ArrayBuffer> };
  add_dataset: { asks: { id: string; bytes: ArrayBuffer }; gives: undefined };
  /** Roughly how many seconds a cell takes here, from a few of its steps. */
  foresee: { asks: { key: string }; gives: number };
  /** Runs a cell, and gives its result as the terminal would write it. */
  run: { asks: { key: string }; gives: string };
}

export type CommandType = keyof Commands;
export type Asks<T extends CommandType> = Commands[T]["asks"];
export type Gives<T extends CommandType> = Commands[T]["gives"];

export type Command = { [T in CommandType]: { type: T } & Asks<T> }[CommandType];

export type Request =
  | { type: "command"; id: number; command: Command }
  /** Heard while a cell runs. */
  | { type: "hold"; held: boolean };

export type Event =
  | { type: "reply"; id: number; value: unknown }
  | ({ type: "failure"; id: number } & Said)
  /** Steps made of the cell that runs. */
  | { type: "progress"; made: number }
  /** The compiled studies broke down, in words of theirs: this worker can go on no more. */
  | { type: "fault"; words: string };
