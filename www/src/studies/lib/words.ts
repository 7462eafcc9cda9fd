/** Times, counts and grids in words. */
import type { Cell } from "../engine/types";

const SPACE = "\u00a0";

/** A time as people say it: "40 s", "12 min", "3 h 20 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))}${SPACE}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}${SPACE}min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.round(hours / 24)} days`;
  // The minutes of many hours are noise.
  const rest = hours >= 5 ? 0 : Math.round((minutes % 60) / 10) * 10;
  if (rest === 60) return `${hours + 1}${SPACE}h`;
  return rest === 0 ? `${Math.round(minutes / 60)}${SPACE}h` : `${hours}${SPACE}h ${rest}${SPACE}min`;
}

export const counted = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;

/** The lists of a grid: how many entries each has, those of one left out. */
export function axes(cells: Cell[]): { count: number; name: string }[] {
  type Entry = (cell: Cell) => string | number | null;
  const distinct = (of: Entry, among = cells) => new Set(among.map(of)).size;
  // Datasets may each have a share or a rate of their own: that is no list of the grid.
  const datasets = [...new Set(cells.map(({ dataset }) => dataset))];
  const within = (of: Entry) =>
    Math.max(
      0,
      ...datasets.map((name) =>
        distinct(
          of,
          cells.filter(({ dataset }) => dataset === name),
        ),
      ),
    );
  const lists: [number, string, string][] = [
    [distinct(({ loss }) => loss), "loss", "losses"],
    [distinct(({ dataset }) => dataset), "dataset", "datasets"],
    [within(({ foreground }) => foreground), "foreground share", "foreground shares"],
    [within(({ learning_rate: rate }) => rate), "learning rate", "learning rates"],
    [distinct(({ seed }) => seed), "seed", "seeds"],
  ];
  return lists.flatMap(([count, one, many]) => (count > 1 ? [{ count, name: count === 1 ? one : many }] : []));
}

/** "8 losses × 5 seeds". */
export const gridWords = (cells: Cell[]) =>
  axes(cells)
    .map(({ count, name }) => `${count} ${name}`)
    .join(" × ");

/** Three decimals, fewer where there are many digits in front, as in the tables of the terminal. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  const text = size.toFixed(size < 10 ? 3 : size < 100 ? 2 : 1);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A p-value. */
export function chance(p: number | null | undefined): string {
  if (p === null || p === undefined) return "–";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}
