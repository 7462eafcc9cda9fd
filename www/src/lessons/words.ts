/**
 * What the reading of a lesson says: in the page's language, once `speakWith` has been given its messages; else in
 * English. Tests and `docs/lessons/claims.mjs` read lessons in Node, where there is no page.
 */
import { IntlMessageFormat } from "intl-messageformat";
import type { MessageKey, Values } from "../i18n/messages";
import english from "../i18n/messages/en/lessons.json";

type Say = (key: MessageKey, values?: Values) => string;

let say: Say = (key, values) => {
  const message = (english as Partial<Record<string, string>>)[key.replace(/^lessons\./, "")];
  return String(new IntlMessageFormat(message ?? key, "en-GB").format(values));
};

export const t: Say = (key, values) => say(key, values);

export function speakWith(messages: Say): void {
  say = messages;
}
