/** The HTML of one page of the documentation. */
import type { HtmlTagDescriptor } from "vite";
import { PAGES } from "../../src/lib/pages.ts";
import { toRoot } from "../pages.ts";
import type { Group } from "./contents.ts";
import { pageOf, type Rendered } from "./markdown.ts";

export interface Site {
  groups: Group[];
  /** By path below `docs`. */
  rendered: Map<string, Rendered>;
}

/** What the page loads, by addresses relative to the site's root. */
export interface Loads {
  script: string;
  styles: string[];
  head: HtmlTagDescriptor[];
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

function tag({ tag: name, attrs = {} }: HtmlTagDescriptor): string {
  const written = Object.entries(attrs).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  return `<${name}${written.join("")}>`;
}

const MARK = `<svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true"><circle cx="11" cy="11" r="9.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M11 1.8a9.2 9.2 0 0 1 0 18.4c-3.2-3-3.6-6.2-1.5-9.2s1.9-6.2 1.5-9.2z" fill="currentColor"/></svg>`;

function navigation({ groups, rendered }: Site, here: string): string {
  const up = toRoot(here);
  const item = (path: string) => {
    const current = path === here ? ' aria-current="page"' : "";
    const title = path === "README.md" ? "Overview" : (rendered.get(path)?.title ?? path);
    return `<li><a href="${up}${pageOf(path)}"${current}>${escaped(title)}</a></li>`;
  };
  return groups
    .map(({ title, documents }) => `<p class="group">${title}</p>\n<ul>${documents.map(item).join("\n")}</ul>`)
    .join("\n");
}

function onThisPage({ headings }: Rendered): string {
  const shown = headings.filter(({ level }) => level <= 3);
  if (shown.length < 3) return "";
  const items = shown.map(({ level, id, title }) => `<li class="level-${level}"><a href="#${id}">${title}</a></li>`);
  return `<nav class="toc" aria-label="On this page"><p class="group">On this page</p><ul>${items.join("\n")}</ul></nav>`;
}

/** The page of a document, by its path below `docs`. */
export function page(site: Site, path: string, { script, styles, head }: Loads): string {
  const document = site.rendered.get(path);
  if (document === undefined) throw new Error(`There is no document ${path}.`);
  const root = toRoot(`docs/${path}`);
  const links = navigation(site, path);
  const toPages = PAGES.map(
    ({ folder, name }) => `<a href="${root}${folder}">${folder === "" ? "Open Losscope" : name}</a>`,
  ).join("");
  const title = path === "README.md" ? "Losscope documentation" : `${document.title} – Losscope documentation`;
  return `<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    ${head.map(tag).join("\n    ")}
    <title>${escaped(title)}</title>
    <meta name="color-scheme" content="light dark">
    <link rel="icon" type="image/svg+xml" href="${root}favicon.svg">
    ${styles.map((style) => `<link rel="stylesheet" href="${root}${style}">`).join("\n    ")}
    <script type="module" src="${root}${script}"></script>
  </head>
  <body>
    <a class="skip" href="#text">Skip to the text</a>
    <header>
      <a class="name" href="${toRoot(path)}index.html">${MARK}Losscope <span class="quiet">documentation</span></a>
      <nav aria-label="Site">${toPages}</nav>
    </header>
    <details class="menu"><summary>All pages</summary><nav aria-label="All pages">${links}</nav></details>
    <div class="columns">
      <nav class="pages" aria-label="Documentation">${links}</nav>
      <main id="text" tabindex="-1">
${document.html}
      </main>
      ${onThisPage(document)}
    </div>
  </body>
</html>
`;
}
