/** What workers say, in the language of the page where it has it: the engine's own sentences are English only. */
import type { Said } from "../engine/sayings";
import { t } from "../i18n/messages";

export interface Told {
  words: string;
  /** Absent: the page's language. */
  lang?: "en";
}

/** An error in the engine's words. */
class EngineError extends Error {}

export function inWords({ message, saying }: Said): string {
  return saying === null ? message : t(`engine.${saying.name}`, saying.values);
}

export const errorOf = (said: Said): Error =>
  said.saying === null ? new EngineError(said.message) : new Error(inWords(said));

export const wordsOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : String(error);

export function told(error: unknown): Told {
  const words = wordsOf(error);
  return error instanceof EngineError ? { words, lang: "en" } : { words };
}
