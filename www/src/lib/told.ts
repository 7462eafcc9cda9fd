/** What a person is told of an error, and in which language: the engine speaks English only. */
import { t } from "../i18n/messages";
import type { Failure } from "./failure";

export interface Told {
  words: string;
  /** Absent: the page's language. */
  lang?: "en";
}

/** An error in the engine's words. */
class EngineError extends Error {}

export const errorOf = (failure: Failure): Error =>
  "key" in failure ? new Error(t(failure.key, failure.values)) : new EngineError(failure.words);

export const wordsOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : String(error);

export function told(error: unknown): Told {
  const words = wordsOf(error);
  return error instanceof EngineError ? { words, lang: "en" } : { words };
}
