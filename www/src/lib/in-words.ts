/** What the engine's worker says, in the language of the page where it has it. */
import type { Said } from "../engine/sayings";
import { t } from "../i18n/messages";

export function inWords({ message, saying }: Said): string {
  return saying === null ? message : t(`engine.${saying.name}`, saying.values);
}
