/** Where lessons come from: those of the page itself, files, and addresses on the same site. Loaded when one is wanted. */
import MarkdownIt from "markdown-it";
import { locale } from "../i18n/locale";
import { t } from "../i18n/messages";
import { parseLesson } from "./parse";
import { LessonError, type Lesson } from "./types";

export { default as LessonList } from "./views/LessonList.svelte";
export { default as LessonPanel } from "./views/LessonPanel.svelte";

const FILES = import.meta.glob<string>("./content/*.md", { query: "?raw", import: "default", eager: true });
/** The same in other languages, each in a folder. */
const TRANSLATIONS = import.meta.glob<string>("./translations/*/*.md", { query: "?raw", import: "default" });
/** In the order in which they build on each other. */
const ORDER = [
  "accuracy",
  "who-pushes",
  "drowned",
  "empty-mask",
  "precision-recall",
  "hard-and-easy",
  "one-family",
  "thin-things",
  "several-classes",
  "how-sure",
];
const MAX_CHARACTERS = 200_000;

// Files may come from strangers: no HTML, no pictures from elsewhere; markdown-it refuses links that run scripts.
const markdown = new MarkdownIt({ html: false, typographer: false }).disable("image");

export const toHtml = (text: string): string => markdown.render(text);
/** Without a paragraph around it. */
export const toInlineHtml = (text: string): string => markdown.renderInline(text);

const nameOf = (path: string) => path.replace(/^.*\//, "").replace(/\.md$/, "");

/** A lesson in the page's language; in English where there is no translation, or it cannot be fetched. */
async function inWords(path: string, english: string): Promise<Lesson> {
  const translation = TRANSLATIONS[path.replace("/content/", `/translations/${locale}/`)];
  return parseLesson((await translation?.().catch(() => null)) ?? english, nameOf(path));
}

/** The lessons that come with the page. */
export const builtIn: Lesson[] = await Promise.all(
  Object.entries(FILES).map(([path, english]) => inWords(path, english)),
);
builtIn.sort((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));

/** Reads a lesson's file. Throws a `LessonError`. */
export function read(source: string, id: string): Lesson {
  if (source.length > MAX_CHARACTERS) throw new LessonError(t("lessons.open.long"));
  return parseLesson(source, id);
}

/** A built-in lesson by its name, or a file on this site by its address. Throws an Error with a sentence. */
export async function find(name: string): Promise<Lesson> {
  const known = builtIn.find(({ id }) => id === name);
  if (known !== undefined) return known;
  if (!name.endsWith(".md")) {
    throw new Error(t("lessons.open.unknown", { name, known: builtIn.map(({ id }) => id).join(", ") }));
  }
  const url = new URL(name, document.baseURI);
  if (url.origin !== location.origin) throw new Error(t("lessons.open.elsewhere"));
  const response = await fetch(url, { redirect: "error" });
  if (!response.ok) throw new Error(t("lessons.open.missing", { name, status: response.status }));
  const source = await response.text();
  if (source.trimStart().startsWith("<")) throw new Error(t("lessons.open.page", { name }));
  return read(source, name);
}
