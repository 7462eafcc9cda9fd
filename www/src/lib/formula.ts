/** Formulas by KaTeX, each parameter's symbol marked so that it can share a colour with its slider. */
import type { ParameterInfo } from "../engine/types";

/** Colours by name, so that a parameter looks the same in every loss. */
const COLOURED = ["lambda", "delta", "gamma", "alpha", "beta"];

export function parameterColour(name: string): string {
  return COLOURED.includes(name) ? `var(--parameter-${name})` : "var(--parameter-other)";
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A pair of plain parentheses: a formula in a narrow lane breaks its lines anywhere but there. */
const PARENTHESES = /(?<!\\[Bb]igg?|\\left)\([^()]*\)/g;

/** Wraps each symbol where it stands as a token of its own (`\gamma`, not the start of `\gammafun`). */
function marked(formula: string, parameters: ParameterInfo[]): string {
  const symbols = parameters.map(({ symbol }) => symbol).sort((a, b) => b.length - a.length);
  const unbroken = formula.replace(PARENTHESES, "{$&}");
  if (symbols.length === 0) return unbroken;
  const names = new Map(parameters.map(({ symbol, name }) => [symbol, name]));
  const pattern = new RegExp(`(?<![A-Za-z\\\\])(?:${symbols.map(escape).join("|")})(?![A-Za-z])`, "g");
  return unbroken.replace(pattern, (symbol) => `\\htmlData{parameter=${names.get(symbol) ?? ""}}{${symbol}}`);
}

/** HTML (with MathML for screen readers) of a formula in TeX. KaTeX is fetched on first use. */
export async function renderFormula(formula: string, parameters: ParameterInfo[] = []): Promise<string> {
  const { default: katex } = await import("katex");
  return katex.renderToString(marked(formula, parameters), {
    throwOnError: false,
    strict: false,
    trust: ({ command }) => command === "\\htmlData", // the only thing marked() adds
  });
}
