/** Result files of other people: which of them belong together. */
import { t } from "../../i18n/messages";
import type { Chosen } from "../../lib/files";
import type { Folder } from "../engine/types";

export const ACCEPTED = ".json,application/json";
const MOST_FILES = 20_000;
const MOST_MEGABYTES = 256;
/** What a cell's result says it is. */
const CELL = "losscope-cell-1";
/** What was dropped. */
export interface Handed {
  folders: Folder[];
  /** A study's document, where nothing but such was there. */
  document: string | null;
}

const directory = (path: string) => path.slice(0, path.lastIndexOf("/") + 1);

/** Whether a text says it is a study, a result or something else; null where it is no JSON. */
function kind(text: string): "study" | "cell" | "other" | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    if (!("format" in value)) return "study";
    return value.format === CELL ? "cell" : "other";
  } catch {
    return null;
  }
}

/** Reads what may be results; rejects with a sentence where there are none, or too many. */
export async function readHanded(chosen: Chosen[]): Promise<Handed> {
  const files = chosen.filter(({ path }) => /\.json$/i.test(path));
  if (files.length === 0) {
    throw new Error(t("studies.files.none"));
  }
  const megabytes = files.reduce((sum, { file }) => sum + file.size, 0) / 1024 ** 2;
  if (files.length > MOST_FILES || megabytes > MOST_MEGABYTES) {
    throw new Error(t("studies.files.many", { count: String(files.length), megabytes: String(Math.ceil(megabytes)) }));
  }
  const read = await Promise.all(
    files.map(async ({ path, file }): Promise<[string, string]> => {
      try {
        return [path, await file.text()];
      } catch {
        throw new Error(t("studies.files.unread", { path }));
      }
    }),
  );
  return sort(read);
}

/** A folder of the terminal holds `study.json` and `cells/`; what lies beside these (a report) is no result. */
export function sort(files: [string, string][]): Handed {
  const roots = files.flatMap(([path]) =>
    /(^|\/)study\.json$/.test(path) && path !== "study.json" ? [directory(path)] : [],
  );
  const folders: Folder[] = roots.map((root) => ({
    name: root.replace(/\/$/, ""),
    files: files.filter(([path]) => path === `${root}study.json` || path.startsWith(`${root}cells/`)),
  }));
  const others = files.filter(([path]) => !roots.some((root) => path.startsWith(root)));
  const loose = others.map(([path, text]) => ({ path, text, is: kind(text) }));
  const cells = loose.filter(({ is }) => is === "cell");
  for (const { path, text, is } of loose) if (is !== "cell") folders.push({ name: path, files: [[path, text]] });
  if (cells.length > 0) {
    folders.push({ name: t("studies.files.loose"), files: cells.map(({ path, text }) => [path, text]) });
  }
  const texts = folders.flatMap((folder) => folder.files.map(([, text]) => text));
  const first = texts[0] ?? null;
  return { folders, document: texts.every((text) => kind(text) === "study") ? first : null };
}

/** The folders with names that are not taken. */
export function renamed(folders: Folder[], taken: string[]): Folder[] {
  const names = new Set(taken);
  return folders.map((folder) => {
    let { name } = folder;
    for (let number = 2; names.has(name); number += 1) name = `${folder.name} (${number})`;
    names.add(name);
    return { ...folder, name };
  });
}
