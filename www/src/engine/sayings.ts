/**
 * What workers and the engine's client say by themselves. None of them knows the page's language: they say it in English,
 * and by name and values, from which the page has it in its own (`i18n/messages/<language>/engine.json`).
 */
import words from "../i18n/messages/en/engine.json";

export type SayingName =
  | "stopped"
  | "unloadable"
  | "unloadableBecause"
  | "trapped"
  | "versions"
  | "notRunning"
  | "deviceLost"
  | "deviceLostBecause"
  | "noWebgpu"
  | "noAdapter"
  | "software"
  | "softwareUnnamed"
  | "noAnswer"
  | "tooLargeToKeep"
  | "noPhoto"
  | "unreadFile"
  | "networkRemoved"
  | "notApplied";

export interface Saying {
  name: SayingName;
  values: Record<string, string | number>;
}

/** A sentence for a person. */
export interface Said {
  /** In English. */
  message: string;
  /** Null for a sentence of the engine, which is English only. */
  saying: Saying | null;
}

export function say(name: SayingName, values: Saying["values"] = {}): Said & { saying: Saying } {
  const english: Record<SayingName, string> = words;
  const message = english[name].replace(/\{(\w+)\}/g, (_, value: string) => String(values[value] ?? ""));
  return { message, saying: { name, values } };
}

/** An error with something to say. */
export class Failure extends Error {
  readonly saying: Saying;

  constructor(name: SayingName, values: Saying["values"] = {}) {
    const { message, saying } = say(name, values);
    super(message);
    this.saying = saying;
  }
}
