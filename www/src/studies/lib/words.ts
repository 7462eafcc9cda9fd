/** Times, grids and numbers in words. */
import { t } from "../../i18n/messages";
import { decimal } from "../../lib/format";
import type { Cell } from "../engine/types";

/** A time as people say it: "40 s", "12 min", "3 h 20 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return t("studies.duration.seconds", { seconds: Math.max(1, Math.round(seconds)) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return t("studies.duration.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return t("studies.duration.days", { days: Math.round(hours / 24) });
  // The minutes of many hours are noise.
  const rest = hours >= 5 ? 0 : Math.round((minutes % 60) / 10) * 10;
  if (rest === 60) return t("studies.duration.hours", { hours: hours + 1 });
  if (rest === 0) return t("studies.duration.hours", { hours: Math.round(minutes / 60) });
  return t("studies.duration.both", { hours, minutes: rest });
}

/** The lists of a grid with how many entries each has, those of one left out: "8 losses × 5 seeds". */
export function gridWords(cells: Cell[]): string {
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
  const lists = {
    losses: distinct(({ loss }) => loss),
    datasets: distinct(({ dataset }) => dataset),
    shares: within(({ foreground }) => foreground),
    rates: within(({ learning_rate: rate }) => rate),
    seeds: distinct(({ seed }) => seed),
  };
  return (Object.keys(lists) as (keyof typeof lists)[])
    .filter((list) => lists[list] > 1)
    .map((list) => t(`studies.grid.${list}`, { count: lists[list] }))
    .join(" × ");
}

/** Three decimals, fewer where there are many digits in front, as in the tables of the terminal. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  const text = decimal(size.toFixed(size < 10 ? 3 : size < 100 ? 2 : 1));
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A p-value. */
export function chance(p: number | null | undefined): string {
  if (p === null || p === undefined) return "–";
  return p < 0.001 ? `< ${decimal("0.001")}` : decimal(p.toFixed(3));
}
