/** A chart's numbers as rows: round steps, and the latest. */
import type { ChartData } from "./chart";
import { NONE } from "./format";

const MOST_ROWS = 25;
const ROUND = [1, 2, 5];

export interface StepsTable {
  rows: { label: string; cells: string[] }[];
  /** Every so many steps; 1 where none is left out. */
  every: number;
}

/** The smallest of 1, 2, 5, 10, 20, … that leaves few enough. */
function spacing(count: number): number {
  for (let power = 1; ; power *= 10) {
    const found = ROUND.map((digit) => digit * power).find((every) => count / every <= MOST_ROWS);
    if (found !== undefined) return found;
  }
}

export function stepsTable({ steps, lines }: ChartData, format: (value: number) => string): StepsTable {
  const every = spacing(steps.length);
  const last = steps.length - 1;
  const chosen = [...steps.keys()].filter((at) => at === 0 || at === last || (at + 1) % every === 0);
  const cell = (value: number | null | undefined) => (value == null ? NONE : format(value));
  const rows = chosen.map((at) => ({
    label: String(steps[at] ?? 0),
    cells: lines.map(({ values }) => cell(values[at])),
  }));
  return { rows, every };
}
