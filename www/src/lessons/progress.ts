/** What was done of each lesson; kept in this browser. */
import type { Answer } from "./types";

const KEY = "losscope.lessons";

export interface Progress {
  /** Pages that were completed. */
  done: number[];
  /** By page. */
  answers: Record<number, Answer>;
}

type All = Record<string, Progress>;

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number");

function all(): All {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? (value as All) : {};
  } catch {
    return {}; // nothing there, or storage is forbidden
  }
}

export function progressOf(id: string): Progress {
  const found = all()[id] as Partial<Progress> | undefined;
  return {
    done: isNumbers(found?.done) ? found.done : [],
    answers: typeof found?.answers === "object" ? found.answers : {},
  };
}

export function keepProgress(id: string, progress: Progress): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...all(), [id]: progress }));
  } catch {
    // then nothing is remembered
  }
}
