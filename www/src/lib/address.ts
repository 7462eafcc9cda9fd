/**
 * What the page's address asks for. Version 1 of links (`v=1`; without a version it is the same):
 * `experiment={…}` (only what differs from the defaults), `backend`, `threads=2` (workers for lanes on the CPU), `play` or `play=no`, `steps=40` (train to there),
 * `lesson=who-pushes` with `page=2`, `hide=data,charts`, `present`, and how the pictures are looked at: `image=3`,
 * `axis`, `slice`, `class`, `scale=own`. Of every page: `lang=de`, the language that it speaks (`i18n/locale.ts`).
 */
import type { BackendChoice } from "../engine/protocol";
import { AXES, type Look } from "../state/look";
import { isControl, type Control } from "./controls";
import { MAX_LANES } from "./lane-style";
import { OPENING } from "./opening";

export const LINK_VERSION = 1;

/** A version of links that this page does not know; or a part to hide that it does not have. */
export type Unheeded = { version: string } | { part: string };

export interface Asked {
  backend: BackendChoice;
  /** How many workers train lanes side by side on the CPU; null for as many as suit the machine. */
  threads: number | null;
  /** The text of an experiment document; fields left out take their defaults. */
  experiment: string;
  /** The address names the experiment. */
  explicit: boolean;
  /** Not to go on with a run that this tab was on. */
  fresh: boolean;
  /** Null where the address does not say. */
  play: boolean | null;
  /** A built-in lesson, or the address of a lesson's file. */
  lesson: string | null;
  /** Of the lesson, from 0. */
  page: number;
  /** The step to train to. */
  steps: number | null;
  hide: Control[];
  present: boolean;
  /** Among the validation images, from 0. */
  image: number | null;
  look: Partial<Look>;
  /** What of the address could not be heeded. */
  problem: Unheeded | null;
}

export function askedFor(search: string): Asked {
  const parameters = new URLSearchParams(search);
  const backend = parameters.get("backend");
  /** A whole number from `least`; null where there is none. */
  const whole = (name: string, least: number): number | null => {
    const text = parameters.get(name);
    return text !== null && /^\d{1,9}$/.test(text) && Number(text) >= least ? Number(text) : null;
  };
  const from1 = (name: string) => {
    const number = whole(name, 1);
    return number === null ? null : number - 1;
  };
  const look: Partial<Look> = {};
  const axis = AXES.find((name) => name === parameters.get("axis"));
  if (axis !== undefined) look.axis = axis;
  const slice = from1("slice");
  if (slice !== null) look.slice = slice;
  const shown = whole("class", 1);
  if (shown !== null) look.class = shown;
  if (parameters.get("scale") === "own") look.shared_scale = false;
  const names = (parameters.get("hide") ?? "").split(",").filter((name) => name !== "");
  const lesson = parameters.get("lesson");
  const threads = whole("threads", 1);
  return {
    backend: backend === "webgpu" || backend === "cpu" ? backend : "auto",
    threads: threads === null ? null : Math.min(threads, MAX_LANES),
    experiment: parameters.get("experiment") ?? OPENING,
    explicit: parameters.has("experiment") || lesson !== null,
    fresh: lesson !== null,
    play: parameters.has("play") ? parameters.get("play") !== "no" : null,
    lesson,
    page: from1("page") ?? 0,
    steps: whole("steps", 1),
    hide: names.filter(isControl),
    present: parameters.has("present"),
    image: from1("image"),
    look,
    problem: problemOf(parameters.get("v"), names),
  };
}

function problemOf(version: string | null, hidden: string[]): Unheeded | null {
  if (version !== null && version !== String(LINK_VERSION)) {
    return { version };
  }
  const unknown = hidden.find((name) => !isControl(name));
  return unknown === undefined ? null : { part: unknown };
}
