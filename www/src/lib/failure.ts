/**
 * Errors on their way from a worker to the page, as `told` takes them. Workers do not know the page's language: what
 * they have to say themselves goes by its key.
 */
import type { MessageKey, Values } from "../i18n/messages";
import { sentence } from "../engine/worker/backend";

/** The engine's words, or a message of the page. */
export type Failure = { words: string } | { key: MessageKey; values?: Values };

export class KeyedError extends Error {
  constructor(
    readonly key: MessageKey,
    readonly values?: Values,
  ) {
    super(key);
  }
}

export function failureOf(error: unknown): Failure {
  return error instanceof KeyedError ? { key: error.key, values: error.values } : { words: sentence(error) };
}
