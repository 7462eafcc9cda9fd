/** Links to what is on the screen: they hold only what differs from the defaults. Read again by `address.ts`. */
import type { Experiment, LossInfo } from "../engine/types";
import { FIRST_LOOK, type Look } from "../state/look";
import { LINK_VERSION } from "./address";
import type { Control } from "./controls";
import { OPENING } from "./opening";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Fields = Record<string, Json>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What differs from the defaults; undefined where nothing does. Lists are given whole. */
export function difference(value: Json, defaults: Json | undefined): Json | undefined {
  if (!isFields(value) || !isFields(defaults)) return same(value, defaults) ? undefined : value;
  const entries = Object.entries(value).flatMap(([name, own]): [string, Json][] => {
    const rest = difference(own, defaults[name]);
    return rest === undefined ? [] : [[name, rest]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The inverse: the defaults with what differs. */
export function merged(defaults: Json | undefined, rest: Json | undefined): Json | undefined {
  if (rest === undefined) return defaults;
  if (!isFields(rest) || !isFields(defaults)) return rest;
  const names = new Set([...Object.keys(defaults), ...Object.keys(rest)]);
  return Object.fromEntries(
    [...names].flatMap((name): [string, Json][] => {
      const value = merged(defaults[name], rest[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** An experiment with only what differs from the defaults. Its kind of data is always said where anything of it is. */
export function shortened(experiment: Experiment, defaults: Experiment, catalogue: readonly LossInfo[]): Fields {
  const document = JSON.parse(JSON.stringify(experiment)) as Fields;
  const usual = JSON.parse(JSON.stringify(defaults)) as Fields;
  const [data, usualData] = [document.data, usual.data];
  const sameSource = isFields(data) && isFields(usualData) && data.source === usualData.source;
  const rest = difference(document, sameSource ? usual : { ...usual, data: {} });
  const short = isFields(rest) ? rest : {};
  if (isFields(short.data) && isFields(data)) short.data = { source: data.source ?? null, ...short.data };
  if (Array.isArray(short.losses)) short.losses = short.losses.map((loss) => shortLoss(loss, catalogue));
  return short;
}

/** A loss without the parameters that have their defaults. */
function shortLoss(loss: Json, catalogue: readonly LossInfo[]): Json {
  if (!isFields(loss)) return loss;
  const info = catalogue.find(({ kind }) => kind === loss.kind);
  if (info === undefined || "formula" in loss) return loss;
  const usual = new Map(info.parameters.map((parameter) => [parameter.name, parameter.default]));
  return Object.fromEntries(
    Object.entries(loss).filter(([name, value]) => name === "kind" || usual.get(name) !== value),
  );
}

export interface Shared {
  /** Null where a lesson says it. */
  experiment: Fields | null;
  look: Look;
  /** Null for the page's own choice. */
  image: number | null;
  lesson: string | null;
  page: number;
  steps: number | null;
  play: boolean;
  hide: readonly Control[];
  present: boolean;
  /** `lang` of the page's own address, for whoever opens the link; else they see it in their language. */
  language?: string | null;
}

/** The query of a link, to be put behind the page's address. */
export function queryOf(shared: Shared): string {
  const { experiment, look, image, lesson, page, steps, play, hide, present, language = null } = shared;
  const query: [string, string][] = [["v", String(LINK_VERSION)]];
  if (lesson !== null) query.push(["lesson", lesson]);
  if (lesson !== null && page > 0) query.push(["page", String(page + 1)]);
  if (lesson === null && experiment !== null && !same(experiment, JSON.parse(OPENING))) {
    query.push(["experiment", JSON.stringify(experiment)]);
  }
  if (image !== null) query.push(["image", String(image + 1)]);
  if (look.axis !== FIRST_LOOK.axis) query.push(["axis", look.axis]);
  if (look.slice !== null) query.push(["slice", String(look.slice + 1)]);
  if (look.class !== null) query.push(["class", String(look.class)]);
  if (!look.shared_scale) query.push(["scale", "own"]);
  if (hide.length > 0) query.push(["hide", hide.join(",")]);
  if (steps !== null) query.push(["steps", String(steps)]);
  else if (play) query.push(["play", ""]);
  if (present) query.push(["present", ""]);
  if (language !== null) query.push(["lang", language]);
  // Readable where an address may be: brackets, colons and commas stay as they are.
  const readable = (text: string) =>
    encodeURIComponent(text).replace(/%(?:7B|7D|5B|5D|3A|2C|22)/g, (code) =>
      code === "%22" ? code : decodeURIComponent(code),
    );
  return `?${query.map(([name, value]) => (value === "" ? name : `${name}=${readable(value)}`)).join("&")}`;
}

export const iframeOf = (url: string): string =>
  `<iframe src="${url.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}" width="1200" height="800" style="border: 0" title="Losscope" loading="lazy"></iframe>`;
