/** Changes of synthetic images that lanes in training can go on with. */
import type { Experiment } from "../engine/types";

/** Whether two experiments differ in nothing but how their synthetic images are drawn: same family, size and classes. */
export function onlyProportions(before: Experiment, after: Experiment): boolean {
  const { data: old, ...rest } = before;
  const { data, ...others } = after;
  if (old.source !== "synthetic" || data.source !== "synthetic") return false;
  const kind = ({ family, size, depth, multiclass }: typeof data) => [family, size, depth, multiclass];
  return same(rest, others) && same(kind(old), kind(data)) && !same(old, data);
}

/** Whether two plain values are equal; the order of an object's fields does not matter. */
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
