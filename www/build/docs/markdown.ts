/** Markdown as the documentation is written: headings have the anchors that GitHub gives them, formulas are set. */
import katex from "katex";
import MarkdownIt, { type MarkdownIt as Markdown, type Token } from "markdown-it";

export interface Heading {
  level: number;
  id: string;
  /** HTML. */
  title: string;
}

export interface Rendered {
  html: string;
  /** Of the first heading, as text. */
  title: string;
  headings: Heading[];
}

const formula = (tex: string, displayMode: boolean) => katex.renderToString(tex.trim(), { displayMode });

/** As GitHub does it: without punctuation, in lower case, hyphens for spaces; later ones of the same name are counted. */
function anchor(text: string, taken: Map<string, number>): string {
  const plain = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
  const before = taken.get(plain);
  taken.set(plain, (before ?? 0) + 1);
  return before === undefined ? plain : `${plain}-${before}`;
}

const textOf = (token: Token): string =>
  (token.children ?? []).map(({ type, content }) => (type === "softbreak" ? " " : content)).join("");

/** `$…$`, without a space at its ends, as on GitHub. */
function inlineFormulas(markdown: Markdown): void {
  markdown.inline.ruler.before("escape", "formula", (state, silent) => {
    const found = /^\$([^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)/.exec(state.src.slice(state.pos));
    if (found === null) return false;
    if (!silent) state.push("formula", "", 0).content = found[1] ?? "";
    state.pos += found[0].length;
    return true;
  });
  markdown.renderer.rules.formula = (tokens, index) => formula(tokens[index]?.content ?? "", false);
}

/** A page of the documentation: its links to other pages of it lead to their HTML; those with a query are to the app. */
export const pageOf = (link: string): string =>
  /^[a-z]+:|\?/i.test(link)
    ? link
    : link.replace(/(^|\/)README\.md(?=#|$)/, "$1index.html").replace(/\.md(?=#|$)/, ".html");

function makeRenderer(): Markdown {
  const markdown = new MarkdownIt({ html: false });
  inlineFormulas(markdown);
  const { rules } = markdown.renderer;
  const { fence } = rules;
  rules.fence = (tokens, index, options, environment, self) => {
    const token = tokens[index];
    if (token?.info.trim() === "math")
      return `<div class="formula" tabindex="0" role="group" aria-label="Formula">${formula(token.content, true)}</div>\n`;
    const code = fence?.(tokens, index, options, environment, self) ?? "";
    // What scrolls sideways must be reached by keyboard.
    return code.replace("<pre>", '<pre tabindex="0">');
  };
  rules.table_open = () => '<div class="table" tabindex="0" role="group" aria-label="Table"><table>\n';
  rules.table_close = () => "</table></div>\n";
  rules.link_open = (tokens, index, options, _, self) => {
    const token = tokens[index];
    token?.attrSet("href", pageOf(String(token.attrGet("href") ?? "")));
    return self.renderToken(tokens, index, options);
  };
  return markdown;
}

const markdown = makeRenderer();

/** Comments are for the programs that write parts of a document. */
const withoutComments = (source: string) => source.replace(/^<!--.*-->\n/gm, "");

export function render(source: string): Rendered {
  const tokens = markdown.parse(withoutComments(source), {});
  const taken = new Map<string, number>();
  const headings: Heading[] = [];
  let title = "";
  for (const [index, token] of tokens.entries()) {
    const inline = tokens[index + 1];
    if (token.type !== "heading_open" || inline === undefined) continue;
    const text = textOf(inline);
    const id = anchor(text, taken);
    token.attrSet("id", id);
    const level = Number(token.tag.slice(1));
    if (level === 1 && title === "") title = text;
    else headings.push({ level, id, title: markdown.renderInline(inline.content) });
  }
  return { html: markdown.renderer.render(tokens, markdown.options, {}), title, headings };
}
