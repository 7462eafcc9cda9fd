/** A loss's formula with one pixel's numbers put in, as lines of text. */
import { languageTag } from "../i18n/locale";
import { t } from "../i18n/messages";
import type { Terms } from "../engine/types";
import { className } from "./class-names";
import { decimal, lossValue, plain, scientific } from "./format";

export interface TermLine {
  /** What the line is about. */
  of: string;
  /** Left of the sign of equality. */
  formula: string;
  value: string;
}

const short = (value: number): string => {
  const size = Math.abs(value);
  if (value === 0) return "0";
  return size >= 0.01 && size < 10_000 ? decimal(String(Number(value.toPrecision(3)))) : scientific(value);
};

const power = (base: string, exponent: number) =>
  exponent === 1 ? base : `${base}^${decimal(String(Number(exponent.toPrecision(3))))}`;

/** Factors of one are left out. */
const product = (factors: (string | null)[]) => factors.filter((factor) => factor !== null).join(" · ");

/** `classes` are the names of the classes; `pixels` how many the picture has. */
export function termLines({ pixel, regions }: Terms, classes: string[], pixels: number): TermLine[] {
  const lines: TermLine[] = [];
  if (pixel !== null) {
    const scale = pixel.scale * pixels;
    const missed = short(1 - pixel.probability);
    lines.push({
      of: t("losses.terms.pixel"),
      formula: product([
        Math.abs(scale - 1) < 1e-6 ? null : short(scale),
        `1/${pixels.toLocaleString(languageTag)}`,
        pixel.weight === 1 ? null : short(pixel.weight),
        pixel.power === 0 ? null : power(missed, pixel.power),
        `(−ln ${short(pixel.probability)})`,
      ]),
      value: short(pixel.value),
    });
  }
  for (const region of regions) {
    const name = classes[region.class];
    const wrong = `${plain(round(region.delta))} · ${short(region.missed)} + ${plain(round(1 - region.delta))} · ${short(region.false_alarm)}`;
    const fraction = `((${wrong}) / (${short(region.hit)} + ${wrong}))`;
    lines.push({
      of: t("losses.terms.region", {
        class: name === undefined ? t("losses.terms.class", { number: region.class }) : className(name),
      }),
      formula: product([short(region.scale), power(fraction, region.power)]),
      value: lossValue(region.value),
    });
  }
  return lines;
}

/** Numbers that went through single precision. */
const round = (value: number) => Number(value.toPrecision(4));
