/**
 * The page's texts. They are ICU messages in `messages/<language>/<area>.json`; `t("area.name", values)` is one of
 * them in the language that the page speaks, and in English where that language lacks it.
 *
 * Not at the top level of a module, which runs before `speak` has fetched the language.
 */
import { IntlMessageFormat } from "intl-messageformat";
import { fetchCatalogue, takeCatalogue } from "./catalogue";
import { languageTag, locale, speakEnglish, spoken, type Locale } from "./locale";
import english from "./messages/en";

type English = typeof english;
/** `area.name` of every message. */
export type MessageKey = { [A in keyof English]: `${A}.${keyof English[A] & string}` }[keyof English];
export type Values = Record<string, string | number>;
/** A piece of a message: words, or words inside a tag such as `<code>…</code>`. */
export interface Piece {
  tag: string | null;
  words: string;
}

type Messages = Partial<Record<string, Partial<Record<string, string>>>>;

const OTHERS: Record<Exclude<Locale, "en">, () => Promise<{ default: Messages }>> = {
  de: () => import("./messages/de"),
  fr: () => import("./messages/fr"),
};

let messages: Messages = english;
const formats = new Map<string, IntlMessageFormat>();

/** Fetches the language and tells the document of it. Before anything is shown. */
export async function speak(): Promise<void> {
  if (locale !== "en") {
    try {
      const [own, catalogue] = await Promise.all([OTHERS[locale](), fetchCatalogue(locale)]);
      messages = own.default;
      takeCatalogue(catalogue);
    } catch {
      speakEnglish(); // better than no page; `MissingLanguage` says so
    }
  }
  document.documentElement.lang = languageTag;
}

function formatOf(key: MessageKey): IntlMessageFormat {
  const known = formats.get(key);
  if (known !== undefined) return known;
  const dot = key.indexOf(".");
  const [area, name] = [key.slice(0, dot), key.slice(dot + 1)];
  const own = messages[area]?.[name];
  const message = own ?? (english as Messages)[area]?.[name] ?? key;
  const format = new IntlMessageFormat(message, own === undefined ? "en-GB" : languageTag);
  formats.set(key, format);
  return format;
}

const bracketed = (words: string) => (spoken === "pseudo" ? `⟦${words}⟧` : words);

/** A text without tags. */
export function t(key: MessageKey, values?: Values): string {
  return bracketed(String(formatOf(key).format(values)));
}

/** A text with tags, piece by piece, in order. Tags do not nest. */
export function pieces(key: MessageKey, tags: readonly string[], values?: Values): Piece[] {
  const found: Piece[] = [];
  const words = (part: string): Piece => ({ tag: null, words: bracketed(part) });
  const inside = Object.fromEntries(
    tags.map((tag) => [tag, (parts: unknown[]): Piece => ({ tag, words: bracketed(parts.join("")) })]),
  );
  const whole = formatOf(key).format<Piece>({ ...values, ...inside });
  for (const part of Array.isArray(whole) ? whole : [whole]) {
    found.push(typeof part === "string" ? words(part) : part);
  }
  return found;
}
