/** Numbers as people read them: two or three significant digits on the screen, all of them in exports. */
import { locale } from "../i18n/locale";

/** Between a number and its unit: never a line break. */
const SPACE = "\u00a0";
const THIN_SPACE = "\u202f";
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** What stands where there is no number yet, or none can be had. */
export const NONE = "–";

/** A number's digits with the decimal sign of the page's language. */
export function decimal(digits: string): string {
  return locale === "en" ? digits : digits.replace(".", ",");
}

/** Words as a sentence: the engine's messages begin small and end open. */
export function asSentence(words: string): string {
  const trimmed = words.trim();
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

/** A fraction as a percentage: 0.9612 is "96 %", 0.0301 is "3.0 %". */
export function percent(fraction: number | null | undefined): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return NONE;
  const value = 100 * fraction;
  const digits = value === 0 || value >= 9.95 ? 0 : value >= 0.095 ? 1 : 2;
  return `${decimal(value.toFixed(digits))}${SPACE}%`;
}

/** A percentage without decimals. */
export function wholePercent(fraction: number): string {
  return `${(100 * fraction).toFixed(0)}${SPACE}%`;
}

/** A score between 0 and 1, with three decimals so that columns line up. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? NONE : decimal(value.toFixed(3));
}

/** A loss: three significant digits, without jumping between widths more than it must. */
export function lossValue(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 0.001 && size < 1000) return decimal(value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3));
  return scientific(value);
}

/** 0.00024 is "2.4 × 10⁻⁴". */
export function scientific(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return NONE;
  const [mantissa = "", exponent = "0"] = value.toExponential(1).split("e");
  return `${decimal(mantissa)}${THIN_SPACE}×${THIN_SPACE}10${superscript(Number(exponent))}`;
}

export function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? "");
  return exponent < 0 ? `⁻${digits}` : digits;
}

/** A rate in steps per second. */
export function rate(value: number | null): string {
  if (value === null) return NONE;
  return decimal(value.toFixed(value >= 9.95 ? 0 : value >= 0.995 ? 1 : 2));
}

/** A setting without rounding noise: 0.30000000000000004 is "0.3". */
export function plain(value: number): string {
  return decimal(String(Number(value.toPrecision(6))));
}

/** A size as file managers give it: 1 MB is a million bytes. */
export function bytes(count: number): string {
  if (count < 1e6) return `${Math.max(1, Math.round(count / 1e3))}${SPACE}kB`;
  return `${decimal((count / 1e6).toFixed(count < 1e7 ? 1 : 0))}${SPACE}MB`;
}
