/** Losses and their parameters, by name. The catalogue comes from the engine; nothing here knows a loss. */
import type { Loss, LossInfo, ParameterInfo } from "../engine/types";

export function lossOf(kind: string, parameters: Record<string, number>): Loss {
  // The type says that every key holds a number, which `kind` does not; the engine's format says both.
  return { kind, ...parameters } as unknown as Loss;
}

export function defaultLoss(info: LossInfo): Loss {
  return lossOf(info.kind, Object.fromEntries(info.parameters.map((parameter) => [parameter.name, parameter.default])));
}

export function parameterOf(loss: Loss, parameter: ParameterInfo): number {
  const value: unknown = (loss as Record<string, unknown>)[parameter.name];
  return typeof value === "number" ? value : parameter.default;
}

export function withParameter(loss: Loss, info: LossInfo, name: string, value: number): Loss {
  const values = info.parameters.map((parameter): [string, number] => [parameter.name, parameterOf(loss, parameter)]);
  return lossOf(info.kind, { ...Object.fromEntries(values), [name]: value });
}

/** The catalogue's "Unified Focal, asymmetric" is "asymmetric Unified Focal" in a sentence. */
export function midSentence(name: string): string {
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

export const FAMILIES: Record<LossInfo["family"], string> = {
  distribution: "Pixel by pixel",
  region: "Overlap of regions",
  shape: "Shapes and distances",
  compound: "Several together",
};
