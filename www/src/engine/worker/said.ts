/** Errors of a worker on their way to the page. */
import { asSentence } from "../../lib/format";
import { Failure, type Said } from "../sayings";

/** The message of whatever was thrown, as a sentence. */
export function sentence(error: unknown): string {
  return asSentence(error instanceof Error ? error.message : String(error));
}

/** An error on its way to the page. */
export function said(error: unknown): Said {
  return { message: sentence(error), saying: error instanceof Failure ? error.saying : null };
}
