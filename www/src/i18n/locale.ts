/** Which language the page speaks: that of its address (`lang=de`), else the one chosen before, else the browser's. */

/** Each by its own name. English is the language of the texts that others are made from. */
export const LOCALES = { en: "English", de: "Deutsch", fr: "Français" } as const;

export type Locale = keyof typeof LOCALES;
/** Also the pseudo-language `lang=pseudo`: English in brackets, which shows up any text that is not among the messages. */
export type Spoken = Locale | "pseudo";

const STORED = "losscope.language";

export function isLocale(name: string | null | undefined): name is Locale {
  return typeof name === "string" && Object.hasOwn(LOCALES, name);
}

/** Null where nothing was kept, or the browser keeps nothing. */
function kept(storage: () => Storage): string | null {
  try {
    return storage().getItem(STORED);
  } catch {
    return null;
  }
}

function keep(storage: () => Storage, language: Locale): boolean {
  try {
    storage().setItem(STORED, language);
    return true;
  } catch {
    return false;
  }
}

const thisVisit = () => sessionStorage;
const everyVisit = () => localStorage;

function wanted(): Spoken {
  if (typeof location === "undefined") return "en"; // not in a page: lessons are read without one, too
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "pseudo") return asked;
  if (isLocale(asked)) {
    keep(thisVisit, asked); // the other pages, whose addresses do not say it, speak it too
    return asked;
  }
  const before = [kept(thisVisit), kept(everyVisit)].find(isLocale);
  return before ?? navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLocale) ?? "en";
}

/** For dates, plurals and the document; the page's English is British. */
const tagOf = (language: Locale): string => (language === "en" ? "en-GB" : language);

/** Does not change once a page is shown: another choice opens it anew, and a run goes on there. */
export let spoken: Spoken = wanted();
export let locale: Locale = spoken === "pseudo" ? "en" : spoken;
export let languageTag = tagOf(locale);

/** The language that was wanted and could not be fetched; null where there is nothing to miss. */
export let missed: Locale | null = null;

/** Before anything is shown: the language cannot be had, and the page speaks English in every respect. */
export function speakEnglish(): void {
  missed = locale;
  [spoken, locale, languageTag] = ["en", "en", tagOf("en")];
}

/** Remembers a choice and opens the page anew in it. */
export function choose(language: Locale): void {
  const remembered = keep(thisVisit, language) && keep(everyVisit, language);
  const address = new URL(location.href);
  if (remembered && !address.searchParams.has("lang")) {
    location.reload();
    return;
  }
  address.searchParams.set("lang", language);
  location.replace(address);
}
