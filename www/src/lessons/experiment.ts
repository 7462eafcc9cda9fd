/** What the engine is asked for by a page of a lesson. */
import type { Experiment } from "../engine/types";
import { merged, type Json } from "../lib/share";
import type { Lesson } from "./types";

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The page whose changes of the experiment hold on a page: its own, or the last before; -1 for the lesson's own. */
export function variantOf({ pages }: Lesson, page: number): number {
  return pages.slice(0, page + 1).findLastIndex(({ experiment }) => experiment !== null);
}

/** The experiment of a page. It is measured at all steps that the lesson speaks of; those to which it runs are, anyway. */
export function experimentOf(lesson: Lesson, page: number): Partial<Experiment> {
  const variant = variantOf(lesson, page);
  const changes = lesson.pages[variant]?.experiment ?? {};
  const whole = merged(lesson.experiment as Json, changes as Json) as Partial<Experiment>;
  const training: Partial<Experiment["training"]> = whole.training ?? {};
  const pages = lesson.pages.filter((_, other) => variantOf(lesson, other) === variant);
  const steps = Math.max(0, ...pages.map(({ run }) => run ?? 0));
  if (steps === 0) return whole;
  // At step 1 nobody has learnt anything: only its gradients are of interest, which are reported at every step.
  const named = lesson.pages
    .flatMap(({ expressions }) => expressions.flatMap(({ steps }) => steps))
    .filter((step) => step > 1);
  const evaluate_every = [...named, training.evaluate_every ?? steps].reduce(gcd, steps);
  return { ...whole, training: { ...training, steps, evaluate_every } as Experiment["training"] };
}
