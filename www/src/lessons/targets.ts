/** The places of the page that a lesson can point at: each is marked `data-target` where it stands. */
export const TARGETS = [
  "story",
  "transport",
  "image",
  "slices",
  "lane:NAME",
  "lane:NUMBER",
  "picture:input",
  "picture:errors",
  "picture:probability",
  "picture:gradient",
  "number:share",
  "number:loss",
  "number:dice",
  "number:iou",
  "number:precision",
  "number:recall",
  "chart:loss",
  "chart:dice",
  "chart:share",
  "chart:layers",
  "formula",
  "parameters",
  "results",
  "time",
  "step",
  "explain-pixel",
  "dial:foreground",
  "dial:learning-rate",
  "dial:seed",
] as const;

export const isTarget = (name: string): boolean =>
  (TARGETS as readonly string[]).includes(name) || /^lane:(?:[a-z][a-z0-9_]*|\d+)$/.test(name);

let sheet: CSSStyleSheet | null = null;

const selector = (target: string) => `[data-target~="${target}"]`;

/** Draws a line around these places, and around no others; wherever they are drawn anew, too. */
export function highlight(targets: readonly string[]): void {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
  }
  const known = targets.filter(isTarget); // nothing else gets into a style sheet
  sheet.replaceSync(
    known.length === 0
      ? ""
      : `${known.map(selector).join()} { outline: 2px solid var(--accent); outline-offset: 5px; border-radius: 4px; }`,
  );
}

/** Brings the first of these places into sight, if none is. */
export function reveal(targets: readonly string[]): void {
  const found = targets.flatMap((target) => (isTarget(target) ? [...document.querySelectorAll(selector(target))] : []));
  const inSight = (element: Element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > 80 && top < innerHeight - 40;
  };
  if (found.length === 0 || found.some(inSight)) return;
  found[0]?.scrollIntoView({
    block: "center",
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
  });
}
