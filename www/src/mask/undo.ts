/** What was done to a mask, to be taken back and done again. */
import type { Rect } from "../lib/stroke";

/** The class of each pixel, below 16, row by row. */
export interface Labels {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Which bits of each pixel's class a step turned round, four for each: the same takes it back and does it again. */
interface Step {
  what: string;
  rect: Rect;
  turned: Uint8Array;
}

/** Bytes that all steps together may take; the oldest are forgotten. A step of four million pixels has two of them. */
const MOST_BYTES = 32 * 1024 * 1024;

export class UndoStack {
  #done: Step[] = [];
  #undone: Step[] = [];
  #most: number;

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Remembers what changed from `before`, which may only be within `rect`. Returns false where nothing did. */
  record(what: string, before: Uint8Array, labels: Labels, rect: Rect): boolean {
    const columns = rect.right - rect.left;
    const turned = new Uint8Array(Math.ceil((columns * (rect.bottom - rect.top)) / 2));
    let changed = false;
    for (let row = rect.top, place = 0; row < rect.bottom; row += 1) {
      for (let at = row * labels.width + rect.left, end = at + columns; at < end; at += 1, place += 1) {
        const difference = (before[at] ?? 0) ^ (labels.data[at] ?? 0);
        if (difference === 0) continue;
        turned[place >> 1] = (turned[place >> 1] ?? 0) | (difference << (4 * (place & 1)));
        changed = true;
      }
    }
    if (!changed) return false;
    this.#undone = [];
    this.#done.push({ what, rect, turned });
    let bytes = this.#done.reduce((sum, step) => sum + step.turned.length, 0);
    while (bytes > this.#most && this.#done.length > 1) bytes -= this.#done.shift()?.turned.length ?? 0;
    return true;
  }

  /** Takes the last step back; says which, and where. */
  undo(labels: Labels): { what: string; rect: Rect } | null {
    return move(this.#done, this.#undone, labels);
  }

  /** Does again what was taken back last. */
  redo(labels: Labels): { what: string; rect: Rect } | null {
    return move(this.#undone, this.#done, labels);
  }
}

function move(from: Step[], to: Step[], { width, data }: Labels): { what: string; rect: Rect } | null {
  const step = from.pop();
  if (step === undefined) return null;
  const { rect, turned, what } = step;
  for (let row = rect.top, place = 0; row < rect.bottom; row += 1) {
    for (let column = rect.left; column < rect.right; column += 1, place += 1) {
      const at = row * width + column;
      data[at] = (data[at] ?? 0) ^ (((turned[place >> 1] ?? 0) >> (4 * (place & 1))) & 15);
    }
  }
  to.push(step);
  return { what, rect };
}
