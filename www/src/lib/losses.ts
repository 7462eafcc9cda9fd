/** Losses and their parameters, by name. The catalogue comes from the engine; nothing here knows a loss. */
import { locale } from "../i18n/locale";
import { t } from "../i18n/messages";
import type { FormulaInspection, Loss, LossInfo, ParameterInfo } from "../engine/types";
import { plain } from "./format";

/** A loss that was typed: its parameters are its own; a document may leave out that it has none. */
export type FormulaLoss = Extract<Loss, { formula: string }>;

const parametersOf = (loss: FormulaLoss): FormulaLoss["parameters"] => (loss as Partial<FormulaLoss>).parameters ?? {};

export function isFormula(loss: Loss): loss is FormulaLoss {
  return loss.kind === "formula" && "formula" in loss;
}

export function lossOf(kind: string, parameters: Record<string, number>): Loss {
  // The type says that every key holds a number, which `kind` does not; the engine's format says both.
  return { kind, ...parameters } as unknown as Loss;
}

export function defaultLoss(info: LossInfo): Loss {
  return lossOf(info.kind, Object.fromEntries(info.parameters.map((parameter) => [parameter.name, parameter.default])));
}

export function parameterOf(loss: Loss, parameter: ParameterInfo): number {
  const values: Record<string, unknown> = isFormula(loss) ? parametersOf(loss) : loss;
  const value = values[parameter.name];
  return typeof value === "number" ? value : parameter.default;
}

export function withParameter(loss: Loss, info: LossInfo, name: string, value: number): Loss {
  const values = info.parameters.map((parameter): [string, number] => [parameter.name, parameterOf(loss, parameter)]);
  const parameters = { ...Object.fromEntries(values), [name]: value };
  return isFormula(loss) ? { ...loss, parameters } : lossOf(info.kind, parameters);
}

/** A TeX symbol as a letter: "\\delta" is "δ". */
const GREEK: Record<string, string> = { alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", lambda: "λ" };
const letter = (symbol: string): string =>
  symbol.replace(/\\(?:var)?([a-z]+)/g, (all, name: string) => GREEK[name] ?? all);

/** The loss in short, with the parameters that do not have their defaults: "Tversky, δ 0.9". */
export function described(loss: Loss, info: LossInfo): string {
  const own = info.parameters.filter((parameter) => parameterOf(loss, parameter) !== parameter.default);
  const values = own.map((parameter) => `${letter(parameter.symbol)} ${plain(parameterOf(loss, parameter))}`);
  return [info.short_name, ...values].join(", ");
}

/** The values of a loss by name, for a table. */
export function valuesOf(loss: Loss): [string, string | number][] {
  if (isFormula(loss)) return [["formula", loss.formula], ...Object.entries(parametersOf(loss))];
  return Object.entries(loss).filter(([name]) => name !== "kind");
}

/** The catalogue's entry for formulas, with what an inspection says of one of them. */
export function infoOfFormula(info: LossInfo, { tex, parameters }: FormulaInspection): LossInfo {
  const described = parameters.map((parameter) => ({
    ...parameter,
    meaning: t("losses.parameter.own"),
    choices: [],
  }));
  return { ...info, formula: tex ?? info.formula, parameters: described };
}

/**
 * The catalogue's "Unified Focal, asymmetric" is "asymmetric Unified Focal" in a sentence, and in one of another language,
 * whose words do not stand in the order of English ones, "Unified Focal (asymmetric)".
 */
export function midSentence(name: string): string {
  if (locale !== "en") return name.replace(/, ([^(]+?)(?= \(|$)/, " ($1)");
  const [head = "", qualifier] = name.split(", ");
  // "Cross entropy" is made of words; "Dice" and "Focal Tversky" are names.
  const second = head.split(" ")[1];
  const words = second !== undefined && /^[a-z]/.test(second) ? head.charAt(0).toLowerCase() + head.slice(1) : head;
  return qualifier === undefined ? words : `${qualifier} ${words}`;
}

/** The same at the beginning of one. */
export function sentenceStart(name: string): string {
  const words = midSentence(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** In the order in which they are offered. */
export const FAMILIES: readonly LossInfo["family"][] = ["distribution", "region", "shape", "compound"];
