/**
 * What the reading of a lesson says: in the page's language, once `speakWith` has been given its messages; else in
 * English. Tests and `docs/lessons/claims.mjs` read lessons in Node, where there is no page.
 */
import { IntlMessageFormat } from "intl-messageformat";
import type { Values } from "../i18n/messages";
import english from "../i18n/messages/en/lessons.json";

type Name = keyof typeof english;
type Say = (key: `lessons.${Name}`, values?: Values) => string;

let say: Say = (key, values) => {
  const message = english[key.slice("lessons.".length) as Name];
  return String(new IntlMessageFormat(message, "en-GB").format(values));
};

export const t: Say = (key, values) => say(key, values);

export function speakWith(messages: Say): void {
  say = messages;
}
