/** The page's address: what it shows, as far as that differs from how it opens. */
import type { Loss, LossInfo } from "../../engine/types";
import { defaultLoss, parameterOf, withParameter } from "../../lib/losses";

/** `ce,focal:gamma=1.5` – kinds, with the parameters that are not the defaults. */
export function writeLosses(losses: Loss[], catalogue: LossInfo[]): string {
  return losses
    .map((loss) => {
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
      problems.push(`There is no loss “${kind}”.`);
      continue;
    }
    let loss = defaultLoss(info);
    for (const setting of parameters.split(";").filter((setting) => setting !== "")) {
      const [name = "", value = ""] = setting.split("=");
      const known = info.parameters.some((parameter) => parameter.name === name);
      if (known && value.trim() !== "" && Number.isFinite(Number(value)))
        loss = withParameter(loss, info, name, Number(value));
      else problems.push(`“${setting}” is no parameter of ${info.name}.`);
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
