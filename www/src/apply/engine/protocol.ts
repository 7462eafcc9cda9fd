/** What page and worker say to each other: commands in, one reply each. The worker has one photo open at a time. */
import type { ImageValues, MetricDescription, MetricInfo, NetInfo, Pairing, Picture, Sample } from "../../engine/types";
import type { Said } from "../../engine/sayings";
import type { Chosen } from "../../lib/files";

/** Goes with `start`, so that a stale worker from an earlier deployment is noticed at once. */
export const PROTOCOL_VERSION = 2;

/** A photo in its own size, and as it is shown. */
export interface Opened {
  width: number;
  height: number;
  colour: boolean;
  /** Whether a mask goes with it. */
  masked: boolean;
  shown: Picture;
}

/** What a network made of the open photo, in the size that it is shown in. */
export interface Result {
  outlines: Picture;
  probability: Picture;
  /** Against the mask; null without one. */
  errors: Picture | null;
  /** In the photo's own size; null without a mask. */
  values: ImageValues | null;
}

/** Each command with what it resolves to. */
export interface Commands {
  start: { asks: { version: number }; gives: MetricInfo[] };
  /** Takes a network in, under this number. */
  add_net: { asks: { net: number; file: Blob }; gives: NetInfo };
  remove_net: { asks: { net: number }; gives: undefined };
  /** Which of these are images, and which their masks? */
  pair: { asks: { files: Chosen[] }; gives: Pairing };
  open: { asks: { image: Chosen; masks: Chosen[] }; gives: Opened };
  open_sample: { asks: { sample: Sample }; gives: Opened };
  /** The mask that goes with the open photo, as outlines; null without one. */
  truth: { asks: { classes: number }; gives: Picture | null };
  predict: { asks: { net: number; name: string }; gives: Result };
  /** Only measures: null where no mask goes with the photo. */
  measure: { asks: { net: number; name: string }; gives: ImageValues | null };
  /** What metrics of several images come to. */
  describe: { asks: { images: ImageValues[] }; gives: MetricDescription[] };
  /** PNG files in the photo's own size. */
  mask: { asks: { net: number }; gives: Uint8Array<ArrayBuffer> };
  probability: { asks: { net: number }; gives: Uint8Array<ArrayBuffer> };
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
  | ({ type: "failure"; id: number } & Said)
  /** A compiled package broke down, in words of its own: this worker can go on no more. */
  | { type: "fault"; words: string };
