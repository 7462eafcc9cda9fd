/** What the engine is asked for by a page of a lesson. */
import type { Experiment } from "../engine/types";
import { merged, type Json } from "../lib/share";
import type { Lesson } from "./types";

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The page whose changes of the experiment hold on a page: its own, or the last before; -1 for the lesson's own. */
export function variantOf({ pages }: Lesson, page: number): number {
  return pages.slice(0, page + 1).findLastIndex(({ experiment }) => experiment !== null);
}

/** The experiment of a page, in rounds that end where pages do, so that their numbers are of exactly that step. */
export function experimentOf(lesson: Lesson, page: number): Partial<Experiment> {
  const variant = variantOf(lesson, page);
  const changes = lesson.pages[variant]?.experiment ?? {};
  const whole = merged(lesson.experiment as Json, changes as Json) as Partial<Experiment>;
  const training: Partial<Experiment["training"]> = whole.training ?? {};
  const pages = lesson.pages.filter((_, other) => variantOf(lesson, other) === variant);
  // One step is made singly.
  const runs = pages.flatMap(({ run }) => (run === null || run === 1 ? [] : [run]));
  const round = runs.reduce(gcd, 0);
  if (round === 0) return whole;
  const named = lesson.pages.flatMap(({ expressions }) => expressions.flatMap(({ steps }) => steps));
  const measured = [...named.filter((step) => step > 1), training.evaluate_every ?? round].reduce(gcd, round);
  return { ...whole, training: { ...training, steps: round, evaluate_every: measured } as Experiment["training"] };
}
