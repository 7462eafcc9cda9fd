/** Sentences with the run's own numbers in them: `{dice of ce}`, `{largest recall}`, `{recall of ce as percent}`. */
import { decimal, lossValue, NONE, percent, plain } from "../lib/format";
import { expression, type Expression, type Numbers, type NumberUnit, type Value } from "./expression";
import { t } from "../i18n/messages";

const PLACE = /\{([^{}]+)\}/g;
const UNITS: readonly string[] = ["percent", "score", "loss", "number"];

/** "0.71", "71 %": as on the rest of the page, but for scores, of which a sentence needs two digits. */
export function written(value: number, unit: NumberUnit): string {
  switch (unit) {
    case "percent":
      // Not quite all of it must not read as all of it.
      return value < 1 && value > 0.9905 ? percentOf(value, 2) : percent(value);
    case "score":
      return decimal(value.toFixed(2));
    case "loss":
      return lossValue(value);
    case "number":
      return plain(value);
  }
}

const percentOf = (value: number, digits: number) => `${decimal((100 * value).toFixed(digits))}\u00a0%`;

export function said(value: Value | null, laneName: (lane: number) => string, unit?: NumberUnit): string {
  if (value === null) return NONE;
  if (value.type === "lane") return laneName(value.value);
  if (value.type === "truth") return t(value.value ? "lessons.yes" : "lessons.no");
  return written(value.value, unit ?? value.unit);
}

/** The places of a text, with the expressions that go there. Throws an Error with a sentence. */
export function places(
  text: string,
  lanes: readonly (readonly string[])[],
): Map<string, [Expression, NumberUnit | undefined]> {
  return new Map(
    [...text.matchAll(PLACE)].map(([, inside = ""]) => {
      const [, what = inside, unit] = /^(.*) as (\w+)$/.exec(inside) ?? [];
      if (unit !== undefined && !UNITS.includes(unit)) {
        throw new Error(t("lessons.expression.unit", { place: `{${inside}}`, unit, known: UNITS.join(", ") }));
      }
      return [inside, [expression(what, lanes), unit as NumberUnit | undefined]];
    }),
  );
}

export function filled(
  text: string,
  lanes: readonly (readonly string[])[],
  numbers: Numbers,
  laneName: (lane: number) => string,
): string {
  const known = places(text, lanes);
  return text.replace(PLACE, (_, inside: string) => {
    const place = known.get(inside);
    return place === undefined ? NONE : said(place[0].evaluate(numbers), laneName, place[1]);
  });
}
