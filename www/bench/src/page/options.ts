/** What to run: chosen on the page, or in its address, such as `?case=32x4&case=64x4&seconds=30&run`. */
import type { Contestant } from "../contestants/contestant";
import type { Case } from "../problem/problem";

/** The cases on offer; the last two take long on a CPU. */
const CASES: readonly Case[] = [
  { size: 32, batch: 4 },
  { size: 64, batch: 4 },
  { size: 64, batch: 8 },
  { size: 128, batch: 4 },
];

const SECONDS = 60;

/** What is chosen. */
export interface Options {
  readonly cases: readonly Case[];
  readonly contestants: readonly Contestant[];
  readonly limitSeconds: number;
}

/**
 * Fills the form, everything chosen that the address does not leave out; returns what reads it.
 * @throws Error where the address asks for what is not on offer
 */
export function fillForm(form: HTMLFormElement, contestants: readonly Contestant[]): () => Options {
  const query = new URLSearchParams(location.search);
  const choices = <T>(name: string, items: readonly T[], id: (item: T) => string, label: (item: T) => string) => {
    const wanted = query.getAll(name);
    const offered = items.map(id);
    const unknown = wanted.find((one) => !offered.includes(one));
    if (unknown !== undefined) throw new Error(`There is no ${name} ${unknown}, only ${offered.join(", ")}.`);
    const group = form.querySelector(`fieldset[data-name="${name}"]`);
    const boxes = items.map((item) => {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = wanted.length === 0 || wanted.includes(id(item));
      const line = document.createElement("label");
      line.append(box, ` ${label(item)}`);
      group?.append(line);
      return { item, box };
    });
    return () => boxes.filter(({ box }) => box.checked).map(({ item }) => item);
  };
  const cases = choices("case", CASES, caseId, ({ size, batch }) => `${size}×${size}, batch ${batch}`);
  const entrants = choices("contestant", contestants, contestantId, ({ name, version }) => `${name} (${version})`);
  const seconds = form.querySelector<HTMLInputElement>("input[name=seconds]");
  if (seconds !== null) seconds.value = query.get("seconds") ?? String(SECONDS);
  return () => ({
    cases: cases(),
    contestants: entrants(),
    limitSeconds: seconds?.valueAsNumber ?? SECONDS,
  });
}

/** Whether the address asks to begin at once. */
export function startsAtOnce(): boolean {
  return new URLSearchParams(location.search).has("run");
}

function caseId({ size, batch }: Case): string {
  return `${size}x${batch}`;
}

function contestantId({ id }: Contestant): string {
  return id;
}
