/** The page's address: what it shows, as far as that differs from how it opens. */
import type { Loss, LossInfo } from "../../engine/types";
import { t } from "../../i18n/messages";
import { defaultLoss, isFormula, parameterOf, withParameter } from "../../lib/losses";

/** What separates losses and settings stands within a formula as its code, behind a sign that formulas do not have. */
const escaped = (formula: string) =>
  formula.replace(/[,:;=~]/g, (sign) => `~${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const unescaped = (text: string) =>
  text.replace(/~([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** `ce,focal:gamma=1.5` – kinds, with the parameters that are not the defaults; a formula with its text and all of them. */
export function writeLosses(losses: Loss[], catalogue: LossInfo[]): string {
  return losses
    .map((loss) => {
      if (isFormula(loss)) {
        const values = Object.entries(loss.parameters).map(([name, value]) => `${name}=${value}`);
        return `formula:${[escaped(loss.formula), ...values].join(";")}`;
      }
      const info = catalogue.find(({ kind }) => kind === loss.kind);
      const set = (info?.parameters ?? []).filter((parameter) => parameterOf(loss, parameter) !== parameter.default);
      const values = set.map((parameter) => `${parameter.name}=${parameterOf(loss, parameter)}`);
      return values.length > 0 ? `${loss.kind}:${values.join(";")}` : loss.kind;
    })
    .join(",");
}

export function readLosses(text: string, catalogue: LossInfo[]): { losses: Loss[]; problems: string[] } {
  const losses: Loss[] = [];
  const problems: string[] = [];
  for (const part of text.split(",").filter((part) => part !== "")) {
    const [kind = "", parameters = ""] = part.split(":");
    const info = catalogue.find((known) => known.kind === kind);
    if (info === undefined) {
      problems.push(t("losses.fault.kind", { kind }));
      continue;
    }
    if (kind === "formula" && parameters !== "") {
      const [formula = "", ...settings] = parameters.split(";");
      const values = settings.map((setting) => setting.split("="));
      // Of a name without a number the bench says what is missing.
      const numbers = values.filter(([, value = ""]) => value.trim() !== "" && Number.isFinite(Number(value)));
      losses.push({
        kind: "formula",
        formula: unescaped(formula),
        parameters: Object.fromEntries(numbers.map(([name = "", value]) => [name, Number(value)])),
      });
      continue;
    }
    let loss = defaultLoss(info);
    for (const setting of parameters.split(";").filter((setting) => setting !== "")) {
      const [name = "", value = ""] = setting.split("=");
      const known = info.parameters.some((parameter) => parameter.name === name);
      if (known && value.trim() !== "" && Number.isFinite(Number(value)))
        loss = withParameter(loss, info, name, Number(value));
      else problems.push(t("losses.fault.parameter", { setting, loss: info.name }));
    }
    losses.push(loss);
  }
  return { losses, problems };
}

/** The settings that have a value, readable: what needs no escaping is not escaped. */
export function toSearch(settings: Record<string, string | null>): string {
  const readable = (text: string) =>
    encodeURIComponent(text).replace(/%(?:2C|3A|3B|3D)/g, (code) => decodeURIComponent(code));
  const parts = Object.entries(settings).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${readable(value)}`],
  );
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** A number from the address within its range, or the default. */
export function numberIn(text: string | null, min: number, max: number, otherwise: number): number {
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return value >= min && value <= max ? value : otherwise;
}

/** One of some words from the address, or the default. */
export function wordIn<T extends string>(text: string | null, words: readonly T[], otherwise: T): T {
  return words.find((word) => word === text) ?? otherwise;
}
