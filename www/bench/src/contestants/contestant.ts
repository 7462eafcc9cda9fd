/** What the runner knows of a contestant. */
import type { Batch, Problem } from "../problem/problem";

/** A library on one of its backends. */
export interface Contestant {
  /** For the address's query and the results, e.g. "tfjs-webgl". */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Version of the library's package. */
  readonly version: string;
  /** What was written by hand because the library lacks it, and the like. */
  readonly notes: string;
  /**
   * Makes the network with the problem's weights.
   * @throws Unavailable where this browser or build cannot run it
   */
  start(problem: Problem): Promise<Training>;
}

/** A network in training. */
export interface Training {
  /** What it computes on. */
  readonly adapter: string;
  /** Updates the weights on one batch and reads the loss before the update. */
  step(batch: Batch): Promise<number>;
  /** Frees what it holds. */
  dispose(): void;
}

/** A contestant cannot take part here; the message says why. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** A WebGPU adapter in words, from what the browser tells of it. */
export function describeAdapter(info: GPUAdapterInfo | undefined): string {
  if (info === undefined) return "WebGPU";
  const words = [info.vendor, info.architecture, info.device, info.description].filter((word) => word !== "");
  return words.length > 0 ? [...new Set(words)].join(" ") : "WebGPU, unnamed";
}

/** The CPU in words, with as many threads as a library uses. */
export function describeCpu(threads: number): string {
  return `CPU (WebAssembly, ${threads === 1 ? "1 thread" : `${threads} threads`})`;
}
