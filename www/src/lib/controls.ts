/** The parts of the page that a lesson or a link can leave out: each is marked `data-part` where it stands. */
export const CONTROLS = [
  "transport",
  "data",
  "foreground",
  "learning-rate",
  "seed",
  "choose-loss",
  "formulas",
  "parameters",
  "add-loss",
  "story",
  "image",
  "slices",
  "time",
  "options",
  "numbers",
  "step",
  "charts",
  "results",
  "share",
  "lessons",
  "adapter",
] as const;
export type Control = (typeof CONTROLS)[number];

/** Stays beside every lesson, listed or not: what makes no difference to the run, or is only read. */
const ALWAYS: readonly Control[] = [
  "story",
  "image",
  "slices",
  "time",
  "numbers",
  "charts",
  "lessons",
  "share",
  "adapter",
];
/** Stand among the settings of data and training, and are shown with them. */
const WITHIN_DATA: readonly Control[] = ["foreground", "learning-rate", "seed"];

export const isControl = (name: string): name is Control => (CONTROLS as readonly string[]).includes(name);

/** What a lesson that shows these leaves out. */
export function hiddenBy(shown: readonly Control[]): Control[] {
  const within = shown.includes("data") ? WITHIN_DATA : [];
  return CONTROLS.filter((control) => ![...shown, ...ALWAYS, ...within].includes(control));
}

let sheet: CSSStyleSheet | null = null;

/** Leaves these parts out of the page, and of what a keyboard or a screen reader reaches. */
export function hide(controls: readonly Control[]): void {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
  }
  const selectors = controls.map((control) => `[data-part~="${control}"]`).join();
  sheet.replaceSync(selectors === "" ? "" : `${selectors} { display: none !important; }`);
  document.documentElement.toggleAttribute("data-without-rail", controls.includes("data"));
}
