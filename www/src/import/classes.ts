/** Which class each value in masks stands for, as it is being changed by hand. */
import type { ClassMapping, ImportReport } from "../engine/types";

export interface DraftClass {
  /** Stays while names change. */
  key: number;
  name: string;
}

export interface DraftValue {
  value: string;
  pixels: number;
  masks: number;
  /** Key of its class; 0 is background. */
  class: number;
}

export interface Draft {
  /** Background first, whose key is 0. */
  classes: DraftClass[];
  values: DraftValue[];
}

/** The most classes of a set. */
export const MOST_CLASSES = 16;
export const LONGEST_NAME = 24;

/** The classes as an import found them. Of a value that rules took for two classes, the one of more pixels counts. */
export function draftOf({ classes, values }: ImportReport): Draft {
  const merged = new Map<string, DraftValue>();
  // Those of the most pixels come first.
  for (const { value, pixels, masks, class: key } of values) {
    const same = merged.get(value);
    if (same === undefined) merged.set(value, { value, pixels, masks, class: key });
    else merged.set(value, { ...same, pixels: same.pixels + pixels, masks: same.masks + masks });
  }
  return { classes: classes.map(({ name }, key) => ({ key, name })), values: [...merged.values()].sort(inOrder) };
}

/** Numbers by size, then colours and words. */
function inOrder({ value: a }: DraftValue, { value: b }: DraftValue): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.localeCompare(b);
}

/** Every value but the most common a class of its own, as far as there may be so many; the most common is background. */
export function apart({ values }: Draft): Draft {
  const background = backgroundOf(values);
  const others = values.filter(({ value }) => value !== background).slice(0, MOST_CLASSES - 1);
  const keys = new Map(others.map(({ value }, index) => [value, index + 1]));
  return {
    classes: [
      { key: 0, name: "background" },
      ...others.map(({ value }, index) => ({ key: index + 1, name: `class ${value}` })),
    ],
    values: values.map((value) => ({ ...value, class: keys.get(value.value) ?? 0 })),
  };
}

/** Every value but the background's one and the same foreground. */
export function together({ values }: Draft): Draft {
  const background = backgroundOf(values);
  return {
    classes: [
      { key: 0, name: "background" },
      { key: 1, name: "foreground" },
    ],
    values: values.map((value) => ({ ...value, class: value.value === background ? 0 : 1 })),
  };
}

/** Black, where there is any; else the most common. */
function backgroundOf(values: DraftValue[]): string | undefined {
  const black = values.find(({ value }) => value === "0" || value === "#000000" || value === "background");
  return (
    black ??
    values.reduce<DraftValue | undefined>((most, it) => (it.pixels > (most?.pixels ?? 0) ? it : most), undefined)
  )?.value;
}

/** Gives a value to a class; null makes a new one for it. */
export function given(draft: Draft, value: string, key: number | null): Draft {
  const fresh = Math.max(...draft.classes.map((known) => known.key)) + 1;
  return {
    classes: key === null ? [...draft.classes, { key: fresh, name: `class ${value}` }] : draft.classes,
    values: draft.values.map((known) => (known.value === value ? { ...known, class: key ?? fresh } : known)),
  };
}

export function renamed(draft: Draft, key: number, name: string): Draft {
  const classes = draft.classes.map((known) =>
    known.key === key ? { key, name: name.slice(0, LONGEST_NAME) } : known,
  );
  return { ...draft, classes };
}

/** The classes that any value has; background always. */
export function used({ classes, values }: Draft): DraftClass[] {
  return classes.filter(({ key }) => key === 0 || values.some((value) => value.class === key));
}

/** For masks that are drawn: a colour for each class that stands for nothing else, and what an import is told then. */
export function drawable({ classes, values }: ClassMapping): { colours: string[]; mapping: ClassMapping } {
  const taken = new Map(values.map(({ value, class: place }) => [value, place]));
  const free = (value: string, place: number) => (taken.get(value) ?? place) === place;
  const colours = classes.map((_, place) => {
    if (place === 0) return "#000000";
    // Never grey: in a file without any colour, the same grey would be a number.
    for (let shade = 0; ; shade += 1) {
      const colour = `#${[200, 16 * place, shade].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      if (free(colour, place)) return colour;
    }
  });
  const drawn = [...colours, "0"].map((value, place) => ({ value, class: place % classes.length }));
  return { colours, mapping: { classes, values: [...values, ...drawn.filter(({ value }) => !taken.has(value))] } };
}

/** What an import is told; null where there would be background only. */
export function mappingOf(draft: Draft): ClassMapping | null {
  const classes = used(draft);
  if (classes.length < 2) return null;
  const names: string[] = [];
  for (const { name } of classes) {
    const plain = name.trim() === "" ? `class ${names.length}` : name.trim();
    let unused = plain;
    for (let count = 2; names.includes(unused); count += 1) unused = `${plain} ${count}`;
    names.push(unused);
  }
  const places = new Map(classes.map(({ key }, place) => [key, place]));
  return {
    classes: names,
    values: draft.values.map(({ value, class: key }) => ({ value, class: places.get(key) ?? 0 })),
  };
}
